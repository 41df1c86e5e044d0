"""The reader: a document page by page, its words and its picture, and a search inside it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from baobab.assets.files.queries import pages_of
from baobab.assets.models import AssetFile, FilePage, FileReading
from baobab.kernel.errors import NotFound
from baobab.search.within import mark_words, pages_matching

from .. import pictures
from ..files import (
    FORMATS,
    download_address,
    has_pictures,
    page_name,
    reading_of,
    status_sentence,
    warning_sentences,
)
from ..presenting import capital, direction_of
from .opening import file_to_read

# A picture fit for a phone, and one for a wide screen.
PICTURE_WIDTHS = (720, 1400)
# A question in the address is at most so long.
_LONGEST_QUESTION = 1000


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A block of a page's text, safe to show; `is_heading` where the document says so."""

    html: SafeString
    is_heading: bool


def reader_page(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """One page of a document (five queries beside who asks). Raises `NotFound` past its end."""
    asset, file, _reader = file_to_read(request, public_id, number)
    reading = reading_of(file)
    language = file.language or reading.language or asset.original_language
    q = request.GET.get("q", "").strip()[:_LONGEST_QUESTION]
    total = _page_total(file, reading)
    position = _position(request, total)
    page = FilePage.objects.filter(blob=file.blob, position=position).first()
    has_picture = has_pictures(reading)
    wants_text = request.GET.get("view") == "text" or not has_picture
    has_text = page is not None and bool(page.text.strip())
    here = reverse("reader_page", args=[asset.public_id, file.number])
    kept = {"q": q} if q else {}
    context = {
        "asset": asset,
        "file": file,
        "title": file.title or asset.title,
        "page": page,
        "position": position,
        "total": total,
        "place": _place_name(page, reading, position),
        "is_named_by_heading": page is not None and page.label in page.headings,
        "paragraphs": _paragraphs(page, q, language) if page and (wants_text or not has_picture) else [],
        "has_text": has_text,
        "language": language,
        "direction": direction_of(language),
        "is_picture": has_picture and not wants_text,
        "picture": pictures.address_of(asset, file, position, PICTURE_WIDTHS[0]),
        "wide_picture": pictures.address_of(asset, file, position, PICTURE_WIDTHS[1]),
        "picture_text": page.text.strip() if page and has_picture and not wants_text else "",
        "views": _views(here, position, kept, is_text=wants_text) if has_picture and has_text else [],
        "previous_url": _at(here, position - 1, kept, request) if position > 1 else "",
        "next_url": _at(here, position + 1, kept, request) if position < total else "",
        "here": here,
        "back_url": reverse("asset_page", args=[asset.public_id]),
        "search_action": reverse("search_inside", args=[asset.public_id, file.number])
        if reading.characters
        else "",
        "q": q,
        "download_url": download_address(asset, file),
        "status_sentence": status_sentence(reading),
        "is_waiting": reading.status == FileReading.WAITING,
        "warnings": warning_sentences(reading),
        "format": capital(str(FORMATS.get(reading.format, reading.format.upper()))),
        "is_old": not file.is_current,
    }
    return render(request, "web/reader.html", context)


def _page_total(file: AssetFile, reading: FileReading) -> int:
    last = (
        FilePage.objects.filter(blob=file.blob)
        .order_by("-position")
        .values_list("position", flat=True)
        .first()
        or 0
    )
    return max(last, reading.page_count if has_pictures(reading) else 0, 1)


def _position(request: HttpRequest, total: int) -> int:
    text = request.GET.get("page", "") or "1"
    if not text.isdecimal() or not 1 <= (position := int(text[:12])) <= total:
        raise NotFound(_("The document has no such page; its last page is %s.") % total)
    return position


def _place_name(page: FilePage | None, reading: FileReading, position: int) -> str:
    label = page.label if page is not None else ""
    return page_name(reading.unit, label=label, number=None if reading.unit == "flow" else position)


def _paragraphs(page: FilePage, q: str, language: str) -> list[Paragraph]:
    """The page's lines as they stand, gathered between blank lines and headings."""
    headings = {" ".join(heading.split()) for heading in page.headings}
    blocks: list[tuple[list[str], bool]] = [([], False)]
    for line in page.text.split("\n"):
        if " ".join(line.split()) in headings:
            blocks += [([line], True), ([], False)]
        elif line.strip():
            blocks[-1][0].append(line)
        elif blocks[-1][0]:
            blocks.append(([], False))
    return [
        Paragraph(mark_words("\n".join(lines), q, language=language), is_heading)
        for lines, is_heading in blocks
        if lines
    ]


def _at(here: str, position: int, kept: dict[str, str], request: HttpRequest) -> str:
    view = {"view": "text"} if request.GET.get("view") == "text" else {}
    return f"{here}?{urlencode({'page': position, **view, **kept})}"


def _views(here: str, position: int, kept: dict[str, str], *, is_text: bool) -> list[dict[str, object]]:
    return [
        {
            "label": _("Page image"),
            "url": f"{here}?{urlencode({'page': position, **kept})}",
            "is_current": not is_text,
        },
        {
            "label": _("Text"),
            "url": f"{here}?{urlencode({'page': position, 'view': 'text', **kept})}",
            "is_current": is_text,
        },
    ]


def search_inside_page(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """The pages of one document on which the words stand, each with the words marked and a link to it."""
    asset, file, _reader = file_to_read(request, public_id, number)
    reading = reading_of(file)
    language = file.language or reading.language or asset.original_language
    q = request.GET.get("q", "").strip()[:_LONGEST_QUESTION]
    here = reverse("reader_page", args=[asset.public_id, file.number])
    found = pages_matching(pages_of(file.blob).iterator(chunk_size=50), q, language=language) if q else None
    shown = [
        (
            _place_name(
                FilePage(position=match.position, number=match.number, label=match.label),
                reading,
                match.position,
            )
            or _("Section %s") % match.position,
            f"{here}?{urlencode({'page': match.position, 'view': 'text', 'q': q})}",
            match.snippet,
        )
        for match in (found.pages if found else ())
    ]
    context = {
        "asset": asset,
        "title": file.title or asset.title,
        "here": here,
        "q": q,
        "matches": shown,
        "found": found,
        "language": language,
        "direction": direction_of(language),
        "trail": [
            (asset.title, reverse("asset_page", args=[asset.public_id])),
            (file.title or file.name, here),
            (_("Search in this document"), ""),
        ],
    }
    return render(request, "web/search_inside.html", context)
