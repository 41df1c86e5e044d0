"""The one search: what a person asks, answered from the index under her rights."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.safestring import SafeString

from baobab.assets.indexing.queries import narrowed_ids
from baobab.assets.kinds import kinds
from baobab.assets.models import Asset
from baobab.assets.queries import assets_in_order
from baobab.organisation.readers import Reader
from baobab.vocabularies.languages import read_language
from baobab.vocabularies.queries import find_concepts, find_places

from . import _analysis
from ._facets import FacetValue, facet_values
from ._snippets import Spot, spots_of
from ._understand import Question, understand
from .engine import EngineHits, EngineQuery, Order
from .indexer import CONSUMER
from .parse import Parsed, Word, parse, years
from .shelf import shelf

MOST_PER_PAGE = 100
# Pages beyond this end politely: nobody reads so far, and a robot shall not make the engine sort it all.
LAST_PAGE = 500
_FACET_VALUES = 100


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked. `q` is as typed; within a facet any of the values will do, all facets hold together.

    `concepts` and `places` are ids. `sort` is a name of `engine.Order`; anything else means relevance.
    """

    q: str = ""
    kinds: tuple[str, ...] = ()
    concepts: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    page: int = 1
    size: int = 20
    sort: str = Order.RELEVANCE


@dataclass(frozen=True, slots=True)
class Hit:
    """A found asset and the passage that answers best.

    `snippet` is safe HTML with <mark>, in `language`. `file_number` and `position` name the page of the
    file where it stands; `page` is that page's number in the document, `page_label` what is printed on
    it or what it is called, and `page_unit` what the document is divided into (`page`, `slide`, `sheet`,
    `chapter`, `flow`). All are None or empty where the words stand in the asset's own texts.
    """

    asset: Asset
    score: float
    snippet: SafeString
    language: str
    file_number: int | None = None
    position: int | None = None
    page: int | None = None
    page_label: str = ""
    page_unit: str = ""

    @property
    def asset_id(self) -> int:
        return self.asset.pk

    @property
    def public_id(self) -> str:
        return self.asset.public_id


@dataclass(frozen=True, slots=True)
class Results:
    """The answer. `count` and facets are exact for this reader.

    `relaxed`: nothing had all the words, so these have any of them. `minimum` of `word_count` words
    were enough. `is_building`: there is no index yet, an empty answer says nothing.
    """

    count: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    relaxed: bool = False
    minimum: int = 0
    word_count: int = 0
    page: int = 1
    size: int = 20
    is_building: bool = False
    took_ms: float = 0.0

    @property
    def has_next(self) -> bool:
        return self.page < LAST_PAGE and self.count > self.page * self.size


def search(reader: Reader, request: SearchRequest, *, with_facets: bool = True) -> Results:
    """Whatever the reader may find that answers, best first. Any text and any numbers get an answer.

    What she may not read is in neither hits, count nor facets: the engine is asked with her labels,
    assets that lost readers and wait for the indexer are kept out by id, and hits are read from the
    database under the one rule. At most eleven queries, however many hits.
    """
    started = time.perf_counter()
    # Before the index is opened: a mark that is gone means that the index opened next has the change.
    without = frozenset(narrowed_ids(CONSUMER))
    engine = shelf().current()
    parsed = parse(request.q)
    page, size = max(1, request.page), max(1, min(request.size, MOST_PER_PAGE))
    if engine is None:
        return Results(page=page, size=size, is_building=True)
    narrowing, authors = _take_fields(parsed, reader)
    question = understand(parsed)
    is_unanswerable = bool(request.q.strip()) and not (
        question.has_words or question.excluded or narrowing or authors
    )
    if is_unanswerable:
        return Results(page=page, size=size, took_ms=_since(started))
    is_beyond = page > LAST_PAGE
    asked = EngineQuery(
        labels=reader.labels,
        without=without,
        words=question.words,
        minimum=question.minimum,
        required=question.required,
        excluded=question.excluded,
        neighbours=question.neighbours,
        filters=_filters(request),
        within=narrowing,
        authors=authors,
        order=_order(request, question),
        offset=0 if is_beyond else (page - 1) * size,
        limit=0 if is_beyond else size,
        facet_values=_FACET_VALUES if with_facets else 0,
        language=reader.language,
    )
    found: EngineHits = engine.search(asked)
    is_relaxed = found.count == 0 and question.minimum > 1
    if is_relaxed:
        found = engine.search(replace(asked, minimum=1))
    assets = {asset.pk: asset for asset in assets_in_order(reader, [hit.asset_id for hit in found.hits])}
    hits = [hit for hit in found.hits if hit.asset_id in assets]
    spots = spots_of([(assets[hit.asset_id], hit.passage) for hit in hits], question.marks(), reader)
    return Results(
        count=found.count,
        hits=tuple(_hit(assets[hit.asset_id], hit.score, spots[hit.asset_id]) for hit in hits),
        facets=facet_values(found.facets, asked.filters, language=reader.language),
        relaxed=is_relaxed and found.count > 0,
        minimum=1 if is_relaxed else question.minimum,
        word_count=len(question.words),
        page=page,
        size=size,
        took_ms=_since(started),
    )


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _hit(asset: Asset, score: float, spot: Spot) -> Hit:
    at = spot.at
    return Hit(
        asset=asset,
        score=score,
        snippet=spot.snippet,
        language=spot.language,
        file_number=at.file_number if at else None,
        position=at.position if at else None,
        page=spot.page,
        page_label=spot.page_label,
        page_unit=spot.page_unit,
    )


def _order(request: SearchRequest, question: Question) -> Order:
    if request.sort in (Order.NEWEST, Order.OLDEST):
        return Order(request.sort)
    return Order.RELEVANCE if question.has_words else Order.NEWEST


def _filters(request: SearchRequest) -> dict[str, frozenset[str]]:
    chosen: dict[str, Sequence[object]] = {
        "kind": request.kinds,
        "topic": request.concepts,
        "place": request.places,
        "language": request.languages,
        "year": request.years,
    }
    return {name: frozenset(str(value) for value in values) for name, values in chosen.items() if values}


def _take_fields(parsed: Parsed, reader: Reader) -> tuple[dict[str, frozenset[str]], tuple[str, ...]]:
    """What `field:value` narrows to, and the words of authors' names; a value that names nothing is words."""
    narrowing: dict[str, frozenset[str]] = {}
    authors: list[str] = []
    for name, values in parsed.fields.items():
        if name == "author":
            authors += [word for value in values for word in _analysis.exact(value)]
            continue
        named = _named(name, values, reader)
        known = frozenset(value for found in named.values() for value in found)
        if known:
            narrowing[name] = known
        parsed.clauses += [(Word(value),) for value in values if not named.get(value)]
    return narrowing, tuple(authors)


def _named(name: str, values: Sequence[str], reader: Reader) -> dict[str, list[str]]:
    if name == "topic":
        concepts = find_concepts(values, language=reader.language)
        return {value: [str(concept.pk)] for value, concept in concepts.items()}
    if name == "place":
        return {value: [str(place.pk)] for value, place in find_places(values).items()}
    if name == "language":
        return {value: [tag] for value in values if (tag := read_language(value))}
    if name == "year":
        return {value: years(value) for value in values}
    by_name = {word.casefold(): kind.name for kind in kinds() for word in (kind.name, str(kind.label))}
    return {value: [by_name[value.casefold()]] for value in values if value.casefold() in by_name}


__all__ = ["LAST_PAGE", "MOST_PER_PAGE", "FacetValue", "Hit", "Results", "SearchRequest", "search"]
