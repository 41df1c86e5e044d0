"""Concepts in a text of one language: labels of topic schemes, found by stem and scored without training."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from ..models import ConceptLabel, ConceptParent, ConceptRelation, Place, PlaceName, Scheme
from .lexicon import Entry, Hit, Lexicon, RawLexicon, longest_first
from .words import CAPS, Analyser, Words, abbreviation

# How sure a label of each role makes us; alternative labels drift from their concept.
_ROLE_WEIGHTS = {"pref": 1.0, "alt": 0.65, "hidden": 0.5}
# A label of several words is rarely meant otherwise.
_LONGER_LABEL = 0.25
# What an occurrence in the title counts beside one in the text.
_TITLE_OCCURRENCES = 4
# How much found neighbours (broader, narrower, related) can add.
_SUPPORT = 0.5
# From so many words on, a topic must occur so often: one mention in a long report says nothing.
_LEAST_OCCURRENCES = ((0, 1), (400, 2), (2500, 3))
# Scores go to 1 - 1/e at this evidence.
_EVIDENCE = 1.5

# A qualifier tells homonyms apart in a list; nobody writes it in a text: Mercury (planet).
_QUALIFIER = re.compile(r"\s*[(（].*[)）]\s*$")
_SHORTEST_WORD = 3
_SHORTEST_UNSPACED = 2


@dataclass(frozen=True)
class ConceptSuggestion:
    """A concept that a text may be about: `score` from 0 to 1, occurrences, and where the first begins."""

    concept_id: int
    score: float
    count: int
    position: int


class TopicFinder:
    """Finds the concepts of topic schemes in texts of one language; built with two queries.

    Names of countries and regions are left to the places, even where a scheme lists them: the coast
    in Côte d'Ivoire is no coast."""

    def __init__(self, language: str, neighbours: Mapping[int, frozenset[int]]) -> None:
        self._analyser = Analyser(language)
        self._neighbours = neighbours
        by_stem: dict[tuple[str, ...], Entry] = {}
        by_capitals: dict[tuple[str, ...], Entry] = {}
        raw: dict[str, Entry] = {}
        for name in _place_names(self._analyser.language):
            if self._analyser.is_unspaced:
                raw[name] = Entry(None, 0.0, len(name))
            else:
                key, has_capitals = self._key(name)
                (by_capitals if has_capitals else by_stem)[key] = Entry(None, 0.0, len(key))
        for concept, role, text in _labels(self._analyser.language):
            weight = _ROLE_WEIGHTS[role]
            for form in dict.fromkeys((text, _QUALIFIER.sub("", text))):
                if self._analyser.is_unspaced:
                    if len(form) >= _SHORTEST_UNSPACED:
                        raw.setdefault(form, Entry(concept, weight, len(form)))
                    continue
                key, has_capitals = self._key(form)
                if key and sum(map(len, key)) >= _SHORTEST_WORD:
                    target = by_capitals if has_capitals else by_stem
                    target.setdefault(key, Entry(concept, weight, len(key)))
        self._spread = Counter(stem for key, e in by_stem.items() if e.id is not None for stem in set(key))
        self._size = max(len(by_stem), 2)
        self._keys = {entry.id: key for key, entry in reversed(by_stem.items())}
        self._stemmed, self._capitals, self._raw = Lexicon(by_stem), Lexicon(by_capitals), RawLexicon(raw)

    def find(self, text: str, *, title: str, limit: int) -> list[ConceptSuggestion]:
        """The concepts that title and text speak of, best first."""
        if self._analyser.is_unspaced:
            in_text, in_title, length = self._raw.find(text), self._raw.find(title), len(text) // 2
            starts: list[int] | None = None
        else:
            words = self._analyser.words(text)
            in_text, length, starts = self._hits(words), len(words), words.starts
            in_title = self._hits(self._analyser.words(title))
        return self._ranked(in_text, in_title, length, starts)[:limit]

    def _key(self, label: str) -> tuple[tuple[str, ...], bool]:
        words = self._analyser.words(label).plain
        stems = self._analyser.stems(words)
        marked = [abbreviation(word) for word in words]
        key = tuple(CAPS + caps if caps else stem for caps, stem in zip(marked, stems, strict=True))
        return key, any(marked)

    def _hits(self, words: Words) -> list[Hit]:
        stems = self._analyser.stems(words.plain)
        with_capitals = [CAPS + c if c else stem for c, stem in zip(words.capitals, stems, strict=True)]
        return longest_first([*self._stemmed.find(stems), *self._capitals.find(with_capitals)])

    def _ranked(
        self, in_text: list[Hit], in_title: list[Hit], length: int, starts: list[int] | None
    ) -> list[ConceptSuggestion]:
        counts: Counter[int] = Counter()
        first: dict[int, int] = {}
        best: dict[int, Entry] = {}
        for hit in in_text:
            if (concept := hit.entry.id) is not None:
                counts[concept] += 1
                first.setdefault(concept, starts[hit.start] if starts else hit.start)
                best[concept] = max(
                    best.get(concept, hit.entry), hit.entry, key=lambda e: (e.weight, e.words)
                )
        titled = {hit.entry.id for hit in in_title}
        for hit in in_title:
            if (concept := hit.entry.id) is not None:
                first[concept] = 0
                best.setdefault(concept, hit.entry)
        least = max(times for words, times in _LEAST_OCCURRENCES if length >= words)
        kept = {concept for concept in best if counts[concept] >= least or concept in titled}
        found = [
            ConceptSuggestion(
                concept,
                self._score(concept, best[concept], counts, length, is_titled=concept in titled),
                counts[concept],
                first[concept],
            )
            for concept in kept
        ]
        return sorted(found, key=lambda s: (-s.score, s.position, s.concept_id))

    def _score(
        self, concept: int, entry: Entry, counts: Mapping[int, int], length: int, *, is_titled: bool
    ) -> float:
        occurrences = counts.get(concept, 0) + _TITLE_OCCURRENCES * is_titled
        # Twice as often in twice as long a text means as much.
        density = math.log1p(occurrences) / math.log1p(max(length, 100) / 50)
        words = 1 + _LONGER_LABEL * (min(entry.words, 4) - 1) if not self._analyser.is_unspaced else 1
        neighbours = sum(math.log1p(counts.get(n, 0)) for n in self._neighbours.get(concept, ()))
        support = 1 + _SUPPORT * (1 - math.exp(-neighbours / 3))
        evidence = density * entry.weight * words * self._specificity(concept) * support
        return round(1 - math.exp(-evidence / _EVIDENCE * 2), 4)

    def _specificity(self, concept: int) -> float:
        """From 0.1 to 1: a word that very many labels use (development, policy) says little by itself."""
        key = self._keys.get(concept)
        if not key:
            return 1.0
        rarest = min(self._spread[stem] for stem in key)
        return 0.1 + 0.9 * (1 - math.log(rarest + 1) / math.log(self._size + 2))


def neighbours_of_topics() -> dict[int, frozenset[int]]:
    """Each topic → the concepts directly broader, narrower and related. Two queries."""
    found: dict[int, set[int]] = defaultdict(set)
    of_topics = Q(concept__scheme__use=Scheme.Use.TOPICS)
    for one, other in (
        ConceptParent.objects.filter(of_topics).values_list("concept_id", "parent_id").iterator()
    ):
        found[one].add(other)
        found[other].add(one)
    for one, other in (
        ConceptRelation.objects.filter(of_topics).values_list("concept_id", "other_id").iterator()
    ):
        found[one].add(other)
    return {concept: frozenset(others) for concept, others in found.items()}


def _labels(language: str) -> list[tuple[int, str, str]]:
    """Labels of topics in force; where concepts share one, the winner is first: preferred, older scheme."""
    rows = ConceptLabel.objects.filter(
        Q(language=language) | Q(language__startswith=f"{language}-"),
        concept__scheme__use=Scheme.Use.TOPICS,
        concept__is_deprecated=False,
    ).values_list("concept_id", "role", "text", "concept__scheme_id")
    ordered = sorted(rows, key=lambda row: (-_ROLE_WEIGHTS[row[1]], row[3], row[0]))
    return [(concept, role, text) for concept, role, text, _scheme in ordered]


def _place_names(language: str) -> list[str]:
    names = PlaceName.objects.filter(language=language).exclude(place__level=Place.Level.WORLD)
    return [name for name in names.values_list("text", flat=True) if len(name) > 1]
