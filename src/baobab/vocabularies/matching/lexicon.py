"""Labels in an Aho–Corasick automaton: all that occur in a text, found in one pass."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, MatchKind

from .words import stream


@dataclass(frozen=True, slots=True)
class Entry:
    """What a label stands for: the id (None: nothing, the phrase only hides shorter ones) and its weight."""

    id: int | None
    weight: float
    words: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A label found at words `start` to `end` (exclusive); in unspaced writing these are characters."""

    start: int
    end: int
    entry: Entry


class Lexicon:
    """Phrases, each for one entry; the longest at a position wins."""

    def __init__(self, entries: dict[tuple[str, ...], Entry]) -> None:
        self._entries = list(entries.values())
        self._automaton = _automaton([stream(words) for words in entries])

    def find(self, words: Sequence[str]) -> list[Hit]:
        """The phrases among the words, from left to right, none overlapping."""
        if self._automaton is None:
            return []
        ends = list(accumulate(len(word) + 2 for word in words))
        return [
            Hit(bisect_right(ends, start), bisect_right(ends, end - 1) + 1, self._entries[phrase])
            for phrase, start, end in self._automaton.find_matches_as_indexes(stream(words))
        ]


class RawLexicon:
    """The same for writing without spaces: phrases are found anywhere."""

    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = list(entries.values())
        self._automaton = _automaton(list(entries))

    def find(self, text: str) -> list[Hit]:
        """The phrases in the text, from left to right, none overlapping; positions are characters."""
        if self._automaton is None:
            return []
        found = self._automaton.find_matches_as_indexes(text)
        return [Hit(start, end, self._entries[phrase]) for phrase, start, end in found]


def longest_first(hits: Iterable[Hit]) -> list[Hit]:
    """Of overlapping hits the one that starts first, of those the longest."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not kept or hit.start >= kept[-1].end:
            kept.append(hit)
    return kept


def _automaton(patterns: list[str]) -> AhoCorasick | None:
    return AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest) if patterns else None
