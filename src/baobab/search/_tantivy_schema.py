"""The fields of the tantivy index."""

from __future__ import annotations

from tantivy import Document, Index, Schema, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from ._documents import place_of
from .engine import FACETS, PassageAt

# Part of the folder's name: when fields or analysis change, the indexer builds a new index by itself.
SCHEMA_VERSION = 5
_TOKENS = "tokens"


def schema() -> Schema:
    """The fields. Streams come analysed and are split at spaces.

    Stored are the tokens of a passage, for the words that go with a question, and where it stands.
    """
    builder = SchemaBuilder()
    # Integers, never unsigned: tantivy-py hands numbers over as signed and the indexing thread would panic.
    builder.add_integer_field("asset", indexed=True, fast=True)
    builder.add_integer_field("moment", fast=True)
    builder.add_text_field("all", tokenizer_name=_TOKENS, stored=True)
    for name in ("title", "whole", "about", "untagged"):
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


def passage_at(document: Document) -> PassageAt | None:
    """Where the passage of a found document stands; None for a document of a whole asset."""
    stored = document.get_first("at")
    return None if stored is None else place_of(bytes(stored).decode())


def held_tokens(document: Document) -> list[str]:
    """The tokens of the passage of a found document, its title's first."""
    return [token for text in document.get_all("all") for token in str(text).split(" ")]
