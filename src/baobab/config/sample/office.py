"""Slides and word-processor files from Markdown, dated so that the same text gives the same bytes."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from typing import Any

import docx
import pptx
from docx.oxml import OxmlElement
from docx.shared import Pt
from markdown_it.tree import SyntaxTreeNode
from pptx.dml.color import RGBColor
from pptx.util import Emu
from pptx.util import Pt as SlidePt

from baobab.config.sample.content import SampleFile
from baobab.config.sample.markup import parse_markdown, plain_text

ACCENT = RGBColor(0x0B, 0x55, 0x63)  # type: ignore[no-untyped-call]
SLIDE_BREAK = re.compile(r"^---\s*$", re.MULTILINE)
WIDE_SLIDE = (Emu(12_192_000), Emu(6_858_000))  # 16:9
TITLE_LAYOUT, TEXT_LAYOUT = 0, 1  # of the template that python-pptx brings
ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that the format can say


def make_slides(
    file: SampleFile, *, title: str, byline: str, shown_date: str, day: datetime.date, footer: str
) -> bytes:
    """A deck (PPTX): a title slide, then one slide per part of the text between `---` lines.

    The first heading of a part is the slide's title; its paragraphs and list items are the slide's lines; a
    quotation (`> …`) becomes the speaker's notes.
    """
    deck = pptx.Presentation()
    deck.slide_width, deck.slide_height = WIDE_SLIDE
    first = deck.slides.add_slide(deck.slide_layouts[TITLE_LAYOUT])
    first.shapes.title.text = title
    first.placeholders[1].text = f"{byline}\n{shown_date}\n{footer}"
    for part in SLIDE_BREAK.split(file.text):
        _add_slide(deck, parse_markdown(part))
    for slide in deck.slides:
        _arrange(slide, right_to_left=file.language == "ar")
    _describe(deck.core_properties, title=title, byline=byline, day=day, language=file.language)
    buffer = io.BytesIO()
    deck.save(buffer)
    return _with_fixed_dates(buffer.getvalue())


def make_word_document(
    file: SampleFile, *, title: str, byline: str, shown_date: str, day: datetime.date, footer: str
) -> bytes:
    """A word-processor file (DOCX) with real heading, list and table styles."""
    document = docx.Document()
    document.styles["Normal"].font.size = Pt(11)
    document.add_heading(title, level=0)
    document.add_paragraph(byline)
    document.add_paragraph(shown_date)
    for node in parse_markdown(file.text).children:
        _add_block(document, node)
    document.sections[0].footer.paragraphs[0].text = footer
    if file.language == "ar":
        for paragraph in document.paragraphs:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    _describe(document.core_properties, title=title, byline=byline, day=day, language=file.language)
    buffer = io.BytesIO()
    document.save(buffer)
    return _with_fixed_dates(buffer.getvalue())


def _add_slide(deck: Any, tree: SyntaxTreeNode) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TEXT_LAYOUT])
    lines: list[str] = []
    for node in tree.children:
        match node.type:
            case "heading":
                slide.shapes.title.text = plain_text(node)
            case "blockquote":
                slide.notes_slide.notes_text_frame.text = plain_text(node)
            case "bullet_list" | "ordered_list":
                lines.extend(plain_text(item) for item in node.children)
            case _:
                lines.append(plain_text(node))
    slide.placeholders[1].text_frame.text = "\n".join(lines)


def _arrange(slide: Any, *, right_to_left: bool) -> None:
    """Fit the template's 4:3 placeholders to the wide slide, in the house colour and direction."""
    heading, text = slide.shapes.title, slide.placeholders[1]
    heading.left, heading.width = Emu(700_000), Emu(10_800_000)
    text.left, text.width = Emu(700_000), Emu(10_800_000)
    for shape in (heading, text):
        for paragraph in shape.text_frame.paragraphs:
            if right_to_left:
                paragraph._p.get_or_add_pPr().set("rtl", "1")
            for run in paragraph.runs:
                run.font.size = SlidePt(34 if shape is heading else 22)
                if shape is heading:
                    run.font.color.rgb = ACCENT


def _add_block(document: Any, node: SyntaxTreeNode) -> None:
    match node.type:
        case "heading":
            document.add_heading(plain_text(node), level=int(node.tag.removeprefix("h")))
        case "bullet_list" | "ordered_list":
            style = "List Bullet" if node.type == "bullet_list" else "List Number"
            for item in node.children:
                document.add_paragraph(plain_text(item), style=style)
        case "table":
            _add_table(document, node)
        case "blockquote":
            document.add_paragraph(plain_text(node), style="Quote")
        case "paragraph":
            _add_runs(document.add_paragraph(), node)
        case _:
            raise ValueError(f"Sample documents cannot contain the Markdown construct “{node.type}”.")


def _add_runs(paragraph: Any, node: SyntaxTreeNode) -> None:
    for child in node.children[0].children:
        run = paragraph.add_run(plain_text(child))
        run.bold = child.type == "strong"
        run.italic = child.type == "em"


def _add_table(document: Any, node: SyntaxTreeNode) -> None:
    rows = [[plain_text(cell) for cell in row.children] for part in node.children for row in part.children]
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text


def _describe(properties: Any, *, title: str, byline: str, day: datetime.date, language: str) -> None:
    instant = datetime.datetime.combine(day, datetime.time())
    properties.title = title
    properties.author = properties.last_modified_by = byline
    properties.language = language
    properties.comments = ""
    properties.created = properties.modified = instant


def _with_fixed_dates(archive: bytes) -> bytes:
    """The same ZIP with every member dated alike: the libraries write the time of saving."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, date_time=ZIP_DATE)
            target.writestr(member, source.read(name), compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()
