"""An index of a cluster: its fields, and documents on their way into it."""

from __future__ import annotations

import json
from typing import Any

from ..engine import FACETS
from .cluster import Json

# Counted up when the fields here change; those of all engines have a version of their own.
FIELDS_VERSION = 1
# Pages end at 500 of 100 assets each; what lies beyond is answered with its count only.
WINDOW = 60_000
# What the name of an index gets to be written to.
WRITTEN_AS = ".w"
# A removal is remembered for as long as a writer that was away may come back with old news of the asset.
_REMOVALS_KEPT = "1h"


def settings_and_fields(name: str, *, shards: int) -> Json:
    """The body of the request that makes an index.

    One copy besides the first where the cluster has another node for it. Nothing is seen before it is
    committed: the cluster refreshes only when it is told to.
    """
    tokens: Json = {"type": "text", "analyzer": "tokens"}
    unscored: Json = {"norms": False, "index_options": "docs"}
    value: Json = {"type": "keyword", "doc_values": False}
    fields: Json = {
        "asset": {"type": "long"},
        "moment": {"type": "long", "index": False},
        # How many documents of passages there are besides this one of the whole asset.
        "passages": {"type": "integer", "index": False, "doc_values": False},
        "at": {"type": "keyword", "index": False},
        "exact": {**tokens, "index_options": "freqs"},
    }
    fields |= dict.fromkeys(("all", "title", "whole", "about", "untagged"), tokens)
    fields |= dict.fromkeys(("whole_exact", "author", "named", "writer"), tokens | unscored)
    fields |= dict.fromkeys(("label", "passage_label", "passage_language"), value)
    fields |= {name: {"type": "keyword"} for name in FACETS}
    return {
        "settings": {
            "number_of_shards": shards,
            "auto_expand_replicas": "0-1",
            "refresh_interval": "-1",
            "gc_deletes": _REMOVALS_KEPT,
            "max_result_window": WINDOW,
            "analysis": {"analyzer": {"tokens": {"type": "custom", "tokenizer": "whitespace"}}},
            "similarity": {"default": {"type": "BM25", "k1": 1.2, "b": 0.75}},
        },
        "aliases": {name + WRITTEN_AS: {}},
        "mappings": {"dynamic": "strict", "_source": {"includes": ["passages", "all"]}, "properties": fields},
    }


class JsonDocument:
    """See `_documents.Fields`."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}

    def add_text(self, field: str, text: str, /) -> None:
        self.fields.setdefault(field, []).append(text)

    def add_integer(self, field: str, number: int, /) -> None:
        self.fields[field] = number

    def add_bytes(self, field: str, value: bytes, /) -> None:
        self.fields[field] = value.decode()

    @property
    def is_whole(self) -> bool:
        """Whether it stands for the whole asset, and not only for a passage."""
        return "moment" in self.fields

    def line(self) -> bytes:
        """The document as a line of a bulk request."""
        return json.dumps(self.fields, ensure_ascii=False, separators=(",", ":")).encode()
