"""The one search: what a person asks, answered from the index under her rights."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

from django.utils.safestring import SafeString

from baobab.assets.models import Asset
from baobab.assets.queries import assets_in_order
from baobab.organisation.readers import Reader
from baobab.vocabularies.queries import concept_labels, place_names

from . import meaning
from ._across import Named
from ._asking import LAST_PAGE, MOST_PER_PAGE, Asked, SearchRequest, asked_of, sight_of
from ._beside import KnowingPerson, RelatedConcept, Trust, concepts_of, people_behind, trust_in
from ._facets import FacetValue, facet_values
from ._snippets import Spot, spots_of
from ._spelling import corrections, replaced
from .engine import Engine, EngineHits, EngineQuery, Sight
from .shelf import shelf

# With no more answers than this, words that are nearly unknown may be mistyped.
_FEW = 3


class FoundBy(StrEnum):
    """What made something an answer: its own words, what it is about or says in other words, its meaning."""

    WORDS = "words"
    THESAURUS = "thesaurus"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Hit:
    """A found asset and the passage that answers best.

    `snippet` is safe HTML with <mark>, in `language`. `file_number` and `position` name the page of the
    file where it stands; `page` is that page's number in the document, `page_label` what is printed on
    it or what it is called, and `page_unit` what the document is divided into (`page`, `slide`, `sheet`,
    `chapter`, `flow`). All are None or empty where the words stand in the asset's own texts. `trust` is the
    best check that was made of it, if there was one.
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
    found_by: FoundBy = FoundBy.WORDS
    trust: Trust | None = None

    @property
    def asset_id(self) -> int:
        return self.asset.pk

    @property
    def public_id(self) -> str:
        return self.asset.public_id


@dataclass(frozen=True, slots=True)
class Widening:
    """Something that the question names, searched for in other words too: a topic or a place, by its id."""

    facet: str
    id: int
    label: str


@dataclass(frozen=True, slots=True)
class Results:
    """The answer. `count` and facets are exact for this reader.

    `relaxed`: nothing had all the words, so these have any of them. `minimum` of `word_count` words
    were enough. `corrected`: the question as it was understood, where words of it were unknown; `unknown`
    are those words. `did_you_mean`: a question that may have been meant. `widened`: what was looked for in
    other words too. `people` and `concepts` stand behind the best of all answers. `is_building`: there
    is no index yet, an empty answer says nothing.
    """

    count: int = 0
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    relaxed: bool = False
    minimum: int = 0
    word_count: int = 0
    page: int = 1
    size: int = 20
    corrected: str = ""
    unknown: tuple[str, ...] = ()
    did_you_mean: str = ""
    widened: tuple[Widening, ...] = ()
    people: tuple[KnowingPerson, ...] = ()
    concepts: tuple[RelatedConcept, ...] = ()
    is_building: bool = False
    took_ms: float = 0.0

    @property
    def has_next(self) -> bool:
        return self.page < LAST_PAGE and self.count > self.page * self.size


def search(
    reader: Reader, request: SearchRequest, *, with_facets: bool = True, with_beside: bool = True
) -> Results:
    """Whatever the reader may find that answers, best first. Any text and any numbers get an answer.

    What she may not read is in neither hits, count, facets, corrections nor names: the engine is asked in
    her sight, assets that lost readers and wait for the indexer are kept out by id, and hits are read
    from the database under the one rule. At most eighteen queries, however many hits; without facets
    five fewer, without what stands beside two; with meaning three more.
    """
    started = time.perf_counter()
    # Before the index is opened: a mark that is gone means that the index opened next has the change.
    sight = sight_of(reader)
    engine = shelf().current()
    page, size = max(1, request.page), max(1, min(request.size, MOST_PER_PAGE))
    if engine is None:
        return Results(page=page, size=size, is_building=True)
    asked = asked_of(request, request.q, reader, sight, with_facets=with_facets, with_beside=with_beside)
    if asked is None:
        return Results(page=page, size=size, took_ms=_since(started))
    is_by_meaning = meaning.is_on() and bool(asked.sentence)
    # What the words find decides how they are read. Where meaning comes in afterwards, a count is enough.
    look = partial(_counted, engine) if is_by_meaning else engine.search
    found = look(asked.query)
    corrected, unknown = "", tuple[str, ...]()
    if not request.is_as_typed and _may_be_mistyped(found, asked):
        answers = (hit.asset_id for hit in found.hits)
        meant = corrections(engine, asked.question.terms, sight, answers=answers)
        if meant:
            unknown = tuple(meant)
            corrected = replaced(request.q, meant)
            again = asked_of(
                request, corrected, reader, sight, with_facets=with_facets, with_beside=with_beside
            )
            asked = again or asked
            found = look(asked.query)
    is_relaxed = found.count == 0 and asked.question.minimum > 1
    if is_relaxed:
        asked = replace(asked, query=replace(asked.query, minimum=1), plain=replace(asked.plain, minimum=1))
        found = look(asked.query)
    offered = _offered(engine, found, asked, request, sight) if not corrected else ""
    if is_by_meaning:
        near = meaning.answers(reader, asked.sentence, sight=sight)
        asked = replace(asked, query=replace(asked.query, by_meaning=near))
        found = engine.search(asked.query)
    return replace(
        _answered(engine, found, asked, reader, is_relaxed=is_relaxed),
        corrected=corrected if found.count else "",
        unknown=unknown if found.count else (),
        did_you_mean=offered,
        page=page,
        size=size,
        took_ms=_since(started),
    )


def _counted(engine: Engine, query: EngineQuery) -> EngineHits:
    return engine.search(replace(query, limit=0, facet_values=0, leaders=0))


def _may_be_mistyped(found: EngineHits, asked: Asked) -> bool:
    # Where all words are needed and something has them, none of them is unknown.
    return bool(asked.question.terms) and (found.count == 0 or not asked.query.needs_all_words)


def _offered(engine: Engine, found: EngineHits, asked: Asked, request: SearchRequest, sight: Sight) -> str:
    """The question with a much commoner word for one that is nearly unknown, where few things answer."""
    if request.is_as_typed or found.count > _FEW:
        return ""
    meant = corrections(engine, asked.question.terms, sight, rare_too=True)
    return replaced(request.q, meant) if meant else ""


def _answered(
    engine: Engine, found: EngineHits, asked: Asked, reader: Reader, *, is_relaxed: bool
) -> Results:
    assets = {asset.pk: asset for asset in assets_in_order(reader, [hit.asset_id for hit in found.hits])}
    hits = [hit for hit in found.hits if hit.asset_id in assets]
    spots = spots_of([(assets[hit.asset_id], hit.passage) for hit in hits], asked.question.marks(), reader)
    trust = trust_in(list(assets))
    ways = _ways(engine, asked, list(assets))
    return Results(
        count=found.count,
        hits=tuple(
            _hit(
                assets[hit.asset_id],
                hit.score,
                spots[hit.asset_id],
                found_by=ways[hit.asset_id],
                trust=trust.get(hit.asset_id),
            )
            for hit in hits
        ),
        facets=facet_values(found.facets, asked.query.filters, language=reader.language),
        relaxed=is_relaxed and found.count > 0,
        minimum=1 if is_relaxed else asked.question.minimum,
        word_count=len(asked.question.words),
        widened=_widening(asked.named, reader),
        people=people_behind(found.leaders, reader) if found.leaders else (),
        concepts=concepts_of(found.leaders, reader, without=[n.id for n in asked.named if n.facet == "topic"])
        if found.leaders
        else (),
    )


def _ways(engine: Engine, asked: Asked, asset_ids: Sequence[int]) -> dict[int, FoundBy]:
    """What made each of these an answer."""
    ways = dict.fromkeys(asset_ids, FoundBy.WORDS)
    is_wider = bool(asked.named or asked.query.by_meaning) and asked.question.has_words
    if not asset_ids or not is_wider:
        return ways
    among = frozenset(asset_ids)
    by_words = engine.matching(replace(asked.plain, among=among, by_meaning={}, is_without_tags=True))
    by_thesaurus = (
        engine.matching(replace(asked.query, among=among, by_meaning={})) if asked.named else by_words
    )
    for asset_id in among - by_words:
        ways[asset_id] = FoundBy.THESAURUS if asset_id in by_thesaurus else FoundBy.MEANING
    return ways


def _widening(named: Sequence[Named], reader: Reader) -> tuple[Widening, ...]:
    topics = [one.id for one in named if one.facet == "topic"]
    places = [one.id for one in named if one.facet == "place"]
    labels = {("topic", pk): label for pk, label in concept_labels(topics, reader.language).items()}
    labels |= {("place", pk): label for pk, label in place_names(places, reader.language).items()}
    keys = dict.fromkeys((one.facet, one.id) for one in named)
    return tuple(Widening(*key, labels[key]) for key in keys if key in labels)


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _hit(asset: Asset, score: float, spot: Spot, *, found_by: FoundBy, trust: Trust | None) -> Hit:
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
        found_by=found_by,
        trust=trust,
    )


__all__ = [
    "LAST_PAGE",
    "MOST_PER_PAGE",
    "FacetValue",
    "FoundBy",
    "Hit",
    "KnowingPerson",
    "RelatedConcept",
    "Results",
    "SearchRequest",
    "Trust",
    "Widening",
    "search",
    "sight_of",
]
