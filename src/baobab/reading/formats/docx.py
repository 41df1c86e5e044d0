"""Word documents (DOCX, DOCM, DOTX), ECMA-376 WordprocessingML, transitional and strict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.flow import Block, Break, lay_out
from baobab.reading.formats.office import core_properties, embedded_picture, main_part, package_warnings
from baobab.reading.package import Package, XmlTarget, attribute, stream_xml
from baobab.reading.reasons import Refused

# Doubles of what stands elsewhere, and text struck out under tracked changes.
SKIPPED = frozenset({"Fallback", "del", "moveFrom", "instrText", "delText", "rPrChange", "pPrChange"})


def read(source: Source, budget: Budget) -> Content:
    """Text by page where Word stored its page ends, else by section; footnotes at the foot of their page."""
    package = Package(source.file, source.size, budget)
    content = Content(unit="flow")
    main = main_part(package, "word/document.xml")
    folder = main.rpartition("/")[0]
    notes: dict[str, str] = {}
    for kind in ("footnotes", "endnotes"):
        part = f"{folder}/{kind}.xml"
        if part in package:
            reader = _Notes(budget, kind)
            stream_xml(package.chunks(part), reader)
            notes.update(reader.notes)
    styles = _Styles(budget)
    if f"{folder}/styles.xml" in package:
        stream_xml(package.chunks(f"{folder}/styles.xml"), styles)
    body = _Body(budget, styles.levels(), notes)
    stream_xml(package.chunks(main), body)
    lay_out(body.finish(), content, budget)
    content.metadata = core_properties(package)
    content.picture = embedded_picture(package)
    content.warnings += package_warnings(package)
    if body.damaged:
        if not body.blocks:
            raise Refused("broken")
        content.code = "partly_damaged"
    return content


class _Styles(XmlTarget):
    """The heading level of each paragraph style, by its outline level or its built-in name."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self._style = ""
        self._own: dict[str, int] = {}
        self._based: dict[str, str] = {}

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "style":
            self._style = attribute(attributes, "styleId")
        elif name == "name" and self._style:
            words = attribute(attributes, "val").lower().split()
            if words == ["title"]:
                self._own[self._style] = 1
            elif len(words) == 2 and words[0] == "heading" and words[1].isdigit():
                self._own[self._style] = min(int(words[1][:2]), 9)
        elif name == "outlineLvl" and self._style:
            level = attribute(attributes, "val")
            if level.isdigit() and len(level) == 1 and level != "9":
                self._own.setdefault(self._style, int(level) + 1)
        elif name == "basedOn" and self._style:
            self._based[self._style] = attribute(attributes, "val")

    def closed(self, name: str) -> None:
        if name == "style":
            self._style = ""

    def levels(self) -> dict[str, int]:
        """Style id to heading level, inherited ones included; cycles end."""
        found = dict(self._own)
        for style in self._based:
            above, steps = style, 0
            while above and above not in self._own and steps < 20:
                above, steps = self._based.get(above, ""), steps + 1
            if above in self._own:
                found[style] = self._own[above]
        return found


@dataclass(slots=True)
class _Paragraph:
    text: list[str] = field(default_factory=list)
    level: int = 0
    cut: Break = ""
    notes: list[str] = field(default_factory=list)


class _Text(XmlTarget):
    """Runs of text gathered into paragraphs; paragraphs may hold others in their text boxes."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self._open: list[_Paragraph] = []
        self._skipping = 0
        self._taking = False
        self._run = 0

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._skipping or name in SKIPPED:
            self._skipping += 1
        elif name == "p":
            self._open.append(_Paragraph())
        elif name == "t":
            self._taking = True
        elif name == "r":
            self._run += 1
        elif self._run and self._open:
            self._mark(name, attributes)

    def _mark(self, name: str, attributes: Mapping[str, str]) -> None:
        text = self._open[-1].text
        if name == "tab":
            text.append("\t")
        elif name == "cr" or (name == "br" and attribute(attributes, "type") != "page"):
            text.append("\n")
        elif name == "noBreakHyphen":
            text.append("-")

    def characters(self, text: str) -> None:
        if self._taking and not self._skipping and self._open:
            self._open[-1].text.append(text)

    def closed(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif name == "t":
            self._taking = False
        elif name == "r":
            self._run -= 1
        elif name == "p" and self._open:
            self.paragraph(self._open.pop())

    def paragraph(self, paragraph: _Paragraph) -> None:
        """A paragraph is complete."""


class _Notes(_Text):
    """Footnotes or endnotes by their id."""

    def __init__(self, budget: Budget, kind: str) -> None:
        super().__init__(budget)
        self.notes: dict[str, str] = {}
        self._kind = kind
        self._id = ""

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in {"footnote", "endnote"}:
            self._id = f"{self._kind}:{attribute(attributes, 'id')}"
        super().opened(name, attributes)

    def paragraph(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.text).strip()
        if text:
            self.notes[self._id] = f"{self.notes.get(self._id, '')}\n{text}".strip()


class _Body(_Text):
    """The main story as blocks; a table row is one block, its cells separated by tabs."""

    def __init__(self, budget: Budget, levels: dict[str, int], notes: dict[str, str]) -> None:
        super().__init__(budget)
        self.blocks: list[Block] = []
        self._levels = levels
        self._notes = notes
        self._tables: list[list[list[str]]] = []
        self._cut: Break = ""
        self._row_notes: list[str] = []

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        super().opened(name, attributes)
        if self._skipping:
            return
        if name == "tbl":
            self._tables.append([])
        elif name == "tr" and self._tables:
            self._tables[-1].clear()
        elif name == "tc" and self._tables:
            self._tables[-1].append([])
        elif self._open:
            paragraph = self._open[-1]
            if name == "pStyle":
                paragraph.level = paragraph.level or self._levels.get(attribute(attributes, "val"), 0)
            elif name == "outlineLvl":
                level = attribute(attributes, "val")
                paragraph.level = (
                    int(level) + 1 if level.isdigit() and len(level) == 1 and level != "9" else 0
                )
            elif name == "lastRenderedPageBreak":
                self._page_ends("rendered")
            elif (name == "br" and attribute(attributes, "type") == "page") or (
                name == "pageBreakBefore" and attribute(attributes, "val") not in {"0", "false", "off"}
            ):
                self._page_ends("explicit")
            elif name in {"footnoteReference", "endnoteReference"}:
                paragraph.notes.append(f"{name[:-9]}s:{attribute(attributes, 'id')}")

    def _page_ends(self, kind: Break) -> None:
        """Close what was written so far of the paragraph; the rest belongs to the next page."""
        if self._tables:
            # A row that runs over the page's end stays whole, on the page where it began.
            self._cut = kind
            return
        paragraph = self._open[-1]
        so_far = "".join(paragraph.text)
        if so_far.strip():
            self.blocks.append(Block(so_far, paragraph.level, paragraph.cut))
            self._add_notes(paragraph.notes)
            paragraph.text, paragraph.notes, paragraph.cut = [], [], ""
        if paragraph.cut:
            # The previous page holds nothing but the break (or the layout repeats the author's break).
            if paragraph.cut == kind:
                self.blocks.append(Block("", 0, kind))
            elif kind == "rendered":
                paragraph.cut = "rendered"
            return
        paragraph.cut = kind

    def _add_notes(self, keys: list[str]) -> None:
        self.blocks += [Block(self._notes[key], note=True) for key in keys if self._notes.get(key)]

    def paragraph(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.text)
        if self._tables and self._tables[-1]:
            if text.strip():
                self._tables[-1][-1].append(text.strip())
            self._row_notes += paragraph.notes
            return
        cut, self._cut = paragraph.cut or self._cut, ""
        if text.strip() or cut:
            self.blocks.append(Block(text, paragraph.level if text.strip() else 0, cut))
            self._add_notes(paragraph.notes)

    def closed(self, name: str) -> None:
        skipping = self._skipping
        super().closed(name)
        if skipping or not self._tables:
            return
        if name == "tr":
            row = "\t".join(" ".join(cell) for cell in self._tables[-1])
            self._tables[-1].clear()
            if len(self._tables) > 1 and self._tables[-2]:
                self._tables[-2][-1].append(row)
            elif row.strip():
                cut, self._cut = self._cut, ""
                self.blocks.append(Block(row, 0, cut))
                self._add_notes(self._row_notes)
                self._row_notes = []
        elif name == "tbl":
            self._tables.pop()

    def finish(self) -> list[Block]:
        """All blocks; what an unclosed paragraph of a damaged file holds is kept too."""
        for paragraph in self._open:
            if "".join(paragraph.text).strip():
                self.blocks.append(Block("".join(paragraph.text), paragraph.level, paragraph.cut))
        return self.blocks
