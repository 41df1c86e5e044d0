"""What is drawn of the world or a part of it: a path for each country, a point for each too small to see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from .arcs import Corner, simplified
from .geometry import Shape
from .projection import Point, Ring, around, inside, project

Box = tuple[float, float, float, float]

# The drawing's own units: it is as wide on every screen and scaled by it.
WIDTH = 1600
_FLATTEST, _TALLEST = 0.46, 0.8
_TOLERANCE = 1.2
# A country that is nowhere larger than this is drawn as a point: on a phone it would be two pixels.
SMALL = 22
DOT_RADIUS = 10
# Lines at the edge of the picture are cut a little outside of it, so that the cut is not seen.
_MARGIN = 12
# Parts of a country smaller than this share of its largest one do not decide what a map shows.
_MAIN_SHARE = 0.1
_FARTHEST_PUSH = 28
_ROUNDS = 80


@dataclass(frozen=True, slots=True)
class Spot:
    """A country as a map needs it: every code that a file may call it by, and about where it lies."""

    code: str
    ids: frozenset[str]
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Frame:
    """What a map shows, in degrees; `east` may run beyond 180. `is_globe`: the edge of the world is drawn."""

    west: float
    south: float
    east: float
    north: float
    is_globe: bool = False

    @property
    def middle(self) -> float:
        return (self.west + self.east) / 2


@dataclass(frozen=True, slots=True)
class Mark:
    """A country on the map. `path` is SVG path data, empty for one that is only a point.

    `x` and `y` are where its number or point stands; `room` is how wide and high its largest part is.
    `is_small`: it needs a point to be seen.
    """

    code: str
    x: int
    y: int
    path: str
    room: tuple[int, int]
    is_small: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map without numbers. `around` is the land of others in the picture, `sea` the edge of the world.

    `letters` is the size of what is written into it.
    """

    width: int
    height: int
    marks: Mapping[str, Mark]
    around: str = ""
    sea: str = ""
    is_tiles: bool = False
    letters: int = 24


def draw(
    shapes: Sequence[Shape], spots: Sequence[Spot], *, within: frozenset[str], frame: Frame | None = None
) -> Drawing:
    """The map of the spots whose codes are `within`, over `frame` or over as much as they need.

    Each of them that lies in the picture has a mark, with a shape or as a point. What else lies there
    is drawn around them.
    """
    by_code = _by_code(shapes, spots)
    inner = [spot for spot in spots if spot.code in within]
    middle = frame.middle if frame else _middle([by_code[spot.code] for spot in inner], inner)
    flat = {
        code: [
            [project(x, y, middle=middle) for x, y in part] for ring in rings for part in around(ring, middle)
        ]
        for code, rings in by_code.items()
    }
    at = {spot.code: _position(spot, middle) for spot in inner}
    box = _frame_box(frame) if frame else _box([flat[spot.code] for spot in inner], list(at.values()))
    view = _View(box)
    pieces = [(code, ring) for code, rings in flat.items() for ring in view.parts(rings)]
    lines = simplified([ring for _code, ring in pieces], tolerance=_TOLERANCE)
    outlines: dict[str, list[list[Corner]]] = defaultdict(list)
    largest: dict[str, Ring] = {}
    for (code, ring), line in zip(pieces, lines, strict=True):
        outlines[code].append(line)
        if code not in largest or _area(ring) > _area(largest[code]):
            largest[code] = ring
    marks = {}
    for spot in inner:
        place = view.point(at[spot.code])
        mark = _mark(spot.code, place, outlines[spot.code], largest.get(spot.code), view)
        if mark:
            marks[spot.code] = mark
    others = [_path(line) for code, of_one in outlines.items() if code not in within for line in of_one]
    return Drawing(
        WIDTH,
        view.height,
        _apart(marks),
        around="".join(others),
        sea=_edge_of_the_world(frame, view) if frame and frame.is_globe else "",
    )


class _View:
    """From the flat map to the picture."""

    def __init__(self, box: Box) -> None:
        west, south, east, north = box
        width, height = east - west, north - south
        if height > _TALLEST * width:
            wider = (height / _TALLEST - width) / 2
            west, width = west - wider, width + 2 * wider
        elif height < _FLATTEST * width:
            higher = (_FLATTEST * width - height) / 2
            north, height = north + higher, height + 2 * higher
        self._scale = WIDTH / width
        self._west, self._north = west, north
        self.height = round(height * self._scale)
        self._cut = (-_MARGIN, -_MARGIN, WIDTH + _MARGIN, self.height + _MARGIN)

    def point(self, flat: Point) -> Point:
        return (flat[0] - self._west) * self._scale, (self._north - flat[1]) * self._scale

    def parts(self, rings: Iterable[Ring]) -> Iterable[Ring]:
        for ring in rings:
            part = inside([self.point(flat) for flat in ring], self._cut)
            if len(part) > 2:
                yield part

    def shows(self, place: Point) -> bool:
        return 0 <= place[0] <= WIDTH and 0 <= place[1] <= self.height


def _by_code(shapes: Sequence[Shape], spots: Sequence[Spot]) -> dict[str, list[Ring]]:
    codes = {known: spot.code for spot in spots for known in spot.ids}
    found: dict[str, list[Ring]] = {spot.code: [] for spot in spots}
    for shape in shapes:
        code = next((codes[known] for known in shape.ids if known in codes), "")
        if code:
            found[code] += [list(ring) for ring in shape.rings]
    return found


def _middle(rings: Sequence[Sequence[Ring]], spots: Sequence[Spot]) -> float:
    """The meridian opposite the widest gap between what must be shown: the Pacific is not torn apart."""
    spans = [(spot.longitude, spot.longitude) for spot in spots]
    for of_one in rings:
        for ring in _main(of_one):
            longitudes = [point[0] for point in ring]
            spans.append((min(longitudes), max(longitudes)))
    turned = sorted((west % 360, west % 360 + (east - west)) for west, east in spans)
    if not turned:
        return 0.0
    gap, after, reach = -1.0, turned[0][0], turned[0][1]
    for west, east in turned[1:]:
        if west - reach > gap:
            gap, after = west - reach, west
        reach = max(reach, east)
    if turned[0][0] + 360 - reach >= gap:
        gap, after = turned[0][0] + 360 - reach, turned[0][0] + 360
    middle = after + (360 - max(gap, 0.0)) / 2
    return (middle + 180) % 360 - 180


def _main(rings: Sequence[Ring]) -> list[Ring]:
    areas = [_area(ring) for ring in rings]
    return [ring for ring, area in zip(rings, areas, strict=True) if area >= _MAIN_SHARE * max(areas)]


def _position(spot: Spot, middle: float) -> Point:
    longitude = (spot.longitude - middle + 180) % 360 - 180 + middle
    return project(longitude, spot.latitude, middle=middle)


def _frame_box(frame: Frame) -> Box:
    latitudes = [frame.south, frame.north, *([0.0] if frame.south < 0 < frame.north else [])]
    corners = [
        project(longitude, latitude, middle=frame.middle)
        for longitude in (frame.west, frame.east)
        for latitude in latitudes
    ]
    return _around_points(corners)


def _box(rings: Sequence[Sequence[Ring]], points: Sequence[Point]) -> Box:
    shown = [*points, *(point for of_one in rings for ring in _main(of_one) for point in ring)]
    west, south, east, north = _around_points(shown or [(-1.0, -1.0), (1.0, 1.0)])
    room = max(0.05 * max(east - west, north - south), 0.02)
    return west - room, south - room, east + room, north + room


def _around_points(points: Sequence[Point]) -> Box:
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def _mark(
    code: str, place: Point, lines: Sequence[list[Corner]], largest: Ring | None, view: _View
) -> Mark | None:
    room = (0, 0)
    if largest:
        west, north, east, south = _around_points(largest)
        room = (round(east - west), round(south - north))
        is_small = max(room) < SMALL
        is_on_it = west <= place[0] <= east and north <= place[1] <= south
        if not view.shows(place) or not (is_on_it or is_small):
            # The middle of many islands may lie in the sea, that of a large country outside of the picture.
            place = ((west + east) / 2, (north + south) / 2)
    if not view.shows(place):
        return None
    path = "".join(_path(line) for line in lines)
    return Mark(code, round(place[0]), round(place[1]), path, room, not path or max(room) < SMALL)


def _apart(marks: Mapping[str, Mark]) -> dict[str, Mark]:
    """The same with small ones pushed apart where their points would hide each other, never far."""
    small = [mark for mark in marks.values() if mark.is_small]
    homes = [(float(mark.x), float(mark.y)) for mark in small]
    places = list(homes)
    for _round in range(_ROUNDS):
        is_quiet = True
        for i in range(len(places)):
            for j in range(i):
                dx, dy = places[i][0] - places[j][0], places[i][1] - places[j][1]
                distance = hypot(dx, dy)
                if distance < 2 * DOT_RADIUS:
                    is_quiet = False
                    dx, dy = (dx / distance, dy / distance) if distance else (1.0, 0.0)
                    step = (2 * DOT_RADIUS + 0.5 - distance) / 2
                    places[i] = _held(places[i][0] + dx * step, places[i][1] + dy * step, homes[i])
                    places[j] = _held(places[j][0] - dx * step, places[j][1] - dy * step, homes[j])
        if is_quiet:
            break
    moved = {
        mark.code: Mark(mark.code, round(x), round(y), mark.path, mark.room, is_small=True)
        for mark, (x, y) in zip(small, places, strict=True)
    }
    return {code: moved.get(code, mark) for code, mark in marks.items()}


def _held(x: float, y: float, home: Point) -> Point:
    away = hypot(x - home[0], y - home[1])
    if away <= _FARTHEST_PUSH:
        return x, y
    return home[0] + (x - home[0]) / away * _FARTHEST_PUSH, home[1] + (y - home[1]) / away * _FARTHEST_PUSH


def _area(ring: Ring) -> float:
    doubled = sum(ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1] for i in range(len(ring)))
    return abs(doubled) / 2


def _path(line: Sequence[Corner]) -> str:
    """SVG path data: where the line begins, then steps from point to point."""
    if not line:
        return ""
    words = [f"M{line[0][0]}", _number(line[0][1]), "l"]
    for before, after in pairwise(line):
        words += [_number(after[0] - before[0]), _number(after[1] - before[1])]
    return "".join(words).replace("l ", "l") + "z"


def _number(value: int) -> str:
    return str(value) if value < 0 else f" {value}"


def _edge_of_the_world(frame: Frame, view: _View) -> str:
    latitudes = [frame.south + (frame.north - frame.south) * step / 24 for step in range(25)]
    west = [view.point(project(frame.west, latitude, middle=frame.middle)) for latitude in latitudes]
    east = [view.point(project(frame.east, latitude, middle=frame.middle)) for latitude in latitudes]
    return _path([(round(x), round(y)) for x, y in (*west, *reversed(east))])
