"""What looks like the title of a PDF: the lines in the largest letters of its first page."""

from __future__ import annotations

from ctypes import byref
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

# Characters of the first page that are looked at, and letters measured in each line.
LOOKED_AT = 6_000
MEASURED = 4
# Lines of one title are as tall as each other, and taller than the body text.
SAME_HEIGHT = 0.07
STANDS_OUT = 1.15
LETTERS = range(5, 220)
LINES_AT_MOST = 6


def largest_lines(document: pypdfium2.PdfDocument) -> str:
    """The most prominent lines of page 1 as one line of text, or "" when none stands out."""
    try:
        page = document[0]
        text_page = page.get_textpage()
        lines = _measured_lines(text_page)
        text_page.close()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    return most_prominent(lines)


def _measured_lines(text_page: pypdfium2.PdfTextPage) -> list[tuple[str, float]]:
    """The first page's lines, each with the height of its letters in points."""
    lines: list[tuple[str, float]] = []
    letters: list[str] = []
    heights: list[float] = []
    box = pdfium.FS_RECTF()
    for index in range(min(text_page.count_chars(), LOOKED_AT)):
        letter = chr(pdfium.FPDFText_GetUnicode(text_page, index))
        if letter in "\r\n":
            if letters and heights:
                lines.append((" ".join("".join(letters).split()), median(heights)))
            letters, heights = [], []
            continue
        letters.append(letter if letter.isprintable() else " ")
        if (
            len(heights) < MEASURED
            and letter.isalnum()
            and pdfium.FPDFText_GetLooseCharBox(text_page, index, byref(box))
        ):
            heights.append(max(box.top - box.bottom, 0.0))
    if letters and heights:
        lines.append((" ".join("".join(letters).split()), median(heights)))
    return lines


def most_prominent(lines: list[tuple[str, float]]) -> str:
    """The tallest run of neighbouring lines that reads like a title; "" when nothing stands out."""
    if not lines:
        return ""
    by_letter = sorted(height for text, height in lines for _ in range(min(len(text), 200)))
    body = by_letter[len(by_letter) // 2]
    groups: list[list[tuple[str, float]]] = []
    for text, height in lines:
        if (
            groups
            and len(groups[-1]) < LINES_AT_MOST
            and abs(groups[-1][-1][1] - height) <= SAME_HEIGHT * height
        ):
            groups[-1].append((text, height))
        else:
            groups.append([(text, height)])
    groups.sort(key=lambda group: -max(height for _, height in group))
    for group in groups[:4]:
        title = " ".join(text for text, _ in group)
        height = max(height for _, height in group)
        whole_page = len(group) == len(lines) and len(title) > LETTERS.stop
        if sum(letter.isalpha() for letter in title) in LETTERS and not whole_page:
            few_lines = len(lines) <= LINES_AT_MOST
            return title if height >= STANDS_OUT * body or few_lines else ""
    return ""
