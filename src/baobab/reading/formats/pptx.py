"""PowerPoint presentations (PPTX, PPSX, PPTM), ECMA-376 PresentationML: one page per slide."""

from __future__ import annotations

from collections.abc import Mapping

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.formats.office import (
    core_properties,
    embedded_picture,
    main_part,
    package_warnings,
    relationships,
)
from baobab.reading.package import Package, XmlTarget, attribute, stream_xml
from baobab.reading.reasons import Refused

# Placeholders that repeat the same on every slide: page number, date, footer, header, picture of the slide.
FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
TITLES = frozenset({"title", "ctrTitle"})


def read(source: Source, budget: Budget) -> Content:
    """Text of each slide in the order of the show: its shapes, diagrams and speaker's notes."""
    package = Package(source.file, source.size, budget)
    content = Content(unit="slide")
    main = main_part(package, "ppt/presentation.xml")
    order = _Order(budget)
    stream_xml(package.chunks(main), order)
    parts = relationships(package, main)
    slides = [parts[key][1] for key in order.slides if key in parts]
    damaged = order.damaged
    if not slides:
        slides = package.names(r"ppt/slides/slide\d+\.xml")
    content.page_count = len(slides)
    for number, slide in enumerate(slides[: budget.limits.pages], start=1):
        if budget.full:
            break
        try:
            shapes = _Shapes(budget)
            stream_xml(package.chunks(slide), shapes)
        except Refused as refusal:
            if refusal.code != "broken":
                raise
            damaged = True
            continue
        lines = shapes.lines
        for kind, part in relationships(package, slide).values():
            if kind in {"diagramData", "notesSlide"} and part in package:
                more = _Shapes(budget)
                stream_xml(package.chunks(part), more)
                lines = lines + more.lines
        damaged |= shapes.damaged
        content.add(number, str(number), "\n".join(lines), budget, tuple(shapes.titles))
    if len(slides) > budget.limits.pages:
        content.code = "partly_pages"
    elif damaged:
        content.code = "partly_damaged" if content.pages else "broken"
    content.metadata = core_properties(package)
    content.picture = embedded_picture(package)
    content.warnings += package_warnings(package)
    return content


class _Order(XmlTarget):
    """The relationship ids of the slides, in the order of the show."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.slides: list[str] = []

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sldId":
            # Two attributes are called id; the relationship's is the one with a namespace.
            self.slides += [value for key, value in attributes.items() if key.endswith("}id")]


class _Shapes(XmlTarget):
    """Paragraphs of a slide's shapes; a table row is one line, its cells separated by tabs."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.lines: list[str] = []
        self.titles: list[str] = []
        self._text: list[str] = []
        self._taking = False
        self._skipping = 0
        self._placeholder = ""
        self._title_lines: list[str] = []
        self._cells: list[list[str]] = []

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._skipping or name == "Fallback":
            self._skipping += 1
        elif name == "sp":
            self._placeholder = ""
            self._title_lines = []
        elif name == "ph":
            self._placeholder = attribute(attributes, "type")
        elif name == "t":
            self._taking = True
        elif name == "br":
            self._text.append("\n")
        elif name == "tr":
            self._cells = []
        elif name == "tc":
            self._cells.append([])

    def characters(self, text: str) -> None:
        if self._taking and not self._skipping:
            self._text.append(text)

    def closed(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif name == "t":
            self._taking = False
        elif name == "p":
            self._paragraph()
        elif name == "tr":
            row = "\t".join(" ".join(cell) for cell in self._cells)
            self._cells = []
            if row.strip():
                self.lines.append(row)
        elif name == "sp" and self._title_lines:
            self.titles.append(" ".join(self._title_lines))
            self._title_lines = []

    def _paragraph(self) -> None:
        text = "".join(self._text).strip()
        self._text = []
        if not text or self._placeholder in FURNITURE:
            return
        if self._cells:
            self._cells[-1].append(text)
            return
        if self._placeholder in TITLES:
            self._title_lines.append(text)
        self.lines.append(text)
