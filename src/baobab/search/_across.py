"""From the words of a question to what they name, and what that is called in other languages and words.

A question is looked through for labels of topics and names of places, in every language and the longest
first. What one of them names is then found, too, when it is tagged with it, with something narrower, or
says it in other words: "zones humides" finds what says "wetlands".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from baobab.vocabularies.labels import label_key, place_key
from baobab.vocabularies.languages import CONTENT_LANGUAGES, base_language
from baobab.vocabularies.models import ConceptLabel, Place, PlaceName, Scheme
from baobab.vocabularies.stems import stem_key

from . import _analysis
from ._understand import Question
from .engine import About, Alternative, Clause, Phrase, Term
from .parse import Parsed, Word

# Longer labels are seldom typed; shorter ones than so many letters are mostly something else.
_MOST_WORDS = 6
_FEWEST_LETTERS = 3
# Of a question; what comes later is a text, not a question.
_WORDS_LOOKED_AT = 24
_CHARACTERS_LOOKED_AT = 60
# A shorter stem is that of other words in other languages: "marais" and "marido" are both "mar".
_TELLING_STEM = 5
# In one question; of one of them. More would drown the words that were typed.
_MOST_NAMED = 6
_MOST_PHRASES = 24


@dataclass(frozen=True, slots=True)
class Named:
    """Something that words of the question name: a topic or a place, by its id.

    `start` and `end` are where the words stand among the plain words; `tokens` are the first of their stems.
    """

    facet: str
    id: int
    start: int
    end: int
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    """Words that stand side by side, or a part of a run of characters without spaces."""

    text: str
    start: int

    def naming(self, facet: str, number: int) -> Named:
        """What these words name."""
        words = _analysis.words(self.text)
        tokens = tuple(r.stems[0] for word in words for r in _analysis.readings(word) if r.stems)
        return Named(facet, number, self.start, self.start + len(self.text), tokens)


def named_in(parsed: Parsed) -> list[Named]:
    """What the plain words of a question name, none of it inside something longer (two queries)."""
    spans = _spans(parsed)
    if not spans:
        return []
    found = [*_topics(spans), *_places(spans)]
    kept: list[Named] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        is_inside = any(
            (other.start, other.end) != (one.start, one.end)
            and one.start < other.end
            and other.start < one.end
            for other in kept
        )
        if not is_inside and len(kept) < _MOST_NAMED:
            kept.append(one)
    return kept


def widened(question: Question, named: Sequence[Named]) -> Question:
    """The question with what it names as alternatives to the words that name it (two queries at most)."""
    if not named:
        return question
    phrases = _phrases(named)
    others: dict[str, dict[Alternative, None]] = defaultdict(dict)
    for one in named:
        alternatives = [Alternative(About(one.facet, str(one.id)))]
        alternatives += [Alternative(phrase) for phrase in phrases[one.facet, one.id]]
        for token in one.tokens:
            others[token].update(dict.fromkeys(alternatives))
    return replace(question, words=tuple(_with(clause, others) for clause in question.words))


def _with(clause: Clause, others: dict[str, dict[Alternative, None]]) -> Clause:
    first = clause[0]
    if isinstance(first, Term) and first.stems and first.stems[0] in others:
        return (*clause, *others[first.stems[0]])
    return clause


def _spans(parsed: Parsed) -> list[_Span]:
    words: list[str] = []
    for clause in parsed.clauses:
        if len(clause) == 1 and isinstance(clause[0], Word) and not clause[0].is_prefix:
            words += _analysis.words(clause[0].text)
    words = words[:_WORDS_LOOKED_AT]
    starts = [0, *accumulate(len(word) + 1 for word in words)]
    found = [
        _Span(" ".join(words[first:last]), starts[first])
        for first in range(len(words))
        for last in range(first + 1, min(first + _MOST_WORDS, len(words)) + 1)
    ]
    for word, start in zip(words, starts, strict=False):
        if _analysis.is_dense(word):
            found += [
                _Span(word[at : at + length], start + at)
                for length in range(2, _MOST_WORDS + 1)
                for at in range(min(len(word), _CHARACTERS_LOOKED_AT) - length + 1)
                if length < len(word)
            ]
    return [span for span in found if _is_telling(span.text)]


def _is_telling(text: str) -> bool:
    letters = sum(character.isalpha() for character in text)
    return letters >= (2 if _analysis.is_dense(text) else _FEWEST_LETTERS)


def _topics(spans: Sequence[_Span]) -> list[Named]:
    keys: dict[tuple[str, str], list[_Span]] = defaultdict(list)
    for span in spans:
        for language in CONTENT_LANGUAGES:
            keys[language, stem_key(span.text, language)].append(span)
        keys["", label_key(span.text)].append(span)
    rows = ConceptLabel.objects.filter(
        stemmed__in={key for _, key in keys},
        concept__scheme__use=Scheme.Use.TOPICS,
        concept__is_deprecated=False,
    ).values_list("concept_id", "language", "stemmed")
    found: dict[Named, None] = {}
    for concept, language, key in rows:
        base = base_language(language)
        for span in keys.get((base if base in CONTENT_LANGUAGES else "", key), ()):
            found[span.naming("topic", concept)] = None
    return list(found)


def _places(spans: Sequence[_Span]) -> list[Named]:
    keys: dict[str, list[_Span]] = defaultdict(list)
    for span in spans:
        keys[place_key(span.text)].append(span)
    rows = (
        PlaceName.objects.filter(folded__in=set(keys))
        .exclude(place__level=Place.Level.WORLD)
        .values_list("place_id", "folded")
    )
    return list(dict.fromkeys(span.naming("place", place) for place, key in rows for span in keys[key]))


def _phrases(named: Sequence[Named]) -> dict[tuple[str, int], list[Phrase]]:
    """What each named thing is called, each name once however many languages share it."""
    topics = {one.id for one in named if one.facet == "topic"}
    places = {one.id for one in named if one.facet == "place"}
    rows: list[tuple[str, int, str, str]] = []
    if topics:
        labels = ConceptLabel.objects.filter(concept__in=topics).exclude(role=ConceptLabel.Role.HIDDEN)
        rows += [
            ("topic", *row)
            for row in labels.order_by("-role", "pk").values_list("concept_id", "language", "text")
        ]
    if places:
        names = PlaceName.objects.filter(place__in=places, is_preferred=True).order_by("pk")
        rows += [("place", *row) for row in names.values_list("place_id", "language", "text")]
    found: dict[tuple[str, int], dict[Phrase, None]] = defaultdict(dict)
    for facet, number, language, text in rows:
        if len(found[facet, number]) < _MOST_PHRASES and (phrase := _phrase(language, text)):
            found[facet, number][phrase] = None
    return {key: list(phrases) for key, phrases in found.items()}


def _phrase(language: str, text: str) -> Phrase | None:
    """How texts say the label: by stems in its language, or the word itself where a stem says too little."""
    tokens = tuple(_analysis.stream(language or _analysis.UNKNOWN, text))
    if len(tokens) == 1 and len(tokens[0]) < _TELLING_STEM and tokens[0].isascii():
        exact = tuple(_analysis.exact(text))
        return Phrase((), exact) if len(exact) == 1 else None
    return Phrase((tokens,)) if tokens else None
