"""Fewer points on coasts and borders; a border is thinned once, so that neighbours stay neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from .projection import Point, Ring

Corner = tuple[int, int]

# Points closer than this are one point: neighbours in the same file differ in the last digits at most.
_DIGITS = 1


def simplified(rings: Iterable[Sequence[Point]], *, tolerance: float) -> list[list[Corner]]:
    """The rings with whole numbers, no line further than about `tolerance` from where it was; in their order.

    Rings are open: the last point is not the first again. One that shrinks to less than three points comes
    back empty. What two rings share stays shared: lines are thinned (Douglas and Peucker, 1973) between
    the points where three borders meet, each in one direction only.
    """
    rounded = [_without_repeats([(round(x, _DIGITS), round(y, _DIGITS)) for x, y in ring]) for ring in rings]
    meetings = _meetings(rounded)
    found = []
    for ring in rounded:
        kept = [point for arc in _arcs(ring, meetings) for point in _thinned(arc, tolerance)[:-1]]
        whole: list[Corner] = []
        for x, y in kept:
            corner = (round(x), round(y))
            if not whole or whole[-1] != corner:
                whole.append(corner)
        if len(whole) > 1 and whole[0] == whole[-1]:
            whole.pop()
        found.append(whole if len(whole) > 2 else [])
    return found


def _without_repeats(ring: Ring) -> Ring:
    return [point for index, point in enumerate(ring) if point != ring[index - 1]]


def _meetings(rings: Iterable[Ring]) -> set[Point]:
    """The points with more or fewer than two neighbours, over all rings: there lines begin and end."""
    neighbours: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for index, point in enumerate(ring):
            neighbours[point].add(ring[index - 1])
            neighbours[ring[index - 1]].add(point)
    return {point for point, others in neighbours.items() if len(others) != 2}


def _arcs(ring: Ring, meetings: set[Point]) -> Iterator[Ring]:
    """The ring in pieces, each from one meeting to the next; one without any begins at its least point."""
    if not ring:
        return
    ends = [index for index, point in enumerate(ring) if point in meetings] or [ring.index(min(ring))]
    if len(ends) == 1:
        # A line that comes back to where it began is thinned in two halves, or it would shrink to a point.
        home = ring[ends[0]]
        far = max(range(len(ring)), key=lambda index: (_square(ring[index], home), ring[index]))
        ends = sorted({*ends, far})
    for index, start in enumerate(ends):
        end = ends[(index + 1) % len(ends)]
        yield ring[start : end + 1] if start < end else [*ring[start:], *ring[: end + 1]]


def _thinned(arc: Ring, tolerance: float) -> Ring:
    if arc[0] > arc[-1]:
        return _thinned(arc[::-1], tolerance)[::-1]
    limit = tolerance * tolerance
    keep = [False] * len(arc)
    keep[0] = keep[-1] = True
    open_parts = [(0, len(arc) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        furthest, distance = 0, limit
        for index in range(first + 1, last):
            away = _square_to_line(arc[index], arc[first], arc[last])
            if away > distance:
                furthest, distance = index, away
        if furthest:
            keep[furthest] = True
            open_parts += [(first, furthest), (furthest, last)]
    return [point for point, is_kept in zip(arc, keep, strict=True) if is_kept]


def _square(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _square_to_line(point: Point, start: Point, end: Point) -> float:
    """The square of the distance from a point to the line between two others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    if not length:
        return _square(point, start)
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
    along = min(1.0, max(0.0, along))
    return (point[0] - start[0] - along * dx) ** 2 + (point[1] - start[1] - along * dy) ** 2
