"""Whether two records speak of the same work, judged by what catalogues say: title, names, year, summary.

Two sources seldom write a record alike: a subtitle is missing, names are turned round, the year is that of
the print. What must not be called the same are the members of a series, which differ in a number only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import pairwise

from .sketches import runs_of, words_of

# From so much of its runs of words in the other, one summary is taken to be the other, cut or mended; below
# so much, two whole summaries speak of different things.
_SUMMARY_AGREES = 0.4
_SUMMARY_DIFFERS = 0.1
_WHOLE_SUMMARY = 30
# How alike two titles are whose differences may be slips of the pen.
_TITLE_NEAR = 0.88
_LITTLE_WORD = 3
# Members of a series share so much of the shorter title, numbers aside.
_SERIES_TITLE = 0.6
# Titles of fewer words name many things ("Annual report").
_TELLING_TITLE = 4
_VERY_TELLING_TITLE = 7
# An online edition and its print may bear neighbouring years.
_YEARS_APART = 1
_MAIN_TITLE = re.compile(r"[:;—–]|\s-\s|\.\s|\s/\s")
_ROMAN = frozenset(
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"]
)
# What stands between names and is none.
_NO_NAMES = frozenset(["and", "the", "und", "del", "der", "van", "von"])


@dataclass(frozen=True)
class Record:
    """What a record says of its work; empty where it says nothing.

    `titles` in all languages that it has; `summary` with whatever else it says in words of its own.
    """

    titles: tuple[str, ...]
    byline: str = ""
    year: int | None = None
    summary: str = ""
    places: frozenset[int] = frozenset()

    @cached_property
    def title_words(self) -> tuple[tuple[str, ...], ...]:
        return tuple(dict.fromkeys(words for title in self.titles if (words := tuple(words_of(title)))))

    @cached_property
    def main_titles(self) -> frozenset[tuple[str, ...]]:
        parts = (_MAIN_TITLE.split(title, maxsplit=1) for title in self.titles)
        return frozenset(words for head in parts if len(head) > 1 and (words := tuple(words_of(head[0]))))

    @cached_property
    def names(self) -> frozenset[str]:
        # Initials stand for many names.
        return frozenset(word for word in words_of(self.byline) if len(word) > 2 and word not in _NO_NAMES)

    @cached_property
    def summary_words(self) -> list[str]:
        return words_of(self.summary)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in the title, in digits or Roman: those of a year, a phase, a volume."""
        words = self.title_words[0] if self.title_words else ()
        return frozenset(word for word in words if word in _ROMAN or any(letter.isdigit() for letter in word))


def runs_of_titles(titles: Sequence[str]) -> set[int]:
    """What titles are looked up by: pairs of neighbouring words, and the whole; in whatever language."""
    found: set[int] = set()
    for title in titles:
        words = words_of(title)
        for one, other in pairwise(words):
            found.update(runs_of(["title", one, other, "pair"]))
        if words:
            found.update(runs_of(["title", " ".join(words), "", "whole"]))
    return found


def are_one(one: Record, other: Record) -> float:
    """How sure it is that two records are of the same work: 0 where nothing speaks for it, else .5 to 1."""
    if one.numbers != other.numbers and not _is_year_only(one, other):
        return 0.0
    title = _titles_alike(one, other)
    signs = [_names_agree(one, other), _years_agree(one, other), _summaries_agree(one, other)]
    if one.places and other.places and not one.places & other.places:
        return 0.0
    speaking_for = sum(sign is True for sign in signs)
    if any(sign is False for sign in signs):
        return 0.0
    longest = max((len(words) for words in one.title_words), default=0)
    if title == 1.0 and longest >= _TELLING_TITLE:
        needed = 0 if longest >= _VERY_TELLING_TITLE else 1
    elif title >= _TITLE_NEAR and longest >= _TELLING_TITLE:
        needed = 1
    elif title > 0.0:
        needed = 2
    else:
        return 0.0
    if speaking_for < needed:
        return 0.0
    return min(1.0, 0.5 + 0.2 * title + 0.1 * speaking_for)


def are_series(one: Record, other: Record) -> bool:
    """Whether two records look like members of one series: alike titles, but another number or year."""
    is_same_number = one.numbers == other.numbers or _is_year_only(one, other)
    is_same_year = one.year is None or other.year is None or one.year == other.year
    if is_same_number and is_same_year:
        return False
    for left in one.title_words:
        for right in other.title_words:
            words = set(left) - one.numbers, set(right) - other.numbers
            common, fewest = len(words[0] & words[1]), min(len(words[0]), len(words[1]))
            if fewest and common >= _SERIES_TITLE * fewest:
                return True
    return False


def _is_year_only(one: Record, other: Record) -> bool:
    """Whether the titles differ in their own year only: one source writes it into the title, one does not."""
    odd = one.numbers ^ other.numbers
    years = {str(record.year) for record in (one, other) if record.year}
    return odd <= years and (odd <= one.numbers or odd <= other.numbers)


def _titles_alike(one: Record, other: Record) -> float:
    best = 0.0
    for left in one.title_words:
        for right in other.title_words:
            if "".join(left) == "".join(right):
                return 1.0
            matcher = SequenceMatcher(None, " ".join(left), " ".join(right), autojunk=False)
            if matcher.real_quick_ratio() >= _TITLE_NEAR and matcher.quick_ratio() >= _TITLE_NEAR:
                ratio = matcher.ratio()
                if ratio >= _TITLE_NEAR and _differ_by_slips(left, right):
                    best = max(best, ratio)
    if best:
        return best
    whole = {*one.title_words}, {*other.title_words}
    is_cut = one.main_titles & (whole[1]) or other.main_titles & whole[0]
    return 0.5 if is_cut else 0.0


def _differ_by_slips(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether the words that only one title has resemble those that only the other has.

    Little words may be left out, not exchanged.
    """
    odd_left = [word for word in left if word not in right]
    odd_right = [word for word in right if word not in left]
    return all(
        any(_resemble(word, another) for another in others) if others else len(word) <= _LITTLE_WORD
        for some, others in ((odd_left, odd_right), (odd_right, odd_left))
        for word in some
    )


def _resemble(one: str, other: str) -> bool:
    return one[:1] == other[:1] and SequenceMatcher(None, one, other, autojunk=False).ratio() >= 0.75


def _names_agree(one: Record, other: Record) -> bool | None:
    if not one.names or not other.names:
        return None
    common = len(one.names & other.names)
    return common * 2 >= min(len(one.names), len(other.names))


def _years_agree(one: Record, other: Record) -> bool | None:
    if one.year is None or other.year is None:
        return None
    return abs(one.year - other.year) <= _YEARS_APART


def _summaries_agree(one: Record, other: Record) -> bool | None:
    left, right = set(runs_of(one.summary_words)), set(runs_of(other.summary_words))
    fewest = min(len(left), len(right))
    if not fewest:
        return None
    share = len(left & right) / fewest
    if share >= _SUMMARY_AGREES:
        return True
    return False if share < _SUMMARY_DIFFERS and fewest >= _WHOLE_SUMMARY else None
