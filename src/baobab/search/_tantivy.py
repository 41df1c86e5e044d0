"""The engine on tantivy: in a folder for an installation, in memory for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tantivy import DocAddress, Index, IndexWriter, Query, Searcher
from tantivy import Order as TantivyOrder

from baobab.vocabularies.languages import base_language

from ._tantivy_queries import Questions
from ._tantivy_schema import documents, open_index, passage_at
from .engine import (
    FACETS,
    GOOD_ENOUGH,
    RANKED,
    EngineHit,
    EngineHits,
    EngineQuery,
    Entry,
    FacetCount,
    Order,
    PassageAt,
    Writing,
)

# One writing thread with this much memory leaves room for the rest on a machine of 1 GB.
_WRITER_HEAP_BYTES = 50_000_000
# Whole assets that are candidates for the first places whether or not their passages are.
_WHOLE_CANDIDATES = 100
# Passages looked at to find the best one of each such asset.
_PASSAGES_OF_CANDIDATES = 500
# So many values of a facet are gathered in a segment before the most frequent are taken: counts stay exact.
_SEGMENT_VALUES = 60_000


class TantivyEngine:
    """See `engine.Engine`. Safe to share between threads; `folder` None keeps the index in memory."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._index: Index = open_index(str(folder) if folder else None)
        self._seen: tuple[int, ...] = ()
        self._reloading = threading.Lock()
        # Commits are seen by comparing one file, at each search, rather than by a watcher half a second late.
        self._index.config_reader("manual")

    def search(self, query: EngineQuery) -> EngineHits:
        """See `engine.Engine.search`. Counting does not score; passages are ranked, assets after them."""
        searcher = self._searcher()
        questions = Questions(self._index.schema, query)
        count, facets = _counted(searcher, questions, query)
        if query.offset >= count or query.limit < 1:
            return EngineHits(count, (), facets)
        is_ranked = query.order is Order.RELEVANCE and bool(query.words or query.required)
        find = _ranked if is_ranked else _dated
        return EngineHits(count, find(searcher, questions, query), facets)

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
        for document in documents(entry):
            self._writer.add_document(document)

    def remove(self, asset_id: int) -> None:
        self._writer.delete_documents_by_term("asset", asset_id)

    def commit(self) -> None:
        self._writer.commit()


def _dated(searcher: Searcher, questions: Questions, query: EngineQuery) -> tuple[EngineHit, ...]:
    order = TantivyOrder.Asc if query.order is Order.OLDEST else TantivyOrder.Desc
    found = searcher.search(
        questions.found(), query.limit, False, order_by_field="moment", offset=query.offset, order=order
    )
    ids = _asset_ids(searcher, [address for _, address in found.hits])
    best: dict[int, tuple[float, DocAddress]] = {}
    if ids and (query.words or query.required):
        best = _best_passages(searcher, questions.ranked(among=ids), _PASSAGES_OF_CANDIDATES)
    return _hits(searcher, questions, query, ids, best)


def _ranked(searcher: Searcher, questions: Questions, query: EngineQuery) -> tuple[EngineHit, ...]:
    """Assets in the order of their best passages; after the first `RANKED` passages, in that of whole assets.

    Whatever comes later has a lesser passage than those, so the order of earlier pages never depends
    on how far somebody reads.
    """
    end = query.offset + query.limit
    best = _best_passages(searcher, questions.ranked(all_words=query.needs_all_words), RANKED)
    if best and (query.excluded or not query.needs_all_words):
        found = searcher.search(questions.found(among=list(best)), len(best), False)
        kept = set(_asset_ids(searcher, [address for _, address in found.hits]))
        best = {asset_id: hit for asset_id, hit in best.items() if asset_id in kept}
    ordered = sorted(best, key=lambda asset_id: (-best[asset_id][0], asset_id))
    if len(ordered) < end:
        found = searcher.search(questions.found(), max(end, _WHOLE_CANDIDATES) + len(ordered), False)
        whole = [i for i in _asset_ids(searcher, [address for _, address in found.hits]) if i not in best]
        if rest := whole[:_WHOLE_CANDIDATES]:
            lesser = _best_passages(searcher, questions.ranked(among=rest), _PASSAGES_OF_CANDIDATES)
            ordered += sorted(lesser, key=lambda asset_id: (-lesser[asset_id][0], asset_id))
            best |= lesser
        ordered += [asset_id for asset_id in whole if asset_id not in best]
    return _hits(searcher, questions, query, ordered[query.offset : end], best)


def _hits(
    searcher: Searcher,
    questions: Questions,
    query: EngineQuery,
    asset_ids: list[int],
    best: dict[int, tuple[float, DocAddress]],
) -> tuple[EngineHit, ...]:
    at = {i: passage_at(searcher.doc(best[i][1])) for i in asset_ids if i in best}
    foreign = [i for i, place in at.items() if place and not _speaks(place, query.language)]
    if foreign and query.language:
        spoken = questions.ranked(among=foreign, language=query.language)
        for asset_id, (score, address) in _best_passages(searcher, spoken, _PASSAGES_OF_CANDIDATES).items():
            if score >= GOOD_ENOUGH * best[asset_id][0]:
                at[asset_id] = passage_at(searcher.doc(address))
    return tuple(
        EngineHit(asset_id, best[asset_id][0] if asset_id in best else 0.0, at.get(asset_id))
        for asset_id in asset_ids
    )


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
    searcher: Searcher, questions: Questions, query: EngineQuery
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
