"""The form by which labels and place names are compared when somebody types one."""

from __future__ import annotations

import re

from baobab.kernel.text import fold

_NOT_LETTERS = re.compile(r"[\W_]+")


def label_key(text: str) -> str:
    """`kernel.text.fold` with every run of punctuation as one space: `Côte d’Ivoire` is `cote d'ivoire`.

    A label of nothing but punctuation is its own key.
    """
    folded = fold(text)
    return _NOT_LETTERS.sub(" ", folded).strip() or folded


def place_key(text: str) -> str:
    """`label_key` of a place's name, without the English article (`the Gambia`)."""
    return label_key(text).removeprefix("the ")
