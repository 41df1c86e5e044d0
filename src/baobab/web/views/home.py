"""Home, the library's list, and what one is working on."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from baobab.assets.kinds import kinds
from baobab.assets.queries import listed, own_work
from baobab.assets.revisions.queries import own_drafts
from baobab.organisation.middleware import reader_of_request
from baobab.vocabularies.languages import CONTENT_LANGUAGES
from baobab.vocabularies.queries import find_concept

from .. import queries
from ..paging import page_of
from ..presenting import capital, language_choices, shown_cards
from .opening import signed_in

NEWEST_ON_HOME = 6
SUBJECTS_ON_HOME = 12
LIST_SIZE = 20
_NOT_FOR_CRAWLERS = ("search", "map", "compare", "searches", "account", "work", "new", "jobs")


def home_page(request: HttpRequest) -> HttpResponse:
    """What the organisation knows: where to begin, and what is new (eight queries)."""
    reader = reader_of_request(request)
    newest = shown_cards(listed(reader)[:NEWEST_ON_HOME], reader)
    work = shown_cards(own_work(reader)[:3], reader) if reader.is_signed_in else []
    context = {
        "newest": newest,
        "topics": queries.topics_to_start_from(reader, limit=SUBJECTS_ON_HOME) if newest else [],
        "places": queries.places_to_start_from(reader, limit=SUBJECTS_ON_HOME) if newest else [],
        "work": work,
        "reader": reader,
    }
    return render(request, "web/home.html", context)


def library_page(request: HttpRequest) -> HttpResponse:
    """Everything the reader may read, newest first, narrowed by kind, language, year and topic."""
    reader = reader_of_request(request)
    given = {name: request.GET.get(name, "").strip()[:200] for name in ("kind", "language", "year", "topic")}
    concept = find_concept(given["topic"], language=reader.language) if given["topic"] else None
    assets = queries.narrowed_list(
        reader,
        kind=given["kind"],
        language=given["language"],
        year=given["year"],
        concept_id=concept.pk if concept else None,
    )
    if given["topic"] and concept is None:
        assets = assets.none()
    page = page_of(request, assets, size=LIST_SIZE)
    topics = queries.topics_to_start_from(reader, limit=50)
    context = {
        "page": page,
        "cards": shown_cards(page.rows, reader),
        "given": given,
        "is_narrowed": any(given.values()),
        "kinds": [(kind.name, capital(str(kind.label_plural))) for kind in kinds()],
        "languages": language_choices(CONTENT_LANGUAGES, reader),
        "topics": topics,
        "other_topic": concept
        if concept and concept.public_id not in {topic.key for topic in topics}
        else None,
        "reader": reader,
        "trail": [(_("Home"), f"/{reader.language}/"), (_("Library"), "")],
    }
    return render(request, "web/library.html", context)


def work_page(request: HttpRequest) -> HttpResponse:
    """What the reader has begun and not published: her assets, and changes kept as drafts."""
    reader = signed_in(request)
    work = own_work(reader)
    drafts = [draft for draft in own_drafts(reader) if draft.asset is not None]
    context = {"cards": shown_cards(work, reader), "drafts": drafts, "reader": reader}
    return render(request, "web/work.html", context)


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers are asked to leave alone: pages without end and pages of one person."""
    lines = ["User-agent: *"]
    for language, _name in settings.LANGUAGES:
        lines += [f"Disallow: /{language}/{part}/" for part in _NOT_FOR_CRAWLERS]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
