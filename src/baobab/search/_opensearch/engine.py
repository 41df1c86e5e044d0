"""The engine on an index of a cluster. Answers are put together as those of the embedded engine are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from baobab.vocabularies.languages import base_language

from .. import _analysis
from .._blending import blended
from .._documents import place_of
from .._likeness import counted_tokens, telling
from .._questions import Questions
from ..engine import (
    FACETS,
    GOOD_ENOUGH,
    RANKED,
    About,
    Clause,
    EngineHit,
    EngineHits,
    EngineQuery,
    FacetCount,
    Order,
    Passage,
    PassageAt,
    Sight,
    Term,
    Writing,
)
from .cluster import Cluster, Json
from .dialect import OpenSearchDialect
from .index import WINDOW
from .writing import OpenSearchWriting

# Whole assets that are candidates for the first places whether or not their passages are.
_WHOLE_CANDIDATES = 100
# So many values of a facet are gathered in each part of an index before the most frequent are taken.
_PART_VALUES = 60_000
# Ids read at a time where all are asked for.
_IDS_AT_ONCE = 10_000
# The cluster takes 1,024 words and phrases in one query; each word of a question is asked in several fields.
_MOST_PARTS = 900
_FIELDS_OF_STEM = 3
_SPELLINGS = 200
# Nothing is stored that a hit would bring along; how many there are is asked for where it is told.
_ONLY_IDS: Json = {"docvalue_fields": ["asset"], "_source": False, "track_total_hits": False}
_CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Best:
    """The best passage of an asset. `at` is None where the document names none."""

    score: float
    at: PassageAt | None


class OpenSearchEngine:
    """See `engine.Engine`; `right` gives the number of the right to write, or raises `RightLost`.

    Every method raises `SearchAway` when the cluster does not answer.
    """

    def __init__(self, cluster: Cluster, index: str, right: Callable[[], int]) -> None:
        self._cluster = cluster
        self._index = index
        self._right = right
        self._dialect = OpenSearchDialect()

    def search(self, query: EngineQuery) -> EngineHits:
        """See `engine.Engine.search`. What lies behind the first `WINDOW` assets is counted, not shown."""
        return _Answer(self, _bounded(query)).hits()

    def matching(self, query: EngineQuery) -> frozenset[int]:
        """See `engine.Engine.matching`."""
        if not query.among:
            return frozenset()
        bounded = _bounded(query)
        found: set[int] = set()
        among = sorted(query.among)
        for start in range(0, len(among), _IDS_AT_ONCE):
            some = replace(bounded, among=frozenset(among[start : start + _IDS_AT_ONCE]))
            found.update(self.ids(self.questions(some).found(), _IDS_AT_ONCE))
        return frozenset(found)

    def holders(self, clauses: Sequence[Clause], sight: Sight) -> tuple[int, ...]:
        """See `engine.Engine.holders`."""
        asked = [self.questions(EngineQuery(sight, required=(clause,))).found() for clause in clauses]
        if not asked:
            return ()
        answers = self.several([{"query": one, "size": 0, "track_total_hits": True} for one in asked])
        return tuple(_count(answer) for answer in answers)

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
        (found,) = self.several([asked])
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
        frequencies, total = self._frequencies(counts)
        weights = telling(counts, lambda token: frequencies.get(token, 0), total)
        best = self.best_passages(self.questions(EngineQuery(sight)).alike(weights, about), RANKED)
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
            ids = self.ids(whole, _IDS_AT_ONCE, sort=[{"asset": "asc"}])
            yield from ids
            if len(ids) < _IDS_AT_ONCE:
                return
            last = ids[-1]

    def questions(self, query: EngineQuery) -> Questions[Json]:
        """The queries for this question."""
        return Questions(self._dialect, query)

    def several(self, asked: Sequence[Json]) -> list[Json]:
        """The answers to several searches, in one request."""
        lines: list[Json] = []
        for one in asked:
            lines += [{}, one]
        # Scores are those of the whole index, whatever part of it a document is in.
        path = f"/{self._index}/_msearch"
        if self._cluster.address.shards > 1:
            path += "?search_type=dfs_query_then_fetch"
        return self._cluster.ask_many(path, lines)

    def ids(
        self, query: Json, limit: int, *, offset: int = 0, sort: Sequence[Json | str] | None = None
    ) -> list[int]:
        """The assets of the documents found; `sort` None leaves them in no order, unscored."""
        if limit < 1:
            return []
        asked: Json = {"query": query, "from": offset, "size": limit, "sort": list(sort or ("_doc",))}
        (answer,) = self.several([asked | _ONLY_IDS])
        return [int(hit["fields"]["asset"][0]) for hit in answer["hits"]["hits"]]

    def best_passages(self, query: Json, limit: int, *, is_one_each: bool = False) -> dict[int, Best]:
        """The best passages found, each asset once, best first. `is_one_each`: `limit` counts assets."""
        (answer,) = self.several([passages_asked(query, limit, is_one_each=is_one_each)])
        return best_of(answer)

    def _beginning(self, field: str, start: str, sight: Sight, limit: int) -> tuple[int, ...]:
        words = _analysis.exact(start)
        if not words or limit < 1:
            return ()
        query = self.questions(EngineQuery(sight)).beginning(field, words)
        return tuple(self.ids(query, limit, sort=["_score", {"moment": "desc"}]))

    def _frequencies(self, counts: Mapping[str, int]) -> tuple[dict[str, int], int]:
        """In how many documents of one part of the index each of these tokens is, and how many it has."""
        asked: Json = {
            "doc": {"all": " ".join(counts)},
            "term_statistics": True,
            "positions": False,
            "offsets": False,
        }
        found = self._cluster.ask("POST", f"/{self._index}/_termvectors", asked)
        vector = found.get("term_vectors", {}).get("all", {})
        terms: Json = vector.get("terms", {})
        total = int(vector.get("field_statistics", {}).get("doc_count", 0))
        return {token: int(told.get("doc_freq", 0)) for token, told in terms.items()}, total


class _Answer:
    """One question on its way through the index."""

    def __init__(self, engine: OpenSearchEngine, query: EngineQuery) -> None:
        self._engine = engine
        self._query = query
        self._questions = engine.questions(query)

    def hits(self) -> EngineHits:
        """Count and facets, and the first passages in the same request; then what these leave open."""
        query = self._query
        is_ranked = query.order is Order.RELEVANCE and bool(query.words or query.required)
        counting = list(self._counting().items())
        asked = [one for _, one in counting]
        if is_ranked:
            ranked = self._questions.ranked(all_words=query.needs_all_words)
            asked.append(passages_asked(ranked, RANKED))
        answers = self._engine.several(asked)
        count = _count(answers[0])
        facets = self._facets({name: answer for (name, _), answer in zip(counting, answers, strict=False)})
        if count == 0 or (query.limit < 1 and not query.leaders):
            return EngineHits(count, (), facets)
        found, leaders = self._ranked(best_of(answers[-1])) if is_ranked else self._dated()
        return EngineHits(count, found, facets, leaders)

    def _counting(self) -> dict[str, Json]:
        """What is asked for count and facets: under "" all that need no query of their own."""
        query, size = self._query, self._query.facet_values
        asked: dict[str, Json] = {"": {"query": self._questions.found(), "size": 0, "track_total_hits": True}}
        together = {name: _values(name, size) for name in FACETS if size and not query.filters.get(name)}
        if together:
            asked[""]["aggs"] = together
        for name in FACETS:
            if size and name not in together:
                chosen = sorted(query.filters[name])
                every = self._questions.found(without_filter=name)
                counts = {name: _values(name, size), _CHOSEN: _values(name, len(chosen), only=chosen)}
                asked[name] = {"query": every, "size": 0, "track_total_hits": False, "aggs": counts}
        return asked

    def _facets(self, answers: Mapping[str, Json]) -> dict[str, tuple[FacetCount, ...]]:
        counts: dict[str, tuple[FacetCount, ...]] = {}
        if not self._query.facet_values:
            return counts
        for name in FACETS:
            answer = answers.get(name, answers[""])["aggregations"]
            most = _facet(answer[name])
            shown = {value.value for value in most}
            chosen = _facet(answer[_CHOSEN]) if name in answers else ()
            counts[name] = (*most, *(value for value in chosen if value.value not in shown))
        return counts

    def _dated(self) -> tuple[tuple[EngineHit, ...], tuple[int, ...]]:
        query, engine = self._query, self._engine
        found = self._questions.found()
        sort: list[Json | str] = [{"moment": "asc" if query.order is Order.OLDEST else "desc"}]
        ids = engine.ids(found, query.limit, offset=query.offset, sort=sort)
        leaders = ids[: query.leaders] if query.offset == 0 else []
        if len(leaders) < query.leaders:
            leaders = engine.ids(found, query.leaders, sort=sort)
        best: dict[int, Best] = {}
        if ids and (query.words or query.required):
            best = engine.best_passages(self._questions.ranked(among=ids), len(ids), is_one_each=True)
        return self._shown(ids, best, {}), tuple(leaders)

    def _ranked(self, best: dict[int, Best]) -> tuple[tuple[EngineHit, ...], tuple[int, ...]]:
        """Assets in the order of their best passages; after the first of these, in that of whole assets."""
        query, engine, questions = self._query, self._engine, self._questions
        end = max(query.offset + query.limit, query.leaders)
        candidates = best.keys() | query.by_meaning.keys()
        meant: dict[int, float] = {}
        if candidates and (query.excluded or query.by_meaning or not query.needs_all_words):
            kept = set(engine.ids(questions.found(among=candidates), len(candidates)))
            best = {asset_id: one for asset_id, one in best.items() if asset_id in kept}
            meant = {asset_id: one.score for asset_id, one in query.by_meaning.items() if asset_id in kept}
        scores = blended({asset_id: one.score for asset_id, one in best.items()}, meant)
        ordered = sorted(scores, key=lambda asset_id: (-scores[asset_id], asset_id))
        if len(ordered) < end:
            size = min(max(end, _WHOLE_CANDIDATES) + len(ordered), WINDOW)
            found = engine.ids(questions.found(), size, sort=["_score", {"asset": "asc"}])
            whole = [asset_id for asset_id in found if asset_id not in scores]
            if rest := whole[:_WHOLE_CANDIDATES]:
                lesser = engine.best_passages(questions.ranked(among=rest), len(rest), is_one_each=True)
                ordered += sorted(lesser, key=lambda asset_id: (-lesser[asset_id].score, asset_id))
                best = best | lesser
            ordered += [asset_id for asset_id in whole if asset_id not in best]
        page = ordered[query.offset : query.offset + query.limit]
        return self._shown(page, best, scores), tuple(ordered[: query.leaders])

    def _shown(
        self, asset_ids: Sequence[int], best: Mapping[int, Best], scores: Mapping[int, float]
    ) -> tuple[EngineHit, ...]:
        query = self._query
        at = {asset_id: best[asset_id].at for asset_id in asset_ids if asset_id in best}
        at |= {i: query.by_meaning[i].passage for i in asset_ids if i not in best and i in query.by_meaning}
        foreign = [i for i, place in at.items() if i in best and place and not _speaks(place, query.language)]
        if foreign and query.language:
            spoken = self._questions.ranked(among=foreign, language=query.language)
            for asset_id, one in self._engine.best_passages(spoken, len(foreign), is_one_each=True).items():
                if one.score >= GOOD_ENOUGH * best[asset_id].score:
                    at[asset_id] = one.at
        scored = {asset_id: one.score for asset_id, one in best.items()} | dict(scores)
        return tuple(EngineHit(i, scored.get(i, 0.0), at.get(i)) for i in asset_ids)


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
        best.setdefault(int(fields["asset"][0]), Best(float(hit["_score"]), at))
    return best


def _count(answer: Json) -> int:
    return int(answer["hits"]["total"]["value"])


def _speaks(place: PassageAt, language: str) -> bool:
    return base_language(place.language) == base_language(language)


def _values(facet: str, size: int, *, only: Sequence[str] | None = None) -> Json:
    counted: Json = {"field": facet, "size": size, "shard_size": max(size, _PART_VALUES)}
    return {"terms": counted if only is None else {**counted, "include": list(only)}}


def _facet(answer: Json) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(str(bucket["key"]), int(bucket["doc_count"])) for bucket in answer["buckets"])


def _bounded(query: EngineQuery) -> EngineQuery:
    """The question with as many of its words as the cluster takes; as large a part of them must occur."""
    kept = 0
    parts = 2 * len(query.required) + len(query.neighbours)
    for clause in query.words:
        parts += sum(_FIELDS_OF_STEM * len(atom.stems) + 2 for atom in clause if isinstance(atom, Term))
        if parts > _MOST_PARTS:
            break
        kept += 1
    if kept == len(query.words):
        return query
    minimum = len(query.words) if query.minimum is None else query.minimum
    kept = max(kept, 1)
    return replace(
        query,
        words=query.words[:kept],
        minimum=max(1, minimum * kept // len(query.words)),
        neighbours=query.neighbours[:kept],
    )
