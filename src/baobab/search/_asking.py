"""From a request to what an engine is asked: the one place that knows both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from baobab.assets.indexing.queries import narrowed_ids
from baobab.organisation.readers import Reader

from ._across import Named, named_in, widened
from ._fields import tags_in, take_fields
from ._understand import Question, understand
from .engine import EngineQuery, Order, Sight
from .indexer import CONSUMER
from .parse import Parsed, Word, parse

MOST_PER_PAGE = 100
# Pages beyond this end politely: nobody reads so far, and a robot shall not make the engine sort it all.
LAST_PAGE = 500
_FACET_VALUES = 100
# Enough for every country and region there is.
_MOST_FACET_VALUES = 1000
# Of so many of the best answers it is looked who had a part in them, and what they are about.
_LEADERS = 50


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is asked. `q` is as typed; within a facet any of the values will do, all facets hold together.

    `types`, `concepts`, `places` and `units` are ids, `quality` slugs of checks. `among`: nothing but these
    assets. `sort` is a name of `engine.Order`; anything else means relevance. `is_as_typed`: no word is
    taken for a mistyped one, and none is looked for in other languages. `facet_values`: of each facet so
    many values are counted, the most frequent and those chosen.
    """

    q: str = ""
    kinds: tuple[str, ...] = ()
    types: tuple[int, ...] = ()
    concepts: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    quality: tuple[str, ...] = ()
    among: frozenset[int] | None = None
    page: int = 1
    size: int = 20
    sort: str = Order.RELEVANCE
    is_as_typed: bool = False
    facet_values: int = _FACET_VALUES


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood for one reader; `plain` is the same without what the thesaurus adds.

    `sentence`: what may be answered by its meaning, too; empty where words must occur as they stand.
    """

    query: EngineQuery
    plain: EngineQuery
    question: Question
    named: tuple[Named, ...]
    sentence: str


def sight_of(reader: Reader) -> Sight:
    """What the reader may see of the index at this moment (one query). To be asked before it is opened."""
    return Sight(reader.labels, frozenset(narrowed_ids(CONSUMER)))


def asked_of(
    request: SearchRequest, q: str, reader: Reader, sight: Sight, *, with_facets: bool, with_beside: bool
) -> Asked | None:
    """What the engine is to be asked; None where something was typed that asks for nothing."""
    parsed = parse(q)
    narrowing, authors = take_fields(parsed, reader)
    question = understand(parsed, tagged=tags_in(parsed, reader))
    if q.strip() and not (question.has_words or question.excluded or narrowing or authors):
        return None
    named = () if request.is_as_typed else tuple(named_in(parsed))
    wide = widened(question, named)
    page, size = max(1, request.page), max(1, min(request.size, MOST_PER_PAGE))
    is_beyond = page > LAST_PAGE
    query = EngineQuery(
        sight,
        words=wide.words,
        minimum=wide.minimum,
        required=wide.required,
        excluded=wide.excluded,
        neighbours=wide.neighbours,
        filters=_filters(request),
        within=narrowing,
        authors=authors,
        order=_order(request, question),
        offset=0 if is_beyond else (page - 1) * size,
        limit=0 if is_beyond else size,
        facet_values=max(0, min(request.facet_values, _MOST_FACET_VALUES)) if with_facets else 0,
        language=reader.language,
        among=request.among,
        leaders=_LEADERS if with_beside else 0,
    )
    is_ranked = query.order is Order.RELEVANCE and not question.required
    sentence = _sentence(parsed) if is_ranked else ""
    return Asked(query, replace(query, words=question.words), wide, named, sentence)


def _sentence(parsed: Parsed) -> str:
    """The words that were typed singly, in their order."""
    parts = (clause[0] for clause in parsed.clauses if len(clause) == 1)
    return " ".join(part.text for part in parts if isinstance(part, Word) and not part.is_prefix)


def _order(request: SearchRequest, question: Question) -> Order:
    if request.sort in (Order.NEWEST, Order.OLDEST):
        return Order(request.sort)
    return Order.RELEVANCE if question.has_words else Order.NEWEST


def _filters(request: SearchRequest) -> dict[str, frozenset[str]]:
    chosen: dict[str, Sequence[object]] = {
        "kind": request.kinds,
        "type": request.types,
        "topic": request.concepts,
        "place": request.places,
        "language": request.languages,
        "year": request.years,
        "unit": request.units,
        "quality": request.quality,
    }
    return {name: frozenset(str(value) for value in values) for name, values in chosen.items() if values}
