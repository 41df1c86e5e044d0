"""Saved searches: one's own, their news and feeds, and the link in a mail that stops it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from baobab.kernel.errors import BadInput
from baobab.organisation.readers import Reader
from baobab.search.saved import actions, queries
from baobab.search.saved.actions.searches import search_of_stop_token
from baobab.search.saved.feeds import feed_of
from baobab.search.saved.models import SavedSearch
from baobab.search.saved.questions import canonical, described, proposed_name

from ..presenting import listed, shown_cards, shown_moment
from ..saved_forms import SavedSearchForm
from .opening import sent, signed_in

Rhythm = SavedSearch.Rhythm


def saved_searches_page(request: HttpRequest) -> HttpResponse:
    """One's own saved searches, each with how much is new (four queries beside who asks)."""
    reader = signed_in(request)
    searches = queries.saved_searches_of(reader)
    counts = queries.new_counts(reader, searches) if searches else {}
    context = {"searches": [_shown(saved, reader, counts.get(saved.pk, 0)) for saved in searches]}
    return render(request, "web/saved_searches.html", context)


def save_search_page(request: HttpRequest) -> HttpResponse:
    """Save the search whose query string is in `query`: asked on GET, done on POST.

    A POST without name and rhythm saves it under what it asks for, without mail.
    """
    reader = signed_in(request)
    given = request.POST if request.method == "POST" else request.GET
    query = canonical(given.get("query", ""))
    typed, _files = sent(request)
    proposal = proposed_name(query, reader.language)
    if typed is not None:
        typed = typed.copy()
        typed.setdefault("rhythm", Rhythm.NONE)
    form = SavedSearchForm(typed, initial={"name": proposal, "rhythm": Rhythm.DAILY})
    if typed is not None and form.is_valid():
        try:
            saved = actions.save_search(query, by=reader, **form.cleaned_data)
        except BadInput as error:
            form.take_problems(error)
        else:
            messages.success(request, _("The search is saved. What is new will stand here."))
            return redirect("saved_search", saved.public_id)
    context = {
        "form": form,
        "query": query,
        "asked": _described(query, reader),
        "back": f"{reverse('search')}?{query}" if query else reverse("search"),
    }
    return render(request, "web/saved_form.html", context, status=400 if form.errors else 200)


def saved_search_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a saved search found since it was saved, and its feed; a POST says that it was seen."""
    reader = signed_in(request)
    saved = queries.saved_search_of(reader, public_id)
    if request.method == "POST":
        actions.mark_as_seen(saved, by=reader)
        return redirect("saved_searches")
    found = queries.news_of(reader, saved)
    new = [one.asset for one in found if one.found_at > saved.looked_at]
    seen = [one.asset for one in found if one.found_at <= saved.looked_at]
    context = {
        **_shown(saved, reader, len(new)),
        "new_cards": shown_cards(new, reader),
        "seen_cards": shown_cards(seen, reader),
        "asked": _described(saved.query, reader),
        "trail": [(_("My searches"), reverse("saved_searches")), (saved.name, "")],
        "seen_on": shown_moment(saved.looked_at, reader),
        "feed_address": request.build_absolute_uri(reverse("saved_feed", args=[saved.feed_secret])),
    }
    return render(request, "web/saved_search.html", context)


def edit_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Its name and its rhythm."""
    reader = signed_in(request)
    saved = queries.saved_search_of(reader, public_id)
    form = SavedSearchForm(sent(request)[0], initial={"name": saved.name, "rhythm": saved.rhythm})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_saved_search(saved, by=reader, **form.cleaned_data)
        except BadInput as error:
            form.take_problems(error)
        else:
            messages.success(request, _("Your choices are saved."))
            return redirect("saved_searches")
    context = {
        "form": form,
        "saved": saved,
        "asked": _described(saved.query, reader),
        "back": reverse("saved_search", args=[saved.public_id]),
    }
    return render(request, "web/saved_form.html", context, status=400 if form.errors else 200)


def remove_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asked on GET, done on POST. Where it is gone already there is no page."""
    reader = signed_in(request)
    saved = queries.saved_search_of(reader, public_id)
    if request.method == "POST":
        actions.remove_saved_search(saved, by=reader)
        messages.success(
            request, _("“%s” is removed. No more mail comes, and its feed is gone.") % saved.name
        )
        return redirect("saved_searches")
    return render(request, "web/saved_remove.html", {"saved": saved})


def renew_feed(request: HttpRequest, public_id: str) -> HttpResponse:
    """A new address for the private feed."""
    reader = signed_in(request)
    saved = queries.saved_search_of(reader, public_id)
    actions.renew_feed(saved, by=reader)
    messages.success(request, _("The feed has a new address. The old one no longer works."))
    return redirect("saved_search", saved.public_id)


@sensitive_variables("secret")
def saved_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The private feed (RFC 4287): whoever has the address reads as the owner does at this moment."""
    saved = queries.saved_search_of_feed(secret)
    base = settings.SITE_URL.rstrip("/") or f"{request.scheme}://{request.get_host()}"
    with translation.override(saved.language):
        content = feed_of(saved, base=base, own_address=base + request.path)
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


@csrf_exempt
@never_cache
def stop_alert_page(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mail of one saved search without signing in: asked on GET, done on POST.

    Mail programs send the POST themselves (RFC 8058), with neither cookies nor a page before it, so the
    signed token is all that is needed, and all that it can do.
    """
    if request.method == "POST":
        return render(request, "web/saved_stop.html", {"saved": actions.stop_alert(token), "is_done": True})
    saved = search_of_stop_token(token)
    return render(request, "web/saved_stop.html", {"saved": saved, "is_done": saved.rhythm == Rhythm.NONE})


def _shown(saved: SavedSearch, reader: Reader, new: int) -> dict[str, Any]:
    return {
        "saved": saved,
        "new": new,
        "rhythm": Rhythm(saved.rhythm).label,
        "has_mail": saved.rhythm != Rhythm.NONE,
        "saved_on": shown_moment(saved.created_at, reader),
        "address": f"{reverse('search')}?{saved.query}" if saved.query else reverse("search"),
    }


def _described(query: str, reader: Reader) -> Sequence[tuple[str, str]]:
    lines = [(title, listed(values)) for title, values in described(query, reader.language)]
    return lines or [(_("Search words"), _("none: everything that is new"))]
