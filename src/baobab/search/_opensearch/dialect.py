"""The queries of OpenSearch."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .cluster import Json

# A cluster takes no longer list of values in one query (`index.max_terms_count`).
_MOST_VALUES = 60_000
# Queries that take a boost themselves.
_BOOSTED_THEMSELVES = frozenset({"term", "match_phrase", "prefix"})


class OpenSearchDialect:
    """See `_questions.Dialect`. Tokens come analysed; phrases are split at spaces by the field's analyser."""

    def word(self, field: str, word: str) -> Json:
        return {"term": {field: {"value": word}}}

    def phrase(self, field: str, words: Sequence[str], *, slop: int) -> Json:
        return {"match_phrase": {field: {"query": " ".join(words), "slop": slop}}}

    def beginning(self, field: str, start: str) -> Json:
        return {"prefix": {field: {"value": start}}}

    def values(self, field: str, values: Collection[str]) -> Json:
        return _any_of(field, sorted(values))

    def assets(self, asset_ids: Collection[int]) -> Json:
        return _any_of("asset", sorted(asset_ids))

    def boosted(self, query: Json, weight: float) -> Json:
        ((kind, inner),) = query.items()
        if kind in _BOOSTED_THEMSELVES:
            ((field, asked),) = inner.items()
            return {kind: {field: {**asked, "boost": asked.get("boost", 1.0) * weight}}}
        return {"bool": {"must": [query], "boost": weight}}

    def unscored(self, query: Json) -> Json:
        return {"constant_score": {"filter": query, "boost": 0.0}}

    def combined(
        self,
        *,
        must: Sequence[Json] = (),
        should: Sequence[Json] = (),
        must_not: Sequence[Json] = (),
        minimum: int = 0,
    ) -> Json:
        parts: Json = {
            "must": [one for one in must if not _is_unscored(one)],
            "filter": [one["constant_score"]["filter"] for one in must if _is_unscored(one)],
            "should": list(should),
            "must_not": list(must_not),
        }
        found = {name: queries for name, queries in parts.items() if queries}
        if should:
            found["minimum_should_match"] = minimum or (0 if must else 1)
        return {"bool": found}

    def everything(self) -> Json:
        return {"match_all": {}}

    def nothing(self) -> Json:
        return {"match_none": {}}


def _is_unscored(query: Json) -> bool:
    return "constant_score" in query and query["constant_score"]["boost"] == 0.0


def _any_of(field: str, values: Sequence[str] | Sequence[int]) -> Json:
    lists = [values[at : at + _MOST_VALUES] for at in range(0, len(values), _MOST_VALUES)] or [[]]
    queries = [{"terms": {field: list(some)}} for some in lists]
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}
