"""Rich Text Format, by striprtf."""

from __future__ import annotations

import re
from typing import Any

from striprtf.striprtf import rtf_to_text

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.flow import Block, lay_out
from baobab.reading.model import Metadata
from baobab.reading.reasons import Refused

LARGEST = 20 << 20
# Binary pictures and embedded objects as hexadecimal: no text, and most of many files.
LONG_HEX = re.compile(r"[0-9a-fA-F\r\n]{2000,}")
INFO = {
    "title": "title",
    "author": "author",
    "subject": "subject",
    "keywords": "keywords",
    "company": "company",
}
ENCODED_PAGE = re.compile(r"\\ansicpg(\d{3,5})")


def read(source: Source, budget: Budget) -> Content:
    """The text by section or as one; RTF's own page breaks are not kept by its reader."""
    if source.size > LARGEST:
        raise Refused("file_size")
    marked = LONG_HEX.sub("", source.whole(LARGEST).decode("latin-1"))
    try:
        text = _converted(marked)
    except (ValueError, IndexError, KeyError, TypeError, LookupError, OverflowError):
        raise Refused("broken") from None
    content = Content(unit="flow", metadata=_metadata(marked))
    lay_out([Block(line) for line in text.split("\n")], content, budget)
    if "\\object" in marked:
        content.warnings.append("attachments")
    if not marked.rstrip("\0 \r\n").endswith("}") and content.pages:
        content.code = "partly_damaged"
    return content


def _converted(marked: str) -> str:
    convert: Any = rtf_to_text
    return str(convert(marked, errors="replace"))


def _metadata(marked: str) -> Metadata:
    head = marked[: 256 << 10]
    values: dict[str, str] = {}
    for name in INFO:
        found = re.search(r"\{\\" + name + r" ((?:[^{}\\]|\\.){1,2000})\}", head)
        if found:
            page = ENCODED_PAGE.search(head)
            prefix = f"{{\\rtf1\\ansi{page.group() if page else ''} "
            values[name] = _converted(prefix + found.group(1) + "}").strip()
    return Metadata(
        title=values.get("title", ""),
        authors=(values["author"],) if values.get("author") else (),
        subject=values.get("subject", ""),
        keywords=(values["keywords"],) if values.get("keywords") else (),
        publisher=values.get("company", ""),
    )
