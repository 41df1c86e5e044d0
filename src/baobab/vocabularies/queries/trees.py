"""Schemes and their trees: what there is to choose from, and how much is below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from baobab.kernel.text import fold

from ..languages import best_text
from ..models import Concept, ConceptParent, Scheme
from .concepts import concept_labels


@dataclass(frozen=True)
class SchemeLine:
    """A scheme in the list of schemes: its title for the reader, and how many concepts are in force."""

    scheme: Scheme
    title: str
    description: str
    concepts: int
    deprecated: int


@dataclass(frozen=True)
class ConceptNode:
    """A concept in a tree. `children` holds the levels asked for; `children_count` counts them always."""

    id: int
    public_id: str
    notation: str
    label: str
    children_count: int
    children: tuple[ConceptNode, ...]


def schemes(language: str, *, use: str | None = None) -> list[SchemeLine]:
    """All schemes, or those in one use, by title. One query."""
    of_use = Scheme.objects.all() if use is None else Scheme.objects.filter(use=use)
    counted = of_use.annotate(
        in_force=Count("concepts", filter=Q(concepts__is_deprecated=False)),
        gone=Count("concepts", filter=Q(concepts__is_deprecated=True)),
    )
    lines = [
        SchemeLine(
            scheme,
            best_text(scheme.titles, wanted=language) or scheme.uri,
            best_text(scheme.descriptions, wanted=language),
            scheme.in_force,
            scheme.gone,
        )
        for scheme in counted
    ]
    return sorted(lines, key=lambda line: fold(line.title))


def top_concepts(scheme: Scheme, language: str) -> list[ConceptNode]:
    """The concepts of the scheme with nothing broader, and how many are just below each. Three queries."""
    return list(concept_tree(scheme, language, levels=1))


def concept_tree(scheme: Scheme, language: str, *, levels: int = 2) -> tuple[ConceptNode, ...]:
    """The scheme from the top, so many levels deep, deprecated concepts left out. Three queries.

    A concept with several parents stands under each. Brothers are by notation where all have one that counts
    (1.9 before 1.10), else by label.
    """
    concepts = {
        row[0]: (row[1], row[2])
        for row in Concept.objects.filter(scheme=scheme, is_deprecated=False).values_list(
            "id", "public_id", "notation"
        )
    }
    below: dict[int, list[int]] = defaultdict(list)
    has_parent: set[int] = set()
    edges = ConceptParent.objects.filter(concept__scheme=scheme).values_list("concept_id", "parent_id")
    for child, parent in edges:
        if child in concepts and parent in concepts:
            below[parent].append(child)
            has_parent.add(child)
    tops = [concept for concept in concepts if concept not in has_parent]
    labels = concept_labels(_within(tops, below, levels), language)

    def nodes(ids: Iterable[int], left: int) -> tuple[ConceptNode, ...]:
        if left == 0:
            return ()
        made = [
            ConceptNode(
                i, *concepts[i], labels.get(i, concepts[i][0]), len(below[i]), nodes(below[i], left - 1)
            )
            for i in ids
        ]
        return tuple(sorted(made, key=_order))

    return nodes(tops, levels)


def _within(tops: Iterable[int], below: dict[int, list[int]], levels: int) -> set[int]:
    seen = level = set(tops)
    for _step in range(levels - 1):
        level = {child for concept in level for child in below[concept]} - seen
        seen = seen | level
    return seen


def _order(node: ConceptNode) -> tuple[list[tuple[int, int, str]], str]:
    parts = node.notation.split(".") if node.notation[:1].isdigit() else []
    return [(0, int(p), "") if p.isdecimal() and len(p) < 10 else (1, 0, p) for p in parts], fold(node.label)
