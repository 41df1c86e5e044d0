"""The lines of a text in which the words of a question stand, with the words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from . import _analysis

# A snippet is about so long, and this much of it stands before the first word found.
SNIPPET_CHARACTERS = 260
_LEAD_CHARACTERS = 70
# A snippet ends up to so many characters early, not to cut a word.
_EDGE = 25
# Stands for "look at the pairs of characters of this word".
_DENSE = "\0"


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark: stems, exact words, and beginnings of words, as the analysis of a question gives them."""

    stems: frozenset[str]
    exact: frozenset[str] = frozenset()
    starts: tuple[str, ...] = ()

    def places(self, text: str, *, language: str) -> list[tuple[int, int, str]]:
        """Start, end and matching token of every marked word (or pair of characters) of a text, in order."""
        known: dict[str, str] = {}
        found: list[tuple[int, int, str]] = []
        for spot in self._candidates(text):
            word = spot.group()
            by = known.get(word)
            if by is None:
                by = known[word] = self._match(language, word)
            if by == _DENSE:
                at = spot.start()
                found += [(at + a, at + b, word[a:b]) for a, b in self._dense_places(word)]
            elif by:
                found.append((spot.start(), spot.end(), by))
        return found

    def _candidates(self, text: str) -> Iterator[re.Match[str]]:
        if not text.isascii():
            return _analysis.WORD.finditer(text)
        # No analysis changes the first letter of a word in ASCII: only those that begin alike are looked at.
        firsts = {token[0] for token in (*self.stems, *self.exact, *self.starts)}
        letters = "".join(re.escape(first) for first in sorted(firsts) if first.isascii())
        if not letters:
            return iter(())
        return re.finditer(f"(?<![^\\W_])[{letters}][^\\W_]*", text, re.IGNORECASE)

    def _dense_places(self, word: str) -> list[tuple[int, int]]:
        pairs = [(start, end) for start, end in _analysis.dense_pairs(word) if word[start:end] in self.stems]
        singles = [(at, at + 1) for at, character in enumerate(word) if character in self.exact]
        return sorted({*pairs, *singles})

    def _match(self, language: str, word: str) -> str:
        if _analysis.is_dense(word):
            return _DENSE
        tokens, exact = _analysis.word_tokens(language, word)
        for token in tokens:
            if token in self.stems:
                return token
        return exact if exact in self.exact or (self.starts and exact.startswith(self.starts)) else ""


def snippet(text: str, marks: Marks, *, language: str, characters: int = SNIPPET_CHARACTERS) -> SafeString:
    """The part of `text` with most of the marked words, as safe HTML: words in <mark>, the rest escaped.

    Without any such word it is empty. White space is folded to single spaces.
    """
    text = " ".join(text.split())
    found = marks.places(text, language=language)
    if not found:
        return mark_safe("")
    begin, end = _window(text, found, characters)
    return mark_safe(  # noqa: S308 - every part of the text is escaped below
        ("… " if begin else "") + _marked(text, found, begin, end) + (" …" if end < len(text) else "")
    )


def marked(text: str, marks: Marks, *, language: str) -> SafeString:
    """The whole of `text` as safe HTML, white space as it is: marked words in <mark>, the rest escaped."""
    found = marks.places(text, language=language)
    return mark_safe(_marked(text, found, 0, len(text)))  # noqa: S308 - every part of the text is escaped


def opening(text: str, *, characters: int = SNIPPET_CHARACTERS) -> SafeString:
    """The beginning of a text without marks, as safe HTML: for hits whose words stand elsewhere."""
    text = " ".join(text.split())
    end = _to_word_end(text, characters)
    return mark_safe(escape(text[:end]) + (" …" if end < len(text) else ""))  # noqa: S308 - escaped


def _window(text: str, found: list[tuple[int, int, str]], characters: int) -> tuple[int, int]:
    best, best_worth = 0, (-1, -1)
    last = 0
    counts: dict[str, int] = {}
    for first, (start, _, by) in enumerate(found):
        while last < len(found) and found[last][1] - start <= characters - _LEAD_CHARACTERS:
            counts[found[last][2]] = counts.get(found[last][2], 0) + 1
            last += 1
        worth = (len(counts), last - first)
        if worth > best_worth:
            best, best_worth = start, worth
        if counts.get(by, 0) > 1:
            counts[by] -= 1
        else:
            counts.pop(by, None)
        last = max(last, first + 1)
    begin = max(0, best - _LEAD_CHARACTERS)
    if begin:
        space = text.find(" ", begin, best)
        begin = space + 1 if space >= 0 else begin
    return begin, _to_word_end(text, begin + characters)


def _to_word_end(text: str, end: int) -> int:
    if end >= len(text):
        return len(text)
    space = text.rfind(" ", end - _EDGE, end)
    return space if space > 0 else end


def _marked(text: str, found: list[tuple[int, int, str]], begin: int, end: int) -> str:
    parts: list[str] = []
    at = open_start = begin
    open_until = -1
    for start, stop, _ in found:
        if stop <= begin or start >= end:
            continue
        start, stop = max(start, begin), min(stop, end)
        if open_until >= start:  # overlapping pairs of characters make one mark
            parts[-1] = _mark(text[open_start:stop])
        else:
            parts += [escape(text[at:start]), _mark(text[start:stop])]
            open_start = start
        open_until = at = stop
    return "".join(parts) + escape(text[at:end])


def _mark(text: str) -> str:
    return f"<mark>{escape(text)}</mark>"
