"""What kind of file this is, told from its bytes; the name decides only between kinds of plain text."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import BinaryIO, NamedTuple

from baobab.reading.budget import Budget
from baobab.reading.model import Limits
from baobab.reading.package import check_directory
from baobab.reading.reasons import Refused

HEAD = 8_192


class Kind(NamedTuple):
    """A format's short name ("" when unknown) and media type; `locked` for encrypted Office files."""

    format: str
    media_type: str
    locked: bool = False


OFFICE = "application/vnd.openxmlformats-officedocument."
OPEN = "application/vnd.oasis.opendocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": OFFICE + "wordprocessingml.document",
    "pptx": OFFICE + "presentationml.presentation",
    "xlsx": OFFICE + "spreadsheetml.sheet",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "odt": OPEN + "text",
    "ods": OPEN + "spreadsheet",
    "odp": OPEN + "presentation",
    "epub": "application/epub+zip",
    "html": "text/html",
    "svg": "image/svg+xml",
    "md": "text/markdown",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "txt": "text/plain",
    "json": "application/json",
    "xml": "application/xml",
    "rtf": "application/rtf",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "zip": "application/zip",
    "gz": "application/gzip",
    "7z": "application/x-7z-compressed",
    "rar": "application/vnd.rar",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "avif": "image/avif",
    "heic": "image/heic",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
}
IMAGES = frozenset({"png", "jpeg", "gif", "webp", "tiff", "bmp", "avif"})
UNKNOWN = Kind("", "application/octet-stream")

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"\x1f\x8b\x08", "gz"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"ID3", "mp3"),
)
# Endings that stand for a format under another name.
ALIASES = {
    "jpg": "jpeg", "jpe": "jpeg", "jfif": "jpeg", "tif": "tiff", "htm": "html", "xhtml": "html",
    "markdown": "md", "mht": "eml", "docm": "docx", "dotx": "docx", "dotm": "docx", "dot": "doc",
    "pptm": "pptx", "ppsx": "pptx", "potx": "pptx", "pps": "ppt", "xlsm": "xlsx", "xltx": "xlsx",
    "ott": "odt", "ots": "ods", "otp": "odp", "tab": "tsv", "text": "txt", "log": "txt", "dib": "bmp",
}  # fmt: skip
# Programs write these under each other's endings so often that no one would call it wrong.
KINSHIPS = (
    frozenset({"doc", "docx", "rtf", "odt", "html", "xml", "eml"}),
    frozenset({"xls", "xlsx", "ods", "csv", "tsv", "txt", "html", "xml", "xlsb"}),
    frozenset({"ppt", "pptx", "odp"}),
    IMAGES | {"heic"},
    frozenset({"txt", "md", "csv", "tsv", "html", "xml", "json", "eml", "svg", "rtf"}),
)
HEADER_LINE = re.compile(
    rb"^(From|To|Cc|Subject|Date|Received|Message-ID|MIME-Version|Return-Path|Delivered-To):", re.I | re.M
)
HTML_START = re.compile(r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|h1|table)\b", re.I)


def kind(name: str) -> Kind:
    """The Kind of a format's short name."""
    return Kind(name, MEDIA_TYPES[name])


def format_of_name(name: str) -> str:
    """The format that a file's ending promises, "" when it promises none that is known."""
    ending = Path(name.replace("\0", "")).suffix.lower().lstrip(".")
    ending = ALIASES.get(ending, ending)
    return ending if ending in MEDIA_TYPES else ""


def sniff(path: Path | bytes, name: str = "") -> tuple[str, str]:
    """(format, media type) of a file, or of its first bytes; ("", "application/octet-stream") when unknown.

    Looks at bytes and at an archive's directory, unpacks nothing, so it may run anywhere.
    """
    if isinstance(path, bytes):
        return sniff_file(io.BytesIO(path), len(path), name)[:2]
    with path.open("rb") as file:
        return sniff_file(file, path.stat().st_size, name or path.name)[:2]


def sniff_file(file: BinaryIO, size: int, name: str) -> Kind:
    """As `sniff`, of an open file of `size` bytes."""
    file.seek(0)
    head = file.read(HEAD)
    if b"%PDF-" in head[:1024]:
        return kind("pdf")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _sniff_zip(file, size, head, name)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _sniff_compound(file, head, name)
    for magic, found in MAGIC:
        if head.startswith(magic):
            return kind(found)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return kind("webp")
    if head[:2] == b"BM" and len(head) > 26 and head[14] in {12, 40, 52, 56, 64, 108, 124}:
        return kind("bmp")
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in {b"avif", b"avis"}:
            return kind("avif")
        return kind("heic" if brand in {b"heic", b"heix", b"mif1", b"hevc"} else "mp4")
    return _sniff_text(head, name)


def _sniff_zip(file: BinaryIO, size: int, head: bytes, name: str) -> Kind:
    if head[30:38] == b"mimetype":
        declared = head[38:120]
        for found in ("epub", "odt", "ods", "odp"):
            if declared.startswith(MEDIA_TYPES[found].encode()):
                return kind(found)
    try:
        check_directory(file, size, Budget(Limits()))
        file.seek(0)
        with zipfile.ZipFile(file) as archive:
            names = {entry.replace("\\", "/").lower() for entry in archive.namelist()}
    except (Refused, zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        # Damaged: trust the name if it promises a zip-based format, so that the person reads "broken" of it.
        promised = format_of_name(name)
        return kind(promised if promised in {"docx", "pptx", "xlsx", "odt", "ods", "odp", "epub"} else "zip")
    if "[content_types].xml" in names or "_rels/.rels" in names:
        if "xl/workbook.bin" in names:
            return kind("xlsb")
        for folder, found in (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx")):
            if any(entry.startswith(folder) for entry in names):
                return kind(found)
    if "meta-inf/container.xml" in names:
        return kind("epub")
    if "content.xml" in names and "meta-inf/manifest.xml" in names:
        promised = format_of_name(name)
        return kind(promised if promised in {"odt", "ods", "odp"} else "odt")
    return kind("zip")


def _sniff_compound(file: BinaryIO, head: bytes, name: str) -> Kind:
    """OLE compound files, by the names of their streams ([MS-CFB] §2.6)."""
    sector = 1 << min(head[30], 16)
    file.seek((int.from_bytes(head[48:52], "little") + 1) * sector)
    directory = file.read(64 << 10)
    file.seek(0)
    for where in (directory, file.read(4 << 20)):
        for stream, found in (
            ("EncryptedPackage", "docx"),
            ("__properties_version1.0", "msg"),
            ("WordDocument", "doc"),
            ("PowerPoint Document", "ppt"),
            ("Workbook", "xls"),
            ("Book", "xls"),
        ):
            if (stream + "\0").encode("utf-16-le") in where:
                if stream == "EncryptedPackage":
                    promised = format_of_name(name)
                    office = promised if promised in {"docx", "pptx", "xlsx"} else found
                    return Kind(office, MEDIA_TYPES[office], locked=True)
                return kind(found)
    return UNKNOWN


def _sniff_text(head: bytes, name: str) -> Kind:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = head.decode("utf-16", "replace")
    else:
        nul, control = head.count(0), sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
        wide = nul > len(head) // 4 and min(head[0::2].count(0), head[1::2].count(0)) <= len(head) // 50
        if not head or (control > len(head) // 50 and not wide):
            return UNKNOWN
        text = head.decode("utf-16-le" if wide else "utf-8", "replace")
    start = text.lstrip("\ufeff \t\r\n")[:2_048]
    promised = format_of_name(name)
    if start.startswith("<"):
        if re.search(r"<svg\b", start) and "<html" not in start.lower():
            return kind("svg")
        if HTML_START.search(start) or promised == "html":
            return kind("html")
        return kind("xml" if start.startswith("<?xml") else "txt")
    if len({found.lower() for found in HEADER_LINE.findall(head)}) >= 2 and _begins_with_header(head):
        return kind("eml")
    if promised in {"md", "csv", "tsv", "html", "eml", "json", "txt"}:
        return kind(promised)
    return kind("json" if start.startswith(("{", "[")) and promised == "" and '"' in start else "txt")


def _begins_with_header(head: bytes) -> bool:
    first = head.lstrip().split(b"\n", 1)[0]
    return first.startswith(b"From ") or re.match(rb"[A-Za-z][A-Za-z0-9-]*:", first) is not None


def name_fits(found: str, name: str) -> bool:
    """Whether a file's name promises what it is, as far as it promises anything."""
    promised = format_of_name(name)
    return not promised or promised == found


def is_kin(found: str, name: str) -> bool:
    """Whether the name promises something commonly written in place of what was found."""
    promised = format_of_name(name)
    return any(promised in group and found in group for group in KINSHIPS)
