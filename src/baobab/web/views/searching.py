"""The search page: one box, hits with the words marked, facets that are plain links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baobab.kernel.errors import NotFound
from baobab.organisation.middleware import reader_of_request
from baobab.organisation.readers import Reader
from baobab.search.queries import LAST_PAGE, FacetValue, Hit, Results, SearchRequest, search
from baobab.vocabularies.queries import find_concepts, find_places

from ..files import page_name
from ..paging import page_number
from ..presenting import ShownCard, capital, shown_cards, shown_number, with_snippet

PAGE_SIZE = 20
# So many values of a facet can be chosen together.
MOST_CHOSEN = 50
FACETS = ("kind", "topic", "place", "language", "year")
SORTS = ("relevance", "newest", "oldest")
_SHOWN_VALUES = 12
_LONGEST_QUESTION = 2000


def search_page(request: HttpRequest) -> HttpResponse:
    """Whatever the reader may find; any address gets an answer (fourteen queries beside who asks)."""
    reader = reader_of_request(request)
    q = request.GET.get("q", "")[:_LONGEST_QUESTION].replace("\0", " ").strip()
    chosen = {name: _chosen(request, name) for name in FACETS}
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else SORTS[0]
    number = page_number(request)
    asked, has_unknown = _request(q, chosen, sort=sort, page=number, reader=reader)
    results = Results() if has_unknown else search(reader, asked)
    pages = max(1, min(LAST_PAGE, -(-results.count // PAGE_SIZE)))
    if number > 1 and number > pages:
        raise NotFound(
            _("There are no results on this page. Go back to the first ones, or narrow your search.")
        )
    context = {
        "q": q,
        "results": results,
        "cards": _cards(results, reader, q),
        "announcement": _announcement(results, q),
        "facets": _facets(request, results.facets, chosen),
        "taken": _taken(request, results.facets, chosen),
        "sorts": [
            {
                "label": label,
                "url": _with(request, "sort", [name] if name != SORTS[0] else []),
                "is_current": name == sort,
            }
            for name, label in zip(
                SORTS, (_("Best first"), _("Newest first"), _("Oldest first")), strict=True
            )
        ],
        "kept": [
            (name, value) for name in (*FACETS, "sort") for value in request.GET.getlist(name)[:MOST_CHOSEN]
        ],
        "number": number,
        "pages": pages,
        "clear_url": f"{reverse('search')}?{urlencode({'q': q})}" if q else reverse("search"),
        "is_narrowed": any(chosen.values()),
    }
    return render(request, "web/search.html", context)


def _chosen(request: HttpRequest, name: str) -> tuple[str, ...]:
    given = (value.strip()[:200] for value in request.GET.getlist(name)[:MOST_CHOSEN])
    return tuple(dict.fromkeys(value for value in given if value))


def _request(
    q: str, chosen: Mapping[str, Sequence[str]], *, sort: str, page: int, reader: Reader
) -> tuple[SearchRequest, bool]:
    """What to ask, and whether a filter names nothing that exists: then nothing can be found."""
    concepts = find_concepts(chosen["topic"], language=reader.language) if chosen["topic"] else {}
    places = find_places(chosen["place"]) if chosen["place"] else {}
    years = tuple(int(value) for value in chosen["year"] if value.isdecimal() and len(value) <= 4)
    has_unknown = (
        (bool(chosen["topic"]) and not concepts)
        or (bool(chosen["place"]) and not places)
        or (bool(chosen["year"]) and not years)
    )
    asked = SearchRequest(
        q=q,
        kinds=tuple(chosen["kind"]),
        concepts=tuple(concept.pk for concept in concepts.values()),
        places=tuple(place.pk for place in places.values()),
        languages=tuple(chosen["language"]),
        years=years,
        page=page,
        size=PAGE_SIZE,
        sort=sort,
    )
    return asked, has_unknown


def _cards(results: Results, reader: Reader, q: str) -> list[ShownCard]:
    cards = shown_cards([hit.asset for hit in results.hits], reader)
    return [_card(card, hit, q) for card, hit in zip(cards, results.hits, strict=True)]


def _card(card: ShownCard, hit: Hit, q: str) -> ShownCard:
    label = address = ""
    if hit.file_number is not None:
        label = page_name(hit.page_unit, label=hit.page_label, number=hit.page) or _("In the document")
        where = {"page": hit.position or 1, "view": "text", **({"q": q} if q else {})}
        address = f"{reverse('reader_page', args=[hit.public_id, hit.file_number])}?{urlencode(where)}"
    return with_snippet(card, snippet=hit.snippet, language=hit.language, page_label=label, page_url=address)


def _announcement(results: Results, q: str) -> str:
    if not results.count:
        return _("Nothing was found for “%s”.") % q if q else _("Nothing was found.")
    found = ngettext("%s result", "%s results", results.count) % shown_number(results.count)
    return _("%(found)s for “%(q)s”") % {"found": found, "q": q} if q else found


def _with(request: HttpRequest, name: str, values: Iterable[str]) -> str:
    query = request.GET.copy()
    query.setlist(name, list(values))
    query.pop("page", None)
    return f"?{query.urlencode()}"


def _switched(request: HttpRequest, name: str, chosen: Sequence[str], value: FacetValue) -> str:
    without = [one for one in chosen if one != value.value]
    return _with(request, name, without if value.is_selected else [*chosen, value.value])


def _facets(
    request: HttpRequest, facets: Mapping[str, Sequence[FacetValue]], chosen: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    titles = {
        "kind": _("Kind"),
        "topic": _("Topic"),
        "place": _("Place"),
        "language": _("Language"),
        "year": _("Year"),
    }
    shown = []
    for name in FACETS:
        values = list(facets.get(name, ()))
        if len(values) < 2 and not chosen[name]:
            continue
        first = [value for value in values if value.is_selected]
        first += [value for value in values if not value.is_selected][: max(0, _SHOWN_VALUES - len(first))]
        options = [
            {
                "value": value.value,
                "label": capital(value.label),
                "count": value.count,
                "is_chosen": value.is_selected,
                "url": _switched(request, name, chosen[name], value),
            }
            for value in first
        ]
        shown.append({"name": name, "title": titles[name], "options": options})
    return shown


def _taken(
    request: HttpRequest, facets: Mapping[str, Sequence[FacetValue]], chosen: Mapping[str, Sequence[str]]
) -> list[tuple[str, str]]:
    """The filters in force, each with the address without it; those that find nothing included."""
    found = []
    for name in FACETS:
        labels = {value.value: value.label for value in facets.get(name, ())}
        for value in chosen[name]:
            rest = [one for one in chosen[name] if one != value]
            found.append((capital(labels.get(value, value)), _with(request, name, rest)))
    return found
