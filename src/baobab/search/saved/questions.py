"""What a saved search asks: the query string of the search page, made canonical, read and described."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

from baobab.assets.kinds import kinds
from baobab.assets.quality.checks import CHECKS
from baobab.kernel.text import clean_line, shorten
from baobab.organisation.models import Group
from baobab.organisation.queries import name_in
from baobab.organisation.readers import Reader
from baobab.vocabularies.languages import language_name
from baobab.vocabularies.queries import concept_labels, find_concepts, find_places, place_names

from ..engine import FACETS, Order
from ..parse import LONGEST_QUESTION
from ..parse import years as years_in
from ..queries import SearchRequest

# So many values of a facet are kept; nobody chose more by hand.
_MOST_VALUES = 50
_LONGEST_VALUE = 200
_LONGEST_QUERY = 20_000
# Beside the words and the facets: the order, and whether the words are taken as typed.
_SORT, _AS_TYPED = "sort", "exact"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the search page's address holds it: words, chosen values by facet, order."""

    q: str
    chosen: Mapping[str, tuple[str, ...]]
    sort: str
    is_as_typed: bool

    @property
    def is_empty(self) -> bool:
        """Whether it asks for everything there is."""
        return not (self.q or self.chosen)


def asked_by(query: str) -> Asked:
    """Read a query string, with or without question mark. Never raises: what means nothing is left out."""
    pairs = parse_qsl(query.removeprefix("?")[:_LONGEST_QUERY])
    given: dict[str, dict[str, None]] = {}
    for name, value in pairs:
        given.setdefault(name, {})[clean_line(value)] = None
    chosen = {
        facet: tuple(sorted(value[:_LONGEST_VALUE] for value in given[facet] if value))[:_MOST_VALUES]
        for facet in FACETS
        if any(given.get(facet, ()))
    }
    sort = next(iter(given.get(_SORT, ())), "")
    return Asked(
        q=next(iter(given.get("q", ())), "")[:LONGEST_QUESTION],
        chosen=chosen,
        sort=sort if sort in (Order.NEWEST, Order.OLDEST) else "",
        is_as_typed=next(iter(given.get(_AS_TYPED, ())), "") == "1",
    )


def canonical(query: str) -> str:
    """The one spelling of this question: two addresses that ask the same have the same.

    Pages and whatever else an address may hold are dropped, values sorted.
    """
    asked = asked_by(query)
    pairs = [("q", asked.q)] if asked.q else []
    pairs += [(facet, value) for facet in FACETS for value in asked.chosen.get(facet, ())]
    if asked.sort:
        pairs.append((_SORT, asked.sort))
    if asked.is_as_typed:
        pairs.append((_AS_TYPED, "1"))
    return urlencode(pairs)


def request_of(query: str, reader: Reader) -> SearchRequest | None:
    """What to search for, at most four queries; None where a filter names nothing that exists (any more)."""
    asked = asked_by(query)
    chosen = {facet: asked.chosen.get(facet, ()) for facet in FACETS}
    concepts = _concepts(chosen["topic"], reader)
    types = _concepts(chosen["type"], reader)
    places = tuple(place.pk for place in find_places(chosen["place"]).values()) if chosen["place"] else ()
    years = tuple(int(year) for value in chosen["year"] for year in years_in(value))
    units = _units(chosen["unit"])
    for facet, found in (
        ("topic", concepts), ("type", types), ("place", places), ("year", years), ("unit", units)
    ):  # fmt: skip
        if chosen[facet] and not found:
            return None
    return SearchRequest(
        q=asked.q,
        kinds=chosen["kind"],
        types=types,
        concepts=concepts,
        places=places,
        languages=chosen["language"],
        years=years,
        units=units,
        quality=chosen["quality"],
        sort=asked.sort or Order.RELEVANCE,
        is_as_typed=asked.is_as_typed,
    )


def _concepts(values: Sequence[str], reader: Reader) -> tuple[int, ...]:
    if not values:
        return ()
    return tuple(concept.pk for concept in find_concepts(values, language=reader.language).values())


def _units(values: Sequence[str]) -> tuple[int, ...]:
    if not values:
        return ()
    return tuple(
        Group.objects.filter(sort=Group.Sort.UNIT, public_id__in=list(values)).values_list("pk", flat=True)
    )


def described(query: str, language: str) -> list[tuple[str, list[str]]]:
    """What a question asks for in words: its words, then each facet with what was chosen (four queries)."""
    asked = asked_by(query)
    titles = {
        "kind": _("Kind"), "type": _("Type"), "topic": _("Topic"), "place": _("Place"),
        "language": _("Language"), "year": _("Year"), "unit": _("Unit"), "quality": _("Quality"),
    }  # fmt: skip
    lines = [(_("Search words"), [asked.q])] if asked.q else []
    lines += [
        (titles[facet], filter_labels(facet, asked.chosen[facet], language))
        for facet in FACETS
        if facet in asked.chosen
    ]
    return lines


def proposed_name(query: str, language: str) -> str:
    """What a saved search is called unless its owner says otherwise."""
    parts = [", ".join(values) for _title, values in described(query, language)]
    return shorten(" · ".join(parts), characters=120) or _("Everything that is new")


def filter_labels(facet: str, values: Sequence[str], language: str) -> list[str]:
    """What values of a facet are called, in their order; what names nothing stays as it is (two queries)."""
    named: Mapping[str, str] = {}
    if facet == "kind":
        named = {kind.name: str(kind.label) for kind in kinds()}
    elif facet == "quality":
        named = {slug: str(label) for slug, label in CHECKS.items()}
    elif facet == "language":
        named = {value: language_name(value, language) for value in values}
    elif facet in ("topic", "type"):
        found = find_concepts(values, language=language)
        labels = concept_labels([concept.pk for concept in found.values()], language)
        named = {value: labels.get(concept.pk, value) for value, concept in found.items()}
    elif facet == "place":
        places = find_places(values)
        names = place_names([place.pk for place in places.values()], language)
        named = {value: names.get(place.pk, value) for value, place in places.items()}
    elif facet == "unit":
        rows = Group.objects.filter(public_id__in=list(values)).values_list("public_id", "names")
        named = {public_id: name_in(names, language) for public_id, names in rows}
    return [named.get(value, value) for value in values]
