"""One document from bytes to Reading: choose its reader, judge the text, settle title, language and
status."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from PIL import Image

from baobab.reading import thumbnails
from baobab.reading.budget import Budget
from baobab.reading.choice import module, read_content, reason_in_text
from baobab.reading.content import Content, Source
from baobab.reading.language import detect_language, primary_tag
from baobab.reading.model import Limits, Metadata, Page, Reading
from baobab.reading.quality import without_controls
from baobab.reading.reasons import Refused, sentence_of, status_of
from baobab.reading.sniffing import IMAGES, is_kin, name_fits
from baobab.reading.titles import guess_title, title_of_text

LONGEST_VALUE = 2_000
# Pieces named as unread; of more, their number would say as much.
MOST_UNREAD = 200
# Their first lines may be a title where nothing is marked as one.
RUNNING = frozenset({"txt", "md", "rtf", "docx", "odt"})
# Their first heading is that of a file inside them.
CONTAINERS = frozenset({"zip", "eml", "msg"})


def read(
    source: Source, limits: Limits, languages: Collection[str] | None
) -> tuple[Reading, Callable[[], bytes | None]]:
    """The reading, and a function that makes its thumbnail: the picture comes last, it may cost the
    process."""
    bare = Reading(status_of("unsupported"), format=source.format, media_type=source.media_type)
    try:
        content = read_content(source, Budget(limits))
    except Refused as refusal:
        return refused(bare, refusal.code), lambda: None
    except MemoryError:
        return refused(bare, "memory"), lambda: None
    except RecursionError:
        return refused(bare, "structure"), lambda: None
    pages = tuple(_tidy(page) for page in content.pages)
    characters = sum(len(page.text) for page in pages)
    code = content.code or reason_in_text(source, content)
    if not characters and code.startswith("partly") and source.format != "zip":
        code = "broken"
    warnings = list(dict.fromkeys(content.warnings))
    if not name_fits(source.format, source.name):
        if is_kin(source.format, source.name):
            warnings.append("name_differs")
        else:
            code = code if code in {"encrypted", "broken", "garbled"} else "wrong_type"
    metadata = _tidy_metadata(content.metadata)
    language, score = detect_language("\n".join(page.text for page in pages), languages)
    if not language or status_of(code) == "garbled":
        language, score = primary_tag(metadata.language), 0.0
    reading = replace(
        bare,
        status=status_of(code),
        reason_code=code,
        reason=sentence_of(code, metadata.unread),
        unit=content.unit,
        pages=pages,
        metadata=metadata,
        suggested_title=guess_title(metadata.title, content.title_guess or _prominent(source, pages)),
        language=language,
        language_score=score,
        warnings=tuple(warnings),
        members=tuple(content.members),
        page_count=content.page_count or len(pages),
        characters=characters,
        truncated=code in {"partly_pages", "partly_time"},
    )
    return reading, lambda: _picture(source, content, limits)


def refused(bare: Reading, code: str) -> Reading:
    """The reading of a file that could not be read for the reason `code`."""
    return replace(bare, status=status_of(code), reason_code=code, reason=sentence_of(code))


def _tidy(page: Page) -> Page:
    headings = tuple(
        line for line in (" ".join(without_controls(h).split())[:300] for h in page.headings) if line
    )
    return Page(
        page.number,
        " ".join(without_controls(page.label).split())[:200],
        without_controls(page.text),
        headings,
    )


def _tidy_metadata(metadata: Metadata) -> Metadata:
    """Values of one line and bearable length: they come from outside."""

    def line(value: str) -> str:
        return " ".join(without_controls(value).split())[:LONGEST_VALUE]

    return Metadata(
        title=line(metadata.title),
        authors=tuple(filter(None, map(line, metadata.authors[:100]))),
        language=line(metadata.language)[:35],
        created=line(metadata.created)[:40],
        modified=line(metadata.modified)[:40],
        subject=line(metadata.subject),
        keywords=tuple(filter(None, map(line, metadata.keywords[:100]))),
        description=line(metadata.description),
        publisher=line(metadata.publisher),
        identifier=line(metadata.identifier),
        software=line(metadata.software),
        unread=tuple(map(line, metadata.unread[:MOST_UNREAD])),
    )


def _prominent(source: Source, pages: tuple[Page, ...]) -> str:
    """The first heading, or the first line of a text without headings that reads like a title."""
    if source.format in CONTAINERS or not pages:
        return ""
    if source.format in RUNNING and not any(page.headings for page in pages):
        return title_of_text(pages[0].text)
    return next((page.headings[0] for page in pages[:3] if page.headings), "")


def _picture(source: Source, content: Content, limits: Limits) -> bytes | None:
    """The thumbnail: page 1 of a PDF, the image itself, a stored preview or cover; None without any."""
    try:
        image = _first_picture(source, content, limits)
        return (thumbnails.thumbnail(image) or None) if image else None
    except (Refused, MemoryError):
        return None


def _first_picture(source: Source, content: Content, limits: Limits) -> Image.Image | None:
    if 1 in source.steps.left_out:
        return None
    if source.format == "pdf":
        return page_image(source, 1, limits, width=thumbnails.THUMBNAIL_WIDTH)
    if source.format in IMAGES:
        return page_image(source, 1, limits, width=thumbnails.THUMBNAIL_WIDTH)
    if content.picture:
        return thumbnails.from_bytes(content.picture, pixels=limits.pixels)
    return None


def page_image(source: Source, number: int, limits: Limits, *, width: int) -> Image.Image:
    """A picture of page `number` (from 1) of a PDF or image. Refused where there is none."""
    if source.format == "pdf":
        image: Image.Image = module("pdf").render(source, number - 1, width=width)
        return image
    if source.format in IMAGES:
        picture: Image.Image = module("image").render(source, number - 1, limits, width=width)
        return picture
    raise Refused("unsupported")


def page_picture(source: Source, number: int, limits: Limits, *, width: int) -> bytes:
    """As `page_image`, as WebP."""
    return thumbnails.webp(page_image(source, number, limits, width=width))
