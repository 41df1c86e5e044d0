"""Places: their names and ancestors, which one a code or a name means, and what a place's page shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from baobab.kernel.errors import NotFound
from baobab.kernel.text import clean_line, fold

from ..labels import place_key
from ..languages import FALLBACK, base_language, best_text
from ..models import Place, PlaceAncestor, PlaceName

# How many texts one round of look-ups takes: far below SQLite's limit of 32,766 parameters.
TEXTS_AT_ONCE = 500


@dataclass(frozen=True)
class PlaceLink:
    """A place as a page names it; `code` is in its address."""

    id: int
    code: str
    name: str
    level: str


@dataclass(frozen=True)
class PlacePage:
    """What a place's page shows: `path` leads from the world down to just above it."""

    place: Place
    name: str
    names: dict[str, str]
    path: tuple[PlaceLink, ...]
    children: list[PlaceLink]


@dataclass(frozen=True)
class PlaceNode:
    """A place in the tree of all places, with those directly below it, by name."""

    link: PlaceLink
    children: tuple[PlaceNode, ...]


def place_names(ids: Iterable[int], language: str) -> dict[int, str]:
    """The best name of each place: in the language, its base, English, then any.

    One query; a second where a place is called something in none of these.
    """
    wanted = set(ids)
    near = {language, base_language(language), FALLBACK}
    names = _preferred_names(PlaceName.objects.filter(place_id__in=wanted, language__in=near))
    unnamed = wanted - names.keys()
    if unnamed:
        names |= _preferred_names(PlaceName.objects.filter(place_id__in=unnamed))
    return {place: best_text(texts, wanted=language) for place, texts in names.items()}


def _preferred_names(rows: QuerySet[PlaceName]) -> dict[int, dict[str, str]]:
    names: dict[int, dict[str, str]] = defaultdict(dict)
    for place, tag, text in rows.filter(is_preferred=True).values_list("place_id", "language", "text"):
        names[place][tag] = text
    return names


def ancestors_of_places(ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Each place's id → the ids of all that hold it, itself included. One query."""
    wanted = set(ids)
    found: dict[int, set[int]] = {place: {place} for place in wanted}
    rows = PlaceAncestor.objects.filter(place_id__in=wanted).values_list("place_id", "ancestor_id")
    for place, ancestor in rows:
        found[place].add(ancestor)
    return {place: frozenset(ancestors) for place, ancestors in found.items()}


def find_place(text: str) -> Place | None:
    """The place that `text` means: ISO 3166-1 alpha-2 or alpha-3, UN M49 with or without zeros, a name.

    Names are known in many languages, short, official and customary (`Tanzania`, `Viet Nam`,
    `DR Congo`); case, accents and punctuation do not matter. Two queries.
    """
    return find_places([text]).get(text)


def find_places(texts: Iterable[str]) -> dict[str, Place]:
    """`find_place` for many: each text that means a place → that place. Two queries for each 500 texts."""
    wanted = list(dict.fromkeys(texts))
    found: dict[str, Place] = {}
    for start in range(0, len(wanted), TEXTS_AT_ONCE):
        found.update(_find_batch(wanted[start : start + TEXTS_AT_ONCE]))
    return found


def place_page(code: str, language: str) -> PlacePage:
    """What the page of the place with that code shows; raises NotFound. Four queries."""
    place = Place.objects.filter(code=clean_line(code).upper()).first()
    if place is None:
        raise NotFound(_("There is no country or region at this address."))
    upwards = list(
        PlaceAncestor.objects.filter(place=place, distance__gt=0)
        .order_by("-distance")
        .values_list("ancestor_id", "ancestor__code", "ancestor__level")
    )
    downwards = list(Place.objects.filter(parent=place).values_list("id", "code", "level"))
    names: dict[int, dict[str, str]] = defaultdict(dict)
    ids = {place.pk, *(row[0] for row in upwards), *(row[0] for row in downwards)}
    rows = PlaceName.objects.filter(place_id__in=ids, is_preferred=True)
    for holder, tag, text in rows.values_list("place_id", "language", "text"):
        names[holder][tag] = text

    def link(row: tuple[int, str, str]) -> PlaceLink:
        return PlaceLink(row[0], row[1], best_text(names[row[0]], wanted=language) or row[1], row[2])

    return PlacePage(
        place=place,
        name=best_text(names[place.pk], wanted=language) or place.code,
        names=names[place.pk],
        path=tuple(link(row) for row in upwards),
        children=_by_name(link(row) for row in downwards),
    )


def place_tree(language: str) -> tuple[PlaceNode, ...]:
    """All places as a tree, the world at its top, brothers by name. Two queries."""
    rows = list(Place.objects.values_list("id", "code", "level", "parent_id"))
    names = place_names((row[0] for row in rows), language)
    below: dict[int | None, list[PlaceLink]] = defaultdict(list)
    for place, code, level, parent in rows:
        below[parent].append(PlaceLink(place, code, names.get(place, code), level))

    def nodes(parent: int | None) -> tuple[PlaceNode, ...]:
        return tuple(PlaceNode(link, nodes(link.id)) for link in _by_name(below[parent]))

    return nodes(None)


def _find_batch(texts: Sequence[str]) -> dict[str, Place]:
    cleaned = {text: value for text in texts if (value := clean_line(text))}
    codes = {text: value.zfill(3) if _is_number(value) else value.upper() for text, value in cleaned.items()}
    keys = {text: place_key(value) for text, value in cleaned.items()}
    given = set(codes.values())
    by_code: dict[str, Place] = {}
    for place in Place.objects.filter(Q(code__in=given) | Q(iso3__in=given) | Q(m49__in=given)):
        by_code.update({code: place for code in (place.code, place.iso3, place.m49) if code})
    by_key: dict[str, list[PlaceName]] = defaultdict(list)
    for name in PlaceName.objects.filter(folded__in=set(keys.values())).select_related("place"):
        by_key[name.folded].append(name)
    found: dict[str, Place] = {}
    for text in cleaned:
        if codes[text] in by_code:
            found[text] = by_code[codes[text]]
        elif keys[text] in by_key:
            found[text] = min(by_key[keys[text]], key=_standing).place
    return found


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _standing(name: PlaceName) -> tuple[bool, bool, int]:
    """Of several places of that name: country before region, preferred name before variant."""
    return (name.place.level != Place.Level.COUNTRY, not name.is_preferred, name.place_id)


def _by_name(links: Iterable[PlaceLink]) -> list[PlaceLink]:
    return sorted(links, key=lambda link: fold(link.name))
