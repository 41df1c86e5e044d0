"""Concepts and places of which somebody types the name: by how it begins, or how a word in it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from baobab.kernel.text import clean_line

from ..labels import label_key, place_key
from ..languages import closeness
from ..models import ConceptLabel, Place, PlaceName, Scheme
from .concepts import concept_labels
from .places import place_names

# Names looked at for one beginning: "co" begins thousands in a large vocabulary.
_MOST_NAMES = 300
# Up to so many names, the words within them are looked through one by one (10 ms); of a larger vocabulary
# only the beginnings are, from the index.
_MOST_LOOKED_THROUGH = 60_000
_LAST_CHARACTER = "\U0010ffff"
_PREFERRED, _OTHER, _HIDDEN = range(3)
_RANKS = {ConceptLabel.Role.PREFERRED.value: _PREFERRED, ConceptLabel.Role.HIDDEN.value: _HIDDEN}


@dataclass(frozen=True, slots=True)
class Beginning:
    """A concept or place that may be meant; `key` stands in its address.

    `matched` is the name that begins so where `label`, in the reader's language, does not, and
    `matched_language` that name's. `is_whole`: what was typed is a whole name of it.
    """

    id: int
    key: str
    label: str
    matched: str = ""
    matched_language: str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    """A name that was found, and what it names."""

    id: int
    key: str
    language: str
    text: str
    folded: str
    rank: int


# Id, key, language, text and folded form of a name; and what it is: its role, or whether it is preferred.
_Row = tuple[tuple[int, str, str, str, str], Any]


def concepts_beginning(start: str, language: str, *, limit: int) -> list[Beginning]:
    """Topics in force with a label that begins with `start` or has a word that does; the likeliest first.

    Labels of all languages count, without case and accents; hidden ones are found, never shown
    (SKOS §5.1). Four queries at most.
    """
    typed = label_key(clean_line(start))
    labels = ConceptLabel.objects.filter(concept__scheme__use=Scheme.Use.TOPICS, concept__is_deprecated=False)
    columns = ("concept_id", "concept__public_id", "language", "text", "folded", "role")
    names = [_Name(*row, rank=_RANKS.get(role, _OTHER)) for row, role in _rows(labels, typed, columns)]
    best = _likeliest(names, typed, language, limit=limit)
    shown = concept_labels([name.id for name in best], language)
    return [_beginning(name, shown.get(name.id, name.text), label_key, typed) for name in best]


def places_beginning(start: str, language: str, *, limit: int) -> list[Beginning]:
    """Countries and regions by name, likewise. Five queries at most."""
    typed = place_key(clean_line(start))
    of_the_world = PlaceName.objects.exclude(place__level=Place.Level.WORLD)
    columns = ("place_id", "place__code", "language", "text", "folded", "is_preferred")
    names = [
        _Name(*row, rank=_PREFERRED if is_preferred else _OTHER)
        for row, is_preferred in _rows(of_the_world, typed, columns)
    ]
    best = _likeliest(names, typed, language, limit=limit)
    shown = place_names([name.id for name in best], language)
    return [_beginning(name, shown.get(name.id, name.text), place_key, typed) for name in best]


def _rows(names: QuerySet[Any], typed: str, columns: tuple[str, ...]) -> list[_Row]:
    if not typed:
        return []
    rows = list(names.filter(_begins(typed)).order_by("folded").values_list(*columns)[:_MOST_NAMES])
    newest = names.model._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
    if newest <= _MOST_LOOKED_THROUGH and len(rows) < _MOST_NAMES:
        within = names.filter(folded__contains=_word_start(typed)).order_by("pk")
        rows += within.values_list(*columns)[:_MOST_NAMES]
    return [(row[:-1], row[-1]) for row in rows]


def _begins(typed: str) -> Q:
    if connection.vendor == "sqlite":
        # LIKE does not use the index there; elsewhere it does, and the order of a language may not fit.
        return Q(folded__gte=typed, folded__lt=typed + _LAST_CHARACTER)
    return Q(folded__startswith=typed)


def _word_start(typed: str) -> str:
    """How a word that is typed shows within a name: after a space, where its script has spaces."""
    return typed if _has_no_spaces(typed) else f" {typed}"


def _has_no_spaces(typed: str) -> bool:
    return "\u2e80" <= typed[0] <= "\u9fff" or "\u0e00" <= typed[0] <= "\u0eff"


def _likeliest(names: Iterable[_Name], typed: str, language: str, *, limit: int) -> list[_Name]:
    """A name of each thing: whole names before beginnings, these before words within, hers before others."""

    def order(name: _Name) -> tuple[bool, bool, int, int, int, str]:
        return (
            name.folded != typed,
            not name.folded.startswith(typed),
            name.rank,
            closeness(name.language, wanted=language),
            len(name.text),
            name.text,
        )

    best: dict[int, _Name] = {}
    for name in sorted(names, key=order):
        best.setdefault(name.id, name)
    return list(best.values())[:limit]


def _beginning(name: _Name, label: str, key_of: Callable[[str], str], typed: str) -> Beginning:
    folded = key_of(label)
    is_own = folded.startswith(typed) or _word_start(typed) in folded
    is_told = not is_own and name.rank != _HIDDEN
    return Beginning(
        id=name.id,
        key=name.key,
        label=label,
        matched=name.text if is_told else "",
        matched_language=name.language if is_told else "",
        is_whole=name.folded == typed,
    )
