"""The values of facets as people read and address them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from baobab.assets.kinds import kinds
from baobab.assets.quality.checks import CHECKS
from baobab.organisation.models import Unit
from baobab.organisation.queries import name_in
from baobab.vocabularies.languages import FALLBACK, base_language, best_text, language_name
from baobab.vocabularies.models import ConceptLabel, ConceptParent, Place, Scheme
from baobab.vocabularies.queries import place_names

from .engine import FACETS, FacetCount


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One line of a facet. `value` stands in addresses: a topic's public id, a place's code, a year.

    `parent` is the value of the line that holds this one, where topics, places and units form a tree; a
    topic with several broader ones stands under the most frequent.
    """

    value: str
    label: str
    count: int
    is_selected: bool = False
    parent: str = ""


@dataclass(frozen=True, slots=True)
class _Name:
    """What stands for an id: in addresses, on the page, and in the tree."""

    value: str
    label: str
    parent: str = ""


def facet_values(
    counts: Mapping[str, Sequence[FacetCount]], chosen: Mapping[str, frozenset[str]], *, language: str
) -> dict[str, tuple[FacetValue, ...]]:
    """Each facet with its values named in `language`, most frequent first, years latest. Five queries."""
    if not counts:
        return {}
    ids = {facet: [count.value for count in counts.get(facet, ())] for facet in FACETS}
    concepts = _concepts(ids["topic"], ids["type"], language)
    names: dict[str, Mapping[str, _Name]] = {
        "kind": {kind.name: _Name(kind.name, str(kind.label)) for kind in kinds()},
        "type": concepts,
        "topic": concepts,
        "place": _places(ids["place"], language),
        "language": {value: _Name(value, language_name(value, language)) for value in ids["language"]},
        "year": {value: _Name(value, value) for value in ids["year"]},
        "unit": _units(ids["unit"], language),
        "quality": {slug: _Name(slug, str(label)) for slug, label in CHECKS.items()},
    }
    values = {
        facet: _lines(counts.get(facet, ()), names[facet], chosen.get(facet, frozenset())) for facet in FACETS
    }
    values["year"] = tuple(sorted(values["year"], key=lambda year: year.value, reverse=True))
    return values


def _lines(
    counts: Sequence[FacetCount], names: Mapping[str, _Name], chosen: frozenset[str]
) -> tuple[FacetValue, ...]:
    shown = [(names[count.value], count) for count in counts if count.value in names]
    by_id = {count.value: name.value for name, count in shown}
    return tuple(
        FacetValue(name.value, name.label, count.count, count.value in chosen, by_id.get(name.parent, ""))
        for name, count in shown
    )


def _concepts(topics: Sequence[str], types: Sequence[str], language: str) -> dict[str, _Name]:
    # Concepts of other schemes can be searched for, but are no topics to choose from.
    uses = {**dict.fromkeys(topics, Scheme.Use.TOPICS), **dict.fromkeys(types, Scheme.Use.PRODUCT_TYPES)}
    if not uses:
        return {}
    texts: dict[int, dict[str, str]] = defaultdict(dict)
    keys: dict[int, str] = {}
    seen: set[int] = set()

    def take(rows: QuerySet[ConceptLabel]) -> None:
        for pk, public_id, use, tag, text in rows.filter(role=ConceptLabel.Role.PREFERRED).values_list(
            "concept_id", "concept__public_id", "concept__scheme__use", "language", "text"
        ):
            seen.add(pk)
            if use == uses[str(pk)]:
                keys[pk] = public_id
                texts[pk][tag] = text

    # Labels in languages that serve her badly are read only where there are no others.
    near = {language, base_language(language), FALLBACK}
    take(ConceptLabel.objects.filter(concept__in=list(uses), language__in=near))
    if unnamed := [int(pk) for pk in uses if int(pk) not in seen]:
        take(ConceptLabel.objects.filter(concept__in=unnamed))
    broader: dict[int, list[int]] = defaultdict(list)
    for pk, parent in ConceptParent.objects.filter(concept__in=list(keys)).values_list(
        "concept_id", "parent_id"
    ):
        if parent in keys:
            broader[pk].append(parent)
    order = {value: at for at, value in enumerate(topics)}
    return {
        str(pk): _Name(
            public_id,
            best_text(texts[pk], wanted=language),
            str(min(broader[pk], key=lambda parent: order.get(str(parent), len(order))))
            if broader[pk]
            else "",
        )
        for pk, public_id in keys.items()
    }


def _places(ids: Sequence[str], language: str) -> dict[str, _Name]:
    # The whole world is no choice.
    rows = Place.objects.filter(pk__in=ids).exclude(level=Place.Level.WORLD)
    found = {pk: (code, parent) for pk, code, parent in rows.values_list("pk", "code", "parent_id")}
    names = place_names(found, language)
    return {
        str(pk): _Name(code, names.get(pk, code), str(parent or "")) for pk, (code, parent) in found.items()
    }


def _units(ids: Iterable[str], language: str) -> dict[str, _Name]:
    # The whole organisation is no choice.
    rows = Unit.objects.filter(pk__in=list(ids), parent__isnull=False).values_list(
        "pk", "group__public_id", "group__names", "parent_id"
    )
    return {
        str(pk): _Name(public_id, name_in(names, language), str(parent or ""))
        for pk, public_id, names, parent in rows
    }
