"""Page images have their text recognised by a job of its own, after everything else."""

from __future__ import annotations

import io
import shutil

import pytest
from PIL import Image, ImageDraw, ImageFont

from baobab.assets.files.actions import receive_blob
from baobab.assets.files.models import AssetFile, FilePage, FileReading
from baobab.assets.jobs import file_reader, recognise_file
from baobab.assets.kinds import kind_of
from baobab.jobs.actions import enqueue
from baobab.jobs.models import Job
from baobab.jobs.worker import Worker
from baobab.reading import WARNINGS
from tests import factories
from tests.conftest import needs
from tests.factories import House


def scan(text: str) -> bytes:
    """A page image of text, as a scanner makes it."""
    page = Image.new("L", (1240, 700), "white")
    ImageDraw.Draw(page).text((100, 200), text, fill="black", font=ImageFont.load_default(64))
    stream = io.BytesIO()
    page.save(stream, "PDF", resolution=150)
    return stream.getvalue()


def attached(house: House, content: bytes, name: str = "scan.pdf", language: str = "en") -> AssetFile:
    """A file that waits to be read."""
    asset = factories.draft(house.amina.reader, language=language)
    blob = receive_blob([content])
    return kind_of(asset).add_file(asset, blob, name=name, by=house.amina.reader, language="")


def work() -> None:
    """Do all jobs that are due."""
    Worker().work_off()


@pytest.mark.django_db(transaction=True)
def test_scanned_pages_can_be_searched_after_recognition(house: House) -> None:
    needs("tesseract")
    file = attached(house, scan("Wetlands hold water"))
    work()
    reading = FileReading.objects.get(blob=file.blob)
    assert (reading.status, reading.warnings) == ("read", ["ocr"])
    assert "Wetlands hold water" in FilePage.objects.get(blob=file.blob).text
    assert reading.thumbnail is not None
    jobs = {job.name: job for job in Job.objects.filter(name__startswith="files.re")}
    assert jobs["files.recognise"].priority < jobs["files.read"].priority
    assert jobs["files.recognise"].max_attempts == 2


@pytest.mark.django_db(transaction=True)
def test_recognition_that_is_repeated_changes_nothing(house: House) -> None:
    needs("tesseract")
    file = attached(house, scan("Wetlands hold water"))
    work()
    before = FileReading.objects.get(blob=file.blob).read_at
    enqueue(recognise_file, key="again", blob_id=file.blob_id)
    work()
    assert FileReading.objects.get(blob=file.blob).read_at == before


@pytest.mark.django_db(transaction=True)
def test_blank_page_stays_without_text(house: House) -> None:
    needs("tesseract")
    file = attached(house, scan(""))
    work()
    reading = FileReading.objects.get(blob=file.blob)
    assert (reading.status, reading.reason_code) == ("no_text", "no_text")


@pytest.mark.django_db(transaction=True)
def test_without_tesseract_nothing_is_queued_and_the_remedy_is_named(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _program: None)
    file = attached(house, scan("Wetlands hold water"))
    work()
    reading = FileReading.objects.get(blob=file.blob)
    assert (reading.status, reading.warnings) == ("no_text", ["ocr_missing"])
    assert "install Tesseract" in WARNINGS["ocr_missing"]
    assert not Job.objects.filter(name="files.recognise").exists()


@pytest.mark.django_db(transaction=True)
def test_text_that_was_read_is_never_recognised(house: House) -> None:
    attached(house, factories.pdf("Plain words that were never a picture"))
    work()
    assert not Job.objects.filter(name="files.recognise").exists()


@pytest.mark.django_db(transaction=True)
def test_language_of_the_asset_is_expected_first(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("tesseract")
    asked: list[list[str]] = []
    read = file_reader().read

    def listening(*given: object, **named: object) -> object:
        asked.append(list(named.get("ocr_languages", ())))  # type: ignore[call-overload]
        return read(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(file_reader(), "read", listening)
    attached(house, scan("Les zones humides"), language="fr")
    work()
    assert asked == [[], ["fr", "en"]]
