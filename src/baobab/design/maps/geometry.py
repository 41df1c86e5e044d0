"""The shapes of countries, read from a GeoJSON or TopoJSON file that the operator or a package brings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .projection import Point, Ring, unwrapped

# Properties in which files say which country a shape is, however they write their names: the surest first.
ID_PROPERTIES = (
    "iso3", "isoa3", "isoa3eh", "iso31661alpha3", "alpha3", "cca3", "iso3cd", "iso3code",
    "iso2", "isoa2", "isoa2eh", "iso31661alpha2", "alpha2", "cca2", "iso2code",
    "m49", "m49cd", "m49code", "un", "una3", "ison3", "ison3eh", "numeric", "ccn3",
    "iso", "code", "adm0a3",
)  # fmt: skip
LARGEST_FILE = 64 * 2**20


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for the catalogues; the pages and commands above translate it."""
    return sentence


NOT_THERE = gettext_noop("The file of map shapes %(file)s cannot be read: %(reason)s.")
TOO_LARGE = gettext_noop("The file of map shapes %(file)s has more than %(limit)s MB. Simplify it first.")
NOT_JSON = gettext_noop("The file of map shapes %(file)s is no JSON. It must be GeoJSON or TopoJSON.")
NO_FEATURES = gettext_noop(
    "The file of map shapes %(file)s holds no shapes. "
    "It must be a GeoJSON FeatureCollection or a TopoJSON Topology."
)
NO_IDS = gettext_noop(
    "No shape of the file %(file)s says which country it is. Each needs an ISO 3166-1 alpha-2 or alpha-3 "
    "code or a UN M49 number, in a property such as ISO2, ISO3 or M49, or as its id."
)
BAD_SHAPE = gettext_noop(
    "The file of map shapes %(file)s has a shape that cannot be read. Coordinates must be degrees of "
    "longitude and latitude (WGS 84), in Polygons and MultiPolygons."
)


class GeometryError(Exception):
    """A file of shapes that cannot be used: `sentence` % `named` says why, and can be translated."""

    def __init__(self, sentence: str, **named: object) -> None:
        super().__init__(sentence % named)
        self.sentence = sentence
        self.named = named


@dataclass(frozen=True, slots=True)
class Shape:
    """A country's outline in degrees, open rings, holes among them; `ids` are its codes, the surest first."""

    ids: tuple[str, ...]
    rings: tuple[tuple[Point, ...], ...]


def read_shapes(path: Path) -> list[Shape]:
    """The shapes of a GeoJSON FeatureCollection (RFC 7946) or a TopoJSON Topology, in degrees.

    Shapes without any code are left out. Raises `GeometryError`.
    """
    named = {"file": str(path)}
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise GeometryError(TOO_LARGE, limit=LARGEST_FILE // 2**20, **named)
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise GeometryError(NOT_THERE, reason=error.strerror or str(error), **named) from error
    except (ValueError, RecursionError) as error:
        raise GeometryError(NOT_JSON, **named) from error
    try:
        found = [Shape(ids, tuple(rings)) for ids, rings in _features(content)]
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise GeometryError(BAD_SHAPE, **named) from error
    if not found:
        raise GeometryError(NO_FEATURES, **named)
    known = [shape for shape in found if shape.ids and shape.rings]
    if not known:
        raise GeometryError(NO_IDS, **named)
    return known


def _features(content: Any) -> Iterator[tuple[tuple[str, ...], list[tuple[Point, ...]]]]:
    kind = content.get("type") if isinstance(content, dict) else None
    if kind == "FeatureCollection":
        for feature in content["features"]:
            yield _ids(feature), [_ring(ring) for ring in _geo_rings(feature.get("geometry"))]
    elif kind == "Topology":
        arcs = _topology_arcs(content)
        for layer in content["objects"].values():
            for geometry in layer.get("geometries", ()):
                yield _ids(geometry), [_ring(_joined(ring, arcs)) for ring in _topo_rings(geometry)]


def _ids(feature: Mapping[str, Any]) -> tuple[str, ...]:
    """The codes in the properties; where there are none the id, which often merely counts lines."""
    given = {
        "".join(filter(str.isalnum, str(name).lower())): value
        for name, value in (feature.get("properties") or {}).items()
    }
    codes = (_code(given.get(name)) for name in ID_PROPERTIES)
    return tuple(dict.fromkeys(code for code in codes if code)) or tuple(
        filter(None, [_code(feature.get("id"))])
    )


def _code(value: object) -> str:
    """A code as places have it: AF, AFG or 004; nothing for what is none, such as the -99 of some files."""
    text = str(value).strip().upper() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if text.isascii() and text.isdecimal() and 0 < int(text) < 1000:
        return text.zfill(3)[-3:]
    return text if text.isascii() and text.isalpha() and len(text) in (2, 3) else ""


def _geo_rings(geometry: Mapping[str, Any] | None) -> list[Sequence[Any]]:
    kind = geometry["type"] if geometry else ""
    if geometry and kind == "Polygon":
        return list(geometry["coordinates"])
    if geometry and kind == "MultiPolygon":
        return [ring for polygon in geometry["coordinates"] for ring in polygon]
    if geometry and kind == "GeometryCollection":
        return [ring for part in geometry["geometries"] for ring in _geo_rings(part)]
    return []


def _topo_rings(geometry: Mapping[str, Any]) -> list[Sequence[int]]:
    if geometry.get("type") == "Polygon":
        return list(geometry["arcs"])
    if geometry.get("type") == "MultiPolygon":
        return [ring for polygon in geometry["arcs"] for ring in polygon]
    return []


def _topology_arcs(content: Mapping[str, Any]) -> list[list[Point]]:
    """The arcs of a Topology in degrees; quantised ones are differences (TopoJSON §2.1.3)."""
    transform = content.get("transform")
    if not transform:
        return [[(float(point[0]), float(point[1])) for point in arc] for arc in content["arcs"]]
    (width, height), (left, bottom) = transform["scale"], transform["translate"]
    arcs = []
    for arc in content["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * width + left, y * height + bottom))
        arcs.append(points)
    return arcs


def _joined(ring: Sequence[int], arcs: Sequence[list[Point]]) -> list[Point]:
    points: list[Point] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[1:] if points else arc
    return points


def _ring(points: Sequence[Any]) -> tuple[Point, ...]:
    ring: Ring = [(float(point[0]), float(point[1])) for point in points]
    if any(not (abs(longitude) <= 540 and abs(latitude) <= 90.001) for longitude, latitude in ring):
        raise ValueError("not in degrees")
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    return tuple(unwrapped(ring))
