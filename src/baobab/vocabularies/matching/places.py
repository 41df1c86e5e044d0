"""Countries and regions in a text of one language, by their names, not by what their people are called."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from ..languages import FALLBACK, base_language
from ..models import Place, PlaceName
from ..place_names import NAME_LANGUAGES
from .lexicon import Entry, Lexicon, RawLexicon, longest_first
from .words import CAPS, Analyser, Words, abbreviation

# Phrases that hold a country's name and mean something else.
_NOT_PLACES = {
    "en": (
        "New Mexico", "Guinea pig", "Guinea pigs", "Guinea worm", "Guinea fowl", "Northern Ireland",
        "Niger Delta", "Inner Mongolia", "Gulf of Mexico", "Gulf of Guinea", "River Jordan",
        "Jordan River",
    ),
    "fr": ("Nouveau-Mexique", "Irlande du Nord", "golfe du Mexique", "golfe de Guinée"),
    "es": ("Nuevo México", "Irlanda del Norte", "golfo de México", "golfo de Guinea", "Mongolia Interior"),
}  # fmt: skip

# Names are compared by stem where the language declines them.
_DECLINED = frozenset({"ru", "uk", "pl", "cs", "fi", "hu", "tr"})
# Particles that Arabic writes together with the next word (and, so, by, for, like).
_ARABIC_PARTICLES = "وفبلك"

_TITLE_OCCURRENCES = 4
_EVIDENCE = 0.8
_LEAST_OCCURRENCES = ((0, 1), (2500, 2))


@dataclass(frozen=True)
class PlaceSuggestion:
    """A place that a text may be about: `score` from 0 to 1, occurrences, and where the first begins."""

    place_id: int
    score: float
    count: int
    position: int


class PlaceFinder:
    """Finds names of countries and regions in texts of one language; built with one query."""

    def __init__(self, language: str) -> None:
        base = base_language(language)
        self._analyser = Analyser(base)
        self._is_cased = base not in {"ar", "fa", "ur", "hi", "bn", "ko"}
        naming = base if base in NAME_LANGUAGES else FALLBACK
        names = PlaceName.objects.filter(language=naming).exclude(place__level=Place.Level.WORLD)
        by_name: dict[tuple[str, ...], Entry] = {}
        raw: dict[str, Entry] = {}
        for place, text in names.order_by("place__level", "-is_preferred", "place_id").values_list(
            "place_id", "text"
        ):
            if self._analyser.is_unspaced:
                raw.setdefault(text, Entry(place, 1.0, len(text)))
            elif key := self._key(text):
                by_name.setdefault(key, Entry(place, 1.0, len(key)))
        for phrase in _NOT_PLACES.get(naming, ()):
            by_name[self._key(phrase)] = Entry(None, 0.0, 2)
        self._known = {word for key in by_name for word in key}
        self._names, self._raw = Lexicon(by_name), RawLexicon(raw)

    def find(self, text: str, *, title: str, limit: int) -> list[PlaceSuggestion]:
        """The places that title and text name, best first."""
        counts: Counter[int] = Counter()
        first: dict[int, int] = {}
        in_text, length = self._named(text)
        titled = {place for place, _position in self._named(title)[0]}
        for place, position in in_text:
            counts[place] += 1
            first.setdefault(place, position)
        least = max(times for words, times in _LEAST_OCCURRENCES if length >= words)
        found = [
            PlaceSuggestion(
                place,
                self._score(counts[place], length, is_titled=place in titled),
                counts[place],
                0 if place in titled else first[place],
            )
            for place in counts.keys() | titled
            if counts[place] >= least or place in titled
        ]
        return sorted(found, key=lambda s: (-s.score, s.position, s.place_id))[:limit]

    def _named(self, text: str) -> tuple[list[tuple[int, int]], int]:
        """The places named and where, and the length of the text in words."""
        if self._analyser.is_unspaced:
            return [(h.entry.id, h.start) for h in self._raw.find(text) if h.entry.id is not None], len(
                text
            ) // 2
        words = self._analyser.words(text)
        hits = longest_first(self._names.find(self._forms(words)))
        named = [
            (hit.entry.id, words.starts[hit.start])
            for hit in hits
            if hit.entry.id is not None and (not self._is_cased or words.plain[hit.start][:1].isupper())
        ]
        return named, len(words)

    def _key(self, name: str) -> tuple[str, ...]:
        words = self._analyser.words(name).plain
        forms = (
            self._analyser.stems(words)
            if self._analyser.language in _DECLINED
            else [w.casefold() for w in words]
        )
        return tuple(CAPS + c if (c := abbreviation(w)) else f for w, f in zip(words, forms, strict=True))

    def _forms(self, words: Words) -> list[str]:
        if self._analyser.language in _DECLINED:
            forms = self._analyser.stems(words.plain)
        else:
            forms = [word.casefold() for word in words.plain]
        if self._analyser.language == "ar":
            forms = [self._without_particle(form) for form in forms]
        # An abbreviation is one only where a name knows it: KENYA in capitals is Kenya.
        return [
            CAPS + caps if caps and CAPS + caps in self._known else form
            for caps, form in zip(words.capitals, forms, strict=True)
        ]

    def _without_particle(self, word: str) -> str:
        is_joined = word not in self._known and word[:1] in _ARABIC_PARTICLES and word[1:] in self._known
        return word[1:] if is_joined else word

    @staticmethod
    def _score(count: int, length: int, *, is_titled: bool) -> float:
        density = math.log1p(count + _TITLE_OCCURRENCES * is_titled) / math.log1p(max(length, 100) / 50)
        return round(1 - math.exp(-density / _EVIDENCE), 4)
