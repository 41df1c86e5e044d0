"""Searches that found nothing: what people miss, for those who look after the knowledge."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from baobab.jobs.views import for_watchers
from baobab.organisation.middleware import reader_of_request
from baobab.organisation.readers import Reader
from baobab.search.saved import actions, queries
from baobab.search.saved.failed import ENOUGH
from baobab.search.saved.queries import FailedLine
from baobab.search.saved.rhythms import MONTHS_KEPT

from ..presenting import listed, named_language, shown_date
from ..spreadsheets import csv_answer

PAGE_SIZE = 200


@for_watchers
def failed_searches_page(request: HttpRequest) -> HttpResponse:
    """The most frequent first, those set aside on a tab of their own (one query beside who asks)."""
    reader = reader_of_request(request)
    is_resolved = request.GET.get("state") == "resolved"
    lines = queries.failed_searches(is_resolved=is_resolved)
    context = {
        "lines": [
            {
                "line": line,
                "languages": _languages(line, reader),
                "filters": _filters(line),
                "first": shown_date(line.first_month, reader.language),
                "last": shown_date(line.last_month, reader.language),
                "address": f"{reverse('search')}?{urlencode({'q': line.question})}",
            }
            for line in lines[:PAGE_SIZE]
        ],
        "more": max(0, len(lines) - PAGE_SIZE),
        "is_resolved": is_resolved,
        "enough": ENOUGH,
        "months": MONTHS_KEPT,
        "tabs": [
            {"label": _("Open"), "url": "?", "is_current": not is_resolved},
            {"label": _("Resolved"), "url": "?state=resolved", "is_current": is_resolved},
        ],
    }
    return render(request, "web/failed_searches.html", context)


@for_watchers
def failed_searches_table(request: HttpRequest) -> HttpResponse:
    """The open ones as CSV, months as ISO 8601 writes them."""
    reader = reader_of_request(request)
    header = (
        _("Search"), _("How often"), _("First month"), _("Last month"), _("Languages"), _("Filters")
    )  # fmt: skip
    rows = (
        (
            line.question,
            line.count,
            line.first_month,
            line.last_month,
            _languages(line, reader),
            _filters(line),
        )
        for line in queries.failed_searches()
    )
    return csv_answer("failed-searches.csv", header, rows)


@for_watchers
def resolve(request: HttpRequest, number: int) -> HttpResponse:
    """Set one aside."""
    row = actions.resolve_failed_search(number, by=reader_of_request(request))
    messages.success(
        request,
        _("“%s” is set aside. Where somebody searches for it in vain again, it is back.") % row.question,
    )
    return redirect("failed_searches")


def _languages(line: FailedLine, reader: Reader) -> str:
    return listed(named_language(tag, reader.language) for tag in line.languages)


def _filters(line: FailedLine) -> str:
    titles = {
        "kind": _("Kind"), "type": _("Type"), "topic": _("Topic"), "place": _("Place"),
        "language": _("Language"), "year": _("Year"), "unit": _("Unit"), "quality": _("Quality"),
    }  # fmt: skip
    return listed(titles.get(name, name) for name in line.filters)
