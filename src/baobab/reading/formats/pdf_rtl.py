"""Lines of right-to-left pages put together again.

A vowel mark drawn off the baseline makes pdfium end the line there, and the rest of the line may come
before its
beginning. The letters' places on the page tell the order: pieces on one baseline that touch are one line.
"""

from __future__ import annotations

import re
from ctypes import byref, c_double
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

ALEFS = frozenset("اأإآٱ")
LAM = "ل"
MARKS = frozenset(map(chr, (*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06EE))))
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
MARK = re.compile("[\u064b-\u0652\u0670]")
# In points, at the size of running text.
SAME_ORIGIN = 0.01
SAME_BASELINE = 2.5
SAME_PIECE = 25.0
TOUCHING = 14.0
RECENT_LINES = 4


@dataclass(slots=True)
class _Piece:
    """Characters written one after the other without a jump."""

    text: str
    left: float
    right: float
    baseline: float


def needs_care(text: str) -> bool:
    """Whether a page is mostly right-to-left and vocalised, so that its lines may have come apart."""
    letters = sum(map(str.isalpha, text))
    return bool(MARK.search(text)) and len(RIGHT_TO_LEFT.findall(text)) * 2 > letters


def mended_text(text_page: pypdfium2.PdfTextPage) -> str:
    """The page's text with pieces of one line joined from right to left, and lam-alef ligatures in order."""
    lines: list[list[_Piece]] = []
    for piece in _pieces(text_page):
        home = next((line for line in reversed(lines[-RECENT_LINES:]) if _belongs(piece, line)), None)
        if home is None:
            lines.append([piece])
        else:
            home.append(piece)
    return "\r\n".join("".join(p.text for p in sorted(line, key=lambda p: -p.right)) for line in lines)


def _belongs(piece: _Piece, line: list[_Piece]) -> bool:
    """Whether a piece lies on a line's baseline, in a gap of it or at its end, without covering any of it."""
    if all(abs(piece.baseline - other.baseline) > SAME_BASELINE for other in line):
        return False
    distances = [max(other.left - piece.right, piece.left - other.right) for other in line]
    return min(distances) > -TOUCHING / 2 and min(abs(distance) for distance in distances) < TOUCHING


def _pieces(text_page: pypdfium2.PdfTextPage) -> list[_Piece]:
    pieces: list[_Piece] = []
    letters: list[str] = []
    places: list[tuple[float, float]] = []
    x, y = c_double(), c_double()
    # Each of these saves a tenth of the time that vocalised pages take.
    page, at_x, at_y = text_page.raw, byref(x), byref(y)
    letter_of, origin_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetCharOrigin

    def close() -> None:
        if "".join(letters).strip():
            across = [place for place, _ in places]
            down = [
                height for letter, (_, height) in zip(letters, places, strict=True) if letter not in MARKS
            ]
            pieces.append(_Piece("".join(letters), min(across), max(across), (down or [places[0][1]])[0]))
        letters.clear()
        places.clear()

    for index in range(text_page.count_chars()):
        letter = chr(letter_of(page, index))
        if letter in "\r\n":
            close()
            continue
        origin_of(page, index, at_x, at_y)
        place = (x.value, y.value)
        if places and letter not in MARKS:
            jumps = abs(place[0] - places[-1][0]) > SAME_PIECE
            drops = abs(place[1] - places[-1][1]) > SAME_BASELINE and letters[-1] not in MARKS
            if jumps or (drops and letter.strip()):
                close()
        if letter == LAM and letters and letters[-1] in ALEFS and _same(place, places[-1]):
            letters.insert(-1, letter)
        else:
            letters.append(letter)
        places.append(place)
    close()
    return pieces


def _same(first: tuple[float, float], second: tuple[float, float]) -> bool:
    return abs(first[0] - second[0]) < SAME_ORIGIN and abs(first[1] - second[1]) < SAME_ORIGIN
