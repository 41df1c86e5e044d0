"""Atom feeds of topics and places: the newest of what is open to everybody."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import get_conditional_response

from baobab.assets.addresses import permanent_address
from baobab.assets.models import Asset
from baobab.assets.queries import Card, assets_about, cards
from baobab.kernel.atom import MEDIA_TYPE, Feed, FeedEntry, rendered
from baobab.organisation.queries import name_in
from baobab.organisation.readers import Reader, anonymous

from ..context import organisation_names
from ..portals.finding import concept_at, place_at
from ..portals.reading import names_of
from ..portals.subjects import Subject

MOST_ENTRIES = 50


def topic_feed(request: HttpRequest, public_id: str) -> HttpResponse:
    """The newest about a topic. A topic that was replaced leads to the feed of its successor."""
    subject = _named(Subject(concept=concept_at(public_id)), _reader(request))
    return _feed(request, subject) if subject.topic_key == public_id else redirect(subject.feed_address)


def place_feed(request: HttpRequest, code: str) -> HttpResponse:
    """The newest about a place."""
    subject = _named(Subject(place=place_at(code)), _reader(request))
    return _feed(request, subject) if subject.place_key == code else redirect(subject.feed_address)


def both_feed(request: HttpRequest, public_id: str, code: str) -> HttpResponse:
    """The newest about a topic in a place."""
    subject = _named(Subject(concept_at(public_id), place_at(code)), _reader(request))
    is_here = (subject.topic_key, subject.place_key) == (public_id, code)
    return _feed(request, subject) if is_here else redirect(subject.feed_address)


def _reader(request: HttpRequest) -> Reader:
    """Everybody, in the language that the address asks for, else English: a feed is the same for all."""
    wanted = request.GET.get("language", "")
    return anonymous(language=wanted if wanted in dict(settings.LANGUAGES) else "en")


def _named(subject: Subject, reader: Reader) -> Subject:
    names = names_of(
        reader.language,
        concept_ids=[subject.concept.pk] if subject.concept else [],
        place_ids=[subject.place.pk] if subject.place else [],
    )
    topic = next((name.label for name in names.concepts.values()), "")
    place = next((name.label for name in names.places.values()), "")
    return Subject(subject.concept, subject.place, topic, place)


def _feed(request: HttpRequest, subject: Subject) -> HttpResponse:
    reader = _reader(request)
    about = assets_about(
        reader,
        concept_id=subject.concept.pk if subject.concept else None,
        place_id=subject.place.pk if subject.place else None,
    )
    rows = list(about[:MOST_ENTRIES])
    updated = max((row.updated_at for row in rows), default=datetime(2000, 1, 1, tzinfo=UTC))
    base = settings.SITE_URL.rstrip("/") or f"{request.scheme}://{request.get_host()}"
    own = f"{base}{subject.feed_address}" + (
        f"?language={reader.language}" if "language" in request.GET else ""
    )
    with translation.override(reader.language):
        feed = Feed(
            id=own,
            title=subject.name,
            address=f"{base}{subject.address}",
            own_address=own,
            updated=updated,
            author=name_in(organisation_names(), reader.language) or "Baobab",
            entries=[_entry(row, card, request) for row, card in zip(rows, cards(rows, reader), strict=True)],
            language=reader.language,
        )
    body = rendered(feed)
    answer = HttpResponse(body, content_type=MEDIA_TYPE)
    answer["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    # What is withdrawn shall be gone from the next answer on: whoever keeps a copy asks first.
    answer["Cache-Control"] = "no-cache"
    return get_conditional_response(request, etag=answer["ETag"], response=answer) or answer


def _entry(asset: Asset, card: Card, request: HttpRequest) -> FeedEntry:
    address = permanent_address(asset.public_id, request)
    return FeedEntry(
        id=address,
        title=card.title,
        address=address,
        updated=asset.updated_at,
        published=asset.published_at,
        summary=card.summary,
        authors=(card.byline,) if card.byline else (),
        language=card.language,
    )
