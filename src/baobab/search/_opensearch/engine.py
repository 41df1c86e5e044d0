"""The engine on one index of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from .. import _analysis
from .._likeness import counted_tokens, telling
from .._questions import Questions
from ..engine import (
    RANKED,
    About,
    Clause,
    EngineHit,
    EngineHits,
    EngineQuery,
    Passage,
    Sight,
    Writing,
)
from .answer import Answer, bounded
from .cluster import Cluster, Json
from .dialect import OpenSearchDialect
from .searching import Searcher, count_of
from .writing import OpenSearchWriting

# Ids read at a time where all are asked for.
_IDS_AT_ONCE = 10_000
_SPELLINGS = 200


class OpenSearchEngine:
    """See `engine.Engine`; `right` gives the number of the right to write, or raises `RightLost`.

    Every method raises `SearchAway` when the cluster does not answer.
    """

    def __init__(self, cluster: Cluster, index: str, right: Callable[[], int]) -> None:
        self._cluster = cluster
        self._index = index
        self._right = right
        self._searcher = Searcher(cluster, index)

    def search(self, query: EngineQuery) -> EngineHits:
        """See `engine.Engine.search`. What lies behind the first `WINDOW` assets is counted, not shown."""
        return Answer(self._searcher, query).hits()

    def matching(self, query: EngineQuery) -> frozenset[int]:
        """See `engine.Engine.matching`."""
        if not query.among:
            return frozenset()
        among = sorted(query.among)
        query = bounded(query)
        found: set[int] = set()
        for start in range(0, len(among), _IDS_AT_ONCE):
            some = replace(query, among=frozenset(among[start : start + _IDS_AT_ONCE]))
            found.update(self._searcher.ids(_questions(some).found(), _IDS_AT_ONCE))
        return frozenset(found)

    def holders(self, clauses: Sequence[Clause], sight: Sight) -> tuple[int, ...]:
        """See `engine.Engine.holders`."""
        asked = [_questions(EngineQuery(sight, required=(clause,))).found() for clause in clauses]
        if not asked:
            return ()
        answers = self._searcher.several(
            [{"query": one, "size": 0, "track_total_hits": True} for one in asked]
        )
        return tuple(count_of(answer) for answer in answers)

    def near_words(self, word: str, *, distance: int) -> tuple[tuple[str, int], ...]:
        """See `engine.Engine.near_words`."""
        spelled: Json = {
            "field": "exact",
            "suggest_mode": "always",
            "size": _SPELLINGS,
            "max_edits": distance,
            "prefix_length": 0,
            "min_word_length": 1,
            # However many documents hold the word itself.
            "max_term_freq": 2**31 - 1,
            "accuracy": 0.0,
            "sort": "frequency",
        }
        asked: Json = {"size": 0, "suggest": {"near": {"text": word, "term": spelled}}}
        (found,) = self._searcher.several([asked])
        options = [option for entry in found["suggest"]["near"] for option in entry["options"]]
        return tuple((str(one["text"]), int(one["freq"])) for one in options if one["text"] != word)

    def titled(self, start: str, sight: Sight, *, limit: int) -> tuple[int, ...]:
        """See `engine.Engine.titled`."""
        return self._beginning("named", start, sight, limit)

    def written_by(self, start: str, sight: Sight, *, limit: int) -> tuple[int, ...]:
        """See `engine.Engine.written_by`."""
        return self._beginning("writer", start, sight, limit)

    def like(
        self, passages: Sequence[Passage], about: Sequence[About], sight: Sight, *, limit: int
    ) -> tuple[EngineHit, ...]:
        """See `engine.Engine.like`."""
        counts = counted_tokens(passages)
        if not (counts or about) or limit < 1:
            return ()
        frequencies, total = self._searcher.frequencies(counts)
        weights = telling(counts, lambda token: frequencies.get(token, 0), total)
        best = self._searcher.best_passages(_questions(EngineQuery(sight)).alike(weights, about), RANKED)
        return tuple(EngineHit(i, one.score, one.at) for i, one in list(best.items())[:limit])

    def writing(self) -> AbstractContextManager[Writing]:
        """See `engine.Engine.writing`. To be committed under the right to write only."""
        return OpenSearchWriting(self._cluster, self._index, self._right)

    def asset_ids(self) -> Iterator[int]:
        """See `engine.Engine.asset_ids`. Those that come or go meanwhile may be in it or not."""
        last = -1
        while True:
            whole: Json = {"bool": {"filter": [{"exists": {"field": "moment"}}]}}
            after: Json = {"range": {"asset": {"gt": last}}}
            whole["bool"]["filter"].append(after)
            ids = self._searcher.ids(whole, _IDS_AT_ONCE, sort=[{"asset": "asc"}])
            yield from ids
            if len(ids) < _IDS_AT_ONCE:
                return
            last = ids[-1]

    def _beginning(self, field: str, start: str, sight: Sight, limit: int) -> tuple[int, ...]:
        words = _analysis.exact(start)
        if not words or limit < 1:
            return ()
        query = _questions(EngineQuery(sight)).beginning(field, words)
        return tuple(self._searcher.ids(query, limit, sort=["_score", {"moment": "desc"}]))


def _questions(query: EngineQuery) -> Questions[Json]:
    return Questions(OpenSearchDialect(), query)
