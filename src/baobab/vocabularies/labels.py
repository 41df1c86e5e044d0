"""The form by which labels and place names are compared when somebody types one."""

from __future__ import annotations

import re

from baobab.kernel.text import fold

# Keys are cut to this length, in the database and in look-ups alike: an index takes no longer ones.
KEY_LENGTH = 200

_NOT_LETTERS = re.compile(r"[\W_]+")


def label_key(text: str) -> str:
    """`kernel.text.fold` with every run of punctuation as one space: `Côte d’Ivoire` is `cote d'ivoire`.

    A label of nothing but punctuation is its own key. At most KEY_LENGTH characters.
    """
    folded = fold(text)
    return (_NOT_LETTERS.sub(" ", folded).strip() or folded)[:KEY_LENGTH]


def place_key(text: str) -> str:
    """`label_key` of a place's name, without the English article (`the Gambia`)."""
    return label_key(text).removeprefix("the ")
