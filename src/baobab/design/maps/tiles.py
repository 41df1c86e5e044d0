"""A map of equal tiles: where no shapes are to be had, and where every country shall be seen alike."""

from __future__ import annotations

from collections.abc import Sequence

from .drawing import WIDTH, Drawing, Mark, Spot
from .projection import Point, project

Cell = tuple[int, int]

# Cells for each tile: more leave seas between continents, fewer make larger tiles.
_CELLS_EACH = 2.6
_WORLD_MIDDLE = 11.0
_REACH = 4
_PASSES = 40
# A tile is no wider than this, however few there are.
_WIDEST = 160
_GAP = 0.05
# The height of letters as a share of the tile: two lines of them, the code and the number.
_LETTERS = 0.36


def draw_tiles(spots: Sequence[Spot], *, middle: float = _WORLD_MIDDLE) -> Drawing:
    """One square for each spot, all of one size, as near to where it lies as there is room.

    The same spots always give the same map. No border is drawn.
    """
    if not spots:
        return Drawing(WIDTH, WIDTH // 2, {}, is_tiles=True)
    ordered = sorted(spots, key=lambda spot: spot.code)
    flat = [project((spot.longitude - middle + 180) % 360 - 180, spot.latitude) for spot in ordered]
    west, north = min(x for x, _y in flat), max(y for _x, y in flat)
    width = max(x for x, _y in flat) - west or 1.0
    height = max(north - min(y for _x, y in flat), 0.3 * width)
    size = (width * height / (_CELLS_EACH * len(ordered))) ** 0.5
    wanted = [((x - west) / size, (north - y) / size) for x, y in flat]
    cells = _settled(wanted)
    left, top = min(x for x, _y in cells), min(y for _x, y in cells)
    columns, rows = max(x for x, _y in cells) - left + 1, max(y for _x, y in cells) - top + 1
    side = min(_WIDEST, WIDTH // columns)
    start = (WIDTH - side * columns) // 2
    gap = round(side * _GAP)
    marks = {}
    for spot, (column, row) in zip(ordered, cells, strict=True):
        x, y = start + (column - left) * side, (row - top) * side
        inner = side - 2 * gap
        path = f"M{x + gap} {y + gap}h{inner}v{inner}h-{inner}z"
        marks[spot.code] = Mark(spot.code, x + side // 2, y + side // 2, path, (inner, inner), is_small=False)
    return Drawing(WIDTH, side * rows, marks, is_tiles=True, letters=round(side * _LETTERS))


def _settled(wanted: Sequence[Point]) -> list[Cell]:
    """A cell for each, no two alike, moved and swapped until no single move or swap brings them nearer."""
    cells: list[Cell] = []
    taken: dict[Cell, int] = {}
    for index, point in enumerate(wanted):
        cell = _nearest_free(point, taken)
        cells.append(cell)
        taken[cell] = index
    for _pass in range(_PASSES):
        is_settled = True
        for index, point in enumerate(wanted):
            here = cells[index]
            best, gain = here, 1e-9
            for cell in _near(point):
                if cell == here:
                    continue
                other = taken.get(cell)
                saved = _square(point, here) - _square(point, cell)
                if other is not None:
                    saved += _square(wanted[other], cell) - _square(wanted[other], here)
                if saved > gain:
                    best, gain = cell, saved
            if best != here:
                is_settled = False
                other = taken.pop(best, None)
                del taken[here]
                cells[index], taken[best] = best, index
                if other is not None:
                    cells[other], taken[here] = here, other
        if is_settled:
            break
    return cells


def _near(point: Point) -> list[Cell]:
    x, y = round(point[0]), round(point[1])
    steps = range(-_REACH, _REACH + 1)
    return [(x + dx, y + dy) for dy in steps for dx in steps]


def _nearest_free(point: Point, taken: dict[Cell, int]) -> Cell:
    x, y = round(point[0]), round(point[1])
    reach = 0
    while True:
        ring = [
            (x + dx, y + dy)
            for dx in range(-reach, reach + 1)
            for dy in range(-reach, reach + 1)
            if max(abs(dx), abs(dy)) == reach and (x + dx, y + dy) not in taken
        ]
        if ring:
            return min(ring, key=lambda cell: (_square(point, cell), cell))
        reach += 1


def _square(point: Point, cell: Cell) -> float:
    return (point[0] - cell[0]) ** 2 + (point[1] - cell[1]) ** 2
