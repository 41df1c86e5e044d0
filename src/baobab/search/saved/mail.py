"""The mail of a saved search: what is new, why it came, and how to stop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import unescape
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from baobab.assets.queries import cards
from baobab.kernel.errors import NotFound
from baobab.notifications.addresses import site_address
from baobab.notifications.messages import composed
from baobab.organisation.queries import name_in, root_unit
from baobab.organisation.readers import Reader

from ..queries import Results
from .models import SavedSearch

# A mail is looked at, not studied: the rest stands behind a link.
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is new, as the templates show it. `snippet` is HTML with <mark>, `passage` the same in
    plain words."""

    title: str
    language: str
    facts: str
    snippet: SafeString
    snippet_language: str
    passage: str
    address: str


def alert(
    saved: SavedSearch, found: Results, *, count: int, reader: Reader, to: str, stop_token: str
) -> EmailMultiAlternatives:
    """What was found newly, `count` of it and the best in full, in the language of the account.

    Holds only what the caller found for this reader at this moment.
    """
    base = site_address()
    with translation.override(reader.language):
        context = {
            "saved": saved,
            "site_name": site_name(reader.language),
            "saved_on": _day(saved.created_at, reader),
            "lines": _lines(found, reader, base),
            "count": count,
            "more": max(0, count - len(found.hits)),
            "news_address": base + reverse("saved_search", args=[saved.public_id]),
            "search_address": f"{base}{reverse('search')}?{saved.query}",
            "all_address": base + reverse("saved_searches"),
        }
    return composed(
        "search/saved/alert",
        context,
        to=to,
        language=reader.language,
        stop_address=base + reverse("stop_alert", args=[stop_token]),
    )


def _lines(found: Results, reader: Reader, base: str) -> list[Line]:
    shown = {card.id: card for card in cards([hit.asset for hit in found.hits], reader)}
    lines = []
    for hit in found.hits:
        card = shown[hit.asset_id]
        kind = card.badge or str(card.kind_label)
        facts = (kind[:1].upper() + kind[1:], card.byline, str(card.year or ""))
        lines.append(
            Line(
                title=card.title,
                language=card.language,
                facts=" · ".join(fact for fact in facts if fact),
                snippet=hit.snippet,
                snippet_language=hit.language or card.language,
                passage=unescape(strip_tags(hit.snippet)),
                address=base + reverse("permanent_asset", args=[card.public_id]),
            )
        )
    return lines


def _day(at: datetime, reader: Reader) -> str:
    # CLDR's plain English is that of one country; most of the world writes the day first.
    locale = "en_GB" if reader.language == "en" else reader.language
    return str(format_date(at.astimezone(ZoneInfo(reader.time_zone)), format="long", locale=locale))


def site_name(language: str) -> str:
    """What the organisation is called; the product's name before it is set up (one query)."""
    try:
        return name_in(root_unit().group.names, language)
    except NotFound:
        return "Baobab"
