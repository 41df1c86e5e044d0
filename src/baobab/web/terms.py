"""Words of the glossary in a text: the first place of each becomes a link to what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.html import escape, format_html

# Tags, with whatever stands in quotes inside them; all else is text.
_TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
# In these nothing is marked: they lead somewhere already, stand out already, or are to be copied.
_LEFT_ALONE = re.compile(r"(a|h[1-6]|code|pre|abbr|th)\b")
# Writing that puts no space between words.
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


def with_terms(html: str, terms: Mapping[str, str]) -> str:
    """The cleaned HTML with the first occurrence of each term (label → address) as a link.

    Whole words only, in capitals or not; never in links, headings and code. Longer terms come first, so
    that "peat fires" is not taken for "peat". The words of the text stay as they are.
    """
    patterns = {
        label: _pattern(label) for label in sorted(terms, key=len, reverse=True) if len(label.strip()) > 1
    }
    made: list[str] = []
    inside: list[str] = []
    at = 0
    for tag in _TAG.finditer(html):
        text = html[at : tag.start()]
        made.append(text if inside else _marked(text, patterns, terms))
        made.append(tag[0])
        _step(inside, tag[0])
        at = tag.end()
    rest = html[at:]
    made.append(rest if inside else _marked(rest, patterns, terms))
    return "".join(made)


def _pattern(label: str) -> re.Pattern[str]:
    written = re.escape(escape(label))
    if not _UNSPACED.search(label):
        # `&` and `;` are part of how signs are written: nothing inside `&amp;` is a word.
        written = rf"(?<![\w&]){written}(?![\w;])"
    return re.compile(written, re.IGNORECASE)


def _marked(text: str, patterns: dict[str, re.Pattern[str]], terms: Mapping[str, str]) -> str:
    """The text with the terms that were not seen before; those found are taken out of `patterns`."""
    found: list[tuple[int, int, str]] = []
    for label in list(patterns):
        for match in patterns[label].finditer(text):
            if not any(match.start() < end and start < match.end() for start, end, _address in found):
                found.append((match.start(), match.end(), terms[label]))
                del patterns[label]
                break
    for start, end, address in sorted(found, reverse=True):
        link = format_html('<a class="in-text" href="{}">', address)
        text = f"{text[:start]}{link}{text[start:end]}</a>{text[end:]}"
    return text


def _step(inside: list[str], tag: str) -> None:
    """Follow the tag into an element that is left alone, or out of it."""
    name = tag.lstrip("</").rstrip(">").split()[0].lower() if tag.strip("</> ") else ""
    if not _LEFT_ALONE.fullmatch(name):
        return
    if not tag.startswith("</"):
        inside.append(name)
    elif name in inside:
        while inside.pop() != name:
            pass
