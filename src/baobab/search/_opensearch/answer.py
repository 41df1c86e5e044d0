"""One question answered from an index of a cluster, put together as the embedded engine does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from baobab.vocabularies.languages import base_language

from .._blending import blended
from .._feedback import ANSWERS, LONG_QUESTION, further_words
from .._questions import Questions
from ..engine import (
    FACETS,
    GOOD_ENOUGH,
    RANKED,
    EngineHit,
    EngineHits,
    EngineQuery,
    FacetCount,
    Order,
    PassageAt,
    Term,
)
from .cluster import Json
from .dialect import OpenSearchDialect
from .index import WINDOW
from .searching import Best, Searcher, best_of, count_of, passages_asked

# Whole assets that are candidates for the first places whether or not their passages are.
_WHOLE_CANDIDATES = 100
# Passages looked at to find what further words add to those of the first answers.
_PASSAGES_OF_CANDIDATES = 500
# So many values of a facet are gathered in each part of an index before the most frequent are taken.
_PART_VALUES = 60_000
# The cluster takes 1,024 words and phrases in one query; each word of a question is asked in several fields.
_MOST_PARTS = 700
_MOST_NEIGHBOURS = 200
_FIELDS_OF_STEM = 3
_CHOSEN = "chosen"


class Answer:
    """One question on its way through the index."""

    def __init__(self, searcher: Searcher, query: EngineQuery) -> None:
        self._searcher = searcher
        self._query = bounded(query)
        self._questions = Questions(OpenSearchDialect(), self._query)

    def hits(self) -> EngineHits:
        """Count and facets, and the first passages in the same request; then what these leave open."""
        query = self._query
        is_ranked = query.order is Order.RELEVANCE and bool(query.words or query.required)
        counting = list(self._counting().items())
        asked = [one for _, one in counting]
        if is_ranked:
            ranked = self._questions.ranked(all_words=query.needs_all_words)
            asked.append(passages_asked(ranked, RANKED))
        answers = self._searcher.several(asked)
        count = count_of(answers[0])
        facets = self._facets({name: answer for (name, _), answer in zip(counting, answers, strict=False)})
        if count == 0 or (query.limit < 1 and not query.leaders):
            return EngineHits(count, (), facets)
        found, leaders = self._ranked(best_of(answers[-1]), count=count) if is_ranked else self._dated()
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
        query, searcher = self._query, self._searcher
        found = self._questions.found()
        sort: list[Json | str] = [{"moment": "asc" if query.order is Order.OLDEST else "desc"}]
        ids = searcher.ids(found, query.limit, offset=query.offset, sort=sort)
        leaders = ids[: query.leaders] if query.offset == 0 else []
        if len(leaders) < query.leaders:
            leaders = searcher.ids(found, query.leaders, sort=sort)
        best: dict[int, Best] = {}
        if ids and (query.words or query.required):
            best = searcher.best_passages(self._questions.ranked(among=ids), len(ids), is_one_each=True)
        return self._shown(ids, best, {}), tuple(leaders)

    def _ranked(self, best: dict[int, Best], *, count: int) -> tuple[tuple[EngineHit, ...], tuple[int, ...]]:
        """Assets in the order of their best passages; after the first of these, in that of whole assets."""
        query, searcher, questions = self._query, self._searcher, self._questions
        end = min(max(query.offset + query.limit, query.leaders), count)
        candidates = best.keys() | query.by_meaning.keys()
        meant: dict[int, float] = {}
        # A passage with all words, or with any where one is enough, is of an asset that is found.
        is_enough = query.needs_all_words or query.minimum == 1
        if candidates and (query.excluded or query.by_meaning or not is_enough):
            kept = set(searcher.ids(questions.found(among=candidates), len(candidates)))
            best = {asset_id: one for asset_id, one in best.items() if asset_id in kept}
            meant = {asset_id: one.score for asset_id, one in query.by_meaning.items() if asset_id in kept}
        by_words = {asset_id: one.score for asset_id, one in best.items()}
        if len(query.words) >= LONG_QUESTION:
            by_words |= self._with_further_words(best)
        scores = blended(by_words, meant)
        ordered = sorted(scores, key=lambda asset_id: (-scores[asset_id], asset_id))
        if len(ordered) < end:
            size = min(max(end, _WHOLE_CANDIDATES) + len(ordered), WINDOW)
            found = searcher.ids(questions.found(), size, sort=["_score", {"asset": "asc"}])
            whole = [asset_id for asset_id in found if asset_id not in scores]
            if rest := whole[:_WHOLE_CANDIDATES]:
                lesser = searcher.best_passages(questions.ranked(among=rest), len(rest), is_one_each=True)
                ordered += sorted(lesser, key=lambda asset_id: (-lesser[asset_id].score, asset_id))
                best = best | lesser
            ordered += [asset_id for asset_id in whole if asset_id not in best]
        page = ordered[query.offset : query.offset + query.limit]
        return self._shown(page, best, scores), tuple(ordered[: query.leaders])

    def _with_further_words(self, best: Mapping[int, Best]) -> dict[int, float]:
        """The scores of these assets with the words weighed in that their first ones say besides."""
        first = sorted(best, key=lambda asset_id: (-best[asset_id].score, asset_id))[:ANSWERS]
        tokens = self._searcher.tokens({asset_id: best[asset_id] for asset_id in first})
        atoms = (atom for clause in self._query.words for atom in clause)
        asked = {stem for atom in atoms if isinstance(atom, Term) for stem in atom.stems}
        others = {token for some in tokens.values() for token in some} - asked
        frequencies, total = self._searcher.frequencies(others)
        further = further_words(
            [(best[asset_id].score, tokens[asset_id]) for asset_id in first if asset_id in tokens],
            asked,
            frequency=lambda token: frequencies.get(token, 0),
            total=total,
        )
        if not further:
            return {}
        # Scores are sums: what these words add is asked alone, without the whole question once more.
        added = self._searcher.scores(self._questions.alike(further, among=best), _PASSAGES_OF_CANDIDATES)
        return {i: one.score + added.get(one.document, 0.0) for i, one in best.items()}

    def _shown(
        self, asset_ids: Sequence[int], best: Mapping[int, Best], scores: Mapping[int, float]
    ) -> tuple[EngineHit, ...]:
        query = self._query
        at = {asset_id: best[asset_id].at for asset_id in asset_ids if asset_id in best}
        at |= {i: query.by_meaning[i].passage for i in asset_ids if i not in best and i in query.by_meaning}
        foreign = [i for i, place in at.items() if i in best and place and not _speaks(place, query.language)]
        if foreign and query.language:
            spoken = self._questions.ranked(among=foreign, language=query.language)
            for asset_id, one in self._searcher.best_passages(spoken, len(foreign), is_one_each=True).items():
                if one.score >= GOOD_ENOUGH * best[asset_id].score:
                    at[asset_id] = one.at
        scored = {asset_id: one.score for asset_id, one in best.items()} | dict(scores)
        return tuple(EngineHit(i, scored.get(i, 0.0), at.get(i)) for i in asset_ids)


def _speaks(place: PassageAt, language: str) -> bool:
    return base_language(place.language) == base_language(language)


def _values(facet: str, size: int, *, only: Sequence[str] | None = None) -> Json:
    counted: Json = {"field": facet, "size": size, "shard_size": max(size, _PART_VALUES)}
    return {"terms": counted if only is None else {**counted, "include": list(only)}}


def _facet(answer: Json) -> tuple[FacetCount, ...]:
    return tuple(FacetCount(str(bucket["key"]), int(bucket["doc_count"])) for bucket in answer["buckets"])


def bounded(query: EngineQuery) -> EngineQuery:
    """The question with as many of its words as the cluster takes; as large a part of them must occur."""
    kept = parts = 0
    for clause in query.words:
        parts += sum(_FIELDS_OF_STEM * len(atom.stems) + 2 for atom in clause if isinstance(atom, Term))
        if parts > _MOST_PARTS:
            break
        kept += 1
    query = replace(query, neighbours=query.neighbours[:_MOST_NEIGHBOURS])
    if kept == len(query.words):
        return query
    minimum = len(query.words) if query.minimum is None else query.minimum
    return replace(query, words=query.words[:kept], minimum=max(1, minimum * kept // len(query.words)))
