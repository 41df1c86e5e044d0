"""The private feed of a saved search, as Atom (RFC 4287)."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from baobab.assets.models import Asset
from baobab.assets.queries import Card, cards
from baobab.kernel.atom import Feed, FeedEntry, rendered
from baobab.kernel.errors import NotFound

from .mail import site_name
from .matching import newest_now, owner_as_reader
from .models import SavedSearch
from .queries import MOST_NEWS, news_of


def feed_of(saved: SavedSearch, *, base: str, own_address: str) -> bytes:
    """What was found last, then what it finds otherwise, the newest first: `MOST_NEWS` entries at most.

    As the owner may read it at this moment. An entry's `updated` is when the asset last changed, or when the
    search found it, whichever is later: an old work that was opened to her is new to a reader of feeds,
    too. `base` is the address of the site. Raises `NotFound` when the owner's account is closed.
    """
    reader = owner_as_reader(saved)
    if reader is None:
        raise NotFound(_("There is no feed at this address. Its owner may have renewed the address."))
    reader = reader.speaking(saved.language)
    found_at = {one.asset: one.found_at for one in news_of(reader, saved)}
    assets: list[Asset] = list(found_at)
    if len(assets) < MOST_NEWS:
        rest = newest_now(reader, saved.query, limit=MOST_NEWS)
        assets += [asset for asset in rest if asset not in found_at]
    assets = assets[:MOST_NEWS]
    entries = [
        _entry(asset, card, base, found_at.get(asset))
        for asset, card in zip(assets, cards(assets, reader), strict=True)
    ]
    return rendered(
        Feed(
            id=f"{base}{reverse('saved_search', args=[saved.public_id])}",
            title=saved.name,
            subtitle=_("A saved search on the site “%s”") % site_name(reader.language),
            address=f"{base}{reverse('search')}?{saved.query}",
            own_address=own_address,
            updated=max([saved.created_at, *(entry.updated for entry in entries)]),
            author=site_name(reader.language),
            entries=entries,
            language=saved.language,
        )
    )


def _entry(asset: Asset, card: Card, base: str, found_at: datetime | None) -> FeedEntry:
    address = base + reverse("permanent_asset", args=[asset.public_id])
    return FeedEntry(
        id=address,
        title=card.title,
        address=address,
        updated=max(asset.updated_at, found_at) if found_at else asset.updated_at,
        published=asset.published_at,
        summary=card.summary,
        authors=[card.byline] if card.byline else (),
        language=card.language,
    )
