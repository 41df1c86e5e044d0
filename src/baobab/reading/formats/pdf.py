"""PDF by pdfium: text by page with the repairs that its raw output needs, outline, labels, page images."""

from __future__ import annotations

import ctypes
import mmap
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pypdfium2
import pypdfium2.raw as pdfium

from baobab.reading import ocr
from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.formats.office import people, words
from baobab.reading.formats.pdf_text import Repairs, page_text
from baobab.reading.formats.pdf_title import largest_lines
from baobab.reading.model import Metadata
from baobab.reading.quality import is_garbled
from baobab.reading.reasons import Refused

if TYPE_CHECKING:
    from PIL.Image import Image

# Bookmarks beyond these are not read.
OUTLINE_ENTRIES = 5_000
OUTLINE_DEPTH = 8
MARKERS = {b"/JavaScript": "javascript", b"/Launch": "launch", b"/EmbeddedFile": "attachments"}
MARKERS_WITHIN = 64 << 20
# A page with fewer letters and digits is a picture with a page number.
SCANNED = 20
RENDER_PIXELS = 25_000_000


def open_document(source: Source) -> pypdfium2.PdfDocument:
    """The document, mapped into memory without a copy. Refused("encrypted") or ("broken")."""
    try:
        mapped = mmap.mmap(
            source.file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE
        )
        block = (ctypes.c_char * len(mapped)).from_buffer(mapped)
        return pypdfium2.PdfDocument(block)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        locked = code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}
        raise Refused("encrypted" if locked else "broken") from None
    except (ValueError, OSError):
        raise Refused("broken") from None


def read(source: Source, budget: Budget) -> Content:
    """Text of every page up to the limits. A page that cannot be opened is empty and makes the reading
    partial."""
    document = open_document(source)
    content = Content(unit="page", page_count=len(document))
    if not len(document):
        raise Refused("broken")
    content.metadata = _metadata(document)
    content.warnings += _warnings(source)
    outline = _outline(document)
    texts: list[str | None] = []
    clipped = False
    stopped: list[int] = []
    counted = budget.characters
    for index in range(min(len(document), budget.limits.pages)):
        if not source.steps.begin(index + 1, len(document)):
            stopped.append(index)
            texts.append("")
            continue
        text, hidden = _text_of(document, index)
        clipped |= hidden
        texts.append(None if text is None else budget.add_text(text))
        if index == 0:
            content.title_guess = largest_lines(document)
        if budget.full:
            content.code = budget.stopped_by
            break
    source.steps.end()
    if len(texts) < len(document) and not content.code:
        content.code = "partly_pages"
    if source.tesseract:
        _recognise(document, source, content, budget, texts)
    repairs = Repairs(text for text in texts if text)
    budget.characters = counted
    for index, text in enumerate(texts):
        headings = tuple(outline.get(index, ()))
        label = _label(document, index) or str(index + 1)
        content.add(index + 1, label, repairs.mend(text or ""), budget, headings)
    if None in texts and not content.code:
        content.code = "partly_damaged" if any(texts) else "broken"
    if stopped:
        content.code = "partly_stopped"
        content.metadata = replace(
            content.metadata,
            unread=tuple(f"partly_stopped: {content.pages[index].label}" for index in stopped),
        )
    if clipped:
        content.warnings.append("hidden_text_skipped")
    return content


def _recognise(
    document: pypdfium2.PdfDocument, source: Source, content: Content, budget: Budget, texts: list[str | None]
) -> None:
    """Put recognised text in place of pages without any, or of all when their letters are scrambled."""
    scrambled = is_garbled([text for text in texts if text])
    wanted = [
        n for n, text in enumerate(texts, start=1) if scrambled or sum(map(str.isalnum, text or "")) < SCANNED
    ]

    def picture(number: int) -> Image:
        across = document.get_page_size(number - 1)[0]
        return render_page(document, number - 1, width=max(int(across * ocr.DOTS_PER_INCH / 72), 1))

    found, complete = ocr.recognise(source, budget, wanted, picture)
    if found is None:
        content.warnings.append("ocr_missing")
        return
    for number, text in found.items():
        texts[number - 1] = text or texts[number - 1]
    if any(found.values()):
        content.warnings.append("ocr")
    if not complete and not content.code:
        content.code = "partly_ocr"


def _text_of(document: pypdfium2.PdfDocument, index: int) -> tuple[str | None, bool]:
    try:
        page = document[index]
        try:
            text_page = page.get_textpage()
            try:
                return page_text(page, text_page)
            finally:
                text_page.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return None, False


def render(source: Source, index: int, *, width: int) -> Image:
    """A picture of page `index` (from 0), `width` pixels wide. Refused("broken") without such a page."""
    document = open_document(source)
    return render_page(document, index, width=width)


def render_page(document: pypdfium2.PdfDocument, index: int, *, width: int) -> Image:
    """As `render`, of an open document."""
    try:
        if not 0 <= index < len(document):
            raise Refused("broken")
        page = document[index]
        across, down = page.get_size()
        if across <= 0 or down <= 0:
            raise Refused("broken")
        scale = width / across
        # A page may be a thousand times taller than wide.
        scale = min(scale, (RENDER_PIXELS / (across * down)) ** 0.5)
        bitmap = page.render(scale=scale, optimize_mode=None)
        image: Image = bitmap.to_pil().convert("RGB")
        page.close()
    except pypdfium2.PdfiumError:
        raise Refused("broken") from None
    return image


def _label(document: pypdfium2.PdfDocument, index: int) -> str:
    label: str = document.get_page_label(index)
    return clean(label)[:40]


def clean(text: str) -> str:
    """One line of printable text."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _metadata(document: pypdfium2.PdfDocument) -> Metadata:
    values: dict[str, str] = {key: clean(value) for key, value in document.get_metadata_dict().items()}
    return Metadata(
        title=values.get("Title", ""),
        authors=people(values.get("Author", "")),
        language=_language(document),
        created=iso_instant(values.get("CreationDate", "")),
        modified=iso_instant(values.get("ModDate", "")),
        subject=values.get("Subject", ""),
        keywords=words(values.get("Keywords", "")),
        software=values.get("Creator", "") or values.get("Producer", ""),
    )


def _language(document: pypdfium2.PdfDocument) -> str:
    length = pdfium.FPDFCatalog_GetLanguage(document, None, 0)
    if not 2 < length < 200:
        return ""
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDFCatalog_GetLanguage(document, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return clean(buffer.raw.decode("utf-16-le", "ignore").rstrip("\0"))


PDF_INSTANT = re.compile(r"^(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-])(\d\d)'?(\d\d)?|(Z))?")


def iso_instant(written: str) -> str:
    """ISO 8601 from PDF's form of dates (ISO 32000-1 §7.9.4); "" when it is not one."""
    found = PDF_INSTANT.match(written.strip())
    if not found:
        return ""
    year, month, day, hour, minute, second, sign, over, more, utc = found.groups()
    if not month or not day:
        return "-".join(part for part in (year, month) if part)
    if not hour:
        return f"{year}-{month}-{day}"
    zone = "Z" if utc else f"{sign}{over}:{more or '00'}" if sign else ""
    return f"{year}-{month}-{day}T{hour}:{minute or '00'}:{second or '00'}{zone}"


def _outline(document: pypdfium2.PdfDocument) -> dict[int, list[str]]:
    """Page index to the bookmarks that point at it."""
    found: dict[int, list[str]] = {}
    try:
        for count, bookmark in enumerate(document.get_toc(max_depth=OUTLINE_DEPTH)):
            if count >= OUTLINE_ENTRIES:
                break
            target: Any = bookmark.get_dest()
            index = target.get_index() if target else None
            title = clean(bookmark.get_title())[:300]
            if index is not None and title:
                found.setdefault(index, []).append(title)
    except pypdfium2.PdfiumError:
        return found
    return found


def _warnings(source: Source) -> list[str]:
    """What the bytes openly mention; a hint, since compressed objects are not searched."""
    head = source.whole(MARKERS_WITHIN)
    return [code for marker, code in MARKERS.items() if marker in head]
