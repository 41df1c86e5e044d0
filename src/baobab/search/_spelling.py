"""Words mistyped: which words of a question nobody wrote, and what was probably meant.

A word counts as unknown when nothing that the reader may see holds it. Words that are known are never
touched, so that good questions answer as they are; what is proposed instead is a word of something
that she may see.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from . import _analysis
from .engine import Engine, EngineQuery, Sight, Term

# Shorter words have too many neighbours; numbers and codes are not spelled, they are copied.
SHORTEST = 4
# From so many letters on, two may be wrong.
_TWO_WRONG_FROM = 7
# A first letter is seldom wrong: a word that begins otherwise must be this much commoner.
_OTHER_FIRST_LETTER = 10
# Candidates that are looked at in the reader's sight, most probable first.
_TRIED = 12
# So many words of a question are looked after: nobody mistypes more, and each takes some milliseconds.
_MOST_WRONG = 16
# In so many of the answers a word is looked for first.
_LOOKED_INTO = 10
# Words in so few documents that a much commoner neighbour is worth offering.
RARE = 2
_MUCH_COMMONER = 20


class Vocabulary:
    """The words of an index with the number of entries that hold them, by length."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        self._by_length: dict[int, tuple[list[str], list[int]]] = defaultdict(lambda: ([], []))
        for word, count in words:
            if len(word) >= SHORTEST - 1 and word.isalpha():
                texts, counts = self._by_length[len(word)]
                texts.append(word)
                counts.append(count)

    def near(self, word: str, *, distance: int) -> tuple[tuple[str, int], ...]:
        """The words within so many letters added, lost, changed or swapped, the word itself left out."""
        found: list[tuple[str, int]] = []
        for length in range(len(word) - distance, len(word) + distance + 1):
            texts, counts = self._by_length.get(length, ((), ()))
            near = process.extract_iter(word, texts, scorer=OSA.distance, score_cutoff=distance)
            found += [(text, counts[at]) for text, score, at in near if score]
        return tuple(found)


def corrections(
    engine: Engine,
    terms: Sequence[Term],
    sight: Sight,
    *,
    rare_too: bool = False,
    answers: Iterable[int] = (),
) -> dict[str, str]:
    """Unknown words, as folded, and what was probably meant by each; words without a good guess are left out.

    `rare_too`: words in at most `RARE` documents as well, where something spelled nearly so is much
    commoner: to be offered, not to be taken. `answers`: assets in sight that answer; what they hold is
    known, and need not be counted through the index (12 ms for four words at a million records).
    """
    among = frozenset(islice(answers, _LOOKED_INTO))
    spelled = [
        term
        for term in terms
        if _is_spelled(term.exact)
        and not (among and engine.matching(EngineQuery(sight, required=((term,),), among=among)))
    ]
    held = engine.holders([(term,) for term in spelled], sight)
    counts = {term.exact: count for term, count in zip(spelled, held, strict=True)}
    wrong = dict(islice(((word, n) for word, n in counts.items() if n <= RARE * rare_too), _MOST_WRONG))
    found = {
        word: _meant(engine, word, sight, at_least=count * _MUCH_COMMONER) for word, count in wrong.items()
    }
    return {word: meant for word, meant in found.items() if meant}


def replaced(text: str, by: Mapping[str, str]) -> str:
    """The question as typed, with these folded words replaced and everything else as it stands."""
    return _analysis.WORD.sub(lambda found: _replacement(found.group(), by), text)


def _replacement(word: str, by: Mapping[str, str]) -> str:
    folded = _analysis.exact(word)
    return by.get(folded[0], word) if len(folded) == 1 else word


def _is_spelled(word: str) -> bool:
    return len(word) >= SHORTEST and word.isalpha() and not _analysis.is_dense(word)


def _meant(engine: Engine, word: str, sight: Sight, *, at_least: int) -> str:
    distance = 2 if len(word) >= _TWO_WRONG_FROM else 1
    near = engine.near_words(word, distance=distance)
    ordered = sorted(near, key=lambda item: (-_likelihood(word, *item), item[0]))[:_TRIED]
    if not ordered:
        return ""
    counts = engine.holders([_as_clause(candidate) for candidate, _ in ordered], sight)
    visible = [(text, count) for (text, _), count in zip(ordered, counts, strict=True) if count > at_least]
    return max(visible, key=lambda item: (_likelihood(word, *item), item[0]), default=("", 0))[0]


def _as_clause(word: str) -> tuple[Term, ...]:
    # The word itself and nothing like it: what is offered must stand there as it is offered.
    return (Term((), word, is_also_exact=True),)


def _likelihood(word: str, candidate: str, count: int) -> float:
    """How probable it is that somebody who meant the candidate typed the word: the log of a proportion."""
    wrong = OSA.distance(word, candidate)
    other_first = math.log(_OTHER_FIRST_LETTER) if candidate[0] != word[0] else 0.0
    # One more wrong letter is some fifty times less probable.
    return math.log1p(count) - wrong * math.log(50) - other_first
