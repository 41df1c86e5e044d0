"""The form by which labels are alike that differ in their endings only."""

from __future__ import annotations

from functools import lru_cache

from .labels import label_key
from .matching.words import Analyser


def stem_key(text: str, language: str) -> str:
    """`label_key` of the stems of its words in that language: `zones humides` and `Zone humide` are alike.

    Writing without spaces and languages without a stemmer keep their words as they are.
    """
    analyser = _analyser(language)
    if analyser.is_unspaced:
        return label_key(text)
    return label_key(" ".join(analyser.stems(analyser.words(text).plain)))


@lru_cache(maxsize=64)
def _analyser(language: str) -> Analyser:
    return Analyser(language)
