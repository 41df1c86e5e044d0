"""Concepts: their labels and ancestors, which one a word means, and what a concept's page shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery, Value
from django.utils.translation import gettext as _

from baobab.kernel.errors import NotFound
from baobab.kernel.text import clean_line, fold

from ..labels import label_key
from ..languages import best_text, closeness
from ..models import (
    Concept,
    ConceptAncestor,
    ConceptLabel,
    ConceptMapping,
    ConceptNote,
    ConceptParent,
    ConceptRelation,
    Scheme,
)

# How many texts one round of look-ups takes: far below SQLite's limit of 32,766 parameters.
TEXTS_AT_ONCE = 500

_ROLE_ORDER = {
    ConceptLabel.Role.PREFERRED.value: 0,
    ConceptLabel.Role.ALTERNATIVE.value: 1,
    ConceptLabel.Role.HIDDEN.value: 2,
}


@dataclass(frozen=True)
class ConceptLink:
    """A concept as a page names it."""

    id: int
    public_id: str
    label: str


@dataclass(frozen=True)
class Note:
    """A note and the language it is in, which need not be the reader's."""

    role: str
    language: str
    text: str


@dataclass(frozen=True)
class Mapping:
    """A corresponding concept elsewhere; `public_id` when that one is in this database too, else empty."""

    role: str
    target: str
    public_id: str


@dataclass(frozen=True)
class ConceptPage:
    """All that a concept's page shows, in the language asked for as far as it goes.

    `labels` maps each language to its preferred label, `alternatives` to its other ones (hidden labels
    are for look-ups only). `paths` lead from the top down to just above the concept, one for each
    way there is, the first 12.
    """

    concept: Concept
    label: str
    labels: dict[str, str]
    alternatives: dict[str, list[str]]
    notes: list[Note]
    paths: list[tuple[ConceptLink, ...]]
    narrower: list[ConceptLink]
    related: list[ConceptLink]
    mappings: list[Mapping]


# A concept may be reached in very many ways when its scheme has several parents on every level.
_PATHS_SHOWN = 12


def concept_labels(ids: Iterable[int], language: str) -> dict[int, str]:
    """The best label of each concept, deprecated or not: the language, its base, English, any. One query."""
    return _best_labels(
        ConceptLabel.objects.filter(concept_id__in=set(ids), role=ConceptLabel.Role.PREFERRED).values_list(
            "concept_id", "language", "text"
        ),
        language,
    )


def ancestors_of_concepts(ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Each concept's id → the ids of all that are broader, itself included. One query."""
    wanted = set(ids)
    found: dict[int, set[int]] = {concept: {concept} for concept in wanted}
    rows = ConceptAncestor.objects.filter(concept_id__in=wanted).values_list("concept_id", "ancestor_id")
    for concept, ancestor in rows:
        found[concept].add(ancestor)
    return {concept: frozenset(ancestors) for concept, ancestors in found.items()}


def find_concept(text: str, *, language: str = "", scheme_use: str | None = None) -> Concept | None:
    """The concept that `text` means: its URI, public id, notation, preferred label, or another label.

    Where several concepts bear the label, those of topic schemes come first, then preferred labels, then
    labels in `language`, then the scheme imported first. With `scheme_use` only schemes in that use
    are looked at. A deprecated concept is found last, and gives the one that replaces it if there
    is one. Two queries.
    """
    return find_concepts([text], language=language, scheme_use=scheme_use).get(text)


def find_concepts(
    texts: Iterable[str], *, language: str = "", scheme_use: str | None = None
) -> dict[str, Concept]:
    """`find_concept` for many: each text that means a concept → that concept. Two queries per 500 texts."""
    wanted = list(dict.fromkeys(texts))
    found: dict[str, Concept] = {}
    for start in range(0, len(wanted), TEXTS_AT_ONCE):
        found.update(_find_batch(wanted[start : start + TEXTS_AT_ONCE], language, scheme_use))
    return found


def concept_page(public_id: str, language: str, *, with_mappings: bool = True) -> ConceptPage:
    """What the concept's page shows; raises NotFound. Five queries, four without mappings."""
    concept = Concept.objects.select_related("scheme", "replaced_by").filter(public_id=public_id).first()
    if concept is None:
        raise NotFound(_("There is no topic at this address."))
    above, narrower_rows, related_rows = _edges_around(concept)
    public_ids = {**{i: p for rows in above.values() for i, p in rows}, **narrower_rows, **related_rows}
    labels_of, own = _labels_around(concept, public_ids, language)
    links = {i: ConceptLink(i, p, labels_of.get(i, p)) for i, p in public_ids.items()}

    alternatives: dict[str, list[str]] = defaultdict(list)
    for tag, role, text in own:
        if role == ConceptLabel.Role.ALTERNATIVE:
            alternatives[tag].append(text)
    labels = {tag: text for tag, role, text in own if role == ConceptLabel.Role.PREFERRED}
    notes = [
        Note(n.role, n.language, n.text) for n in ConceptNote.objects.filter(concept=concept).order_by("id")
    ]
    return ConceptPage(
        concept=concept,
        label=best_text(labels, wanted=language) or concept.notation or concept.uri,
        labels=labels,
        alternatives={tag: sorted(texts) for tag, texts in alternatives.items()},
        notes=sorted(notes, key=lambda note: closeness(note.language, wanted=language)),
        paths=_paths(concept.pk, above, links),
        narrower=_by_label(links[i] for i in narrower_rows),
        related=_by_label(links[i] for i in related_rows),
        mappings=_mappings(concept) if with_mappings else [],
    )


def _find_batch(texts: Sequence[str], language: str, scheme_use: str | None) -> dict[str, Concept]:
    cleaned = {text: clean_line(text) for text in texts}
    plain = {value for value in cleaned.values() if value}
    keys = {text: label_key(value) for text, value in cleaned.items() if value}
    of_use = Q() if scheme_use is None else Q(scheme__use=scheme_use)
    by_code: dict[str, list[tuple[tuple[int, ...], Concept]]] = defaultdict(list)
    coded = Concept.objects.filter(of_use, Q(uri__in=plain) | Q(public_id__in=plain) | Q(notation__in=plain))
    for concept in coded.select_related("scheme", "replaced_by"):
        for place, code in enumerate((concept.uri, concept.public_id, concept.notation)):
            by_code[code].append(((place, *_standing(concept)), concept))

    by_key: dict[str, list[ConceptLabel]] = defaultdict(list)
    labelled = ConceptLabel.objects.filter(folded__in=set(keys.values()))
    if scheme_use is not None:
        labelled = labelled.filter(concept__scheme__use=scheme_use)
    for label in labelled.select_related("concept__scheme", "concept__replaced_by"):
        by_key[label.folded].append(label)

    found: dict[str, Concept] = {}
    for text, value in cleaned.items():
        if not value:
            continue
        concept_of = _best_coded(by_code.get(value, [])) or _best_labelled(
            by_key.get(keys[text], []), value, language
        )
        if concept_of is not None:
            found[text] = concept_of.replaced_by or concept_of if concept_of.is_deprecated else concept_of
    return found


def _standing(concept: Concept) -> tuple[int, ...]:
    """What settles which of several concepts is meant, whatever the label."""
    is_topic = concept.scheme.use == Scheme.Use.TOPICS
    return (int(concept.is_deprecated), 0 if is_topic else 1, concept.scheme_id, concept.pk)


def _best_coded(candidates: Sequence[tuple[tuple[int, ...], Concept]]) -> Concept | None:
    return min(candidates, key=lambda candidate: candidate[0])[1] if candidates else None


def _best_labelled(labels: Sequence[ConceptLabel], value: str, language: str) -> Concept | None:
    def order(label: ConceptLabel) -> tuple[int, ...]:
        deprecated, not_topic, *age = _standing(label.concept)
        is_other_spelling = int(fold(label.text) != fold(value))
        near = closeness(label.language, wanted=language) if language else 0
        return (deprecated, is_other_spelling, not_topic, _ROLE_ORDER[label.role], near, *age)

    return min(labels, key=order).concept if labels else None


def _best_labels(rows: Iterable[tuple[int, str, str]], language: str) -> dict[int, str]:
    by_concept: dict[int, dict[str, str]] = defaultdict(dict)
    for concept, tag, text in rows:
        by_concept[concept][tag] = text
    return {concept: best_text(texts, wanted=language) for concept, texts in by_concept.items()}


def _edges_around(
    concept: Concept,
) -> tuple[dict[int, list[tuple[int, str]]], dict[int, str], dict[int, str]]:
    """All steps from the concept upwards (id → parents), its narrower and its related concepts; one query."""
    upwards = ConceptAncestor.objects.filter(concept=concept).values("ancestor")
    steps = (
        ConceptParent.objects.filter(Q(concept__in=upwards) | Q(parent=concept))
        .annotate(is_step=Value(1))
        .values_list(
            "is_step",
            "concept_id",
            "concept__public_id",
            "concept__is_deprecated",
            "parent_id",
            "parent__public_id",
        )
    )
    relations = (
        ConceptRelation.objects.filter(concept=concept)
        .annotate(is_step=Value(0))
        .values_list(
            "is_step",
            "other_id",
            "other__public_id",
            "other__is_deprecated",
            "concept_id",
            "concept__public_id",
        )
    )
    above: dict[int, list[tuple[int, str]]] = defaultdict(list)
    narrower: dict[int, str] = {}
    related: dict[int, str] = {}
    for is_step, child, child_public, child_gone, parent, parent_public in steps.union(relations, all=True):
        if is_step and parent != concept.pk:
            above[child].append((parent, parent_public))
        elif not child_gone:
            (narrower if is_step else related)[child] = child_public
    return above, narrower, related


def _mappings(concept: Concept) -> list[Mapping]:
    here = Concept.objects.filter(uri=OuterRef("target")).values("public_id")[:1]
    rows = ConceptMapping.objects.filter(concept=concept).annotate(here=Subquery(here))
    return [Mapping(row.role, row.target, row.here or "") for row in rows.order_by("role", "target")]


def _labels_around(
    concept: Concept, others: Iterable[int], language: str
) -> tuple[dict[int, str], list[tuple[str, str, str]]]:
    """The best label of the others and every label of the concept; one query."""
    preferred = Q(concept_id__in=set(others), role=ConceptLabel.Role.PREFERRED)
    rows = ConceptLabel.objects.filter(Q(concept=concept) | preferred).order_by("id")
    of_others: list[tuple[int, str, str]] = []
    own: list[tuple[str, str, str]] = []
    for holder, tag, role, text in rows.values_list("concept_id", "language", "role", "text"):
        if holder == concept.pk:
            own.append((tag, role, text))
        else:
            of_others.append((holder, tag, text))
    return _best_labels(of_others, language), own


def _paths(
    start: int, above: dict[int, list[tuple[int, str]]], links: dict[int, ConceptLink]
) -> list[tuple[ConceptLink, ...]]:
    paths: list[tuple[ConceptLink, ...]] = []
    waiting: list[tuple[int, tuple[ConceptLink, ...]]] = [(start, ())]
    while waiting and len(paths) < _PATHS_SHOWN:
        at, path = waiting.pop()
        parents = above.get(at, [])
        if not parents and path:
            paths.append(path)
        waiting.extend((parent, (links[parent], *path)) for parent, _public in parents)
    return paths


def _by_label(links: Iterable[ConceptLink]) -> list[ConceptLink]:
    return sorted(links, key=lambda link: fold(link.label))
