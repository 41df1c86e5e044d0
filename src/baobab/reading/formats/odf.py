"""OpenDocument texts, sheets and presentations (ODT, ODS, ODP), OASIS OpenDocument 1.3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.flow import Block, Break, lay_out
from baobab.reading.formats.office import SMALL_PART, properties
from baobab.reading.model import Metadata
from baobab.reading.package import Package, XmlTarget, attribute, stream_xml
from baobab.reading.reasons import Refused

SKIPPED = frozenset(
    {"tracked-changes", "annotation", "note-citation", "forms", "script", "binary-data", "desc", "title"}
)
# A cell or row may say that it is repeated a million times; only so many columns are written out.
COLUMNS = 1_000
SPACES = 200


def read(source: Source, budget: Budget) -> Content:
    """Pages where the writing program stored its page ends, else sections; sheets; slides with their
    notes."""
    package = Package(source.file, source.size, budget)
    manifest = "META-INF/manifest.xml"
    if manifest in package and package.infos[manifest.lower()].file_size <= SMALL_PART:
        guard = _Manifest(budget)
        stream_xml(package.chunks(manifest), guard)
        if guard.encrypted:
            raise Refused("encrypted")
    content = Content(unit="flow")
    body = _Body(budget)
    stream_xml(package.chunks("content.xml"), body)
    body.finish()
    if body.sheets:
        content.unit, content.tables = "sheet", True
        for number, (name, rows) in enumerate(body.sheets, start=1):
            content.add(number, name, "\n".join(rows), budget)
    elif body.slides:
        content.unit = "slide"
        for number, (_, blocks) in enumerate(body.slides, start=1):
            titles = tuple(block.text for block in blocks if block.level)
            content.add(number, str(number), "\n".join(block.text for block in blocks), budget, titles)
    else:
        lay_out(body.blocks, content, budget)
    content.page_count = len(content.pages)
    content.metadata = _metadata(package)
    preview = package.infos.get("thumbnails/thumbnail.png")
    if preview is not None and preview.file_size <= SMALL_PART:
        content.picture = package.whole("Thumbnails/thumbnail.png")
    if package.names(r"basic/.*/.*\.xml"):
        content.warnings.append("macros")
    if body.damaged:
        content.code = "partly_damaged" if content.pages else "broken"
    return content


class _Manifest(XmlTarget):
    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.encrypted = False

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        self.encrypted |= name == "encryption-data"

    def doctype(self, *_: str | None) -> None:
        """Old manifests name their document type."""


@dataclass(slots=True)
class _Paragraph:
    level: int
    cut: Break
    text: list[str] = field(default_factory=list)
    note: bool = False


class _Body(XmlTarget):
    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.blocks: list[Block] = []
        self.sheets: list[tuple[str, list[str]]] = []
        self.slides: list[tuple[str, list[Block]]] = []
        self._open: list[_Paragraph] = []
        self._skipping = 0
        self._notes = 0
        self._breaking: set[str] = set()
        self._style = ""
        self._cut: Break = ""
        self._spreadsheet = False
        self._rows: list[list[tuple[str, int]]] = []
        self._cells: list[list[str]] = []
        self._title_frame = False
        self._pending_notes: list[Block] = []

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._skipping or name in SKIPPED:
            self._skipping += 1
        elif name in {"p", "h"}:
            self._begin(name, attributes)
        elif name == "spreadsheet":
            self._spreadsheet = True
        elif name == "table" and self._spreadsheet and not self._rows:
            if len(self.sheets) >= self.budget.limits.sheets:
                self.budget.stopped_by = "partly_pages"
                return
            self.sheets.append((attribute(attributes, "name"), []))
        elif name == "table-row":
            self._rows.append([])
        elif name in {"table-cell", "covered-table-cell"}:
            self.budget.cells += 1
            repeated = attribute(attributes, "number-columns-repeated")
            times = int(repeated) if repeated.isdigit() and len(repeated) < 8 else 1
            if self._rows:
                self._rows[-1].append(("", times))
                self._cells.append([])
        elif name == "page" and not self._open:
            self.slides.append((attribute(attributes, "name"), []))
        elif name == "frame":
            self._title_frame = attribute(attributes, "class") == "title"
        elif name == "note-body":
            self._notes += 1
        else:
            self._mark(name, attributes)

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        outline = attribute(attributes, "outline-level")
        level = (int(outline) if outline.isdigit() and len(outline) == 1 else 1) if name == "h" else 0
        if name == "p" and self.slides and self._title_frame:
            level = 1
        cut: Break = "explicit" if attribute(attributes, "style-name") in self._breaking else ""
        self._open.append(_Paragraph(level, cut, note=self._notes > 0))

    def _mark(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "style":
            self._style = attribute(attributes, "name")
        elif name == "paragraph-properties" and attribute(attributes, "break-before") == "page":
            self._breaking.add(self._style)
        elif name == "soft-page-break":
            self._page_ends()
        elif self._open:
            if name == "tab":
                self._open[-1].text.append("\t")
            elif name == "line-break":
                self._open[-1].text.append("\n")
            elif name == "s":
                count = attribute(attributes, "c")
                times = int(count) if count.isdigit() and len(count) < 5 else 1
                self._open[-1].text.append(" " * min(times, SPACES))

    def _page_ends(self) -> None:
        if self._rows or not self._open or self._open[-1].note:
            self._cut = "rendered"
            return
        paragraph = self._open[-1]
        self._emit(Block("".join(paragraph.text), paragraph.level, paragraph.cut))
        paragraph.text, paragraph.cut = [], "rendered"

    def characters(self, text: str) -> None:
        if self._open and not self._skipping:
            self._open[-1].text.append(text)

    def closed(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif name in {"p", "h"} and self._open:
            self._end(self._open.pop())
        elif name in {"table-cell", "covered-table-cell"} and self._cells and self._rows and self._rows[-1]:
            text = " ".join(self._cells.pop())
            self._rows[-1][-1] = (text, self._rows[-1][-1][1])
        elif name == "table-row" and self._rows:
            self._row(self._rows.pop())
        elif name == "note-body":
            self._notes -= 1
        elif name == "frame":
            self._title_frame = False

    def _end(self, paragraph: _Paragraph) -> None:
        text = "".join(paragraph.text)
        if paragraph.note:
            self._pending_notes.append(Block(text.strip(), note=True))
        elif self._cells:
            if text.strip():
                self._cells[-1].append(" ".join(text.split()))
        else:
            cut = paragraph.cut or self._cut
            self._cut = ""
            if text.strip() or cut:
                self._emit(Block(text, paragraph.level if text.strip() else 0, cut))

    def _emit(self, block: Block) -> None:
        if self.slides:
            if block.text.strip():
                self.slides[-1][1].append(Block(" ".join(block.text.split()), block.level))
            return
        self.blocks.append(block)
        if not self._open:
            self.blocks += self._pending_notes
            self._pending_notes = []

    def _row(self, cells: list[tuple[str, int]]) -> None:
        written: list[str] = []
        for text, times in cells:
            # Only what holds something is worth repeating; trailing blanks are dropped below.
            written += [text] * min(times, COLUMNS - len(written))
        row = "\t".join(written).rstrip("\t")
        if not row.strip():
            return
        if self._cells:
            self._cells[-1].append(row)
        elif self.sheets:
            self.sheets[-1][1].append(row)
        else:
            cut, self._cut = self._cut, ""
            self._emit(Block(row, 0, cut))

    def finish(self) -> None:
        """Keep what an unclosed paragraph of a damaged file holds."""
        while self._open:
            self._end(self._open.pop())
        self.blocks += self._pending_notes


def _metadata(package: Package) -> Metadata:
    values = properties(package, "meta.xml")
    author = values.get("initial-creator") or values.get("creator", "")
    return Metadata(
        title=values.get("title", ""),
        authors=(author,) if author else (),
        language=values.get("language", ""),
        created=values.get("creation-date", ""),
        modified=values.get("date", ""),
        subject=values.get("subject", ""),
        keywords=(values["keyword"],) if values.get("keyword") else (),
        description=values.get("description", ""),
        software=values.get("generator", ""),
    )
