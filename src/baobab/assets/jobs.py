"""Background work on assets: reading files, recognising text in images, proposing what they are about."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from baobab.jobs.actions import enqueue
from baobab.jobs.registry import every, job
from baobab.jobs.run import Run
from baobab.organisation.readers import system
from baobab.reading import READER_VERSION, Limits, Reading, Status
from baobab.reading import Reader as FileReader

from .card.models import LISTED_STATES, WORKING_STATES, Asset
from .classification.actions import accept_suggestions
from .classification.suggesting import suggest_from_files
from .files import storage
from .files.actions import receive_blob, store_reading
from .files.models import AssetFile, Blob, FileReading

# Reasons of a reading without text that recognition may have an answer to: page images, scrambled letters.
PICTURES_OF_TEXT = frozenset({"no_text", "garbled"})


@cache
def file_reader() -> FileReader:
    """This process's reading service, started when it is first needed."""
    return FileReader()


@job("files.read", attempts=3, title=_("Read a file"))
def read_file(run: Run, *, blob_id: int) -> None:
    """Read a blob in the sandbox, store its pages, and propose topics and places. Safe to run twice."""
    blob = Blob.objects.filter(pk=blob_id).first()
    if blob is None:
        return
    reading_row = FileReading.objects.filter(blob=blob).first()
    if (
        reading_row is None
        or reading_row.reader_version != READER_VERSION
        or reading_row.status == FileReading.WAITING
    ):
        file = AssetFile.objects.filter(blob=blob).order_by("pk").first()
        read_blob(blob, name=file.name if file else blob.sha256)
    for file in AssetFile.objects.filter(blob=blob).select_related("asset"):
        suggest_from_files(file.asset)


def read_blob(blob: Blob, *, name: str) -> FileReading:
    """Read the blob now, store what came of it, and have text in page images recognised later.

    Never raises for what the file holds.
    """
    reading = _read(storage.path_of(blob.sha256), name)
    thumbnail = receive_blob([reading.thumbnail]) if reading.thumbnail else None
    with transaction.atomic():
        row = store_reading(blob, reading, thumbnail=thumbnail)
        if can_be_recognised(row):
            enqueue(recognise_file, key=f"blob:{blob.pk}", blob_id=blob.pk)
    return row


def _read(path: Path, name: str) -> Reading:
    if not path.exists():
        return Reading(
            status=Status.BROKEN, reason_code="lost", reason="The file's bytes are missing from the store."
        )
    reading = file_reader().read(path, name=name)
    if reading.reason_code in PICTURES_OF_TEXT and not _has_tesseract():
        return replace(reading, warnings=(*reading.warnings, "ocr_missing"))
    return reading


def can_be_recognised(reading: FileReading) -> bool:
    """Whether the file is page images, or text that its fonts scramble, and Tesseract is installed."""
    return reading.reason_code in PICTURES_OF_TEXT and _has_tesseract()


def _has_tesseract() -> bool:
    return shutil.which("tesseract") is not None


@job("files.recognise", attempts=2, priority=-20, title=_("Recognise the text in page images"))
def recognise_file(run: Run, *, blob_id: int) -> None:
    """Read a blob again with text recognition, and keep what came of it if that is more. Safe to run twice.

    It takes seconds a page, so it waits behind all other work; until then the file is found by its title.
    """
    row = FileReading.objects.filter(blob_id=blob_id).select_related("blob").first()
    if row is None or not can_be_recognised(row):
        return
    path = storage.path_of(row.blob.sha256)
    if not path.exists():
        return
    files = list(AssetFile.objects.filter(blob=row.blob).select_related("asset").order_by("pk"))
    reading = file_reader().read(
        path,
        name=files[0].name if files else row.blob.sha256,
        limits=Limits().for_ocr(max(row.page_count, 1)),
        ocr=True,
        ocr_languages=_expected_languages(files),
    )
    if not reading.characters:
        return
    thumbnail = receive_blob([reading.thumbnail]) if reading.thumbnail else row.thumbnail
    store_reading(row.blob, reading, thumbnail=thumbnail)
    for file in files:
        suggest_from_files(file.asset)


def _expected_languages(files: list[AssetFile]) -> list[str]:
    """The primary tags of the file's language or its asset's, then English; all of the interface where none
    is known. Each further language costs Tesseract time and certainty."""
    known = [file.language or file.asset.original_language for file in files]
    if not known:
        return [code for code, _name in settings.LANGUAGES]
    return list(dict.fromkeys([*(tag.partition("-")[0].lower() for tag in known), "en"]))


@job("assets.suggest", attempts=3, priority=-10, title=_("Propose topics and places"))
def suggest_many(run: Run, *, asset_ids: list[int], accept: bool = False) -> None:
    """Propose topics and places for these assets from their words. Safe to run twice."""
    assets = Asset.objects.filter(pk__in=asset_ids, state__in=(*LISTED_STATES, *WORKING_STATES)).order_by(
        "pk"
    )
    for number, asset in enumerate(assets, start=1):
        run.progress(done=number, total=len(asset_ids))
        suggest_from_files(asset)
        if accept:
            accept_suggestions(asset, by=system())


@every(name="files.sweep", hours=6, title=_("Remove half-written files of processes that died"))
def sweep_arriving(run: Run) -> dict[str, int]:
    """Free the space of uploads and imports that were cut off."""
    return {"removed": storage.sweep_arriving()}
