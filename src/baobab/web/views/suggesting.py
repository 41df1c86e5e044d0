"""What the search box suggests while somebody types: a part of a page, made for her at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baobab.assets.kinds import kind_named
from baobab.organisation.middleware import reader_of_request
from baobab.search.suggesting import SubjectSuggestion, Suggestions, suggestions

from ..presenting import shown_number


def suggest(request: HttpRequest) -> HttpResponse:
    """Titles, topics, places and people for the beginning `q` (sixteen queries at most beside who asks).

    Any text gets an answer. Nobody keeps it: what one reader is offered is not meant for another.
    """
    found = suggestions(reader_of_request(request), request.GET.get("q", ""))
    said = ngettext("%s suggestion", "%s suggestions", found.count) % found.count if found.count else ""
    answer = render(request, "web/suggestions.html", {"groups": _groups(found), "said": said})
    answer["Cache-Control"] = "private, no-store"
    return answer


def _groups(found: Suggestions) -> list[dict[str, Any]]:
    titles = [
        {
            "url": reverse("asset_page", args=[one.asset.public_id]),
            "icon": kind_named(one.asset.kind).icon,
            "label": one.title,
            "language": one.language,
        }
        for one in found.titles
    ]
    people = [
        {
            "url": f"{reverse('search')}?{urlencode({'q': author_question(one.name)})}",
            "icon": "person",
            "label": one.name,
            "count": shown_number(one.count),
        }
        for one in found.people
    ]
    groups = [
        {"name": "title", "title": _("Titles"), "options": titles},
        {"name": "topic", "title": _("Topics"), "options": _subjects(found.topics, "topic")},
        {"name": "place", "title": _("Places"), "options": _subjects(found.places, "place")},
        {"name": "person", "title": _("People"), "options": people},
    ]
    return [group for group in groups if group["options"]]


def _subjects(found: Sequence[SubjectSuggestion], name: str) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse(f"{name}_page", args=[one.key]),
            "icon": name,
            "label": one.label,
            "matched": one.matched,
            "matched_language": one.matched_language,
            "count": shown_number(one.count),
        }
        for one in found
    ]


def author_question(name: str) -> str:
    """The question that finds what somebody wrote, as it is typed into the box."""
    return f'author:"{name.replace(chr(34), " ")}"'
