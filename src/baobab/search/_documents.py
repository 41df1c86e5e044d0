"""How an entry becomes documents of an index, the same for every engine.

An asset of several passages is one document with all its words (`whole`) and one per passage; an asset
of one passage is a single document that serves as both. Words of passages and of whole assets stand in
different fields, so that lengths and frequencies are those of passages when passages are ranked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Protocol, TypeVar

from baobab.vocabularies.languages import base_language

from . import _analysis
from .engine import FACETS, Entry, Passage, PassageAt


class Fields(Protocol):
    """A document that is being filled. Texts are tokens with spaces between; a field may hold several."""

    def add_text(self, field: str, text: str, /) -> None: ...

    def add_integer(self, field: str, number: int, /) -> None: ...

    def add_bytes(self, field: str, value: bytes, /) -> None: ...


D = TypeVar("D", bound=Fields)


def documents(entry: Entry, new: Callable[[], D]) -> Iterator[D]:
    """The documents of an entry, that of the whole asset last; `entry.passages` is read as they are taken.

    Only the last one has a `moment`. `new` makes an empty one.
    """
    passages = iter(entry.passages)
    first, second = next(passages, None), next(passages, None)
    whole = new()
    whole.add_integer("asset", entry.asset_id)
    whole.add_integer("moment", entry.moment)
    for label in entry.labels:
        whole.add_text("label", label)
    for title in entry.titles:
        whole.add_text("named", " ".join(_analysis.exact(title)))
    for name in entry.authors:
        words = " ".join(_analysis.exact(name))
        whole.add_text("author", words)
        whole.add_text("writer", words)
        _add_about(whole, _analysis.UNKNOWN, name)
    for language, words in entry.about:
        _add_about(whole, language, words)
    for language, words in entry.tags:
        whole.add_text("about", " ".join(_analysis.stream(language, words)))
    _add_facets(whole, entry)
    if first and second:
        yield from _passages_into(whole, entry, chain((first, second), passages), new)
    elif first:
        _add_passage(whole, entry, first, _tokens(first))
    yield whole


def _passages_into(whole: D, entry: Entry, passages: Iterator[Passage], new: Callable[[], D]) -> Iterator[D]:
    titles: set[str] = set()
    part: tuple[str, int | None] | None = None
    words: list[str] = []
    for passage in passages:
        tokens, exact = _tokens(passage)
        if passage.title not in titles:
            titles.add(passage.title)
            whole.add_text("whole", _title_tokens(passage))
            whole.add_text("whole_exact", " ".join(_analysis.exact(passage.title)))
        # The pages of one file are one text, so that a phrase may run over the end of a page.
        if (passage.at.language, passage.at.file_number) != part:
            whole.add_text("whole", " ".join(words))
            part, words = (passage.at.language, passage.at.file_number), []
        words.append(tokens)
        # Which words occur is enough here; each once keeps the copy small.
        whole.add_text("whole_exact", " ".join(set(exact.split())))
        document = new()
        document.add_integer("asset", entry.asset_id)
        for name in entry.authors:
            document.add_text("author", " ".join(_analysis.exact(name)))
        _add_facets(document, entry)
        _add_passage(document, entry, passage, (tokens, exact))
        yield document
    whole.add_text("whole", " ".join(words))


def _add_about(whole: Fields, language: str, words: str) -> None:
    tokens = " ".join(_analysis.stream(language, words))
    whole.add_text("about", tokens)
    # The same without tags, for asking what something says by itself.
    whole.add_text("untagged", tokens)


def _tokens(passage: Passage) -> tuple[str, str]:
    return " ".join(_analysis.stream(passage.at.language, passage.text)), " ".join(
        _analysis.exact(passage.text)
    )


def _title_tokens(passage: Passage) -> str:
    return " ".join(_analysis.stream(passage.at.language, passage.title))


def _add_passage(document: Fields, entry: Entry, passage: Passage, tokens: tuple[str, str]) -> None:
    title = _title_tokens(passage)
    document.add_text("title", title)
    document.add_text("all", title)
    document.add_text("all", tokens[0])
    document.add_text("exact", " ".join(_analysis.exact(passage.title)))
    document.add_text("exact", tokens[1])
    for label in entry.labels:
        document.add_text("passage_label", label)
    document.add_text("passage_language", base_language(passage.at.language))
    document.add_bytes("at", _place(passage.at).encode())


def _add_facets(document: Fields, entry: Entry) -> None:
    for name in FACETS:
        for value in entry.facets.get(name, ()):
            document.add_text(name, value)


def _place(at: PassageAt) -> str:
    numbers = (at.file_number, at.position, at.start)
    return " ".join((at.language or _analysis.UNKNOWN, *("-" if n is None else str(n) for n in numbers)))


def place_of(stored: str) -> PassageAt:
    """Where a passage stands, from what its document holds in `at`."""
    language, file_number, position, start = stored.split(" ")
    return PassageAt(
        language,
        None if file_number == "-" else int(file_number),
        None if position == "-" else int(position),
        int(start),
    )
