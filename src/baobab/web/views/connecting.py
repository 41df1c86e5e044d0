"""Connecting an asset with others: look for one, say how they belong together, take a connection away."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baobab.assets.links.actions import add_link, remove_link
from baobab.assets.links.queries import links_from, links_of
from baobab.assets.links.relations import RELATIONS
from baobab.assets.models import LISTED_STATES, Asset
from baobab.assets.queries import listed
from baobab.kernel.errors import BadInput
from baobab.kernel.identifiers import PATTERN, read_public_id
from baobab.organisation.readers import Reader
from baobab.search.queries import SearchRequest, search

from ..forms import LinkForm
from ..presenting import ShownCard, capital, shown_cards
from .opening import asset_to_change, sent

MOST_CANDIDATES = 10
_LONGEST_QUESTION = 1000
_ADDRESS = re.compile(rf"/assets/({PATTERN.pattern})(?![0-9a-z])")


@require_http_methods(["GET", "POST"])
def links_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the asset is connected with, and a form to add to it. What is refused changes nothing.

    `q` names the other: words of its title, its address or its id. The same again changes the note only.
    """
    asset, reader = asset_to_change(request, public_id)
    if "remove" in request.POST:
        return _remove(request, asset, reader)
    given = request.POST if request.method == "POST" else request.GET
    q = given.get("q", "")[:_LONGEST_QUESTION].replace("\0", " ").strip()
    chosen = request.POST.get("target", "")
    found = candidates(q, reader, beside=asset)
    if chosen and chosen not in {one.public_id for one in found}:
        found += _named(chosen, reader, beside=asset)
    cards = shown_cards(found, reader)
    form = LinkForm(
        sent(request)[0],
        candidates=[(card.public_id, _shown(card)) for card in cards],
        initial={"target": cards[0].public_id} if len(cards) == 1 else {},
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            target = next(one for one in found if one.public_id == chosen)
            note, relation = form.cleaned_data["note"], form.cleaned_data["relation"]
            try:
                add_link(asset, target, relation=relation, by=reader, note=note)
            except BadInput as error:
                form.take_problems(error)
            else:
                messages.success(request, _("They are connected now."))
                return redirect("asset_links", asset.public_id)
        status = 400
    outgoing = links_from(asset, reader)
    context = {
        "asset": asset,
        "form": form,
        "q": q,
        "candidates": cards,
        "outgoing": [(capital(str(RELATIONS[link.relation].label)), link) for link in outgoing],
        "incoming": [link for link in links_of(asset, reader) if not link.is_outgoing],
        "trail": [
            (_("Library"), reverse("library")),
            (asset.title, reverse("asset_page", args=[asset.public_id])),
            (_("Connect with something"), ""),
        ],
    }
    return render(request, "web/links.html", context, status=status)


def _remove(request: HttpRequest, asset: Asset, reader: Reader) -> HttpResponse:
    """Take the connection away; where it is gone already, nothing is left to do."""
    wanted = request.POST["remove"]
    for link in links_from(asset, reader):
        if str(link.pk) == wanted:
            remove_link(link, by=reader)
    messages.info(request, _("They are no longer connected."))
    return redirect("asset_links", asset.public_id)


def candidates(q: str, reader: Reader, *, beside: Asset) -> list[Asset]:
    """What the reader may mean: the published asset with this address or id, else those that a search finds.

    Only what she may read, ten at most, and never the asset itself.
    """
    if not q:
        return []
    address = _ADDRESS.search(q)
    named = _named(address[1] if address else read_public_id(q) or "", reader, beside=beside)
    if named or address:
        return named
    hits = search(reader, SearchRequest(q=q, size=2 * MOST_CANDIDATES), with_facets=False).hits
    found = [hit.asset for hit in hits if hit.asset.state in LISTED_STATES and hit.asset.pk != beside.pk]
    return found[:MOST_CANDIDATES]


def _named(public_id: str, reader: Reader, *, beside: Asset) -> list[Asset]:
    return list(listed(reader).filter(public_id=public_id).exclude(pk=beside.pk)) if public_id else []


def _shown(card: ShownCard) -> SafeString:
    parts = [(part,) for part in (card.kind_label, card.byline, card.date) if part]
    more = format_html_join(" · ", "<bdi>{}</bdi>", parts)
    return format_html(
        '<span><bdi lang="{}">{}</bdi><br><small class="muted">{}</small></span>',
        card.language,
        card.title,
        more,
    )
