"""The glossary: every concept that some vocabulary explains, in the order of a reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.db.models import Count, Max

from baobab.kernel.text import fold

from ..collation import initial, sort_key
from ..labels import label_key
from ..languages import base_language, best_text, closeness
from ..models import Concept, ConceptLabel, ConceptNote, Scheme

_EXPLAINING = (ConceptNote.Role.DEFINITION, ConceptNote.Role.SCOPE)
_VersionOfAll = tuple[datetime | None, int]


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the glossary and the concepts that bear it as their preferred label."""

    label: str
    initial: str
    concept_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one vocabulary says a word means.

    `texts` are in `language`, the reader's or the nearest there is; `is_definition` is False where the
    vocabulary says only how the word is used. `languages`: all in which it is explained.
    """

    concept: Concept
    label: str
    texts: tuple[str, ...]
    language: str
    is_definition: bool
    languages: tuple[str, ...]
    scheme_title: str


@dataclass(frozen=True, slots=True)
class _Explained:
    """A concept as this process remembers it: labels by language, and all words by which it is found."""

    scheme_id: int
    labels: Mapping[str, str]
    keys: tuple[str, ...]


class Glossary:
    """The words that vocabularies explain. These are public: nothing here depends on who reads."""

    _current: Glossary | None = None
    _lock = Lock()

    def __init__(self, version: _VersionOfAll) -> None:
        self.version = version
        self._concepts = _explained()
        self._terms: dict[str, tuple[Term, ...]] = {}
        tags = {tag for one in self._concepts.values() for tag in one.labels if tag}
        # The languages in which words are known, without region or script.
        self.languages = tuple(sorted({base_language(tag) for tag in tags}))
        # The vocabularies that explain something.
        self.scheme_ids = frozenset(one.scheme_id for one in self._concepts.values())

    @classmethod
    def current(cls) -> Glossary:
        """The glossary of this process, read anew when a vocabulary changed.

        One query; two more at the first call and after each change.
        """
        found = Scheme.objects.aggregate(latest=Max("updated_at"), number=Count("pk"))
        version = (found["latest"], found["number"])
        with cls._lock:
            if cls._current is None or cls._current.version != version:
                cls._current = cls(version)
            return cls._current

    def terms(self, language: str, *, scheme_id: int | None = None) -> tuple[Term, ...]:
        """All words from A to Z in the language; a concept without a word in it stands under another's."""
        terms = self._terms.get(language)
        if terms is None:
            terms = self._terms[language] = self._sorted(language)
        if scheme_id is None:
            return terms
        return tuple(
            term
            for term in terms
            if any(self._concepts[concept].scheme_id == scheme_id for concept in term.concept_ids)
        )

    def find(self, text: str, language: str, *, scheme_id: int | None = None) -> tuple[Term, ...]:
        """The words that `text` may mean: the whole word, its beginning, then a later word; in any language.

        Case, accents and punctuation do not matter. Other labels of a concept find it too.
        """
        wanted = label_key(text)
        if not wanted:
            return ()
        found = []
        for position, term in enumerate(self.terms(language, scheme_id=scheme_id)):
            keys = [key for concept in term.concept_ids for key in self._concepts[concept].keys]
            nearness = min((_nearness(key, wanted) for key in keys), default=_FAR)
            if nearness < _FAR:
                found.append((nearness, position, term))
        return tuple(term for _nearness, _position, term in sorted(found, key=lambda row: row[:2]))

    def explains(self, concept_id: int) -> bool:
        """Whether a vocabulary says what the concept means."""
        return concept_id in self._concepts

    def _sorted(self, language: str) -> tuple[Term, ...]:
        by_key: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for concept, one in self._concepts.items():
            label = best_text(one.labels, wanted=language)
            if label:
                by_key[label_key(label)].append((label, concept))
        terms = [
            Term(rows[0][0], initial(rows[0][0], language), tuple(concept for _label, concept in rows))
            for rows in by_key.values()
        ]
        return tuple(sorted(terms, key=lambda term: sort_key(term.label, language)))


_FAR = 3


def _nearness(key: str, wanted: str) -> int:
    if key == wanted:
        return 0
    if key.startswith(wanted):
        return 1
    # Chinese has no spaces, and Arabic writes articles and prepositions together with the word.
    is_part = f" {wanted}" in key if wanted.isascii() else wanted in key
    return 2 if is_part else _FAR


def _explained() -> dict[int, _Explained]:
    concepts = dict(
        Concept.objects.filter(is_deprecated=False, notes__role__in=_EXPLAINING)
        .distinct()
        .order_by("pk")
        .values_list("pk", "scheme_id")
    )
    labels: dict[int, dict[str, str]] = defaultdict(dict)
    keys: dict[int, set[str]] = defaultdict(set)
    rows = ConceptLabel.objects.filter(
        concept__is_deprecated=False, concept__notes__role__in=_EXPLAINING
    ).distinct()
    for concept, role, tag, text, folded in rows.values_list(
        "concept_id", "role", "language", "text", "folded"
    ):
        keys[concept].add(folded)
        if role == ConceptLabel.Role.PREFERRED:
            labels[concept][tag] = text
    return {
        concept: _Explained(scheme, labels[concept], tuple(keys[concept]))
        for concept, scheme in concepts.items()
    }


def meanings_of(concept_ids: Iterable[int], language: str) -> dict[int, Meaning]:
    """What each of these concepts means, explained or not, in the nearest language (three queries)."""
    concepts = Concept.objects.select_related("scheme").in_bulk(set(concept_ids))
    labels: dict[int, dict[str, str]] = defaultdict(dict)
    preferred = ConceptLabel.objects.filter(concept__in=concepts, role=ConceptLabel.Role.PREFERRED)
    for concept_id, tag, text in preferred.values_list("concept_id", "language", "text"):
        labels[concept_id][tag] = text
    notes: dict[int, list[ConceptNote]] = defaultdict(list)
    for note in ConceptNote.objects.filter(concept__in=concepts, role__in=_EXPLAINING).order_by("pk"):
        notes[note.concept_id].append(note)
    return {
        pk: _meaning(concept, best_text(labels[pk], wanted=language) or concept.notation, notes[pk], language)
        for pk, concept in concepts.items()
    }


def _meaning(concept: Concept, label: str, notes: Sequence[ConceptNote], language: str) -> Meaning:
    definitions = [note for note in notes if note.role == ConceptNote.Role.DEFINITION]
    shown = definitions or notes
    best = min((note.language for note in shown), key=lambda tag: closeness(tag, wanted=language), default="")
    return Meaning(
        concept=concept,
        label=label,
        texts=tuple(note.text for note in shown if note.language == best),
        language=best,
        is_definition=bool(definitions),
        languages=tuple(sorted({note.language for note in shown})),
        scheme_title=best_text(concept.scheme.titles, wanted=language) or concept.scheme.uri,
    )


def concepts_called(text: str) -> list[int]:
    """The concepts that bear this label in any language, preferred ones first (one query)."""
    key = label_key(text)
    if not key:
        return []
    rows = ConceptLabel.objects.filter(folded=key, concept__is_deprecated=False)
    order = {ConceptLabel.Role.PREFERRED: 0, ConceptLabel.Role.ALTERNATIVE: 1, ConceptLabel.Role.HIDDEN: 2}
    found = sorted(
        rows.values_list("role", "concept_id"), key=lambda row: (order[ConceptLabel.Role(row[0])], row[1])
    )
    return list(dict.fromkeys(concept for _role, concept in found))


def is_contested(meanings: Sequence[Meaning]) -> bool:
    """Whether vocabularies define one word differently, as far as they do so in one language."""
    said: dict[str, dict[str, int]] = defaultdict(dict)
    for meaning in meanings:
        if meaning.is_definition:
            text = fold(" ".join(meaning.texts))
            said[base_language(meaning.language)].setdefault(text, meaning.concept.scheme_id)
    return any(len(set(by_text.values())) > 1 for by_text in said.values())
