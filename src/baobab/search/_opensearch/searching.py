"""Searches of one index of a cluster, as few requests as may be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput

from .._documents import place_of
from ..engine import PassageAt
from .cluster import Cluster, Json, Refusal
from .index import WINDOW

# Nothing is stored that a hit would bring along; how many there are is asked for where it is told.
_ONLY_IDS: Json = {"docvalue_fields": ["asset"], "_source": False, "track_total_hits": False}
# What a cluster calls a query of more than 1,024 words.
_TOO_MANY = frozenset({"too_many_clauses", "too_many_nested_clauses"})


@dataclass(frozen=True, slots=True)
class Best:
    """The best passage of an asset. `at` is None where the document names none; `document` is its name."""

    score: float
    at: PassageAt | None
    document: str


class Searcher:
    """Raises `SearchAway` when the cluster does not answer."""

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster = cluster
        self._index = index

    def several(self, asked: Sequence[Json]) -> list[Json]:
        """The answers to several searches, in one request.

        Raises `BadInput` for a question with more words and brackets than a cluster takes.
        """
        lines: list[Json] = []
        for one in asked:
            lines += [{}, one]
        # Scores are those of the whole index, whatever part of it a document is in.
        path = f"/{self._index}/_msearch"
        if self._cluster.address.shards > 1:
            path += "?search_type=dfs_query_then_fetch"
        try:
            return self._cluster.ask_many(path, lines)
        except Refusal as error:
            if error.kind in _TOO_MANY:
                raise BadInput(_("This is too long a question. Please ask with fewer words.")) from error
            raise

    def ids(
        self, query: Json, limit: int, *, offset: int = 0, sort: Sequence[Json | str] | None = None
    ) -> list[int]:
        """The assets of the documents found; `sort` None leaves them in no order, unscored.

        Nothing of what lies behind the first `WINDOW`.
        """
        limit = min(limit, WINDOW - offset)
        if limit < 1:
            return []
        asked: Json = {"query": query, "from": offset, "size": limit, "sort": list(sort or ("_doc",))}
        (answer,) = self.several([asked | _ONLY_IDS])
        return [int(hit["fields"]["asset"][0]) for hit in answer["hits"]["hits"]]

    def best_passages(self, query: Json, limit: int, *, is_one_each: bool = False) -> dict[int, Best]:
        """The best passages found, each asset once, best first. `is_one_each`: `limit` counts assets."""
        (answer,) = self.several([passages_asked(query, limit, is_one_each=is_one_each)])
        return best_of(answer)

    def scores(self, query: Json, limit: int) -> dict[str, float]:
        """The names of the documents found, best first, with their scores."""
        (answer,) = self.several([passages_asked(query, limit)])
        return {str(hit["_id"]): float(hit["_score"]) for hit in answer["hits"]["hits"]}

    def tokens(self, best: Mapping[int, Best]) -> dict[int, list[str]]:
        """The tokens of these passages, their titles' first; nothing of those that are gone."""
        asked = [{"_id": one.document, "routing": str(asset_id)} for asset_id, one in best.items()]
        path = f"/{self._index}/_mget?realtime=false&_source_includes=all"
        found = self._cluster.ask("POST", path, {"docs": asked})["docs"] if asked else []
        return {
            asset_id: " ".join(one["_source"]["all"]).split(" ")
            for asset_id, one in zip(best, found, strict=True)
            if one.get("found") and "all" in one["_source"]
        }

    def frequencies(self, tokens: Iterable[str]) -> tuple[dict[str, int], int]:
        """In how many documents of one part of the index each of these tokens is, and how many it has."""
        asked: Json = {
            "doc": {"all": " ".join(tokens)},
            "term_statistics": True,
            "positions": False,
            "offsets": False,
        }
        found = self._cluster.ask("POST", f"/{self._index}/_termvectors", asked)
        vector = found.get("term_vectors", {}).get("all", {})
        terms: Json = vector.get("terms", {})
        total = int(vector.get("field_statistics", {}).get("doc_count", 0))
        return {token: int(told.get("doc_freq", 0)) for token, told in terms.items()}, total


def passages_asked(query: Json, limit: int, *, is_one_each: bool = False) -> Json:
    """A search for passages, best first."""
    asked: Json = {"query": query, "size": limit, "sort": ["_score", {"asset": "asc"}], **_ONLY_IDS}
    asked["docvalue_fields"] = ["asset", "at"]
    return asked | ({"collapse": {"field": "asset"}} if is_one_each else {})


def best_of(answer: Json) -> dict[int, Best]:
    """The first passage of each asset in the answer to `passages_asked`."""
    best: dict[int, Best] = {}
    for hit in answer["hits"]["hits"]:
        fields = hit["fields"]
        at = place_of(fields["at"][0]) if "at" in fields else None
        best.setdefault(int(fields["asset"][0]), Best(float(hit["_score"]), at, str(hit["_id"])))
    return best


def count_of(answer: Json) -> int:
    """How many were found, where that was asked for."""
    return int(answer["hits"]["total"]["value"])
