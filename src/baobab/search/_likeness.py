"""What a text is like: the words that stand out in it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from . import _analysis
from .engine import Passage

# Of a text, so many words say what it is like; those that most entries share say nothing.
_TELLING_WORDS = 25
_SHORTEST_TELLING = 2


def telling(counts: Mapping[str, int], frequency: Callable[[str], int], total: int) -> dict[str, float]:
    """The words that stand out, each with its weight: frequent here, in some other entries, rare in most."""
    weights: dict[str, float] = {}
    for token, count in counts.items():
        if len(token) >= _SHORTEST_TELLING and not token.isdecimal():
            elsewhere = frequency(token)
            if elsewhere > 1:
                weights[token] = math.log1p(count) * math.log1p(total / elsewhere)
    most = sorted(weights, key=lambda token: (-weights[token], token))[:_TELLING_WORDS]
    top = weights[most[0]] if most else 1.0
    return {token: weights[token] / top for token in most}


def counted_tokens(passages: Sequence[Passage]) -> Counter[str]:
    """The tokens of these passages and how often each occurs, as the index holds them."""
    counts: Counter[str] = Counter()
    for passage in passages:
        counts.update(_analysis.stream(passage.at.language, f"{passage.title} {passage.text}"))
    return counts
