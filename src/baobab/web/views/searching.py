"""The search page: one box, hits that say why they answer and why to trust them, facets of plain links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baobab.kernel.errors import NotFound
from baobab.kernel.text import fold
from baobab.organisation.middleware import reader_of_request
from baobab.organisation.readers import Reader
from baobab.search.engine import FACETS
from baobab.search.queries import LAST_PAGE, FoundBy, Hit, Results, SearchRequest, Trust, search
from baobab.search.saved import failed
from baobab.search.saved.questions import Asked, asked_by, request_of

from .. import queries
from ..files import page_name
from ..paging import page_number
from ..presenting import ShownCard, listed, shown_cards, shown_day, shown_number, with_snippet
from .narrowing import SORTS, TITLES, Addresses, Facet, taken
from .suggesting import author_question

PAGE_SIZE = 20


def search_page(request: HttpRequest) -> HttpResponse:
    """Whatever the reader may find; any address gets an answer (twenty-six queries beside who asks)."""
    reader = reader_of_request(request)
    query = request.GET.urlencode()
    asked = asked_by(query)
    number = page_number(request)
    wanted = request_of(query, reader)
    results = _answer(wanted, reader, page=number, size=PAGE_SIZE, with_beside=number == 1)
    pages = max(1, min(LAST_PAGE, -(-results.count // PAGE_SIZE)))
    if number > 1 and number > pages:
        raise NotFound(
            _("There are no results on this page. Go back to the first ones, or narrow your search.")
        )
    if wanted is not None and not results.count and not results.is_building:
        failed.note(
            asked.q,
            language=reader.language,
            reader=reader,
            session_key=request.session.session_key,
            filters=asked.chosen,
        )
    addresses = Addresses(asked)
    facets = [Facet(name, results.facets.get(name, ()), addresses) for name in FACETS]
    context = {
        "q": asked.q,
        "results": results,
        "cards": _cards(results, reader, asked.q),
        "announcement": _announcement(results, asked.q),
        "matching": _matching(results),
        "widened": listed(one.label for one in results.widened) if results.count else "",
        "as_typed_url": addresses.asking(asked.q, is_as_typed=True),
        "meant_url": addresses.asking(results.did_you_mean),
        "facets": [facet.beside() for facet in facets if facet.is_worth_showing(results.count)],
        "taken": taken(results.facets, addresses, language=reader.language),
        "sorts": _sorts(asked, addresses),
        "kept": addresses.kept(),
        "people": _people(results),
        "number": number,
        "pages": pages,
        "clear_url": addresses.without_filters(),
        "is_narrowed": bool(asked.chosen),
        "question": addresses.question(),
    }
    return render(request, "web/search.html", context)


def facet_page(request: HttpRequest, name: str) -> HttpResponse:
    """All values of one facet of a search, as far as an answer counts them (at most twenty queries)."""
    if name not in FACETS:
        raise NotFound(_("Searches cannot be narrowed by that."))
    reader = reader_of_request(request)
    query = request.GET.urlencode()
    asked = asked_by(query)
    results = _answer(request_of(query, reader), reader, page=1, size=1, with_beside=False)
    addresses = Addresses(asked)
    facet = Facet(name, results.facets.get(name, ()), addresses)
    context = {
        "title": TITLES[name],
        "q": asked.q,
        "options": facet.whole(),
        "taken": taken(results.facets, addresses, language=reader.language),
        "announcement": _announcement(results, asked.q),
        "back_url": addresses.here(),
        "trail": [(_("Home"), reverse("home")), (_("Search"), addresses.here()), (TITLES[name], "")],
    }
    return render(request, "web/search_facet.html", context)


def _answer(
    wanted: SearchRequest | None, reader: Reader, *, page: int, size: int, with_beside: bool
) -> Results:
    """What is found; nothing where a filter names nothing that exists."""
    if wanted is None:
        return Results()
    return search(reader, replace(wanted, page=page, size=size), with_beside=with_beside)


def _sorts(asked: Asked, addresses: Addresses) -> list[dict[str, Any]]:
    labels = (_("Best first"), _("Newest first"), _("Oldest first"))
    return [
        {
            "label": label,
            "url": addresses.sorted_by("" if name == SORTS[0] else name),
            "is_current": name == (asked.sort or SORTS[0]),
        }
        for name, label in zip(SORTS, labels, strict=True)
    ]


def _cards(results: Results, reader: Reader, q: str) -> list[ShownCard]:
    cards = shown_cards([hit.asset for hit in results.hits], reader)
    subjects = queries.subjects_among(
        [hit.asset_id for hit in results.hits if _is_unmarked(hit)],
        concepts=[one.id for one in results.widened if one.facet == "topic"],
        places=[one.id for one in results.widened if one.facet == "place"],
    )
    words = results.corrected or q
    found = []
    for card, hit in zip(cards, results.hits, strict=True):
        about = [w.label for w in results.widened if (w.facet, w.id) in subjects.get(hit.asset_id, ())]
        why = _found_by(hit, card.title, words, about, results)
        detail = _checked(hit.trust, reader) if hit.trust else ""
        found.append(replace(_card(card, hit, words), quality_detail=detail, found_by=why))
    return found


def _is_unmarked(hit: Hit) -> bool:
    """Whether nothing of the question stands in what is shown of the hit's texts."""
    return "<mark>" not in hit.snippet


def _card(card: ShownCard, hit: Hit, q: str) -> ShownCard:
    label = address = ""
    if hit.file_number is not None:
        label = page_name(hit.page_unit, label=hit.page_label, number=hit.page) or _("In the document")
        where = {"page": hit.position or 1, "view": "text", **({"q": q} if q else {})}
        address = f"{reverse('reader_page', args=[hit.public_id, hit.file_number])}?{urlencode(where)}"
    return with_snippet(card, snippet=hit.snippet, language=hit.language, page_label=label, page_url=address)


def _checked(trust: Trust, reader: Reader) -> str:
    """By whom and when something was checked; names of colleagues are for those who signed in."""
    day = shown_day(trust.on, reader.language)
    if trust.by and reader.is_signed_in:
        return _("by %(name)s, %(day)s") % {"name": trust.by, "day": day}
    return day


def _found_by(hit: Hit, title: str, words: str, about: Sequence[str], results: Results) -> str:
    """Why something answers in which the words do not stand as they were typed."""
    if hit.found_by == FoundBy.MEANING:
        return _("Found by its meaning")
    if about and not any(fold(word) in fold(title) for word in words.split()):
        return _("Is about: %s") % listed(about)
    if hit.found_by == FoundBy.THESAURUS:
        return _("Says it in other words: %s") % listed(one.label for one in results.widened)
    return ""


def _announcement(results: Results, q: str) -> str:
    if not results.count:
        return _("Nothing was found for “%s”.") % q if q else _("Nothing was found.")
    found = ngettext("%s result", "%s results", results.count) % shown_number(results.count)
    asked = results.corrected or q
    return _("%(found)s for “%(q)s”") % {"found": found, "q": asked} if asked else found


def _matching(results: Results) -> str:
    """How the words of the question had to match, in a few words."""
    if results.word_count < 2 or results.relaxed or not results.count:
        return ""
    if results.minimum >= results.word_count:
        # What was looked for in other words, too, is said in a line of its own.
        return "" if results.widened else _("with all of your words")
    return _("with at least %(minimum)s of %(count)s words") % {
        "minimum": results.minimum,
        "count": results.word_count,
    }


def _people(results: Results) -> Sequence[dict[str, Any]]:
    return [
        {
            "name": person.name,
            "works": ngettext("%s work here", "%s works here", person.works) % shown_number(person.works),
            "url": f"{reverse('search')}?{urlencode({'q': author_question(person.name)})}",
        }
        for person in results.people
    ]
