"""Maps of places: numbers by place under the reader's rights, drawn over the shapes that this site has."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baobab.design.maps import (
    Area,
    Drawing,
    Frame,
    GeometryError,
    MapFigure,
    Shape,
    Spot,
    draw,
    draw_tiles,
    map_figure,
    read_shapes,
)
from baobab.kernel.text import fold
from baobab.vocabularies.models import Place
from baobab.vocabularies.queries import place_names

from .presenting import capital, shown_number

log = logging.getLogger(__name__)

WORLD = "001"
ANTARCTICA = "AQ"
# A code that no country ever gets (ISO 3166-1 leaves ZZ to users).
_SOMEWHERE = "ZZ"
# What maps of M49's areas show where the farthest islands of their countries would make the rest small.
_FRAMES = {
    "002": Frame(-26, -36, 64, 38),
    "005": Frame(-93, -56, -33, 13.5),
    "009": Frame(112, -48, 236, 22),
    "014": Frame(20, -27.5, 64, 19),
    "018": Frame(10, -36, 37, -16),
    "019": Frame(-168, -56, -20, 76),
    "021": Frame(-170, 18, -20, 78),
    "039": Frame(-11, 34, 30, 48),
    "053": Frame(95, -48, 180, -8),
    "150": Frame(-25, 34, 62, 71.5),
    "151": Frame(11, 41, 66, 70),
    "154": Frame(-25, 49, 33, 72),
    "155": Frame(-6, 41, 18, 56),
    "202": Frame(-26, -36, 64, 28),
    "419": Frame(-118, -56, -33, 33),
}
_WORLD_FRAME = Frame(-169, -57, 191, 84, is_globe=True)
_WHOLE_WORLD_FRAME = Frame(-169, -90, 191, 84, is_globe=True)
_WORLD_BORDERS = "World Borders Dataset 0.3, 2009 (Bjørn Sandvik), CC BY-SA 3.0"

Address = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Known:
    """A place as maps need it."""

    id: int
    code: str
    m49: str
    iso3: str
    level: str
    parent: int | None
    latitude: float | None
    longitude: float | None


def place_map(
    counts: Mapping[str, int],
    *,
    language: str,
    region: str = "",
    name: str = "map",
    title: str = "",
    is_by_name: bool = False,
    search_address: Address | None = None,
) -> MapFigure:
    """The map of these counts (place code → number), and the table beside it, most first.

    `region` is the code of an area of M49: its countries fill the map; nothing or an unknown code means
    the world, and a country's code the area it lies in. `name` tells several maps on one page apart.
    `search_address` makes the address behind each number from a place's code. Counts of areas larger than
    a country are not drawn. Nothing is counted here: whoever asks brings counts that the reader may know.
    Two queries, three where a place has no name in the language.
    """
    places = _places()
    by_code = {place.code: place for place in places}
    area = by_code.get(region)
    if area is not None and area.level == Place.Level.COUNTRY:
        area = next((place for place in places if place.id == area.parent), None)
    if area is None:
        area = by_code.get(WORLD)
    within = frozenset(place.code for place in _countries_in(area, places))
    counted = [by_code[code] for code, count in counts.items() if count > 0 and code in within]
    names = place_names([*(place.id for place in counted), *([area.id] if area else [])], language)
    # Addresses differ in the code only, and a map may have 249 of them.
    address = reverse("place_page", args=[_SOMEWHERE])
    areas = [
        Area(
            place.code,
            names.get(place.id, place.code),
            counts[place.code],
            shown_number(counts[place.code]),
            address.replace(f"/{_SOMEWHERE}/", f"/{place.code}/"),
            search_address(place.code) if search_address else "",
        )
        for place in counted
    ]
    areas.sort(key=lambda one: (fold(one.label),) if is_by_name else (-one.count, fold(one.label)))
    drawing, credit = _drawing(places, within, area.code if area else WORLD, counts)
    shown_area = capital(names.get(area.id, area.code)) if area else ""
    return map_figure(
        drawing,
        areas,
        name=name,
        title=title or _("Map: %(place)s") % {"place": shown_area},
        description=_described(areas),
        shown=shown_number,
        credit=credit,
    )


def by_code(counts: Mapping[int, int]) -> dict[str, int]:
    """Counts by the id of a place as counts by its code (one query)."""
    codes = Place.objects.filter(pk__in=list(counts)).values_list("pk", "code")
    return {code: counts[place] for place, code in codes}


def has_outlines() -> bool:
    """Whether there are outlines to draw: the operator's, or those of the package that brings some."""
    return _geometry_file() is not None and not geometry_sentence()


def geometry_sentence() -> str:
    """What is wrong with the shapes that the operator chose; empty when nothing is."""
    file = _geometry_file()
    if file is None:
        return ""
    try:
        read_shapes(file)
    except GeometryError as error:
        return _(error.sentence) % error.named
    return ""


def _described(areas: list[Area]) -> str:
    if not areas:
        return _("No country or area has anything yet.")
    most = sorted(areas, key=lambda one: -one.count)[:3]
    return ngettext(
        "%(count)s country or area is shaded: %(most)s. The table has the number.",
        "%(count)s countries and areas are shaded, the most in %(most)s. The table has all numbers.",
        len(areas),
    ) % {
        "count": shown_number(len(areas)),
        "most": "; ".join(f"{one.label} ({one.shown})" for one in most),
    }


def _places() -> list[_Known]:
    rows = Place.objects.order_by("code").values_list(
        "id", "code", "m49", "iso3", "level", "parent_id", "latitude", "longitude"
    )
    return [_Known(*row) for row in rows]


def _countries_in(area: _Known | None, places: list[_Known]) -> list[_Known]:
    """The countries in an area, however many steps down; all of them where there is no such area."""
    parents = {place.id: place.parent for place in places}

    def is_within(place: _Known) -> bool:
        above: int | None = place.id
        while above is not None:
            if area is None or above == area.id:
                return True
            above = parents.get(above)
        return False

    return [place for place in places if place.level == Place.Level.COUNTRY and is_within(place)]


def _drawing(
    places: list[_Known], within: frozenset[str], region: str, counts: Mapping[str, int]
) -> tuple[Drawing, str]:
    spots = tuple(
        Spot(
            place.code,
            frozenset(filter(None, (place.code, place.iso3, place.m49))),
            place.latitude,
            place.longitude,
        )
        for place in places
        if place.level == Place.Level.COUNTRY and place.latitude is not None and place.longitude is not None
    )
    frame = _FRAMES.get(region)
    if region == WORLD:
        frame = _WHOLE_WORLD_FRAME if counts.get(ANTARCTICA) else _WORLD_FRAME
    file = _geometry_file()
    changed = file.stat().st_mtime_ns if file and file.is_file() else 0
    if file and _shapes(str(file), changed):
        return _outlined(str(file), changed, spots, within, frame), _credit()
    return _tiled(tuple(spot for spot in spots if spot.code in within)), ""


def _geometry_file() -> Path | None:
    """The operator's file of shapes, else that of the package which brings some, else none."""
    if settings.MAP_GEOMETRY:
        return Path(settings.MAP_GEOMETRY)
    package = find_spec("geopip")
    for folder in package.submodule_search_locations or () if package else ():
        file = Path(folder) / "globe.geo.json"
        if file.is_file():
            return file
    return None


def _credit() -> str:
    if settings.MAP_GEOMETRY:
        return str(settings.MAP_CREDIT)
    return _("Outlines: %s.") % _WORLD_BORDERS


# Only outlines are kept between requests: none depends on who asks. A file that changes is read again.
@lru_cache(maxsize=2)
def _shapes(file: str, _changed: int) -> list[Shape]:
    try:
        return read_shapes(Path(file))
    except GeometryError as error:
        log.error("Maps are drawn as tiles. %s", error)
        return []


@lru_cache(maxsize=48)
def _outlined(
    file: str, changed: int, spots: tuple[Spot, ...], within: frozenset[str], frame: Frame | None
) -> Drawing:
    return draw(_shapes(file, changed), spots, within=within, frame=frame)


@lru_cache(maxsize=48)
def _tiled(spots: tuple[Spot, ...]) -> Drawing:
    return draw_tiles(spots)
