"""Repairs of pdfium's text: each mends a fault that makes words unfindable, and was measured to do so."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from ctypes import byref, c_double
from itertools import chain

import pypdfium2
import pypdfium2.raw as pdfium

from baobab.reading.formats.pdf_rtl import mended_text, needs_care

ALEFS = "اأإآٱ"
LAM = "ل"
# pdfium writes the two letters of a lam-alef ligature in the wrong order.
SWAPPED = re.compile(f"[{ALEFS}]{LAM}")
# pdfium's marks for a hyphen at a line's end; the line break itself is already gone.
SOFT_HYPHEN = re.compile(r"(?<![^\W\d_])([^\W\d_]+)[\ufffe\u0002\u00ad](?:\r?\n)?([^\W\d_]+)")
LEFTOVER_HYPHEN = re.compile(r"[\ufffe\u0002](?:\r?\n)?")
LINE_END_HYPHEN = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,})-[ \t]*\r?\n([^\W\d_]{2,})")
# A ligature drawn as one glyph but cut from the rest of its word: "profi ling", "effi cient".
CUT_LIGATURE = re.compile(r"\b([^\W\d_]*(?:ff|fi|fl|ffi|ffl)) ([^\W\d_]+)")
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# Latin ligatures and the Arabic presentation forms, and nothing else: folding all compatibility characters
# would destroy full-width punctuation and superscripts.
FOLDED = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]+")
SAME_ORIGIN = 0.01


def page_text(page: pypdfium2.PdfPage, text_page: pypdfium2.PdfTextPage) -> tuple[str, bool]:
    """The page's visible text, letters in reading order, and whether text outside the page was left out."""
    text: str = text_page.get_text_range()
    bounded: str = text_page.get_text_bounded()
    hidden = False
    if len(bounded) != len(text) and _letters(bounded) < _letters(text):
        text, hidden = bounded, True
    elif needs_care(text):
        return mended_text(text_page), False
    if SWAPPED.search(text):
        text = _reorder(text_page, text)
    return text, hidden


def _letters(text: str) -> int:
    return len("".join(text.split()))


def _reorder(text_page: pypdfium2.PdfTextPage, text: str) -> str:
    """Swap back the pairs whose two letters sit at exactly one place: they are one glyph."""
    count = text_page.count_chars()
    letter_of, page = pdfium.FPDFText_GetUnicode, text_page.raw
    raw = [letter_of(page, index) for index in range(count)]
    letters = "".join(map(chr, raw))
    decisions = [_one_glyph(text_page, found.start()) for found in SWAPPED.finditer(letters)]
    if len(decisions) != len(SWAPPED.findall(text)):
        return text
    answers = iter(decisions)
    return SWAPPED.sub(lambda found: found.group()[::-1] if next(answers) else found.group(), text)


def _one_glyph(text_page: pypdfium2.PdfTextPage, index: int) -> bool:
    first_x, first_y, second_x, second_y = c_double(), c_double(), c_double(), c_double()
    pdfium.FPDFText_GetCharOrigin(text_page, index, byref(first_x), byref(first_y))
    pdfium.FPDFText_GetCharOrigin(text_page, index + 1, byref(second_x), byref(second_y))
    return (
        abs(first_x.value - second_x.value) < SAME_ORIGIN
        and abs(first_y.value - second_y.value) < SAME_ORIGIN
    )


class Repairs:
    """Mends that need the whole document: its own words decide whether a hyphen or a space belongs in a
    word."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)
        self._vocabulary: Counter[str] | None = None

    def _count(self, word: str) -> int:
        if self._vocabulary is None:
            words = chain.from_iterable(WORD.findall(text.casefold()) for text in self._texts)
            self._vocabulary = Counter(words)
        return self._vocabulary[word.casefold()]

    def mend(self, text: str) -> str:
        """The page's text with words whole, lines ended by a newline and no control characters."""
        text = FOLDED.sub(lambda found: _fold(found.group()), text)
        # Looking for the letters first spares most pages the slower patterns.
        if any(mark in text for mark in "\ufffe\u0002\u00ad"):
            text = LEFTOVER_HYPHEN.sub("-", SOFT_HYPHEN.sub(self._soft, text))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "-\n" in text or "- \n" in text:
            text = LINE_END_HYPHEN.sub(self._hard, text)
        if "ff " in text or "fi " in text or "fl " in text:
            text = CUT_LIGATURE.sub(self._ligature, text)
        return "\n".join(line.strip() for line in text.split("\n")).strip()

    def _soft(self, found: re.Match[str]) -> str:
        before, after = found.groups()
        joined, hyphened = before + after, f"{before}-{after}"
        return hyphened if self._count(hyphened) > self._count(joined) else joined

    def _hard(self, found: re.Match[str]) -> str:
        """A hyphen that the page really shows at a line's end: joined only on the document's own evidence."""
        before, after = found.groups()
        joined, hyphened = before + after, f"{before}-{after}"
        if after[0].islower() and self._count(joined) > self._count(hyphened):
            return f"{joined}\n"
        return f"{hyphened}\n" if self._count(hyphened) or not after[0].islower() else found.group()

    def _ligature(self, found: re.Match[str]) -> str:
        before, after = found.groups()
        return before + after if self._count(before + after) > self._count(before) else found.group()


def _fold(letters: str) -> str:
    return unicodedata.normalize("NFKC", letters)
