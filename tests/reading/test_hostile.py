"""Files made to do harm, or merely damaged: each ends in its own status, and nothing else is touched."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from baobab.reading import Limits, Reader, Refused, Status
from baobab.reading.reasons import REASONS
from tests.conftest import DATA, needs
from tests.reading import made

HOSTILE = DATA / "documents" / "hostile"
EXPECTED = {
    "billion_laughs.docx": Status.BROKEN,
    "bomb_1500MB.docx": Status.TOO_BIG,
    "deep_300k.docx": Status.TOO_BIG,
    "empty.pdf": Status.BROKEN,
    "form_recursion.pdf": Status.TOO_BIG,
    "html_named.pdf": Status.WRONG_TYPE,
    "nested_60.zip": Status.PARTLY,
    "page_tree_loop.pdf": Status.PARTLY,
    "sparse.xlsx": Status.READ,
    "svg_laughs.svg": Status.UNSUPPORTED,
    "symlink.zip": Status.PARTLY,
    "traversal.zip": Status.PARTLY,
    "truncated_half.pdf": Status.BROKEN,
    "xxe_passwd.docx": Status.BROKEN,
}
MEMORY = 1_300_000_000


@pytest.mark.parametrize("name", EXPECTED)
def test_known_hostile_file_ends_in_its_status_and_leaves_the_reader_well(reader: Reader, name: str) -> None:
    needs("data")
    reading = reader.read(HOSTILE / name)
    assert reading.status == EXPECTED[name]
    assert reading.peak_memory < MEMORY
    assert "root:" not in reading.text
    assert bool(reading.reason) == (reading.status != Status.READ)


def test_every_reason_is_a_sentence() -> None:
    for code, (status, sentence) in REASONS.items():
        assert code.isidentifier()
        assert status in Status
        assert sentence.endswith(".")


def bomb_part(megabytes: int) -> bytes:
    """A deflated run of spaces, small on disk."""
    return zlib.compress(b" " * (megabytes << 20))


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("a.docx", "word/document.xml"),
        ("a.odt", "content.xml"),
        ("a.xlsx", "xl/workbook.xml"),
        ("a.epub", "META-INF/container.xml"),
    ],
)
def test_package_that_swells_is_refused(reader: Reader, tmp_path: Path, name: str, part: str) -> None:
    parts: dict[str, str | bytes] = {"[Content_Types].xml": made.CONTENT_TYPES}
    if name.endswith("odt"):
        parts = {"mimetype": "application/vnd.oasis.opendocument.text"}
    if name.endswith("epub"):
        parts = {"mimetype": "application/epub+zip"}
    path = made.zipped(tmp_path / name, {**parts, part: b"<a>" + b" " * (40 << 20)}, first_stored=True)
    reading = reader.read(path)
    assert (reading.status, reading.reason_code) == (Status.TOO_BIG, "unpacked")


def test_entities_are_neither_expanded_nor_fetched(reader: Reader, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    before = f"<!DOCTYPE d [<!ENTITY x SYSTEM '{secret.as_uri()}'><!ENTITY y 'EXPANDED'>]>"
    body = "<w:p><w:r><w:t>&x;&y;</w:t></w:r></w:p>"
    reading = reader.read(made.word_package(tmp_path / "x.docx", body, before=before))
    assert "SECRET" not in reading.text
    assert "EXPANDED" not in reading.text
    assert reading.status == Status.BROKEN


@pytest.mark.parametrize(("name", "nest"), [("a.html", "<div>"), ("a.html", "<table><tr><td>")])
def test_deeply_nested_page_is_refused(reader: Reader, tmp_path: Path, name: str, nest: str) -> None:
    path = tmp_path / name
    path.write_text("<html><body>" + nest * 100_000)
    assert reader.read(path).status == Status.TOO_BIG


def test_huge_web_page_is_refused_unread(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"<html>" + b"<p>word</p>" * 3_000_000)
    assert reader.read(path).reason_code == "file_size"


def test_pages_that_draw_themselves_without_end_cost_one_child(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "loop.pdf"
    path.write_bytes(made.endless_pdf())
    reading = reader.read(path, limits=Limits(memory=256 << 20, seconds=10))
    assert reading.status in {Status.TOO_BIG, Status.TIMED_OUT, Status.BROKEN, Status.NO_TEXT}
    assert reading.format == "pdf"
    assert reader.read(made.pdf(tmp_path / "good.pdf", "Still well")).text == "Still well"


@pytest.mark.parametrize("limits", [Limits(memory=200 << 20, seconds=20), Limits(seconds=4)])
def test_page_that_ends_the_reader_costs_only_itself(reader: Reader, tmp_path: Path, limits: Limits) -> None:
    path = tmp_path / "loop.pdf"
    path.write_bytes(made.endless_pdf("First words", "Second words", "Third words", "Last words"))
    reading = reader.read(path, limits=limits)
    assert (reading.status, reading.reason_code) == (Status.PARTLY, "partly_stopped")
    assert [(page.number, page.text) for page in reading.pages] == [
        (1, "First words"),
        (2, "Second words"),
        (3, ""),
        (4, "Third words"),
        (5, "Last words"),
    ]
    assert "page 3" in reading.reason
    assert reading.metadata.unread == ("partly_stopped: 3",)


def test_first_page_that_ends_the_reader_is_not_drawn(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "loop.pdf"
    path.write_bytes(made.endless_pdf("Only words"))
    reading = reader.read(path, limits=Limits(memory=200 << 20, seconds=20))
    assert ([page.text for page in reading.pages], reading.thumbnail) == (["", "Only words"], None)


def test_time_is_up_at_the_wall(reader: Reader, tmp_path: Path) -> None:
    path = made.pdf(tmp_path / "a.pdf", "Words")
    assert reader.read(path, limits=Limits(seconds=0.0)).status == Status.TIMED_OUT
    assert reader.read(path).status == Status.READ


def test_long_document_is_read_in_part_and_says_so(reader: Reader, tmp_path: Path) -> None:
    path = made.pdf(tmp_path / "a.pdf", *["Page text"] * 5)
    reading = reader.read(path, limits=Limits(pages=3))
    assert (reading.status, reading.truncated, len(reading.pages), reading.page_count) == (
        Status.PARTLY,
        True,
        3,
        5,
    )


def test_too_much_text_is_cut(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("word " * 10_000)
    reading = reader.read(path, limits=Limits(characters=1_000))
    assert (reading.status, reading.characters) == (Status.PARTLY, 1_000)


def test_output_larger_than_allowed_loses_its_last_pages(reader: Reader, tmp_path: Path) -> None:
    path = made.zipped(tmp_path / "big.docx", {})
    paragraph = "<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r><w:t>" + "word " * 1_500 + "</w:t></w:r></w:p>"
    made.word_package(path, paragraph * 600)
    reading = reader.read(path, limits=Limits(output=4 << 20))
    assert reading.status == Status.PARTLY
    assert 0 < len(reading.pages) < 600


def test_picture_with_absurd_size_is_never_decoded(reader: Reader, tmp_path: Path) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    path = tmp_path / "a.png"
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 80_000, 80_000, 8, 2, 0, 0, 0))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", bomb_part(1)) + chunk(b"IEND", b""))
    reading = reader.read(path)
    assert (reading.status, reading.reason_code) == (Status.TOO_BIG, "pixels")


@pytest.mark.parametrize("ending", ["pdf", "docx", "pptx", "xlsx", "odt", "epub", "rtf", "png", "zip"])
def test_files_cut_in_half_are_broken_or_partly_read(reader: Reader, tmp_path: Path, ending: str) -> None:
    whole: dict[str, Callable[[Path], Path]] = {
        "pdf": lambda p: made.pdf(p, "Some words " * 200),
        "docx": made.report_docx,
        "pptx": made.talk_pptx,
        "xlsx": lambda p: made.xlsx(p, {"A": "<row><c t='inlineStr'><is><t>x</t></is></c></row>"}),
        "odt": lambda p: made.odf(p, "text", "<text:p>Words</text:p>"),
        "epub": made.epub,
        "zip": lambda p: made.zipped(p, {"a.txt": "words " * 50}),
    }
    path = tmp_path / f"half.{ending}"
    if ending == "rtf":
        path.write_text(r"{\rtf1 Half a story")
    elif ending == "png":
        buffer = io.BytesIO()
        Image.effect_noise((200, 200), 50).save(buffer, "PNG")
        path.write_bytes(buffer.getvalue())
    else:
        whole[ending](path)
    content = path.read_bytes()
    path.write_bytes(content if ending == "rtf" else content[: len(content) // 2])
    assert reader.read(path).status in {Status.BROKEN, Status.PARTLY}


@pytest.mark.parametrize("name", ["a\0b.pdf", "x" * 3_000 + ".docx", "\u202egpj.exe", "../../etc/passwd", ""])
def test_strange_names_change_nothing(reader: Reader, tmp_path: Path, name: str) -> None:
    path = made.pdf(tmp_path / "plain.pdf", "Words")
    assert reader.read(path, name=name).text == "Words"


def test_control_characters_never_reach_the_text(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"be\0fore \x1bafter and some more ordinary words to read " * 2)
    reading = reader.read(path)
    assert "\0" not in reading.text
    assert "\x1b" not in reading.text
    assert reading.status == Status.READ


def test_random_bytes_under_any_name_are_wrong_or_unsupported(reader: Reader, tmp_path: Path) -> None:
    noise = bytes((n * 7919 + n // 3) % 256 for n in range(20_000))
    for ending in ("pdf", "docx", "txt", "bin"):
        path = tmp_path / f"noise.{ending}"
        path.write_bytes(noise)
        assert reader.read(path).status in {Status.WRONG_TYPE, Status.UNSUPPORTED}


def test_message_of_thousands_of_parts_is_refused(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    part = "--b\nContent-Type: text/plain\n\nx\n"
    path.write_text("From: a@b\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n" + part * 50_000)
    assert reader.read(path).reason_code == "entries"


def test_message_within_message_without_end_is_refused(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_text(
        "From: a@b\nSubject: s\n" + "Content-Type: message/rfc822\n\n" * 500 + "Subject: x\n\nend"
    )
    assert reader.read(path).reason_code == "structure"


def hostile_zip(path: Path) -> Path:
    """One honest member among absolute, climbing, linked and drive-lettered ones."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in (
            "../climb.txt",
            "/absolute.txt",
            "C:\\drive.txt",
            "a/../../b.txt",
            "..\\back.txt",
            "good/ok.txt",
        ):
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.writestr(info, "content")
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return path


def test_archive_members_never_leave_their_folder(reader: Reader, tmp_path: Path) -> None:
    path = hostile_zip(tmp_path / "a.zip")
    into = tmp_path / "deep" / "into"
    into.mkdir(parents=True)
    members = reader.extract_members(path, into)
    assert [(member.name, Path(member.path).read_text()) for member in members] == [
        ("good/ok.txt", "content")
    ]
    assert sorted(tmp_path.rglob("*.txt")) == [Path(members[0].path)]
    assert "unsafe_names" in reader.read(path).warnings


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(members=3), "entries"), (Limits(members_size=100), "unpacked"), (Limits(entries=4), "entries")],
)
def test_archive_beyond_the_limits_is_refused_whole(
    reader: Reader, tmp_path: Path, limits: Limits, code: str
) -> None:
    path = made.zipped(tmp_path / "a.zip", {f"{n}.txt": "x" * 40 for n in range(5)})
    with pytest.raises(Refused) as refusal:
        reader.extract_members(path, tmp_path, limits=limits)
    assert refusal.value.code == code
    assert list(tmp_path.glob("*.txt")) == []


def test_member_that_swells_is_refused(reader: Reader, tmp_path: Path) -> None:
    path = made.zipped(tmp_path / "a.zip", {"bomb.txt": b" " * (40 << 20)})
    with pytest.raises(Refused, match="unpacked"):
        reader.extract_members(path, tmp_path)
