"""The order and the initials of words in a list from A to Z, as the language of the list has them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from baobab.kernel.text import fold

from .languages import base_language

# Letters that are letters of their own in a language, where folding would take them for another: each
# comes after the one it is drawn from.
_OWN_LETTERS = {"es": {"ñ": "n"}, "ru": {"й": "и"}}
_LAST = "\U0010ffff"
# The script in which a language is written, as Unicode names its letters; Latin for all others.
_SCRIPTS = {"ar": "ARABIC", "ru": "CYRILLIC", "zh": "CJK"}
_LATIN = "LATIN"
# Chinese characters are no alphabet: all words that begin with one stand under this heading.
HAN = "汉字"
# Numbers and signs, before all letters.
NO_LETTER = "#"
_ARTICLE = "ال"
_SHORTEST_WITH_ARTICLE = 5


@lru_cache(maxsize=65_536)
def sort_key(text: str, language: str) -> tuple[int, str, str]:
    """By what words are sorted: signs, then the language's own script, then others; no case, no accents.

    An Arabic word stands under its first letter after the article. Words that differ in case and
    accents only follow each other.
    """
    word = _without_article(text.strip())
    return (_rank(word, language), _folded(word, language), word)


@lru_cache(maxsize=65_536)
def initial(text: str, language: str) -> str:
    """The heading under which the word stands: `A`, `Ñ` in Spanish, `ا`, `#` for numbers and signs."""
    word = _without_article(text.strip())
    first = next(iter(unicodedata.normalize("NFC", word)), "")
    if not first.isalpha():
        return NO_LETTER
    if _script(first) == "CJK":
        return HAN
    if first.casefold() in _OWN_LETTERS.get(base_language(language), {}):
        return first.upper()
    return fold(first)[:1].upper() or first


def _without_article(text: str) -> str:
    has_article = text.startswith(_ARTICLE) and len(text) >= _SHORTEST_WITH_ARTICLE
    return text.removeprefix(_ARTICLE) if has_article else text


def _folded(word: str, language: str) -> str:
    own = _OWN_LETTERS.get(base_language(language))
    if own is None:
        return fold(word)
    composed = unicodedata.normalize("NFC", word).casefold()
    return "".join(own[c] + _LAST if c in own else fold(c) or c for c in composed)


def _rank(word: str, language: str) -> int:
    first = word[:1]
    if not first.isalpha():
        return 0
    own = _SCRIPTS.get(base_language(language), _LATIN)
    script = _script(first)
    if script == own:
        return 1
    return 2 if script == _LATIN else 3


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ", 1)[0]
