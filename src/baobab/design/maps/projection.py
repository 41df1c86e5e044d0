"""From degrees to a flat map: Equal Earth, around any meridian, with nothing torn at the date line."""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, ceil, cos, floor, radians, sin, sqrt

Point = tuple[float, float]
Ring = list[Point]

# Šavrič, Patterson and Jenny, "The Equal Earth map projection", 2018, equation 2.
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = sqrt(3) / 2


def project(longitude: float, latitude: float, *, middle: float = 0.0) -> Point:
    """Where a point lies on a sphere of radius 1: x to the east, y to the north.

    Degrees in; `middle` is the meridian that the map is drawn around, and `longitude` may lie up to 180 on
    either side of it. Equal areas stay equal.
    """
    theta = asin(_M * sin(radians(latitude)))
    square = theta * theta
    sixth = square * square * square
    x = radians(longitude - middle) * cos(theta)
    x /= _M * (_A1 + 3 * _A2 * square + sixth * (7 * _A3 + 9 * _A4 * square))
    return x, theta * (_A1 + _A2 * square + sixth * (_A3 + _A4 * square))


def unwrapped(ring: Sequence[Point]) -> Ring:
    """The ring with longitudes that run on over the date line instead of jumping from 180 to -180.

    One around a pole is given back as it is: files draw it along the pole, from one edge to the other.
    """
    found: Ring = []
    turns = 0
    before = ring[0][0] if ring else 0.0
    for longitude, latitude in ring:
        if longitude - before > 180:
            turns -= 360
        elif before - longitude > 180:
            turns += 360
        before = longitude
        found.append((longitude + turns, latitude))
    goes_round = bool(found) and abs(found[-1][0] - found[0][0]) > 180
    return list(ring) if goes_round else found


def around(ring: Sequence[Point], middle: float) -> list[Ring]:
    """The ring on a map drawn around `middle`, cut where that map ends: a part for each side it lies on.

    `ring` is unwrapped; each part lies between `middle` - 180 and `middle` + 180.
    """
    longitudes = [point[0] for point in ring]
    if not longitudes:
        return []
    west, east = middle - 180, middle + 180
    parts = []
    for turn in range(floor((west - max(longitudes)) / 360) + 1, ceil((east - min(longitudes)) / 360)):
        moved = [(longitude + 360 * turn, latitude) for longitude, latitude in ring]
        part = _beyond(_beyond(moved, axis=0, limit=west, sign=1), axis=0, limit=east, sign=-1)
        if len(part) > 2 and max(part)[0] > min(part)[0]:
            parts.append(part)
    return parts


def inside(ring: Sequence[Point], box: tuple[float, float, float, float]) -> Ring:
    """The part of the ring inside `box` (least x, least y, greatest x, greatest y); empty when none is."""
    part = list(ring)
    for axis, limit, sign in ((0, box[0], 1), (0, box[2], -1), (1, box[1], 1), (1, box[3], -1)):
        part = _beyond(part, axis=axis, limit=limit, sign=sign)
    return part


def _beyond(ring: Ring, *, axis: int, limit: float, sign: int) -> Ring:
    """What lies on one side of a line along an axis (Sutherland and Hodgman, 1974)."""
    if all(sign * point[axis] >= sign * limit for point in ring):
        return ring
    kept: Ring = []
    for index, end in enumerate(ring):
        start = ring[index - 1]
        is_in, was_in = sign * end[axis] >= sign * limit, sign * start[axis] >= sign * limit
        if is_in is not was_in:
            share = (limit - start[axis]) / (end[axis] - start[axis])
            other = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
            kept.append((limit, other) if axis == 0 else (other, limit))
        if is_in:
            kept.append(end)
    return kept
