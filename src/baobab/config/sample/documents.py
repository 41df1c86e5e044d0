"""Sample files made from Markdown: PDF through Typst, slides, word-processor files and tables."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import typst
from babel.dates import format_date, format_skeleton

from baobab.config.sample.content import SampleFile, SampleOrganisation
from baobab.config.sample.markup import escape, to_typst
from baobab.config.sample.office import make_slides, make_word_document

TEMPLATE = Path(__file__).with_name("document.typ")
LATIN_FACE = "Libertinus Serif"  # comes with Typst
# Faces made for Arabic text: the first one installed on the machine is used. DejaVu Sans Mono comes with
# Typst and has the letters, correctly joined, but of equal width: readable and searchable, not handsome.
ARABIC_FACES = ("Noto Naskh Arabic", "Amiri", "Scheherazade New", "Noto Sans Arabic", "DejaVu Sans")
ARABIC_FALLBACK = "DejaVu Sans Mono"


def make_document(
    file: SampleFile, *, title: str, authors: Sequence[str], date: str, organisation: SampleOrganisation
) -> bytes:
    """The bytes of one sample file in the format it names (pdf, pptx, docx or csv; csv as UTF-8, RFC 4180).

    `date` is EDTF: a year, a month or a day. The same arguments give the same bytes on the same machine, so
    that loading the sample twice stores every file once. Raises `ValueError` for a format that is unknown.
    """
    if file.format == "csv":
        return _table(file)
    day = first_day(date)
    shown_date = printed_date(date, language=file.language)
    byline = _joined(authors, language=file.language)
    name = organisation.name[file.language]
    notice = organisation.notice[file.language]
    match file.format:
        case "pdf":
            source = _typst_source(
                file,
                title=title,
                authors=authors,
                byline=byline,
                shown_date=shown_date,
                day=day,
                name=name,
                notice=notice,
            )
            return _compiled(source, day=day)
        case "pptx":
            return make_slides(file, title=title, byline=byline, shown_date=shown_date, day=day, footer=name)
        case "docx":
            return make_word_document(
                file, title=title, byline=byline, shown_date=shown_date, day=day, footer=notice
            )
        case _:
            raise ValueError(f"Sample documents cannot be made in the format “{file.format}”.")


def first_day(date: str) -> datetime.date:
    """The first day of an EDTF year, month or day."""
    year, month, day, *_ = (*date.split("-"), "1", "1")
    return datetime.date(int(year), int(month), int(day))


def printed_date(date: str, *, language: str) -> str:
    """An EDTF date as a reader of this language writes it, no more precise than it is given."""
    day = first_day(date)
    match date.count("-"):
        case 0:
            return date
        case 1:
            return format_skeleton("yMMMM", day, locale=language)
        case _:
            return format_date(day, format="long", locale=language)


@cache
def arabic_face() -> str:
    """The family that Arabic PDFs are set in on this machine."""
    families = set(typst.Fonts().families())
    return next((face for face in ARABIC_FACES if face in families), ARABIC_FALLBACK)


def _table(file: SampleFile) -> bytes:
    rows = list(csv.reader(io.StringIO(file.text)))
    if len({len(row) for row in rows}) != 1:
        raise ValueError(f"The rows of {file.name} are not all of the same length.")
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _typst_source(
    file: SampleFile,
    *,
    title: str,
    authors: Sequence[str],
    byline: str,
    shown_date: str,
    day: datetime.date,
    name: str,
    notice: str,
) -> str:
    faces = (arabic_face(), LATIN_FACE) if file.language == "ar" else (LATIN_FACE, arabic_face())
    arguments = {
        "title": _string(title),
        "authors": _array(authors),
        "byline": f"[{escape(byline)}]",
        "shown-date": f"[{escape(shown_date)}]",
        "organisation": f"[{escape(name)}]",
        "notice": f"[{escape(notice)}]",
        "date": f"datetime(year: {day.year}, month: {day.month}, day: {day.day})",
        "language": _string(file.language),
        "direction": "rtl" if file.language == "ar" else "ltr",
        "faces": _array(faces),
    }
    listed = ", ".join(f"{key}: {value}" for key, value in arguments.items())
    template = TEMPLATE.read_text(encoding="utf-8")
    return f"{template}\n#show: document-page.with({listed})\n\n{to_typst(file.text)}"


def _compiled(source: str, *, day: datetime.date) -> bytes:
    made = datetime.datetime.combine(day, datetime.time(), tzinfo=datetime.UTC)
    pdf = typst.Compiler().compile(source.encode(), format="pdf", timestamp=made)
    if not isinstance(pdf, bytes):
        raise TypeError("Typst did not return the bytes of one PDF file.")
    return pdf


def _string(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'


def _array(texts: Sequence[str]) -> str:
    return "(" + "".join(f"{_string(text)}, " for text in texts) + ")"


def _joined(names: Sequence[str], *, language: str) -> str:
    return ("، " if language == "ar" else ", ").join(names)
