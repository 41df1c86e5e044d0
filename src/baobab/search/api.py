"""`GET /search` of the API."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from baobab.assets.addresses import permanent_address
from baobab.assets.kinds import kinds
from baobab.assets.models import Origin
from baobab.assets.queries import cards
from baobab.kernel.errors import BadInput
from baobab.organisation.middleware import reader_of_request
from baobab.organisation.readers import Reader
from baobab.vocabularies.languages import read_language
from baobab.vocabularies.queries import find_concepts, find_places

from .parse import years
from .queries import SearchRequest, search

router = Router(tags=["search"])

# More values than this in one filter is no question that a person asked.
_MOST_VALUES = 50
Values = Annotated[list[str], Query()]


class HitOut(Schema):
    """A found asset. `source_id` is the id of the imported record.

    `page` is the number of the best passage's page, `page_label` what is printed on it or what it is
    called.
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


class FacetValueOut(Schema):
    """How many of all found assets hold a value; `value` is what the filter of the same name takes."""

    value: str
    label: str
    count: int


class ResultsOut(Schema):
    """`relaxed`: nothing held all the words, so these hold any. `count` and `facets` are over all pages."""

    count: int
    relaxed: bool
    page: int
    size: int
    hits: list[HitOut]
    facets: dict[str, list[FacetValueOut]]


@router.get("/search", response=ResultsOut, summary="Search everything you may read")
def search_everything(
    request: HttpRequest,
    q: str = "",
    kind: Values = [],  # noqa: B006 - the framework copies it
    topic: Values = [],  # noqa: B006
    place: Values = [],  # noqa: B006
    language: Values = [],  # noqa: B006
    year: Values = [],  # noqa: B006
    sort: str = "relevance",
    page: int = 1,
    size: int = 20,
) -> ResultsOut:
    """Search titles, texts and the full text of files. Without `q`: everything, newest first.

    `topic` takes public id, notation, URI or label; `place` ISO 3166, UN M49 or a name; `year` also
    `2015..2020`. Each may be repeated: any of the values will do. `size` is at most 100, `page` at
    most 500. Snippets are HTML with <mark> only.
    """
    reader = reader_of_request(request)
    asked = SearchRequest(
        q=q,
        kinds=_kinds(kind),
        concepts=_concepts(topic, reader),
        places=_places(place),
        languages=_languages(language),
        years=_years(year),
        page=page,
        size=size,
        sort=sort,
    )
    results = search(reader, asked)
    assets = [hit.asset for hit in results.hits]
    shown = {card.id: card for card in cards(assets, reader)}
    sources = dict(Origin.objects.filter(asset__in=assets).values_list("asset_id", "source_id"))
    return ResultsOut(
        count=results.count,
        relaxed=results.relaxed,
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
            )
            for hit in results.hits
        ],
        facets={
            name: [FacetValueOut(value=v.value, label=v.label, count=v.count) for v in values]
            for name, values in results.facets.items()
        },
    )


def _checked(name: str, values: list[str]) -> list[str]:
    if len(values) > _MOST_VALUES:
        raise BadInput(fields={name: [_("Give at most %s values.") % _MOST_VALUES]})
    return [value for value in values if value.strip()]


def _kinds(values: list[str]) -> tuple[str, ...]:
    known = {kind.name for kind in kinds()}
    for value in _checked("kind", values):
        if value not in known:
            names = ", ".join(sorted(known))
            raise BadInput(
                fields={
                    "kind": [
                        _("There is no kind “%(value)s”. There are: %(names)s.")
                        % {"value": value[:80], "names": names}
                    ]
                }
            )
    return tuple(values)


def _concepts(values: list[str], reader: Reader) -> tuple[int, ...]:
    given = _checked("topic", values)
    found = find_concepts(given, language=reader.language) if given else {}
    for value in given:
        if value not in found:
            raise BadInput(fields={"topic": [_("There is no topic “%s”.") % value[:80]]})
    return tuple(concept.pk for concept in found.values())


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
