"""`GET /search` and `GET /suggest` of the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from baobab.assets.addresses import permanent_address
from baobab.assets.kinds import kinds
from baobab.assets.models import Origin
from baobab.assets.quality.checks import CHECKS
from baobab.assets.queries import cards
from baobab.kernel.errors import BadInput
from baobab.organisation.middleware import reader_of_request
from baobab.organisation.readers import Reader
from baobab.vocabularies.languages import read_language
from baobab.vocabularies.models import Scheme
from baobab.vocabularies.queries import find_concepts, find_places

from ._fields import units_named
from .parse import years
from .queries import Hit, Results, SearchRequest, search
from .suggesting import SubjectSuggestion, suggestions

router = Router(tags=["search"])

# More values than this in one filter is no question that a person asked.
_MOST_VALUES = 50
Values = Annotated[list[str], Query()]


class CheckOut(Schema):
    """The best check that was made of an asset; `by` is empty for those who did not sign in."""

    check: str
    by: str
    on: date


class HitOut(Schema):
    """A found asset. `source_id` is the id of the imported record.

    `page` is the number of the best passage's page, `page_label` what is printed on it or what it is
    called. `found_by`: `words`, `thesaurus` (it says the words in another way) or `meaning`.
    """

    id: str
    kind: str
    title: str
    language: str
    url: str
    source_id: str | None
    score: float
    snippet: str
    page: int | None
    page_label: str
    found_by: str
    checked: CheckOut | None


class FacetValueOut(Schema):
    """How many of all found assets hold a value; `value` is what the filter of the same name takes.

    `parent` is the value, in the same list, that holds this one: topics, places and units form trees.
    """

    value: str
    label: str
    count: int
    parent: str | None


class PersonOut(Schema):
    """Somebody with a part in what answers best, and in how many of those."""

    name: str
    works: int


class TopicOut(Schema):
    """A topic of what answers best."""

    id: str
    label: str


class ResultsOut(Schema):
    """`relaxed`: nothing held all the words, so these hold any. `count` and `facets` are over all pages.

    `corrected`: the question that was answered instead, as nothing holds a word of it. `did_you_mean`:
    a question that may have been meant.
    """

    count: int
    relaxed: bool
    minimum: int
    word_count: int
    corrected: str
    did_you_mean: str
    page: int
    size: int
    hits: list[HitOut]
    facets: dict[str, list[FacetValueOut]]
    people: list[PersonOut]
    topics: list[TopicOut]


@router.get("/search", response=ResultsOut, summary="Search everything you may read")
def search_everything(
    request: HttpRequest,
    q: str = "",
    kind: Values = [],  # noqa: B006 - the framework copies it
    topic: Values = [],  # noqa: B006
    place: Values = [],  # noqa: B006
    language: Values = [],  # noqa: B006
    year: Values = [],  # noqa: B006
    type: Values = [],  # noqa: B006
    unit: Values = [],  # noqa: B006
    quality: Values = [],  # noqa: B006
    exact: bool = False,  # noqa: FBT001, FBT002 - a parameter of the address
    sort: str = "relevance",
    page: int = 1,
    size: int = 20,
) -> ResultsOut:
    """Search titles, texts and the full text of files. Without `q`: everything, newest first.

    `topic` takes public id, notation, URI or label; `place` ISO 3166, UN M49 or a name; `year` also
    `2015..2020`; `type` and `unit` public id or name; `quality` the slug of a check. Each may be repeated:
    any of the values will do. `exact`: the words as they are, not corrected and in no other language.
    `size` is at most 100, `page` at most 500. Snippets are HTML with <mark> only.
    """
    reader = reader_of_request(request)
    asked = SearchRequest(
        q=q,
        kinds=_known("kind", kind, {one.name for one in kinds()}),
        types=_concepts("type", type, reader, use=Scheme.Use.PRODUCT_TYPES),
        concepts=_concepts("topic", topic, reader),
        places=_places(place),
        languages=_languages(language),
        years=_years(year),
        units=_units(unit),
        quality=_known("quality", quality, set(CHECKS)),
        is_as_typed=exact,
        page=page,
        size=size,
        sort=sort,
    )
    return _results(request, search(reader, asked), reader)


def _results(request: HttpRequest, results: Results, reader: Reader) -> ResultsOut:
    assets = [hit.asset for hit in results.hits]
    shown = {card.id: card for card in cards(assets, reader)}
    sources = dict(Origin.objects.filter(asset__in=assets).values_list("asset_id", "source_id"))
    return ResultsOut(
        count=results.count,
        relaxed=results.relaxed,
        minimum=results.minimum,
        word_count=results.word_count,
        corrected=results.corrected,
        did_you_mean=results.did_you_mean,
        page=results.page,
        size=results.size,
        hits=[
            HitOut(
                id=hit.public_id,
                kind=hit.asset.kind,
                title=shown[hit.asset_id].title,
                language=shown[hit.asset_id].language,
                url=permanent_address(hit.public_id, request),
                source_id=sources.get(hit.asset_id),
                score=hit.score,
                snippet=hit.snippet,
                page=hit.page,
                page_label=hit.page_label,
                found_by=hit.found_by,
                checked=_check(hit, reader),
            )
            for hit in results.hits
        ],
        facets={
            name: [
                FacetValueOut(value=v.value, label=v.label, count=v.count, parent=v.parent or None)
                for v in values
            ]
            for name, values in results.facets.items()
        },
        people=[PersonOut(name=person.name, works=person.works) for person in results.people],
        topics=[TopicOut(id=topic.value, label=topic.label) for topic in results.concepts],
    )


def _check(hit: Hit, reader: Reader) -> CheckOut | None:
    if hit.trust is None:
        return None
    return CheckOut(check=hit.asset.quality, by=hit.trust.by if reader.is_signed_in else "", on=hit.trust.on)


class TitleSuggestionOut(Schema):
    """An asset with a title that begins so."""

    id: str
    kind: str
    title: str
    language: str
    url: str


class SubjectSuggestionOut(Schema):
    """A topic (`key` is its public id) or a place (its code), and how much there is about it.

    `matched` is the name that begins so where `label`, in the language of the request, does not.
    """

    key: str
    label: str
    matched: str
    count: int


class PersonSuggestionOut(Schema):
    """A name as printed, and how much `author:"name"` finds."""

    name: str
    count: int


class SuggestionsOut(Schema):
    """What may be meant, the likeliest first in each group."""

    titles: list[TitleSuggestionOut]
    topics: list[SubjectSuggestionOut]
    places: list[SubjectSuggestionOut]
    people: list[PersonSuggestionOut]


@router.get("/suggest", response=SuggestionsOut, summary="What may be meant, while somebody types")
def suggest(request: HttpRequest, q: str = "") -> SuggestionsOut:
    """Titles, topics, places and people for a beginning: all its words, the last one as a beginning.

    Only titles and names of what you may read. Nothing for a single letter.
    """
    found = suggestions(reader_of_request(request), q)
    return SuggestionsOut(
        titles=[
            TitleSuggestionOut(
                id=one.asset.public_id,
                kind=one.asset.kind,
                title=one.title,
                language=one.language,
                url=permanent_address(one.asset.public_id, request),
            )
            for one in found.titles
        ],
        topics=[_subject(one) for one in found.topics],
        places=[_subject(one) for one in found.places],
        people=[PersonSuggestionOut(name=one.name, count=one.count) for one in found.people],
    )


def _subject(one: SubjectSuggestion) -> SubjectSuggestionOut:
    return SubjectSuggestionOut(key=one.key, label=one.label, matched=one.matched, count=one.count)


def _checked(name: str, values: list[str]) -> list[str]:
    if len(values) > _MOST_VALUES:
        raise BadInput(fields={name: [_("Give at most %s values.") % _MOST_VALUES]})
    return [value for value in values if value.strip()]


def _known(name: str, values: list[str], known: set[str]) -> tuple[str, ...]:
    for value in _checked(name, values):
        if value not in known:
            names = ", ".join(sorted(known))
            sentence = _("There is no “%(value)s” for “%(parameter)s”. There are: %(names)s.") % {
                "value": value[:80],
                "parameter": name,
                "names": names,
            }
            raise BadInput(fields={name: [sentence]})
    return tuple(values)


def _concepts(name: str, values: list[str], reader: Reader, *, use: str | None = None) -> tuple[int, ...]:
    given = _checked(name, values)
    found = find_concepts(given, language=reader.language, scheme_use=use) if given else {}
    for value in given:
        if value not in found:
            sentence = _("There is no type “%s”.") if name == "type" else _("There is no topic “%s”.")
            raise BadInput(fields={name: [sentence % value[:80]]})
    return tuple(concept.pk for concept in found.values())


def _units(values: list[str]) -> tuple[int, ...]:
    given = _checked("unit", values)
    found = units_named(given) if given else {}
    for value in given:
        if value not in found:
            raise BadInput(fields={"unit": [_("There is no unit “%s”.") % value[:80]]})
    return tuple(int(pk) for pks in found.values() for pk in pks)


def _places(values: list[str]) -> tuple[int, ...]:
    given = _checked("place", values)
    found = find_places(given) if given else {}
    for value in given:
        if value not in found:
            raise BadInput(fields={"place": [_("There is no place “%s”.") % value[:80]]})
    return tuple(place.pk for place in found.values())


def _languages(values: list[str]) -> tuple[str, ...]:
    tags = []
    for value in _checked("language", values):
        tag = read_language(value)
        if tag is None:
            raise BadInput(fields={"language": [_("“%s” is no language.") % value[:80]]})
        tags.append(tag)
    return tuple(tags)


def _years(values: list[str]) -> tuple[int, ...]:
    found: list[int] = []
    for value in _checked("year", values):
        named = years(value)
        if not named:
            raise BadInput(fields={"year": [_("“%s” is no year. Write 2019 or 2015..2020.") % value[:80]]})
        found += [int(year) for year in named]
    return tuple(found)
