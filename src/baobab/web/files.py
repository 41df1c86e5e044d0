"""Files as pages show them: what they are, how reading went, where to read and to get them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from baobab.assets.models import Asset, AssetFile, FileReading
from baobab.reading import REASONS, STOPPED_AT, WARNINGS, Status, unread_pages
from baobab.vocabularies.languages import language_name

from .presenting import capital, shown_size

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What people call the formats; those that are not here go by their ending.
FORMATS: Mapping[str, _StrPromise] = {
    "pdf": gettext_lazy("PDF"),
    "docx": gettext_lazy("Word document"),
    "doc": gettext_lazy("Word document"),
    "odt": gettext_lazy("text document"),
    "rtf": gettext_lazy("text document"),
    "txt": gettext_lazy("plain text"),
    "md": gettext_lazy("plain text"),
    "pptx": gettext_lazy("slides"),
    "ppt": gettext_lazy("slides"),
    "odp": gettext_lazy("slides"),
    "xlsx": gettext_lazy("spreadsheet"),
    "xls": gettext_lazy("spreadsheet"),
    "ods": gettext_lazy("spreadsheet"),
    "csv": gettext_lazy("table"),
    "tsv": gettext_lazy("table"),
    "html": gettext_lazy("web page"),
    "epub": gettext_lazy("e-book"),
    "eml": gettext_lazy("message"),
    "msg": gettext_lazy("message"),
    "zip": gettext_lazy("archive of files"),
    "jpeg": gettext_lazy("image"),
    "png": gettext_lazy("image"),
    "tiff": gettext_lazy("image"),
    "webp": gettext_lazy("image"),
}
# Pictures of the sprite for formats that people tell apart at a glance; the others show a sheet of paper.
ICONS: Mapping[str, str] = {
    **dict.fromkeys(("pptx", "ppt", "odp"), "presentation"),
    **dict.fromkeys(("xlsx", "xls", "ods", "csv", "tsv"), "dataset"),
    "epub": "publication",
    "html": "globe",
}
IMAGES = frozenset({"png", "jpeg", "gif", "webp", "tiff", "bmp", "avif"})


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file in a list. `read_url` is empty where there is nothing to show on a page."""

    number: int
    name: str
    title: str
    icon: str
    format: str
    size: str
    language: str
    language_name: str
    extent: str
    status: str
    is_waiting: bool
    is_warning: bool
    read_url: str
    download_url: str


def shown_file(asset: Asset, file: AssetFile, language: str) -> ShownFile:
    """The file in the words of the reader's language (no query: the reading comes with the file)."""
    reading = reading_of(file)
    ending = file.name.rpartition(".")[2].lower() if "." in file.name else ""
    kind = reading.format or ending
    tag = file.language or reading.language
    return ShownFile(
        number=file.number,
        name=file.name,
        title=file.title or file.name,
        icon=ICONS.get(kind, "file"),
        format=str(FORMATS.get(kind, kind.upper() or _("file"))),
        size=shown_size(file.blob.size),
        language=tag,
        language_name=capital(language_name(tag, language)) if tag else "",
        extent=extent_of(reading),
        status=status_sentence(reading),
        is_waiting=reading.status == FileReading.WAITING,
        is_warning=reading.status not in (FileReading.WAITING, Status.READ),
        read_url=reverse("reader_page", args=[asset.public_id, file.number]) if can_be_shown(reading) else "",
        download_url=download_address(asset, file),
    )


def page_name(unit: str, *, label: str, number: int | None) -> str:
    """What people call a place in a document: “Page iv”, “Slide 3”, a sheet's or a chapter's own name."""
    if unit == "page":
        return _("Page %s") % (label or number) if label or number else ""
    if unit == "slide" and (number or label.isdecimal()):
        return _("Slide %s") % (label or number)
    return "" if label.isdecimal() else label


def reading_of(file: AssetFile) -> FileReading:
    """What was read of the file; a waiting reading where nothing was yet."""
    found = getattr(file.blob, "reading", None)
    return found if isinstance(found, FileReading) else FileReading(blob=file.blob)


def can_be_shown(reading: FileReading) -> bool:
    """Whether there is text or a picture of pages to show."""
    return reading.characters > 0 or has_pictures(reading)


def has_pictures(reading: FileReading) -> bool:
    """Whether pages can be shown as pictures: PDF that opened, and images."""
    if reading.status in (
        FileReading.WAITING,
        Status.ENCRYPTED,
        Status.BROKEN,
        Status.WRONG_TYPE,
        Status.TOO_BIG,
    ):
        return False
    return (reading.format == "pdf" and reading.page_count > 0) or reading.format in IMAGES


def download_address(asset: Asset, file: AssetFile) -> str:
    """Where the original can be had, under its own name."""
    return reverse("download", args=[asset.public_id, file.number, file.name.replace("/", "_")])


def status_sentence(reading: FileReading) -> str:
    """How reading went, in a sentence; nothing when all was read."""
    if reading.status == FileReading.WAITING:
        return _("This file is being read. Its words can be searched in a moment.")
    pages = unread_pages(reading.metadata.get("unread", ()))
    if reading.reason_code == "partly_stopped" and pages:
        return gettext(STOPPED_AT) % pages
    if reading.reason_code in REASONS:
        return gettext(REASONS[reading.reason_code][1])
    return reading.reason if reading.status != Status.READ else ""


def warning_sentences(reading: FileReading) -> list[str]:
    """What should be known before the file is opened."""
    return [gettext(WARNINGS[code]) for code in reading.warnings if code in WARNINGS]


def extent_of(reading: FileReading) -> str:
    """How long it is, in the unit of its format: `12 pages`, `24 slides`."""
    n = reading.page_count
    if not n:
        return ""
    if reading.unit == "slide":
        return ngettext("%s slide", "%s slides", n) % n
    if reading.unit == "sheet":
        return ngettext("%s sheet", "%s sheets", n) % n
    if reading.unit == "chapter":
        return ngettext("%s chapter", "%s chapters", n) % n
    if reading.unit == "page":
        return ngettext("%s page", "%s pages", n) % n
    return ""
