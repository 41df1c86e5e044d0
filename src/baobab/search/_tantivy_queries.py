"""The queries of tantivy."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from tantivy import Occur, Query, Schema


class TantivyDialect:
    """See `_questions.Dialect`."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def word(self, field: str, word: str) -> Query:
        return Query.term_query(self._schema, field, word, "freq")

    def phrase(self, field: str, words: Sequence[str], *, slop: int) -> Query:
        return Query.phrase_query(self._schema, field, list(words), slop=slop)

    def beginning(self, field: str, start: str) -> Query:
        return Query.regex_query(self._schema, field, re.escape(start) + ".*")

    def values(self, field: str, values: Collection[str]) -> Query:
        return Query.term_set_query(self._schema, field, sorted(values))

    def assets(self, asset_ids: Collection[int]) -> Query:
        return Query.term_set_query(self._schema, "asset", sorted(asset_ids))

    def boosted(self, query: Query, weight: float) -> Query:
        return Query.boost_query(query, weight)

    def unscored(self, query: Query) -> Query:
        return Query.const_score_query(query, 0.0)

    def combined(
        self,
        *,
        must: Sequence[Query] = (),
        should: Sequence[Query] = (),
        must_not: Sequence[Query] = (),
        minimum: int = 0,
    ) -> Query:
        parts = [(Occur.Must, one) for one in must]
        parts += [(Occur.Should, one) for one in should]
        parts += [(Occur.MustNot, one) for one in must_not]
        return Query.boolean_query(parts, minimum or None)

    def everything(self) -> Query:
        return Query.all_query()

    def nothing(self) -> Query:
        return Query.empty_query()
