"""What a file is, in which language it is written, and which title to suggest."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baobab.reading import MEDIA_TYPES, Reader, Status, detect_language, guess_title, sniff
from baobab.reading.quality import is_garbled
from tests.reading import made

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 22 + b"\x09\0" + b"\0" * 16 + b"\0\0\0\0" + b"\0" * 460


@pytest.mark.parametrize(
    ("head", "name", "found"),
    [
        (b"%PDF-1.7", "a.txt", "pdf"),
        (b"junk before\n%PDF-1.4", "", "pdf"),
        (b"{\\rtf1", "a.doc", "rtf"),
        (b"\xff\xd8\xff\xe0", "", "jpeg"),
        (b"<!DOCTYPE html><html>", "a.pdf", "html"),
        (b"<?xml version='1.0'?><svg xmlns='x'>", "a.svg", "svg"),
        (b"From: a@b\r\nSubject: x\r\n\r\nbody", "", "eml"),
        (b"name,area\n1,2", "a.csv", "csv"),
        (b"# Title", "README.md", "md"),
        (b"plain words", "", "txt"),
        ("wide words".encode("utf-16"), "", "txt"),
        (OLE + "WordDocument\0".encode("utf-16-le"), "a.doc", "doc"),
        (OLE + "Workbook\0".encode("utf-16-le"), "a.xls", "xls"),
        (OLE + "__properties_version1.0\0".encode("utf-16-le"), "a.msg", "msg"),
        (b"\0\1\2\3" * 20, "a.txt", ""),
        (b"", "a.txt", ""),
    ],
)
def test_bytes_decide_what_a_file_is(head: bytes, name: str, found: str) -> None:
    assert sniff(head, name) == (found, MEDIA_TYPES.get(found, "application/octet-stream"))


def test_zip_based_formats_are_told_apart(tmp_path: Path) -> None:
    made_files = {
        "docx": made.report_docx(tmp_path / "1"),
        "pptx": made.talk_pptx(tmp_path / "2"),
        "xlsx": made.xlsx(tmp_path / "3", {"A": ""}),
        "odt": made.odf(tmp_path / "4", "text", ""),
        "ods": made.odf(tmp_path / "5", "spreadsheet", ""),
        "odp": made.odf(tmp_path / "6", "presentation", ""),
        "epub": made.epub(tmp_path / "7"),
        "zip": made.zipped(tmp_path / "8", {"word.txt": "x"}),
    }
    assert {name: sniff(path)[0] for name, path in made_files.items()} == {name: name for name in made_files}


@given(st.binary(max_size=3_000), st.text(max_size=30))
def test_sniffing_never_fails(head: bytes, name: str) -> None:
    found, media_type = sniff(head, name)
    assert media_type == MEDIA_TYPES.get(found, "application/octet-stream")


def test_office_file_locked_by_a_password_says_so(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "locked.docx"
    path.write_bytes(OLE + "EncryptedPackage\0".encode("utf-16-le") + b"\0" * 600)
    assert reader.read(path).status == Status.ENCRYPTED


def test_old_word_file_without_the_extra_names_the_remedy(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "old.doc"
    path.write_bytes(OLE + "WordDocument\0".encode("utf-16-le") + b"\0" * 600)
    reading = reader.read(path)
    assert reading.status in {Status.UNSUPPORTED, Status.BROKEN}
    if reading.status == Status.UNSUPPORTED:
        assert "[legacy]" in reading.reason


@pytest.mark.parametrize(
    ("name", "status", "warned"),
    [
        ("a.doc", Status.READ, True),
        ("a.rtf", Status.READ, False),
        ("a", Status.READ, False),
        ("a.pdf", Status.WRONG_TYPE, False),
        ("a.png", Status.WRONG_TYPE, False),
    ],
)
def test_misnamed_files_are_read_as_what_they_are(
    reader: Reader,
    tmp_path: Path,
    name: str,
    status: Status,
    warned: bool,
) -> None:
    path = tmp_path / name
    path.write_text(r"{\rtf1 Plain words in rich text}")
    reading = reader.read(path)
    assert (reading.status, reading.text) == (status, "Plain words in rich text")
    assert ("name_differs" in reading.warnings) == warned


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The evaluation shows what was learnt about wetlands.", "en"),
        ("L'évaluation montre ce que nous avons appris des zones humides.", "fr"),
        ("La evaluación muestra lo que aprendimos de los humedales.", "es"),
        ("يبين التقييم ما تعلمناه عن الأراضي الرطبة", "ar"),
        ("RAPPORT ANNUEL SUR LES ZONES HUMIDES DU BASSIN", "fr"),
        ("12345 67890 ...", ""),
        ("", ""),
    ],
)
def test_language_is_told_without_the_network(
    text: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> None:
        raise AssertionError("Something tried to reach the network.")

    monkeypatch.setattr(socket.socket, "connect", closed)
    found, score = detect_language(text)
    assert found == language
    assert 0.0 <= score <= 1.0


def test_only_configured_languages_are_answered() -> None:
    assert detect_language("Die Auswertung zeigt, was wir gelernt haben.", ("en", "fr"))[0] in {
        "en",
        "fr",
        "",
    }


@pytest.mark.parametrize(
    "leftover",
    [
        "Untitled",
        "Microsoft Word - draft3.doc",
        "PowerPoint Presentation",
        "book3",
        "cover_final.indd",
        "Microsoft Forms",
        "Présentation PowerPoint",
        "untitled document",
        "document1",
        "...",
        "x",
        "12/03/2019",
        "",
    ],
)
def test_leftovers_of_programs_are_no_titles(leftover: str) -> None:
    assert guess_title(leftover, "Wetlands of the valley") == "Wetlands of the valley"
    assert guess_title(leftover) == ""


@pytest.mark.parametrize(
    "title", ["Wetlands", "Word of mouth: how news travels", "تقرير الكوارث", "2030 Agenda", "人道主义报告"]
)
def test_real_titles_are_kept(title: str) -> None:
    assert guess_title(title, "something else") == title


@pytest.mark.parametrize(
    "heading",
    [
        "Summary",
        "EXECUTIVE SUMMARY",
        "Table of contents",
        "2. Introduction",
        "Annex B",
        "Foreword",
        "Résumé exécutif",
        "Table des matières",
        "Avant-propos",
        "Resumen ejecutivo",
        "Índice",
        "الملخص التنفيذي",
        "مقدمة",
        "摘要",
        "目录",
        "INTER-AGENCY STANDING COMMITTEE",
        "International Organization for Migration (IOM)",
        "OFFICE OF THE INSPECTOR GENERAL",
        "Programme des Nations Unies",
        "DRAFT FOR APPROVAL",
        "12 December 2005",
        "Juin 2010",
        "Page 3",
        "www.example.org",
        "by Pierre Perrin",
        "Final report",
    ],
)
def test_usual_headings_bodies_and_dates_are_no_titles(heading: str) -> None:
    assert guess_title(heading, "Wetlands of the valley") == "Wetlands of the valley"
    assert guess_title("", heading) == ""


@pytest.mark.parametrize(
    "title",
    [
        "Summary of lessons from the floods",
        "Report of the Commission on Boundaries",
        "Annual report 2019 on wetlands",
        "Evaluation of the Ministry of Health",
        "May the river rise",
        "Agua para todos",
        "تقرير الكوارث في العالم",
        "人道主义报告",
    ],
)
def test_titles_that_contain_such_words_are_titles(title: str) -> None:
    assert guess_title("", title) == title


def test_single_word_that_stands_out_is_too_little_to_be_a_title() -> None:
    assert guess_title("", "LIBERIA") == ""
    assert guess_title("Wetlands") == "Wetlands"


COVERS = {
    "lines of one size belong together": (
        "#text(30pt)[Rapid estimation of\\ affected population\\ figures]\n\nDesk review\n\nA. Author",
        "Rapid estimation of affected population figures",
    ),
    "a usual heading in the largest letters is passed over": (
        "#text(40pt)[Summary]\n\n#text(20pt)[Lessons from the delta]\n\n" + "Words of running text. " * 40,
        "Lessons from the delta",
    ),
    "a country takes the line beside it along": (
        "#text(20pt)[Independent evaluation]\n\n#text(44pt)[LIBERIA]",
        "Independent evaluation: LIBERIA",
    ),
    "a body's name is not what the document is about": (
        "#text(30pt)[Inter-Agency Standing Committee]\n\n#text(20pt)[Guidelines on shared data]\n\n"
        + "Words of running text. " * 40,
        "Guidelines on shared data",
    ),
    "nothing stands out": ("Words of running text. " * 60, ""),
    "a lone word": ("#text(40pt)[Biography]\n\n" + "Words of running text. " * 40, ""),
}


@pytest.mark.parametrize("name", COVERS)
def test_title_is_guessed_from_a_cover(reader: Reader, tmp_path: Path, name: str) -> None:
    page, title = COVERS[name]
    assert reader.read(made.pdf(tmp_path / "a.pdf", page)).suggested_title == title


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "Some words\n\n# Water for all\n\nText.", "Water for all"),
        ("a.md", "# Introduction\n\nText follows here.", ""),
        ("a.md", "Learning from the delta\n\nText follows here.", "Learning from the delta"),
        (
            "a.txt",
            "Page 1\n\n12 May 2018\n\nLearning from the delta\n\nText follows.",
            "Learning from the delta",
        ),
        (
            "a.txt",
            "Ministry of Water\nA review of wells:\nwhat lasts\nText.",
            "A review of wells: what lasts",
        ),
        (
            "a.txt",
            "Running text begins at once and ends.\nLearning from the delta\nText",
            "",
        ),
        ("a.txt", "Learning from the delta", ""),
        ("a.txt", "1. Practice area\n2. Mission period\n", ""),
        ("a.rtf", r"{\rtf1 Learning from the delta\par Words follow.}", "Learning from the delta"),
    ],
)
def test_title_of_running_text_is_its_first_heading_or_a_line_like_one(
    reader: Reader, tmp_path: Path, name: str, text: str, title: str
) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert reader.read(path).suggested_title == title


def test_scrambled_letters_are_told_from_language() -> None:
    scrambled = "\x03\x10Wkh\x03txlfn\x10eurzq\x03ir{\x03mxpsv\x03ryhu\x03wkh\x03od}|\x03grj\x11\x03" * 80
    assert is_garbled([scrambled])
    assert not is_garbled(["The quick brown fox jumps over the lazy dog. " * 80])
