"""HTML as blocks of text, streamed: shared by web pages, e-books and the bodies of messages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from lxml import etree

from baobab.reading.budget import Budget
from baobab.reading.flow import Block
from baobab.reading.reasons import Refused

CHUNK = 1 << 16
DEPTH = 500
SKIPPED = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object", "select", "head"})
# These begin and end a line of text of their own.
BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "option", "p",
    "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
})  # fmt: skip
VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
})  # fmt: skip
HEADINGS = {f"h{level}": level for level in range(1, 7)}
SPACE = re.compile(r"[ \t\r\n\f]+")
# XHTML may close any element at once; an HTML parser would take the rest of the page for its content.
CLOSED_AT_ONCE = re.compile(r"<([A-Za-z][\w:.-]*)((?:\s[^<>]*?)?)/>")


class HtmlBlocks:
    """A parser's target that gathers the visible text of a page. `metadata` holds what its head says."""

    def __init__(self, budget: Budget) -> None:
        self.blocks: list[Block] = []
        self.title = ""
        self.language = ""
        self.metadata: dict[str, str] = {}
        self._budget = budget
        self._text: list[str] = []
        self._depth = 0
        self._skip_until: list[str] = []
        self._level = 0
        self._pre = 0
        self._in_title = False
        self._row: list[str] | None = None
        self._in_cell = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Called by the parser."""
        self._depth += 1
        self._budget.events += 1
        if self._depth > DEPTH or self._budget.events > self._budget.limits.events:
            raise Refused("structure")
        name = tag.rpartition(":")[2].lower()
        if name == "title" and not self.title:
            self._in_title = True
        elif name == "meta":
            self._note(attributes)
        elif name == "html":
            self.language = attributes.get("lang") or attributes.get("xml:lang") or ""
        if name in SKIPPED or self._skip_until:
            self._skip_until.append(name)
            return
        if name == "br":
            self._text.append("\n")
        elif name == "tr":
            self._flush()
            self._row = []
        elif name in {"td", "th"}:
            self._cell_ends()
            self._in_cell = True
        elif name in BLOCKS:
            self._flush()
            self._level = HEADINGS.get(name, self._level if name == "hgroup" else 0)
            self._pre += name == "pre"

    def end(self, tag: str) -> None:
        """Called by the parser."""
        self._depth -= 1
        name = tag.rpartition(":")[2].lower()
        if name == "title":
            self._in_title = False
        if self._skip_until:
            self._skip_until.pop()
            return
        if name in {"td", "th"}:
            self._cell_ends()
        elif name == "tr" and self._row is not None:
            self._cell_ends()
            row = "\t".join(self._row)
            self._row = None
            if row.strip():
                self.blocks.append(Block(row))
        elif name in BLOCKS:
            self._flush()
            self._level = 0
            self._pre -= name == "pre" and self._pre > 0

    def data(self, text: str) -> None:
        """Called by the parser."""
        if self._in_title:
            self.title += text[:1_000]
        elif not self._skip_until:
            self._text.append(text if self._pre else SPACE.sub(" ", text))

    def comment(self, _: str) -> None:
        """Comments are not text."""

    def pi(self, *_: str | None) -> None:
        """Nor are processing instructions."""

    def close(self) -> None:
        """Called by the parser at the end."""
        self._cell_ends()
        if self._row:
            self.blocks.append(Block("\t".join(self._row)))
        self._flush()

    def _note(self, attributes: Mapping[str, str]) -> None:
        name = (attributes.get("name") or attributes.get("property") or "").lower()
        if name and len(self.metadata) < 100:
            self.metadata.setdefault(name, (attributes.get("content") or "")[:2_000])

    def _cell_ends(self) -> None:
        if self._row is not None and self._in_cell:
            self._row.append(" ".join("".join(self._text).split()))
            self._text = []
        self._in_cell = False

    def _flush(self) -> None:
        if self._row is not None and self._in_cell:
            self._text.append(" ")
            return
        text = "".join(self._text)
        self._text = []
        text = (
            text if self._pre else "\n".join(" ".join(line.split(" ")).strip() for line in text.split("\n"))
        )
        if text.strip():
            self.blocks.append(Block(text.strip("\n") if self._pre else text.strip(), self._level))


def blocks_of(text: str, budget: Budget, *, xhtml: bool = False) -> HtmlBlocks:
    """The visible text of a page. Refused("structure") for absurd nesting; damaged markup is read as
    browsers do."""
    if xhtml:
        text = CLOSED_AT_ONCE.sub(_open_and_close, text)
    target = HtmlBlocks(budget)
    parser = etree.HTMLParser(
        target=cast("Any", target), encoding="utf-8", no_network=True, huge_tree=True, recover=True
    )
    encoded = text.encode("utf-8", "replace")
    try:
        for at in range(0, len(encoded), CHUNK):
            parser.feed(encoded[at : at + CHUNK])
            if budget.full:
                break
        parser.close()
    except etree.XMLSyntaxError:
        target.close()
    return target


def _open_and_close(found: re.Match[str]) -> str:
    name, attributes = found.groups()
    return found.group() if name.lower() in VOID else f"<{name}{attributes}></{name}>"
