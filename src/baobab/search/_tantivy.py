"""The engine on tantivy: in a folder for an installation, in memory for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tantivy import DocAddress, Index, IndexWriter, Query, Searcher, SearchResult
from tantivy import Order as TantivyOrder

from ._tantivy_queries import Questions
from ._tantivy_schema import documents, open_index, passage_at
from .engine import (
    FACETS,
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
        """See `engine.Engine.search`. One search for a list by date; two to four when passages are ranked."""
        searcher = self._searcher()
        questions = Questions(self._index.schema, query)
        if query.order is Order.RELEVANCE and (query.words or query.required):
            count, hits = self._ranked(searcher, questions, query)
        else:
            count, hits = self._dated(searcher, questions, query)
        facets = self._facets(searcher, questions, query) if query.facet_values else {}
        return EngineHits(count, hits, facets)

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

    def _dated(
        self, searcher: Searcher, questions: Questions, query: EngineQuery
    ) -> tuple[int, tuple[EngineHit, ...]]:
        order = TantivyOrder.Asc if query.order is Order.OLDEST else TantivyOrder.Desc
        answer = searcher.search(
            questions.found(),
            max(1, query.limit),
            True,
            order_by_field="moment",
            offset=query.offset,
            order=order,
        )
        ids = _asset_ids(searcher, [address for _, address in answer.hits[: query.limit]])
        hits = {asset_id: EngineHit(asset_id, 0.0) for asset_id in ids}
        if hits and (query.words or query.required):
            best = _best_passages(searcher, questions.ranked(among=list(hits)), _PASSAGES_OF_CANDIDATES)
            for asset_id, (score, address) in best.items():
                hits[asset_id] = EngineHit(asset_id, score, _at(searcher, address))
        return _count_of(answer), tuple(hits.values())

    def _ranked(
        self, searcher: Searcher, questions: Questions, query: EngineQuery
    ) -> tuple[int, tuple[EngineHit, ...]]:
        end = query.offset + query.limit
        limit = _WHOLE_CANDIDATES if end <= _WHOLE_CANDIDATES else end + RANKED + _WHOLE_CANDIDATES
        answer = searcher.search(questions.found(), limit, True)
        count = _count_of(answer)
        if count == 0 or query.offset >= count:
            return count, ()
        whole = _asset_ids(searcher, [address for _, address in answer.hits])
        best = _best_passages(searcher, questions.ranked(), RANKED)
        found = set(whole)
        if unsure := [asset_id for asset_id in best if asset_id not in found]:
            if count > len(whole):
                checked = searcher.search(questions.found(among=unsure), len(unsure), False)
                found.update(_asset_ids(searcher, [address for _, address in checked.hits]))
            best = {asset_id: hit for asset_id, hit in best.items() if asset_id in found}
        if rest := [asset_id for asset_id in whole[:_WHOLE_CANDIDATES] if asset_id not in best]:
            best |= _best_passages(searcher, questions.ranked(among=rest), _PASSAGES_OF_CANDIDATES)
        ordered = sorted(best, key=lambda asset_id: (-best[asset_id][0], asset_id))
        ordered += [asset_id for asset_id in whole if asset_id not in best]
        return count, tuple(
            EngineHit(asset_id, best[asset_id][0], _at(searcher, best[asset_id][1]))
            if asset_id in best
            else EngineHit(asset_id, 0.0)
            for asset_id in ordered[query.offset : end]
        )

    def _facets(
        self, searcher: Searcher, questions: Questions, query: EngineQuery
    ) -> dict[str, tuple[FacetCount, ...]]:
        together = [name for name in FACETS if not query.filters.get(name)]
        counts = _count(searcher, questions.found(), together, query.facet_values)
        for name in FACETS:
            if chosen := query.filters.get(name):
                every = _count(searcher, questions.found(without_filter=name), [name], _SEGMENT_VALUES)[name]
                rest = (value for value in every[query.facet_values :] if value.value in chosen)
                counts[name] = (*every[: query.facet_values], *rest)
        return {name: counts[name] for name in FACETS}


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


def _count_of(answer: SearchResult) -> int:
    return int(answer.count)  # type: ignore[attr-defined]  # missing in tantivy's own stubs


def _asset_ids(searcher: Searcher, addresses: list[DocAddress]) -> list[int]:
    return [int(asset_id or 0) for asset_id in searcher.fast_field_values("asset", addresses)]


def _best_passages(searcher: Searcher, query: Query, limit: int) -> dict[int, tuple[float, DocAddress]]:
    hits = searcher.search(query, limit, False).hits
    assets = _asset_ids(searcher, [address for _, address in hits])
    best: dict[int, tuple[float, DocAddress]] = {}
    for asset_id, (score, address) in zip(assets, hits, strict=True):
        best.setdefault(asset_id, (float(score), address))
    return best


def _at(searcher: Searcher, address: DocAddress) -> PassageAt | None:
    return passage_at(searcher.doc(address))


def _count(
    searcher: Searcher, query: Query, names: list[str], size: int
) -> dict[str, tuple[FacetCount, ...]]:
    if not names:
        return {}
    asked = {
        name: {"terms": {"field": name, "size": size, "segment_size": _SEGMENT_VALUES}} for name in names
    }
    answer = searcher.aggregate(query, asked)
    return {
        name: tuple(
            FacetCount(str(bucket["key"]), int(bucket["doc_count"])) for bucket in answer[name]["buckets"]
        )
        for name in names
    }
