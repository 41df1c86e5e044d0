"""Plain text, Markdown, CSV, JSON and XML as text, in whatever encoding."""

from __future__ import annotations

import json
import re

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.encoding import decode
from baobab.reading.flow import Block, lay_out
from baobab.reading.model import Metadata
from baobab.reading.reasons import Refused
from baobab.reading.tables import dialect_of, rows_of_text

LARGEST = 40 << 20
ATX_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})[ \t]*$")
FENCE = re.compile(r"^ {0,3}(```|~~~)")
LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|___|__|_|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")
FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
FRONT_LINE = re.compile(r"^(\w[\w-]*):[ \t]*(.+?)[ \t]*$", re.M)


def read(source: Source, budget: Budget) -> Content:
    """The text; form feeds end pages, Markdown headings begin sections, a table is one sheet."""
    if source.size > LARGEST:
        raise Refused("file_size")
    text, encoding = decode(source.whole(LARGEST), stated=source.format == "xml")
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    content = Content(unit="flow")
    if source.format in {"csv", "tsv"}:
        _table(text, content, budget)
    elif source.format == "md":
        front = FRONT_MATTER.match(text)
        if front:
            content.metadata = _front_matter(front.group(1))
            text = text[front.end() :]
        lay_out(_markdown(text), content, budget)
    else:
        if source.format == "json":
            text = _readable_json(text)
        elif source.format == "xml":
            text = re.sub(r"<[^<>]*>", " ", text)
        lay_out(_paragraphs(text), content, budget)
    if encoding.guessed:
        content.warnings.append("encoding_guessed")
    return content


def _paragraphs(text: str) -> list[Block]:
    blocks: list[Block] = []
    for number, page in enumerate(text.split("\f")):
        paragraphs = re.split(r"\n[ \t]*\n", page)
        for at, paragraph in enumerate(paragraphs):
            last = at == len(paragraphs) - 1
            blocks.append(
                Block(paragraph if last else paragraph + "\n", cut="explicit" if number and not at else "")
            )
    return [Block(b.text + "\n" if b.text.strip() else b.text, b.level, b.cut) for b in blocks]


def _markdown(text: str) -> list[Block]:
    blocks: list[Block] = []
    fenced = False
    for line in text.split("\n"):
        if FENCE.match(line):
            fenced = not fenced
            continue
        heading = None if fenced else ATX_HEADING.match(line)
        underline = None if fenced else UNDERLINE.match(line)
        if heading:
            blocks.append(Block(_unmarked(heading.group(2)), len(heading.group(1))))
        elif underline and blocks and blocks[-1].text.strip() and not blocks[-1].level:
            level = 1 if underline.group(1).startswith("=") else 2
            blocks[-1] = Block(blocks[-1].text, level)
        else:
            blocks.append(Block(line if fenced else _unmarked(line)))
    return blocks


def _unmarked(line: str) -> str:
    """A line without the marks of links and emphasis, which would stand in the way of searching."""
    line = LINK.sub(r"\1", line[:20_000]) + line[20_000:]
    return EMPHASIS.sub(r"\2", line) if len(line) < 20_000 else line


def _front_matter(block: str) -> Metadata:
    values = {key.lower(): value.strip("\"'") for key, value in FRONT_LINE.findall(block)}
    author = values.get("author", "")
    return Metadata(
        title=values.get("title", ""),
        authors=(author,) if author else (),
        language=values.get("language") or values.get("lang", ""),
        created=values.get("date", ""),
        description=values.get("description") or values.get("summary", ""),
    )


def _readable_json(text: str) -> str:
    """JSON with its escapes resolved, so that the words in it are words; as it is when it is not valid."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    except ValueError:
        return text


def _table(text: str, content: Content, budget: Budget) -> None:
    content.unit, content.tables, content.page_count = "sheet", True, 1
    lines = []
    for row in rows_of_text(text, dialect_of(text)):
        budget.cells += len(row)
        lines.append("\t".join(" ".join(cell.split()) for cell in row))
        if budget.full:
            break
    content.add(1, "1", "\n".join(lines), budget)
