"""The fields of the tantivy index, and how an entry becomes documents in it.

An asset of several passages is one document with all its words (`whole`) and one per passage; an asset
of one passage is a single document that serves as both. Words of passages and of whole assets stand in
different fields, so that lengths and frequencies are those of passages when passages are ranked.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from tantivy import Document, Index, Schema, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from baobab.vocabularies.languages import base_language

from . import _analysis
from .engine import FACETS, Entry, Passage, PassageAt

# Part of the folder's name: when fields or analysis change, the indexer builds a new index by itself.
SCHEMA_VERSION = 3
_TOKENS = "tokens"


def schema() -> Schema:
    """The fields. Streams come analysed and are split at spaces; stored is only where a passage stands."""
    builder = SchemaBuilder()
    # Integers, never unsigned: tantivy-py hands numbers over as signed and the indexing thread would panic.
    builder.add_integer_field("asset", indexed=True, fast=True)
    builder.add_integer_field("moment", fast=True)
    for name in ("all", "title", "whole", "about"):
        builder.add_text_field(name, tokenizer_name=_TOKENS)
    builder.add_text_field("exact", tokenizer_name=_TOKENS, index_option="freq")
    for name in ("whole_exact", "author", "named", "writer"):
        builder.add_text_field(name, tokenizer_name=_TOKENS, index_option="basic")
    for name in ("label", "passage_label", "passage_language"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_bytes_field("at", stored=True)
    return builder.build()


def open_index(folder: str | None) -> Index:
    """The index in the folder (made if it is empty), or a new one in memory."""
    index = Index(schema(), path=folder)
    index.register_tokenizer(_TOKENS, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
    return index


def documents(entry: Entry) -> Iterator[Document]:
    """The documents of an entry; `entry.passages` is read as they are taken."""
    passages = iter(entry.passages)
    first, second = next(passages, None), next(passages, None)
    whole = Document()
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
        whole.add_text("about", " ".join(_analysis.stream(_analysis.UNKNOWN, name)))
    for language, words in entry.about:
        whole.add_text("about", " ".join(_analysis.stream(language, words)))
    _add_facets(whole, entry)
    if first and second:
        yield from _passages_into(whole, entry, chain((first, second), passages))
    elif first:
        _add_passage(whole, entry, first, _tokens(first))
    yield whole


def _passages_into(whole: Document, entry: Entry, passages: Iterator[Passage]) -> Iterator[Document]:
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
        document = Document()
        document.add_integer("asset", entry.asset_id)
        for name in entry.authors:
            document.add_text("author", " ".join(_analysis.exact(name)))
        _add_facets(document, entry)
        _add_passage(document, entry, passage, (tokens, exact))
        yield document
    whole.add_text("whole", " ".join(words))


def _tokens(passage: Passage) -> tuple[str, str]:
    return " ".join(_analysis.stream(passage.at.language, passage.text)), " ".join(
        _analysis.exact(passage.text)
    )


def _title_tokens(passage: Passage) -> str:
    return " ".join(_analysis.stream(passage.at.language, passage.title))


def _add_passage(document: Document, entry: Entry, passage: Passage, tokens: tuple[str, str]) -> None:
    title = _title_tokens(passage)
    document.add_text("title", title)
    document.add_text("all", title)
    document.add_text("all", tokens[0])
    document.add_text("exact", " ".join(_analysis.exact(passage.title)))
    document.add_text("exact", tokens[1])
    for label in entry.labels:
        document.add_text("passage_label", label)
    document.add_text("passage_language", base_language(passage.at.language))
    document.add_bytes("at", _at_to_bytes(passage.at))


def _add_facets(document: Document, entry: Entry) -> None:
    for name in FACETS:
        for value in entry.facets.get(name, ()):
            document.add_text(name, value)


def _at_to_bytes(at: PassageAt) -> bytes:
    numbers = (at.file_number, at.position, at.start)
    return " ".join(
        (at.language or _analysis.UNKNOWN, *("-" if n is None else str(n) for n in numbers))
    ).encode()


def passage_at(document: Document) -> PassageAt | None:
    """Where the passage of a found document stands; None for a document of a whole asset."""
    stored = document.get_first("at")
    if stored is None:
        return None
    language, file_number, position, start = bytes(stored).decode().split(" ")
    return PassageAt(
        language,
        None if file_number == "-" else int(file_number),
        None if position == "-" else int(position),
        int(start),
    )
