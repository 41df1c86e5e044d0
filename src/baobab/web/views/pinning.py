"""Choosing what stands first on a portal: look for a work, put it first, take it away."""

from __future__ import annotations

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baobab.assets.models import LISTED_STATES, Asset
from baobab.assets.picks.actions import MOST_PICKS, pick, unpick
from baobab.assets.picks.policy import may_choose_picks, may_pick
from baobab.assets.picks.queries import picks_of
from baobab.assets.queries import listed
from baobab.kernel.errors import BadInput, NotFound, Refused
from baobab.kernel.identifiers import PATTERN, read_public_id
from baobab.organisation.readers import Reader
from baobab.search.queries import SearchRequest, search

from ..portals.finding import concept_at, place_at
from ..portals.reading import names_of
from ..portals.subjects import Subject
from ..presenting import shown_cards
from .opening import signed_in

MOST_CANDIDATES = 10
_LONGEST_QUESTION = 1000
_ADDRESS = re.compile(rf"/assets/({PATTERN.pattern})(?![0-9a-z])")


@require_http_methods(["GET", "HEAD", "POST"])
def pins_page(request: HttpRequest) -> HttpResponse:
    """What stands first on the portal of `topic`, `place` or both, and a box to find more.

    Sent `pick` or `unpick` with a work's public id, changes it; what is refused changes nothing.
    """
    reader = signed_in(request)
    may_choose_picks(reader).require()
    given = request.POST if request.method == "POST" else request.GET
    subject = _subject(given.get("topic", ""), given.get("place", ""), reader)
    if request.method == "POST":
        return _changed(request, subject, reader)
    q = given.get("q", "")[:_LONGEST_QUESTION].replace("\0", " ").strip()
    chosen = _chosen(subject, reader)
    found = [one for one in _candidates(q, subject, reader) if one not in chosen and may_pick(reader, one)]
    context = {
        "subject": subject,
        "chosen": shown_cards(chosen, reader),
        "candidates": shown_cards(found, reader),
        "is_full": len(chosen) >= MOST_PICKS,
        "most": MOST_PICKS,
        "q": q,
        "kept": list(subject.query.items()),
        "trail": [
            (_("Home"), reverse("home")),
            (subject.name, subject.address),
            (_("What stands first"), ""),
        ],
    }
    return render(request, "web/portal_pins.html", context)


def _subject(topic: str, place: str, reader: Reader) -> Subject:
    if not topic and not place:
        raise NotFound(_("There is no topic at this address."))
    concept = concept_at(topic) if topic else None
    area = place_at(place) if place else None
    names = names_of(
        reader.language,
        concept_ids=[concept.pk] if concept else [],
        place_ids=[area.pk] if area else [],
    )
    return Subject(
        concept,
        area,
        names.concepts[concept.pk].label if concept and concept.pk in names.concepts else topic,
        names.places[area.pk].label if area and area.pk in names.places else place,
    )


def _changed(request: HttpRequest, subject: Subject, reader: Reader) -> HttpResponse:
    act = "unpick" if "unpick" in request.POST else "pick"
    asset = listed(reader).filter(public_id=request.POST.get(act, "")[:20].replace("\0", " ")).first()
    if asset is None:
        raise NotFound(_("There is nothing at this address, or nothing that you may read."))
    change = unpick if act == "unpick" else pick
    try:
        change(asset, concept=subject.concept, place=subject.place, by=reader)
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    return redirect(subject.pins_address)


def _chosen(subject: Subject, reader: Reader) -> list[Asset]:
    picks = picks_of(
        concept_id=subject.concept.pk if subject.concept else None,
        place_id=subject.place.pk if subject.place else None,
    )
    ids = list(picks.values_list("asset", flat=True))
    found = listed(reader).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _candidates(q: str, subject: Subject, reader: Reader) -> list[Asset]:
    """The published work with this address or id, else those about the subject that a search finds."""
    address = _ADDRESS.search(q)
    public_id = address[1] if address else read_public_id(q) or ""
    if public_id:
        named = list(listed(reader).filter(public_id=public_id))
        if named or address:
            return named
    asked = SearchRequest(
        q=q,
        concepts=(subject.concept.pk,) if subject.concept else (),
        places=(subject.place.pk,) if subject.place else (),
        size=2 * MOST_CANDIDATES,
    )
    hits = search(reader, asked, with_facets=False, with_beside=False).hits
    return [hit.asset for hit in hits if hit.asset.state in LISTED_STATES][:MOST_CANDIDATES]
