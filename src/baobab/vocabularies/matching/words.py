"""Text as streams of words in the form in which labels are looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import Stemmer

from ..languages import base_language

# The Snowball stemmers for languages of documents; in any other language words are compared as they are.
_STEMMERS = {
    "en": "english", "fr": "french", "es": "spanish", "pt": "portuguese", "ar": "arabic", "ru": "russian",
    "de": "german", "it": "italian", "nl": "dutch", "sv": "swedish", "da": "danish", "nb": "norwegian",
    "no": "norwegian", "fi": "finnish", "ro": "romanian", "hu": "hungarian", "tr": "turkish",
    "id": "indonesian",
}  # fmt: skip

# Written without spaces: labels are looked for anywhere in the text.
UNSPACED = frozenset({"zh", "ja", "th"})

# Short vowels and the tatweel of Arabic: written by some, left out by most.
_ARABIC_MARKS = re.compile("[\u064b-\u065f\u0670\u0640]")
_WORD = re.compile(r"[^\W_]+")
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-ÞА-Я][A-ZÀ-ÖØ-ÞА-Я0-9]+")
_CAPITALS_PLURAL = re.compile(r"([A-Z][A-Z0-9]+)s")

# A line shouted in capitals says nothing about abbreviations: so many words, nearly all of them capitals.
_SHOUTED_WORDS = 3
_SHOUTED_SHARE = 0.7

# Each word of a stream stands between two of these, so that labels match whole words only.
EDGE = "\x1f"
# Marks a word that is compared with its capitals.
CAPS = "^"


@dataclass(frozen=True)
class Words:
    """A text's words. `starts` are offsets in it; `capitals` holds the abbreviation a word is, or nothing."""

    plain: list[str]
    starts: list[int]
    capitals: list[str]

    def __len__(self) -> int:
        return len(self.plain)


class Analyser:
    """Turns text of one language into words and their stems."""

    def __init__(self, language: str) -> None:
        self.language = base_language(language)
        self.is_unspaced = self.language in UNSPACED
        name = _STEMMERS.get(self.language)
        self._stemmer = Stemmer.Stemmer(name) if name else None

    def words(self, text: str) -> Words:
        """The words of the text, in order."""
        if self.language == "ar":
            text = _ARABIC_MARKS.sub("", text)
        words = Words([], [], [])
        offset = 0
        for line in text.splitlines(keepends=True):
            found = list(_WORD.finditer(line))
            shouted = sum(1 for word in found if _CAPITALS.fullmatch(word[0]))
            is_shouted = len(found) >= _SHOUTED_WORDS and shouted >= _SHOUTED_SHARE * len(found)
            for word in found:
                words.plain.append(word[0])
                words.starts.append(offset + word.start())
                words.capitals.append("" if is_shouted else abbreviation(word[0]))
            offset += len(line)
        return words

    def stems(self, words: Sequence[str]) -> list[str]:
        """Each word in the form in which inflected forms are alike."""
        lowered = [word.lower().replace("ё", "е") for word in words]
        return list(self._stemmer.stemWords(lowered)) if self._stemmer else lowered


def abbreviation(word: str) -> str:
    """The word itself if it is all capitals, `NGO` for `NGOs`, else nothing."""
    if _CAPITALS.fullmatch(word):
        return word
    plural = _CAPITALS_PLURAL.fullmatch(word)
    return plural[1] if plural else ""


def stream(words: Sequence[str]) -> str:
    """The words as one string for the automaton."""
    return "".join(f"{EDGE}{word}{EDGE}" for word in words)
