"""A map with its numbers: what is shaded how, what the legend says, and the SVG of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from .drawing import DOT_RADIUS, Drawing, Mark
from .shading import Step, steps_of

# A number is written into a country that is at least so wide (and wider for each further digit) and so high.
_ROOM_WIDTH, _ROOM_DIGIT, _ROOM_HEIGHT = 44, 13, 34
# How far below its middle the baseline of a line of text lies, as a share of its height.
_BASELINE = 0.36


@dataclass(frozen=True, slots=True)
class Area:
    """A country as map and table name it: `shown` is its count as people write it, `url` leads to its page.

    `search_url`: where what was counted is listed; empty where there is no such list.
    """

    code: str
    label: str
    count: int
    shown: str
    url: str
    search_url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table beside the map, with the step of the legend that its country is shaded in."""

    area: Area
    step: int


@dataclass(frozen=True, slots=True)
class MapFigure:
    """Everything that a map and the table beside it show. `name` is unique on the page.

    `legend` holds each step's number and the counts in it. `has_outlines`: countries have shapes, so that
    a word on borders is due. `credit` says whose shapes they are.
    """

    name: str
    title: str
    description: str
    drawing: Drawing
    rows: tuple[Row, ...]
    legend: tuple[tuple[int, str], ...]
    credit: str = ""

    @property
    def has_outlines(self) -> bool:
        return not self.drawing.is_tiles

    @property
    def has_points(self) -> bool:
        return any(mark.is_small for mark in self.drawing.marks.values())


def map_figure(
    drawing: Drawing,
    areas: Sequence[Area],
    *,
    name: str,
    title: str,
    description: str,
    shown: Callable[[int], str],
    credit: str = "",
) -> MapFigure:
    """The drawing with these areas shaded by their counts; rows stand in the order of `areas`.

    `shown` writes a number as the reader's language does.
    """
    steps = steps_of(area.count for area in areas)
    return MapFigure(
        name=name,
        title=title,
        description=description,
        drawing=drawing,
        rows=tuple(Row(area, _step(area.count, steps)) for area in areas),
        legend=tuple(
            (
                step.number,
                shown(step.first) if step.first == step.last else f"{shown(step.first)}–{shown(step.last)}",
            )
            for step in steps
        ),
        credit=credit,
    )


def _step(count: int, steps: Sequence[Step]) -> int:
    return next((step.number for step in steps if step.first <= count <= step.last), 0)


def svg(figure: MapFigure) -> str:
    """The picture as SVG without styles of its own: classes `map-s1` to `map-s5` are the stylesheet's.

    Its title and description are for those who do not see it; the table says the same in words, so the
    links in the picture are for the pointer only.
    """
    drawing = figure.drawing
    rows = {row.area.code: row for row in figure.rows if row.area.count}
    ids = escape(figure.name)
    kind = "map-drawing is-tiles" if drawing.is_tiles else "map-drawing"
    parts = [
        f'<svg class="{kind}" viewBox="0 0 {drawing.width} {drawing.height}"',
        f' font-size="{drawing.letters}" role="group"',
        f' aria-labelledby="{ids}-title" aria-describedby="{ids}-desc">',
        f'<title id="{ids}-title">{escape(figure.title)}</title>',
        f'<desc id="{ids}-desc">{escape(figure.description)}</desc><g aria-hidden="true">',
    ]
    if drawing.sea:
        parts.append(f'<path class="map-sea" d="{drawing.sea}"/>')
    if drawing.around:
        parts.append(f'<path class="map-around" d="{drawing.around}"/>')
    parts += _empty(drawing, rows)
    parts += [_linked(drawing.marks[code], row) for code, row in rows.items() if code in drawing.marks]
    parts += _words(drawing, rows)
    parts.append("</g></svg>")
    return "".join(parts)


def _empty(drawing: Drawing, rows: Mapping[str, Row]) -> Iterator[str]:
    """The land of those with nothing to count in one path, the points of the small ones in another."""
    silent = [mark for code, mark in drawing.marks.items() if code not in rows]
    land = "".join(mark.path for mark in silent)
    if land:
        yield f'<path class="map-land" d="{land}"/>'
    specks = "".join(f"M{mark.x} {mark.y}h0" for mark in silent if mark.is_small)
    if specks:
        yield f'<path class="map-specks" d="{specks}"/>'


def _linked(mark: Mark, row: Row) -> str:
    path = f'<path d="{mark.path}"/>' if mark.path else ""
    dot = f'<circle cx="{mark.x}" cy="{mark.y}" r="{DOT_RADIUS}"/>' if mark.is_small else ""
    area = row.area
    title = f"<title>{escape(area.label)}: {escape(area.shown)}</title>"
    address = area.search_url or area.url
    return f'<a class="map-s{row.step}" href="{escape(address)}" tabindex="-1">{title}{path}{dot}</a>'


def _words(drawing: Drawing, rows: Mapping[str, Row]) -> Iterator[str]:
    down = round(_BASELINE * drawing.letters)
    for code, mark in drawing.marks.items():
        row = rows.get(code)
        if drawing.is_tiles and row:
            half = drawing.letters // 2
            yield _text(row.step, mark.x, mark.y - half + down, code)
            yield _text(row.step, mark.x, mark.y + half + down, row.area.shown)
        elif drawing.is_tiles:
            yield _text(0, mark.x, mark.y + down, code)
        elif row and _has_room(mark, row.area.shown):
            yield _text(row.step, mark.x, mark.y + down, row.area.shown)
        elif row and mark.is_small and _stands_free(mark, drawing, row.area.shown):
            beside = mark.x + DOT_RADIUS + _half_width(row.area.shown)
            yield _text(row.step, beside, mark.y + down, row.area.shown)


def _text(step: int, x: int, y: int, words: str) -> str:
    return f'<text class="map-t{step}" x="{x}" y="{y}">{escape(words)}</text>'


def _half_width(words: str) -> int:
    return (_ROOM_WIDTH + _ROOM_DIGIT * (len(words) - 1)) // 2


def _stands_free(mark: Mark, drawing: Drawing, words: str) -> bool:
    """Whether a number beside a point would hide no other point and stays in the picture."""
    end = mark.x + DOT_RADIUS + 2 * _half_width(words)
    return end < drawing.width and not any(
        mark.x < other.x < end + DOT_RADIUS and abs(other.y - mark.y) < drawing.letters
        for other in drawing.marks.values()
        if other.is_small
    )


def _has_room(mark: Mark, words: str) -> bool:
    width, height = mark.room
    return not mark.is_small and width >= 2 * _half_width(words) and height >= _ROOM_HEIGHT
