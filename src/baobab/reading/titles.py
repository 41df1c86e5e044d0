"""Which title to suggest for a document: its own, if that is more than a leftover of the program that wrote
it; else what looks like one on its first page."""

from __future__ import annotations

from itertools import pairwise

from baobab.reading.title_words import (
    BODY,
    COMMON_HEADINGS,
    DOCUMENT,
    FURNITURE,
    GOES_ON,
    LEFTOVERS,
    MONTHS,
    NUMBERED,
    SENTENCE_END,
)

LONGEST = 300
# A title in plain text stands in the first lines, and runs over two at most.
LINES_SEARCHED = 10
TITLE_LENGTH = range(10, 160)


def is_leftover(title: str) -> bool:
    """Whether a title in a file's metadata says nothing: "Untitled", "Microsoft Word - draft3.doc", a file
    name."""
    title = title.strip()
    return not 3 <= len(title) <= LONGEST or bool(LEFTOVERS.match(title)) or _mostly_unreadable(title)


def _mostly_unreadable(title: str) -> bool:
    letters = sum(letter.isalpha() for letter in title)
    return letters * 2 < len(title.replace(" ", "")) or "\ufffd" in title


def is_weak(title: str) -> bool:
    """Whether words that stand out are no title: a usual heading, the name of a body, a date, a page's
    furniture."""
    tidy = " ".join(title.split())
    if is_leftover(tidy) or COMMON_HEADINGS.match(tidy) or FURNITURE.search(tidy):
        return True
    if not any(letter.isalpha() for letter in MONTHS.sub("", tidy)):
        return True
    return bool(BODY.match(tidy)) and not DOCUMENT.search(tidy)


def is_one_word(title: str) -> bool:
    """Whether a title is a single word of a script that puts spaces between them: a country, a slogan."""
    return len(title.split()) < 2 and not any("\u2e80" <= letter <= "\u9fff" for letter in title)


def guess_title(stated: str, prominent: str = "") -> str:
    """The title to suggest: what the file states, unless that is a leftover or a usual heading; else what
    stands out on page 1, unless it is a single word besides; else "". Always to be confirmed by a person."""
    stated, prominent = (" ".join(title.split()) for title in (stated, prominent))
    if stated and not is_weak(stated):
        return stated
    if prominent and not is_weak(prominent) and not is_one_word(prominent):
        return prominent
    return ""


def title_of_text(text: str) -> str:
    """The first line of a plain text that reads like a title, with the line that it goes on in; "" when
    running text comes first."""
    lines = [" ".join(line.split()).strip("*_ ") for line in text[:4_000].split("\n")]
    lines = [line for line in lines if line][: LINES_SEARCHED + 1]
    for line, following in pairwise(lines):
        if len(line) >= TITLE_LENGTH.stop or line.endswith(SENTENCE_END):
            return ""
        whole = f"{line} {following}" if GOES_ON.search(line) or following[:1].islower() else line
        if (
            len(whole) in TITLE_LENGTH
            and not whole.endswith((*SENTENCE_END, ":", "："))
            and not whole[:1].islower()
            and not NUMBERED.match(whole)
            and not is_weak(whole)
            and not is_one_word(whole)
        ):
            return whole
    return ""
