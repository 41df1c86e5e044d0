"""The engine on tantivy: in a folder for an installation, in memory for tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tantivy import DocAddress, Document, Index, IndexWriter, Occur, Query, Searcher
from tantivy import Order as TantivyOrder

from baobab.vocabularies.languages import base_language

from . import _analysis
from ._blending import blended
from ._documents import documents
from ._feedback import ANSWERS, LONG_QUESTION, ORDERED_AGAIN, further_words
from ._likeness import counted_tokens, telling
from ._questions import Questions
from ._spelling import Vocabulary
from ._tantivy_queries import TantivyDialect
from ._tantivy_schema import held_tokens, open_index, passage_at
from .engine import (
    FACETS,
    GOOD_ENOUGH,
    RANKED,
    About,
    Clause,
    EngineHit,
    EngineHits,
    EngineQuery,
    Entry,
    FacetCount,
    Order,
    Passage,
    PassageAt,
    Sight,
    Term,
    Writing,
)

# One writing thread with this much memory leaves room for the rest on a machine of 1 GB.
_WRITER_HEAP_BYTES = 50_000_000
# Whole assets that are candidates for the first places whether or not their passages are.
_WHOLE_CANDIDATES = 100
# Passages looked at to find the best one of each such asset.
_PASSAGES_OF_CANDIDATES = 500
# What a required clause counts among the points of a candidate: more than all words together.
_REQUIRED_POINTS = 1_000.0
# So many values of a facet are gathered in a segment before the most frequent are taken: counts stay exact.
_SEGMENT_VALUES = 60_000
# The words of the index, for spelling, are gathered again when they are older than this and it has changed.
_WORDS_KEPT_SECONDS = 60.0


class TantivyEngine:
    """See `engine.Engine`. Safe to share between threads; `folder` None keeps the index in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._index: Index = open_index(str(folder) if folder else None)
        self._dialect = TantivyDialect(self._index.schema)
        self._seen: tuple[int, ...] = ()
        self._reloading = threading.Lock()
        self._words: tuple[float, Vocabulary] | None = None
        # Commits are seen by comparing one file, at each search, rather than by a watcher half a second late.
        self._index.config_reader("manual")

    def search(self, query: EngineQuery) -> EngineHits:
        """See `engine.Engine.search`. Counting does not score; passages are ranked, assets after them."""
        searcher = self._searcher()
        questions = Questions(self._dialect, query)
        count, facets = _counted(searcher, questions, query)
        if count == 0 or (query.limit < 1 and not query.leaders):
            return EngineHits(count, (), facets)
        is_ranked = query.order is Order.RELEVANCE and bool(query.words or query.required)
        if is_ranked:
            hits, leaders = _ranked(searcher, questions, query, count=count)
        else:
            hits, leaders = _dated(searcher, questions, query)
        return EngineHits(count, hits, facets, leaders)

    def matching(self, query: EngineQuery) -> frozenset[int]:
        """See `engine.Engine.matching`."""
        if not query.among:
            return frozenset()
        searcher = self._searcher()
        found = searcher.search(Questions(self._dialect, query).found(), len(query.among), False)
        return frozenset(_asset_ids(searcher, [address for _, address in found.hits]))

    def holders(self, clauses: Sequence[Clause], sight: Sight) -> tuple[int, ...]:
        """See `engine.Engine.holders`."""
        searcher = self._searcher()
        asked = [EngineQuery(sight, required=(clause,)) for clause in clauses]
        found = [searcher.search(Questions(self._dialect, one).found(), 1, True) for one in asked]
        return tuple(int(one.count or 0) for one in found)  # type: ignore[attr-defined]

    def near_words(self, word: str, *, distance: int) -> tuple[tuple[str, int], ...]:
        """See `engine.Engine.near_words`."""
        now = time.monotonic()
        if self._words is None or now - self._words[0] > _WORDS_KEPT_SECONDS:
            self._words = (now, Vocabulary(self._searcher().terms_with_prefix("exact", "")))
        return self._words[1].near(word, distance=distance)

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
        searcher = self._searcher()
        counts = counted_tokens(passages)
        weights = telling(counts, lambda token: searcher.doc_freq("all", token), searcher.num_docs)
        query = Questions(self._dialect, EngineQuery(sight)).alike(weights, about)
        best = _best_passages(searcher, query, RANKED)
        return tuple(
            EngineHit(asset_id, score, passage_at(searcher.doc(address)))
            for asset_id, (score, address) in list(best.items())[:limit]
        )

    def _beginning(self, field: str, start: str, sight: Sight, limit: int) -> tuple[int, ...]:
        words = _analysis.exact(start)
        if not words or limit < 1:
            return ()
        searcher = self._searcher()
        query = Questions(self._dialect, EngineQuery(sight)).beginning(field, words)
        return tuple(_asset_ids(searcher, [at for _, at in searcher.search(query, limit, False).hits]))

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """See `engine.Engine.writing`. Raises `ValueError` while another process or thread writes."""
        writer = self._index.writer(_WRITER_HEAP_BYTES, 1)
        try:
            yield _TantivyWriting(writer)
        finally:
            # Never `rollback()`: with merges under way it brings deleted documents back (measured: in 11
            # of 50 runs of 120 small commits). What was not committed goes with the writer anyway.
            writer.wait_merging_threads()

    def asset_ids(self) -> Iterator[int]:
        """See `engine.Engine.asset_ids`."""
        searcher = self._searcher()
        if searcher.num_docs:
            addresses = [
                address for _, address in searcher.search(Query.all_query(), searcher.num_docs, False).hits
            ]
            yield from set(_asset_ids(searcher, addresses))

    def _searcher(self) -> Searcher:
        if self.folder is None:
            self._index.reload()
            return self._index.searcher()
        # tantivy replaces this file at each commit.
        state = (self.folder / "meta.json").stat()
        seen = (state.st_ino, state.st_mtime_ns, state.st_size)
        if seen != self._seen:
            with self._reloading:
                self._index.reload()
                self._seen = seen
        return self._index.searcher()


class _TantivyWriting:
    """See `engine.Writing`."""

    def __init__(self, writer: IndexWriter) -> None:
        self._writer = writer

    def put(self, entry: Entry) -> None:
        self.remove(entry.asset_id)
        for document in documents(entry, Document):
            self._writer.add_document(document)

    def remove(self, asset_id: int) -> None:
        self._writer.delete_documents_by_term("asset", asset_id)

    def commit(self) -> None:
        self._writer.commit()


_Found = tuple[tuple[EngineHit, ...], tuple[int, ...]]
_Best = Mapping[int, tuple[float, DocAddress]]


def _dated(searcher: Searcher, questions: Questions[Query], query: EngineQuery) -> _Found:
    order = TantivyOrder.Asc if query.order is Order.OLDEST else TantivyOrder.Desc

    def ids_at(offset: int, limit: int) -> list[int]:
        if limit < 1:
            return []
        found = searcher.search(
            questions.found(), limit, False, order_by_field="moment", offset=offset, order=order
        )
        return _asset_ids(searcher, [address for _, address in found.hits])

    ids = ids_at(query.offset, query.limit)
    leaders = ids[: query.leaders] if query.offset == 0 else []
    if len(leaders) < query.leaders:
        leaders = ids_at(0, query.leaders)
    best: dict[int, tuple[float, DocAddress]] = {}
    if ids and (query.words or query.required):
        best = _best_passages(searcher, questions.ranked(among=ids), _PASSAGES_OF_CANDIDATES)
    return _hits(searcher, questions, query, ids, best), tuple(leaders)


def _ranked(searcher: Searcher, questions: Questions[Query], query: EngineQuery, *, count: int) -> _Found:
    """Assets in the order of their best passages; after the first `RANKED` passages, in that of whole assets.

    Whatever comes later has a lesser passage than those, so the order of earlier pages never depends
    on how far somebody reads.
    """
    end = min(max(query.offset + query.limit, query.leaders), count)
    best: _Best = _best_passages(searcher, questions.ranked(all_words=query.needs_all_words), RANKED)
    meant: dict[int, float] = {}
    # A passage with all words, or with any where one is enough, is of an asset that is found.
    is_enough = query.needs_all_words or query.minimum == 1
    if query.excluded or query.by_meaning or not is_enough:
        kept = _kept(searcher, questions, query, best.keys() | query.by_meaning.keys())
        best = {asset_id: hit for asset_id, hit in best.items() if asset_id in kept}
        meant = {asset_id: one.score for asset_id, one in query.by_meaning.items() if asset_id in kept}
    by_words = {asset_id: score for asset_id, (score, _) in best.items()}
    if len(query.words) >= LONG_QUESTION:
        by_words |= _with_further_words(searcher, questions, query, best)
    scores = blended(by_words, meant)
    ordered = sorted(scores, key=lambda asset_id: (-scores[asset_id], asset_id))
    if len(ordered) < end:
        found = searcher.search(questions.found(), max(end, _WHOLE_CANDIDATES) + len(ordered), False)
        whole = [i for i in _asset_ids(searcher, [address for _, address in found.hits]) if i not in scores]
        if rest := whole[:_WHOLE_CANDIDATES]:
            lesser = _best_passages(searcher, questions.ranked(among=rest), _PASSAGES_OF_CANDIDATES)
            ordered += sorted(lesser, key=lambda asset_id: (-lesser[asset_id][0], asset_id))
            best = {**best, **lesser}
        ordered += [asset_id for asset_id in whole if asset_id not in best]
    page = ordered[query.offset : query.offset + query.limit]
    return _hits(searcher, questions, query, page, best, scores), tuple(ordered[: query.leaders])


def _kept(
    searcher: Searcher, questions: Questions[Query], query: EngineQuery, candidates: Set[int]
) -> set[int]:
    """Those of the candidates that are found.

    Each candidate gets a point for each word it holds: asking for a minimum of words directly would
    walk through all assets that hold any (measured: five times as long).
    """
    if not candidates:
        return set()
    asked = [(1.0, clause) for clause in query.words] + [(_REQUIRED_POINTS, one) for one in query.required]
    points = [
        (Occur.Should, Query.const_score_query(questions.held(clause), point)) for point, clause in asked
    ]
    words = len(query.words) if query.minimum is None else min(query.minimum, len(query.words))
    enough = _REQUIRED_POINTS * len(query.required) + words
    query_of_points = Query.boolean_query([(Occur.Must, questions.narrowed(candidates)), *points])
    hits = searcher.search(query_of_points, len(candidates), False).hits
    ids = _asset_ids(searcher, [address for _, address in hits])
    meant = query.answers_by_meaning
    return {
        asset_id
        for asset_id, (score, _) in zip(ids, hits, strict=True)
        if score >= enough or asset_id in meant
    }


def _with_further_words(
    searcher: Searcher,
    questions: Questions[Query],
    query: EngineQuery,
    best: _Best,
) -> dict[int, float]:
    """The scores of these assets with the words weighed in that their first ones say besides."""
    first = sorted(best, key=lambda asset_id: (-best[asset_id][0], asset_id))[:ORDERED_AGAIN]
    answers = [best[asset_id] for asset_id in first[:ANSWERS]]
    further = further_words(
        [(score, held_tokens(searcher.doc(address))) for score, address in answers],
        {stem for clause in query.words for atom in clause if isinstance(atom, Term) for stem in atom.stems},
        frequency=lambda token: searcher.doc_freq("all", token),
        total=searcher.num_docs,
    )
    if not further:
        return {}
    # Scores are sums: what these words add is asked alone, without the whole question once more.
    hits = searcher.search(questions.alike(further, among=first), _PASSAGES_OF_CANDIDATES, False).hits
    added = {(address.segment_ord, address.doc): float(score) for score, address in hits}
    scored = ((asset_id, *best[asset_id]) for asset_id in first)
    return {
        asset_id: score + added.get((address.segment_ord, address.doc), 0.0)
        for asset_id, score, address in scored
    }


def _hits(
    searcher: Searcher,
    questions: Questions[Query],
    query: EngineQuery,
    asset_ids: list[int],
    best: _Best,
    scores: Mapping[int, float] | None = None,
) -> tuple[EngineHit, ...]:
    at = {i: passage_at(searcher.doc(best[i][1])) for i in asset_ids if i in best}
    at |= {i: query.by_meaning[i].passage for i in asset_ids if i not in best and i in query.by_meaning}
    foreign = [i for i, place in at.items() if i in best and place and not _speaks(place, query.language)]
    if foreign and query.language:
        spoken = questions.ranked(among=foreign, language=query.language)
        for asset_id, (score, address) in _best_passages(searcher, spoken, _PASSAGES_OF_CANDIDATES).items():
            if score >= GOOD_ENOUGH * best[asset_id][0]:
                at[asset_id] = passage_at(searcher.doc(address))
    all_scores = {i: score for i, (score, _) in best.items()} | dict(scores or {})
    return tuple(EngineHit(i, all_scores.get(i, 0.0), at.get(i)) for i in asset_ids)


def _speaks(place: PassageAt, language: str) -> bool:
    return base_language(place.language) == base_language(language)


def _asset_ids(searcher: Searcher, addresses: list[DocAddress]) -> list[int]:
    return [int(asset_id or 0) for asset_id in searcher.fast_field_values("asset", addresses)]


def _best_passages(searcher: Searcher, query: Query, limit: int) -> dict[int, tuple[float, DocAddress]]:
    hits = searcher.search(query, limit, False).hits
    assets = _asset_ids(searcher, [address for _, address in hits])
    best: dict[int, tuple[float, DocAddress]] = {}
    for asset_id, (score, address) in zip(assets, hits, strict=True):
        best.setdefault(asset_id, (float(score), address))
    return best


def _counted(
    searcher: Searcher, questions: Questions[Query], query: EngineQuery
) -> tuple[int, dict[str, tuple[FacetCount, ...]]]:
    size = query.facet_values
    together = [name for name in FACETS if size and not query.filters.get(name)]
    asked: dict[str, object] = {"count": {"value_count": {"field": "asset"}}}
    answer = searcher.aggregate(
        questions.found(), asked | {name: _values_of(name, size) for name in together}
    )
    count = int(answer["count"]["value"])
    counts = {name: _facet(answer[name]) for name in together}
    for name in FACETS:
        if size and name not in together:
            own = {name: _values_of(name, _SEGMENT_VALUES)}
            every = _facet(searcher.aggregate(questions.found(without_filter=name), own)[name])
            rest = (value for value in every[size:] if value.value in query.filters[name])
            counts[name] = (*every[:size], *rest)
    return count, {name: counts[name] for name in FACETS if name in counts}


def _values_of(facet: str, size: int) -> dict[str, object]:
    return {"terms": {"field": facet, "size": size, "segment_size": _SEGMENT_VALUES}}


def _facet(answer: dict[str, Any]) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(str(bucket["key"]), int(bucket["doc_count"])) for bucket in answer["buckets"])
