"""Blocks of running text (paragraphs, headings, table rows) made into pages or sections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from baobab.reading.budget import Budget
from baobab.reading.content import Content

# Below this many characters a text stays in one piece even when it has headings.
SHORT = 3_000
# A longer stretch without headings is divided at the end of a paragraph.
LONG = 50_000
# No printed page holds more; where a "page" does, the author's breaks are not page ends.
PAGE_AT_MOST = 9_000
SECTION_LEVELS = 3

Break = Literal["", "rendered", "explicit"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or table row. `level` is that of a heading (1 highest, 0 none); `cut` says that a page ends
    before it, as laid out by the program that wrote the file or as the author asked; notes go to the foot."""

    text: str
    level: int = 0
    cut: Break = ""
    note: bool = False


def lay_out(blocks: Iterable[Block], content: Content, budget: Budget) -> None:
    """Fill `content.pages`: real pages where the file says where they end, else sections under headings."""
    listed = list(blocks)
    for kind in ("rendered", "explicit"):
        if any(block.cut == kind for block in listed):
            pages = _divide(listed, kind)
            believable = (
                kind == "rendered" or max(sum(len(b.text) for b in page) for page in pages) <= PAGE_AT_MOST
            )
            if believable:
                content.unit = "page"
                for number, page in enumerate(pages, start=1):
                    text, headings = _join(page)
                    content.add(number, str(number), text, budget, headings)
                content.page_count = len(pages)
                return
    content.unit = "flow"
    for section in _sections([block for block in listed if block.text.strip()]):
        text, headings = _join(section)
        if text:
            content.add(None, headings[0] if headings else "", text, budget, headings)
    content.page_count = len(content.pages)


def _divide(blocks: list[Block], kind: str) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    for block in blocks:
        if block.cut == kind and (kind == "rendered" or pages[-1]):
            pages.append([])
        if block.text.strip():
            pages[-1].append(block)
    return pages


def _sections(blocks: list[Block]) -> list[list[Block]]:
    if sum(len(block.text) for block in blocks) <= SHORT:
        return [blocks] if blocks else []
    sections: list[list[Block]] = [[]]
    size = 0
    for block in blocks:
        starts = 0 < block.level <= SECTION_LEVELS
        only_headings = all(earlier.level > 0 for earlier in sections[-1])
        if sections[-1] and ((starts and not only_headings) or size > LONG):
            sections.append([])
            size = 0
        sections[-1].append(block)
        size += len(block.text)
    return sections


def _join(blocks: list[Block]) -> tuple[str, tuple[str, ...]]:
    body = [block.text.strip("\n") for block in blocks if not block.note]
    notes = [block.text.strip("\n") for block in blocks if block.note]
    headings = tuple(" ".join(block.text.split()) for block in blocks if block.level)
    return "\n".join(body + notes).strip(), headings
