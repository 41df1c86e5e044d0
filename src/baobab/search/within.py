"""Searching inside one document: where the words of a question stand, and a page with them marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from baobab.assets.models import FilePage

from . import _analysis
from ._understand import Question, understand
from .engine import All, Alternative, Atom, Clause, Phrase, Prefix, Term
from .highlight import Marks, marked, snippet
from .parse import parse

MOST_PAGES = 200


@dataclass(frozen=True, slots=True)
class PageMatch:
    """A page that answers: where it is, and the words found as safe HTML."""

    position: int
    number: int | None
    label: str
    snippet: SafeString


@dataclass(frozen=True, slots=True)
class Matches:
    """The pages that hold all the words; where none does, those that hold any (`is_relaxed`)."""

    pages: tuple[PageMatch, ...]
    is_relaxed: bool
    has_more: bool


def pages_matching(pages: Iterable[FilePage], q: str, *, language: str, limit: int = MOST_PAGES) -> Matches:
    """The pages of one document that answer `q`, in reading order, analysed as the index analyses them.

    Reads the pages once, as they come; any text of `q` gets an answer, which may be empty.
    """
    question = understand(parse(q))
    clauses = (*question.words, *question.required)
    marks = question.marks()
    if not clauses:
        return Matches((), is_relaxed=False, has_more=False)
    whole: list[PageMatch] = []
    partial: list[PageMatch] = []
    for page in pages:
        held = _clauses_held(clauses, page.text, language)
        if held == len(clauses) and not _is_excluded(question, page.text, language):
            if len(whole) == limit:
                return Matches(tuple(whole), is_relaxed=False, has_more=True)
            whole.append(_match(page, marks, language))
        elif held and not whole and len(partial) < limit:
            partial.append(_match(page, marks, language))
    return Matches(tuple(whole or partial), is_relaxed=not whole and bool(partial), has_more=False)


def mark_words(text: str, q: str, *, language: str) -> SafeString:
    """The whole text as safe HTML, the words of the question in <mark>; without a question just escaped."""
    marks = understand(parse(q)).marks() if q.strip() else None
    return marked(text, marks, language=language) if marks else escape(text)


def _match(page: FilePage, marks: Marks, language: str) -> PageMatch:
    return PageMatch(page.position, page.number, page.label, snippet(page.text, marks, language=language))


def _clauses_held(clauses: Sequence[Clause], text: str, language: str) -> int:
    tokens = _analysis.stream(language, text)
    kinds = set(tokens)
    exact: list[str] = []
    if any(_needs_exact(atom) for clause in clauses for atom in clause):
        exact = _analysis.exact(text)
    return sum(any(_holds(atom, tokens, kinds, exact) for atom in clause) for clause in clauses)


def _needs_exact(atom: Atom) -> bool:
    if isinstance(atom, All):
        return any(_needs_exact(inner) for clause in (*atom.clauses, atom.excluded) for inner in clause)
    if not isinstance(atom, Term | Phrase | Prefix):
        return False
    return isinstance(atom, Prefix) or (atom.is_also_exact if isinstance(atom, Term) else bool(atom.exact))


def _holds(atom: Atom, tokens: Sequence[str], kinds: set[str], exact: Sequence[str]) -> bool:
    if isinstance(atom, Term):
        return not kinds.isdisjoint(atom.stems) or (atom.is_also_exact and atom.exact in exact)
    if isinstance(atom, Prefix):
        return any(word.startswith(atom.start) for word in exact)
    if isinstance(atom, All):
        return all(
            any(_holds(inner, tokens, kinds, exact) for inner in clause) for clause in atom.clauses
        ) and not any(_holds(inner, tokens, kinds, exact) for inner in atom.excluded)
    if isinstance(atom, Alternative):
        return _holds(atom.atom, tokens, kinds, exact)
    if not isinstance(atom, Phrase):
        return False  # a page of a file is about nothing by itself
    return _holds_phrase(atom, tokens, kinds) or (bool(atom.exact) and set(atom.exact) <= set(exact))


def _holds_phrase(phrase: Phrase, tokens: Sequence[str], kinds: set[str]) -> bool:
    for reading in phrase.readings:
        if not kinds.issuperset(reading):
            continue
        length = len(reading)
        if any(tuple(tokens[at : at + length]) == reading for at in range(len(tokens) - length + 1)):
            return True
    return False


def _is_excluded(question: Question, text: str, language: str) -> bool:
    return bool(question.excluded) and _clauses_held([tuple(question.excluded)], text, language) > 0
