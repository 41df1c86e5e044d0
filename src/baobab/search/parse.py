"""The query language: words, "phrases", -not, OR, prefix*, field:value, (brackets). Nothing is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from baobab.kernel.text import clean_line

# A question, not a document: what is typed beyond this is left out.
LONGEST_QUESTION = 2_000
MOST_WORDS = 64
# A beginning of one letter would be half of all words, and each beginning is looked up in all of them.
SHORTEST_PREFIX = 2
MOST_PREFIXES = 8
# Brackets within brackets beyond this are read as if they were not there.
_DEEPEST = 6
# What may stand before a colon, and the facet or list it narrows.
FIELDS = ("kind", "type", "topic", "place", "language", "year", "unit", "quality", "author")
# "year:2015..2020", "year:2015.." and "year:..2020"; wider than this is no narrowing.
_YEARS = re.compile(r"(\d{4})?\.\.(\d{4})?")
_MOST_YEARS = 300
_FIRST_YEAR, _LAST_YEAR = 1000, 2999

_QUOTES = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\uff02": '"', "\uff08": "(", "\uff09": ")"}
)
_PART = re.compile(
    r"""(?P<close>\))|(?P<minus>-?)(?:(?P<open>\()"""
    r"""|(?:(?P<name>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"()]+)))""",
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


@dataclass(frozen=True, slots=True)
class Tagged:
    """`name:value` where it does not narrow the whole question: after a minus, beside OR, in brackets."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Bracket:
    """What stood in brackets: each clause holds parts of which any will do, and none of `excluded`."""

    clauses: tuple[tuple[Part, ...], ...]
    excluded: tuple[Part, ...] = ()


Part = Word | Quoted | Tagged | Bracket


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
    """Take a question apart. Never raises: senseless operators go, what is not closed ends by itself.

    OR joins its two neighbours, AND is what stands between words anyway, NOT is a minus. `field:value`
    counts for the names in `FIELDS`; anything else with a colon is words.
    """
    readable = clean_line(text[: LONGEST_QUESTION * 2]).translate(_QUOTES)[:LONGEST_QUESTION]
    return _Reading(_PART.finditer(readable)).parsed(depth=0)


class _Reading:
    """One pass over the parts of a question."""

    def __init__(self, parts: Iterator[re.Match[str]]) -> None:
        self._parts = parts
        self._words = 0
        self._prefixes = 0

    def parsed(self, *, depth: int) -> Parsed:
        """The parts up to the bracket that closes this level, or to the end."""
        parsed = Parsed()
        is_or = is_not = False
        for found in self._parts:
            if found["close"]:
                if depth:
                    break
                continue
            word, phrase = found["word"] or "", found["phrase"]
            is_plain = phrase is None and not (found["name"] or found["minus"] or found["open"])
            if is_plain and word in ("OR", "AND", "NOT", "|"):
                is_or = word in ("OR", "|")
                is_not = word == "NOT"
                continue
            if found["open"] and depth == _DEEPEST:
                continue
            is_not = is_not or bool(found["minus"])
            is_bracket = bool(found["open"])
            parts = _of_bracket(self.parsed(depth=depth + 1)) if is_bracket else self._of_words(found)
            if parts:
                _add(parsed, parts, is_or=is_or, is_not=is_not)
            is_or = is_not = False
        if not depth:
            _narrow(parsed)
        return parsed

    def _of_words(self, found: re.Match[str]) -> list[Part]:
        if self._words >= MOST_WORDS:
            return []
        self._words += 1
        name, value = found["name"] or "", found["phrase"] or found["word"] or ""
        if name.lower() in FIELDS and value:
            return [Tagged(name.lower(), value)]
        part = _part(value, is_quoted=found["phrase"] is not None)
        if not part:
            return []
        if isinstance(part, Word) and part.is_prefix:
            self._prefixes += 1
            is_too_much = len(part.text) < SHORTEST_PREFIX or self._prefixes > MOST_PREFIXES
            part = Word(part.text, is_prefix=not is_too_much)
        return [Word(name), part] if name else [part]


def _of_bracket(inner: Parsed) -> list[Part]:
    clauses, excluded = tuple(inner.clauses), tuple(inner.excluded)
    return [Bracket(clauses, excluded)] if clauses or excluded else []


def _add(parsed: Parsed, parts: list[Part], *, is_or: bool, is_not: bool) -> None:
    bracket = parts[0] if len(parts) == 1 and isinstance(parts[0], Bracket) else None
    if is_not:
        # Not one of several is none of them.
        alone = bracket and len(bracket.clauses) == 1 and not bracket.excluded
        parsed.excluded += bracket.clauses[0] if bracket and alone else parts
    elif is_or and parsed.clauses:
        parsed.clauses[-1] += tuple(parts)
    elif bracket:
        # Joined by AND, a bracket says what its parts say without it; an OR after it takes it whole.
        parsed.clauses.append((bracket,))
    else:
        parsed.clauses += [(part,) for part in parts]


def _narrow(parsed: Parsed) -> None:
    """Turn what stands for itself at the outermost level into what it is: brackets opened, fields taken."""
    clauses: list[tuple[Part, ...]] = []
    for clause in parsed.clauses:
        for each in _opened(clause, parsed):
            names = {part.name for part in each if isinstance(part, Tagged)}
            if len(names) == 1 and all(isinstance(part, Tagged) for part in each):
                values = [part.value for part in each if isinstance(part, Tagged)]
                parsed.fields.setdefault(names.pop(), []).extend(values)
            else:
                clauses.append(each)
    parsed.clauses = clauses


def _opened(clause: tuple[Part, ...], parsed: Parsed) -> list[tuple[Part, ...]]:
    if len(clause) != 1 or not isinstance(clause[0], Bracket):
        return [clause]
    parsed.excluded += clause[0].excluded
    return [each for inner in clause[0].clauses for each in _opened(inner, parsed)]


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
