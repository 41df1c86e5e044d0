"""What looks like the title of a PDF: the lines in the largest letters of its first page."""

from __future__ import annotations

from ctypes import byref
from statistics import median

import pypdfium2
import pypdfium2.raw as pdfium

from baobab.reading.titles import is_one_word, is_weak

# Characters of the first page that are looked at, and letters measured in each line.
LOOKED_AT = 6_000
MEASURED = 4
# Lines of one title are as tall as each other, and taller than the body text.
SAME_HEIGHT = 0.07
STANDS_OUT = 1.15
LETTERS = range(5, 220)
LINES_AT_MOST = 10
# A page with fewer characters is a cover: its largest lines need not stand out from running text.
COVER = 500
CANDIDATES = 5
# A line beside a single tall word belongs to it if its letters are at least so tall beside it.
NEIGHBOUR = 0.35


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
    page, letter_of = text_page.raw, pdfium.FPDFText_GetUnicode
    for index in range(min(text_page.count_chars(), LOOKED_AT)):
        letter = chr(letter_of(page, index))
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
    """The tallest run of neighbouring lines that reads like a title; "" when nothing stands out.

    A single word in the tallest letters (a country, a series) takes the neighbouring large lines with it.
    """
    if not lines:
        return ""
    groups = _groups(lines)
    letters = sum(len(text) for text, _ in lines)
    by_letter = sorted(height for text, height in lines for _ in range(min(len(text), 200)))
    floor = 0.0 if letters < COVER else STANDS_OUT * by_letter[len(by_letter) // 2]
    for place in sorted(range(len(groups)), key=lambda place: -groups[place][1])[:CANDIDATES]:
        title, height = groups[place]
        if height < floor or (len(groups) == 1 and len(title) > LETTERS.stop):
            return ""
        if sum(letter.isalpha() for letter in title) not in LETTERS or is_weak(title):
            continue
        if not is_one_word(title):
            return title
        joined = _with_neighbour(groups, place, max(floor, height * NEIGHBOUR))
        if joined:
            return joined
    return ""


def _groups(lines: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """Runs of lines in letters of one height, each as one line of text."""
    groups: list[tuple[list[str], float]] = []
    for text, height in lines:
        if (
            groups
            and len(groups[-1][0]) < LINES_AT_MOST
            and abs(groups[-1][1] - height) <= SAME_HEIGHT * height
        ):
            groups[-1][0].append(text)
        else:
            groups.append(([text], height))
    return [(" ".join(texts), height) for texts, height in groups]


def _with_neighbour(groups: list[tuple[str, float]], place: int, floor: float) -> str:
    """The group with its larger neighbour that says something, in the page's order; "" without one."""
    near = [other for other in (place - 1, place + 1) if 0 <= other < len(groups)]
    near = [
        other
        for other in near
        if groups[other][1] >= floor
        and sum(letter.isalpha() for letter in groups[other][0]) in LETTERS
        and not is_weak(groups[other][0])
    ]
    if not near:
        return ""
    other = max(near, key=lambda other: groups[other][1])
    return ": ".join(groups[index][0] for index in sorted((place, other)))
