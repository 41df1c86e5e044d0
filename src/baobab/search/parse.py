"""The query language: words, "phrases", -not, OR, prefix*, field:value. Whatever is typed is a question."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from baobab.kernel.text import clean_line

# A question, not a document: what is typed beyond this is left out.
LONGEST_QUESTION = 2_000
MOST_WORDS = 64
# What may stand before a colon, and the facet or list it narrows.
FIELDS = ("kind", "topic", "place", "language", "year", "author")
# "year:2015..2020", "year:2015.." and "year:..2020"; wider than this is no narrowing.
_YEARS = re.compile(r"(\d{4})?\.\.(\d{4})?")
_MOST_YEARS = 300
_FIRST_YEAR, _LAST_YEAR = 1000, 2999

_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\uff02": '"'})
_PART = re.compile(
    r"""(?P<minus>-?)(?:(?P<name>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))""",
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was typed; `is_prefix`: it ended in an asterisk."""

    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words to be found side by side."""

    text: str


Part = Word | Quoted


@dataclass(slots=True)
class Parsed:
    """What was typed, taken apart. Each item of `clauses` holds parts of which any one will do."""

    clauses: list[tuple[Part, ...]] = field(default_factory=list)
    excluded: list[Part] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.clauses or self.excluded or self.fields)


def parse(text: str) -> Parsed:
    """Take a question apart. Never raises: senseless operators are left out, an unclosed quote is ignored.

    OR joins its two neighbours, AND is what stands between words anyway, NOT is a minus. Brackets are
    no operators. `field:value` counts for the names in `FIELDS`; anything else with a colon is words.
    """
    parsed = Parsed()
    is_or = is_not = False
    for found in _PART.finditer(
        clean_line(text[: LONGEST_QUESTION * 2]).translate(_QUOTES)[:LONGEST_QUESTION]
    ):
        if len(parsed.clauses) + len(parsed.excluded) >= MOST_WORDS:
            break
        word, phrase = found["word"] or "", found["phrase"]
        if phrase is None and not found["name"] and not found["minus"] and word in ("OR", "AND", "NOT", "|"):
            is_or = word in ("OR", "|")
            is_not = word == "NOT"
            continue
        name = (found["name"] or "").lower()
        if name in FIELDS and not found["minus"] and not is_not and (phrase or word):
            parsed.fields.setdefault(name, []).append(phrase or word)
            is_or = False
            continue
        part = _part(word if phrase is None else phrase, is_quoted=phrase is not None)
        parts = [part] if part else []
        if found["name"]:
            parts.insert(0, Word(found["name"]))
        if not part:
            continue
        if found["minus"] or is_not:
            parsed.excluded += parts
        elif is_or and parsed.clauses:
            parsed.clauses[-1] += tuple(parts)
        else:
            parsed.clauses += [(each,) for each in parts]
        is_or = is_not = False
    return parsed


def _part(text: str, *, is_quoted: bool) -> Part | None:
    if not any(character.isalnum() for character in text):
        return None
    if is_quoted:
        return Quoted(text)
    return Word(text.rstrip("*"), is_prefix=True) if text.endswith("*") else Word(text)


def years(text: str) -> list[str]:
    """The years that `2019`, `2015..2020`, `2015..` or `..2020` names; none when it names none."""
    text = text.strip()
    if re.fullmatch(r"\d{4}", text, re.ASCII):
        return [text]
    found = _YEARS.fullmatch(text)
    if not found or not (found[1] or found[2]):
        return []
    last = min(int(found[2] or _LAST_YEAR), _LAST_YEAR)
    first = max(int(found[1] or _FIRST_YEAR), _FIRST_YEAR)
    if found[1] is None:
        first = max(first, last - _MOST_YEARS)
    return [str(year) for year in range(first, min(last, first + _MOST_YEARS) + 1)]
