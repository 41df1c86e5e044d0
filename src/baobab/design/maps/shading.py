"""Numbers in a few classes, so that a map can be read: about as many countries in each, none empty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = 5


@dataclass(frozen=True, slots=True)
class Step:
    """A class of the legend, 1 the palest: the least and the greatest number that occur in it."""

    number: int
    first: int
    last: int


def steps_of(counts: Iterable[int], *, most: int = STEPS) -> tuple[Step, ...]:
    """The classes of these numbers, palest first; zeros are in none.

    Equal numbers are never in two classes. Few different numbers have a class each, darker the fewer
    there are.
    """
    occurring = sorted(Counter(count for count in counts if count > 0).items())
    groups: list[list[int]] = []
    left, classes = sum(times for _count, times in occurring), most
    taken = 0
    for index, (count, times) in enumerate(occurring):
        rest = len(occurring) - index
        if not groups or taken >= left / classes or rest <= most - len(groups):
            left -= taken
            classes = most - len(groups) if groups else most
            groups.append([])
            taken = 0
        groups[-1].append(count)
        taken += times
    unused = most - len(groups)
    return tuple(Step(number + unused, group[0], group[-1]) for number, group in enumerate(groups, start=1))
