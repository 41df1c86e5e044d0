"""Two texts side by side: whether they are the same, nearly the same, or one stands inside the other.

Measured on real documents (`bench/lookalikes.py`; docs/decisions/0006): a passage counts as covered when a
fair share of its runs of words stands anywhere in the other text, so that recognised page images, other line
breaks and small corrections do no harm, while new passages and boilerplate do. Reports made from one template
are told apart by their figures.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from .models import Likeness
from .sketches import Sketch, containments, runs_of, sketch_of_runs, words_of

# From this estimated share of runs on (the larger of both ways), with so many in common, texts are compared.
WORTH_FROM = 0.2
WORTH_RUNS = 3
# Fewer words say too little to be called the same as others.
FEWEST_WORDS = 40
# A passage of so many runs is covered when this share of them stands in the other text.
_PASSAGE = 40
_COVERED_FROM = 0.2
# Share of a text's passages from which it is taken to be in the other.
_SAME_FROM = 0.7
# Texts of one length differ by less; a part is shorter than the whole.
_PART_BELOW = 0.7
# Where texts have so many different figures, they must share so many of them.
_FIGURES = 10
_FIGURES_SHARED = 0.65
# Of what differs by a number in its title, nothing less than so many equal runs makes it the same.
_SERIES_SAME_FROM = 0.9


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of two assets, as told from the first: `how` names the first as left.

    `score` orders what was found by how sure it is (0 to 1).
    """

    how: Likeness.How
    score: float

    def turned(self) -> Found:
        """The same, told from the second."""
        turned = {
            Likeness.How.LEFT_HOLDS: Likeness.How.RIGHT_HOLDS,
            Likeness.How.RIGHT_HOLDS: Likeness.How.LEFT_HOLDS,
        }
        return Found(turned.get(self.how, self.how), self.score)


class Said:
    """A text taken apart, once however often it is compared."""

    def __init__(self, text: str) -> None:
        self.words = words_of(text)

    @cached_property
    def runs(self) -> list[int]:
        return runs_of(self.words)

    @cached_property
    def distinct(self) -> frozenset[int]:
        return frozenset(self.runs)

    @cached_property
    def figures(self) -> frozenset[str]:
        """Its numbers of two digits and more."""
        return frozenset(
            word for word in self.words if len(word) > 1 and any(letter.isdigit() for letter in word)
        )

    @cached_property
    def sketch(self) -> Sketch:
        return sketch_of_runs(self.words, self.runs)


def are_worth_comparing(one: Sketch, other: Sketch) -> bool:
    """Whether the sketches give reason to read both texts."""
    if one.digest == other.digest:
        return True
    common = len(set(one.hashes) & set(other.hashes))
    return common >= WORTH_RUNS and max(containments(one, other)) >= WORTH_FROM


def compare(one: Said, other: Said, *, is_series: bool = False) -> Found | None:
    """What two texts are to each other; None where they are different texts.

    `is_series`: their titles or years say that they are two members of a series.
    """
    if min(len(one.words), len(other.words)) < FEWEST_WORDS:
        return None
    if one.sketch.digest == other.sketch.digest:
        return Found(Likeness.How.SAME, 1.0)
    if is_series:
        common = len(one.distinct & other.distinct)
        resemblance = common / len(one.distinct | other.distinct)
        return Found(Likeness.How.NEARLY, resemblance) if resemblance >= _SERIES_SAME_FROM else None
    if not _share_figures(one, other):
        return None
    left, right = _covered(one.runs, other.distinct), _covered(other.runs, one.distinct)
    length = min(len(one.words), len(other.words)) / max(len(one.words), len(other.words))
    if min(left, right) >= _SAME_FROM and length >= _PART_BELOW:
        return Found(Likeness.How.NEARLY, 0.99 * min(left, right))
    if max(left, right) < _SAME_FROM or length >= _PART_BELOW:
        return None
    # Half a score: to be a part of something is the weaker reason to bring two records together.
    is_left_whole = len(one.words) > len(other.words)
    if (right if is_left_whole else left) < _SAME_FROM:
        return None
    score = 0.5 * max(left, right) + 0.2 * length
    return Found(Likeness.How.LEFT_HOLDS if is_left_whole else Likeness.How.RIGHT_HOLDS, score)


def _covered(runs: Sequence[int], others: Set[int]) -> float:
    """The share of the text's passages of which a fair part stands in the other."""
    covered = total = 0
    for start in range(0, len(runs), _PASSAGE):
        passage = runs[start : start + _PASSAGE]
        total += len(passage)
        if sum(run in others for run in passage) >= _COVERED_FROM * len(passage):
            covered += len(passage)
    return covered / total if total else 0.0


def _share_figures(one: Said, other: Said) -> bool:
    fewest = min(len(one.figures), len(other.figures))
    return fewest < _FIGURES or len(one.figures & other.figures) >= _FIGURES_SHARED * fewest
