"""Files inside files: what archives and messages carry is read one level deep, and what is not is named."""

from __future__ import annotations

import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from baobab.reading import Limits, Reader, Status
from tests.conftest import DATA, needs
from tests.reading import made
from tests.reading.test_hostile import hostile_zip


def locked(path: Path, names: set[str]) -> Path:
    """Mark entries of an archive as protected by a password, in both of the places that say so."""
    content = bytearray(path.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at >= 0:
            start = at + (30 if flags == 6 else 46)
            if any(content[start : start + len(name)] == name.encode() for name in names):
                content[at + flags] |= 1
            at = content.find(signature, at + 4)
    path.write_bytes(content)
    return path


def test_archive_is_read_member_by_member(reader: Reader, tmp_path: Path) -> None:
    report = made.report_docx(tmp_path / "report.docx").read_bytes()
    paper = made.pdf(tmp_path / "paper.pdf", "Reed beds", title="Beds").read_bytes()
    path = made.zipped(
        tmp_path / "a.zip", {"in/report.docx": report, "paper.pdf": paper, "notes.txt": "Marsh notes"}
    )
    reading = reader.read(path)
    assert (reading.status, reading.unit, reading.suggested_title) == (Status.READ, "chapter", "")
    assert [(page.number, page.label, page.headings) for page in reading.pages] == [
        (None, "", ()),
        (None, "in/report.docx · 1", ("Why wetlands matter",)),
        (None, "in/report.docx · 2", ("What we learnt",)),
        (None, "paper.pdf", ()),
        (None, "notes.txt", ()),
    ]
    assert reading.pages[0].text == "in/report.docx\npaper.pdf\nnotes.txt"
    assert [page.text for page in reading.pages[3:]] == ["Reed beds", "Marsh notes"]
    assert {member.reason_code for member in reading.members} == {""}


def test_members_that_fail_are_named_with_their_reasons_and_cost_only_themselves(
    reader: Reader, tmp_path: Path
) -> None:
    inner = made.zipped(tmp_path / "inner.zip", {"a.txt": "never read"}).read_bytes()
    path = made.zipped(
        tmp_path / "a.zip",
        {
            "half.docx": made.report_docx(tmp_path / "r.docx").read_bytes()[:900],
            "locked.pdf": made.locked_pdf(tmp_path / "l.pdf").read_bytes(),
            "inner.zip": inner,
            "disguised.txt": inner,
            "bomb.txt": b" " * (40 << 20),
            "shapes.shp": b"\0\0\x27\x0a" + b"\0" * 99,
            "good.txt": "Good words",
        },
    )
    reading = reader.read(path)
    assert (reading.status, reading.reason_code) == (Status.PARTLY, "partly_members")
    assert {member.name: member.reason_code for member in reading.members} == {
        "half.docx": "broken",
        "locked.pdf": "encrypted",
        "inner.zip": "nested",
        "disguised.txt": "nested",
        "bomb.txt": "unpacked",
        "shapes.shp": "unsupported",
        "good.txt": "",
    }
    assert "encrypted: locked.pdf" in reading.metadata.unread
    assert "members_unread" in reading.warnings
    assert reading.pages[-1].text == "Good words"
    assert "never read" not in reading.text


def test_files_that_hold_no_words_do_not_make_an_archive_partial(reader: Reader, tmp_path: Path) -> None:
    path = made.zipped(
        tmp_path / "a.zip", {"good.txt": "Good words", "shapes.shp": b"\0\1\2\3", "none.txt": ""}
    )
    reading = reader.read(path)
    assert reading.status == Status.READ
    assert reading.metadata.unread == ("unsupported: shapes.shp", "empty: none.txt")


def test_archive_with_escaping_entries_is_never_silently_read(reader: Reader, tmp_path: Path) -> None:
    reading = reader.read(hostile_zip(tmp_path / "a.zip"))
    assert (reading.status, reading.reason_code) == (Status.PARTLY, "partly_unsafe")
    assert [page.label for page in reading.pages] == ["", "good/ok.txt"]
    assert "root:" not in reading.text


def test_archive_is_encrypted_when_all_of_it_is(reader: Reader, tmp_path: Path) -> None:
    path = locked(made.zipped(tmp_path / "a.zip", {"a.txt": "x", "b.txt": "y"}), {"a.txt", "b.txt"})
    assert reader.read(path).status == Status.ENCRYPTED
    path = locked(made.zipped(tmp_path / "b.zip", {"a.txt": "x", "b.txt": "words"}), {"a.txt"})
    reading = reader.read(path)
    assert (reading.status, reading.pages[-1].text) == (Status.PARTLY, "words")


@pytest.mark.parametrize(
    ("limits", "code"), [(Limits(members=2), "partly_pages"), (Limits(characters=60), "partly_pages")]
)
def test_archive_is_held_to_the_limits_as_a_whole(
    reader: Reader, tmp_path: Path, limits: Limits, code: str
) -> None:
    path = made.zipped(tmp_path / "a.zip", {f"{n}.txt": f"{n} " + "word " * 8 for n in range(5)})
    reading = reader.read(path, limits=limits)
    assert (reading.status, reading.reason_code) == (Status.PARTLY, code)
    assert reading.characters <= limits.characters
    assert 1 < len(reading.pages) < 6


def test_archive_that_unpacks_to_far_more_than_allowed_is_refused(reader: Reader, tmp_path: Path) -> None:
    path = made.zipped(tmp_path / "a.zip", {f"{n}.txt": b" " * (9 << 20) for n in range(4)})
    assert reader.read(path, limits=Limits(members_size=20 << 20)).reason_code == "unpacked"


def message_with(*attachments: tuple[str, bytes]) -> EmailMessage:
    """A short message that carries these files."""
    message = EmailMessage()
    message["From"], message["Subject"] = "ana@example.org", "Papers"
    message.set_content("Please find the papers.")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def test_attachments_follow_their_message(reader: Reader, tmp_path: Path) -> None:
    paper = made.pdf(tmp_path / "paper.pdf", "Reed beds", "Eel traps").read_bytes()
    path = tmp_path / "a.eml"
    path.write_bytes(message_with(("paper.pdf", paper), ("photo.bin", b"\0\1\2\3" * 20)).as_bytes())
    reading = reader.read(path)
    assert reading.status == Status.READ
    assert [page.label for page in reading.pages] == ["Papers", "paper.pdf · 1", "paper.pdf · 2"]
    assert reading.pages[2].text == "Eel traps"
    assert reading.metadata.unread == ("unsupported: photo.bin",)
    assert reading.suggested_title == "Papers"


def test_what_an_inner_message_carries_stays_closed(reader: Reader, tmp_path: Path) -> None:
    message = message_with(("deep.txt", b"Deep words")).as_bytes()
    reading = reader.read(made.zipped(tmp_path / "a.zip", {"a.eml": message}))
    assert "Please find the papers." in reading.text
    assert "Deep words" not in reading.text
    assert reading.status == Status.PARTLY


def test_member_that_ends_the_reader_costs_only_itself(reader: Reader, tmp_path: Path) -> None:
    path = made.zipped(
        tmp_path / "a.zip", {"one.txt": "First", "loop.pdf": made.endless_pdf(), "two.txt": "Last"}
    )
    reading = reader.read(path, limits=Limits(memory=200 << 20, seconds=20))
    assert (reading.status, reading.reason_code) == (Status.PARTLY, "partly_members")
    assert [page.text for page in reading.pages[1:]] == ["First", "Last"]
    assert reading.metadata.unread == ("crashed: loop.pdf",)


def test_real_archive_gives_the_words_of_its_documents(reader: Reader) -> None:
    needs("data")
    path = DATA / "documents" / "reports" / "2013_ocha_cod-folder-structure-example.zip"
    reading = reader.read(path)
    with zipfile.ZipFile(path) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    assert [page.label for page in reading.pages[1:]] == names
    assert all(len(page.text) > 100 for page in reading.pages)
