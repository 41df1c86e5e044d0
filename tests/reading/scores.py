"""How much of a known text was found, and in the right order."""

from __future__ import annotations

import re
from collections import Counter

CHINESE = re.compile("[\u4e00-\u9fff]")


def words(text: str) -> list[str]:
    """Words in lower case; for Chinese its letters one by one."""
    if len(CHINESE.findall(text)) * 4 > len(text):
        return [letter for letter in text if letter.isalnum()]
    return re.findall(r"\w+", text.lower())


def recall(truth: list[str], found: list[str]) -> float:
    """The share of the true words that were found, repeats counted."""
    return sum((Counter(truth) & Counter(found)).values()) / len(truth)


def order(truth: list[str], found: list[str]) -> float:
    """The longest common subsequence as a share of the true words (bit-parallel, Hyyrö 2004)."""
    places: dict[str, int] = {}
    for index, word in enumerate(truth):
        places[word] = places.get(word, 0) | 1 << index
    row = 0
    for word in found:
        both = row | places.get(word, 0)
        row = both & ((both - ((row << 1) | 1)) ^ both)
    return row.bit_count() / len(truth)
