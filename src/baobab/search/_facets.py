"""The values of facets as people read and address them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from baobab.assets.kinds import kinds
from baobab.vocabularies.languages import language_name
from baobab.vocabularies.models import Concept, Place, Scheme
from baobab.vocabularies.queries import concept_labels, place_names

from .engine import FACETS, FacetCount


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One line of a facet. `value` stands in addresses: a topic's public id, a place's code, a year."""

    value: str
    label: str
    count: int
    is_selected: bool = False


def facet_values(
    counts: Mapping[str, Sequence[FacetCount]], chosen: Mapping[str, frozenset[str]], *, language: str
) -> dict[str, tuple[FacetValue, ...]]:
    """Each facet with its values named in `language`, most frequent first, years latest. Four queries."""
    if not counts:
        return {}
    names = {
        "kind": {kind.name: (kind.name, str(kind.label)) for kind in kinds()},
        "topic": _topics([count.value for count in counts["topic"]], language),
        "place": _places([count.value for count in counts["place"]], language),
        "language": {c.value: (c.value, language_name(c.value, language)) for c in counts["language"]},
        "year": {count.value: (count.value, count.value) for count in counts["year"]},
    }
    values = {
        facet: tuple(
            FacetValue(*names[facet][count.value], count.count, count.value in chosen.get(facet, ()))
            for count in counts[facet]
            if count.value in names[facet]
        )
        for facet in FACETS
    }
    values["year"] = tuple(sorted(values["year"], key=lambda year: year.value, reverse=True))
    return values


def _topics(ids: Sequence[str], language: str) -> dict[str, tuple[str, str]]:
    # Concepts of other schemes can be searched for, but are no topics to choose from.
    rows = Concept.objects.filter(pk__in=ids, scheme__use=Scheme.Use.TOPICS).values_list("pk", "public_id")
    public_ids = dict(rows)
    labels = concept_labels(public_ids, language)
    return {str(pk): (public_id, labels.get(pk, public_id)) for pk, public_id in public_ids.items()}


def _places(ids: Sequence[str], language: str) -> dict[str, tuple[str, str]]:
    # The whole world is no choice.
    rows = Place.objects.filter(pk__in=ids).exclude(level=Place.Level.WORLD).values_list("pk", "code")
    codes = dict(rows)
    names = place_names(codes, language)
    return {str(pk): (code, names.get(pk, code)) for pk, code in codes.items()}
