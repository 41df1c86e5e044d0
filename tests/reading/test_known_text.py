"""Text of real chapters in ten formats and four languages against what is known to stand in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from baobab.reading import Reader, Status
from tests.conftest import DATA, needs
from tests.reading.scores import order, recall, words

KNOWN = DATA / "documents" / "known-text"
DOCUMENTS = {"en": "en_chapter-01", "fr": "fr_chapter-01", "ar": "ar_exec-summary", "zh": "zh_exec-summary"}
BARS = {
    "c1.docx": 0.99,
    "c2.docx": 0.99,
    "pptx": 0.99,
    "odt": 0.99,
    "rtf": 0.99,
    "epub": 0.98,
    "html": 0.98,
    "md": 0.98,
    "c1.pdf": 0.985,
    "c2.pdf": 0.985,
}
ARABIC_PDF = 0.96


@pytest.mark.parametrize("language", DOCUMENTS)
@pytest.mark.parametrize("ending", BARS)
def test_words_come_out_complete_and_in_order(reader: Reader, language: str, ending: str) -> None:
    needs("data")
    name = DOCUMENTS[language]
    truth = words((KNOWN / f"{name}.truth.txt").read_text(encoding="utf-8"))
    reading = reader.read(KNOWN / f"{name}.{ending}")
    found = words(reading.text)
    bar = ARABIC_PDF if language == "ar" and ending.endswith("pdf") else BARS[ending]
    assert reading.status == Status.READ
    assert reading.language == language
    assert recall(truth, found) >= bar
    assert order(truth, found) >= bar


@pytest.mark.parametrize("ending", ["c1.docx", "odt", "html", "md"])
def test_headings_of_flowing_text_divide_it_into_labelled_sections(reader: Reader, ending: str) -> None:
    needs("data")
    reading = reader.read(KNOWN / f"en_chapter-01.{ending}")
    assert len(reading.pages) >= 20
    assert {page.number for page in reading.pages} == {None}
    assert sum(bool(page.label) for page in reading.pages) >= 20


def real_documents() -> list[Path]:
    """The reports, or nothing where they are absent."""
    folder = DATA / "documents" / "reports"
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("path", real_documents(), ids=lambda path: path.name)
def test_real_reports_are_read_whole(reader: Reader, path: Path) -> None:
    reading = reader.read(path)
    assert reading.status == Status.READ
    assert reading.language == "en"
    assert reading.characters > 400
    assert len(reading.pages) == reading.page_count
    assert (reading.thumbnail is not None) == (path.suffix == ".pdf")
