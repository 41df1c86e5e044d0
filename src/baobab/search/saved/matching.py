"""What a saved search finds: for its owner as she is now, under the rights that she has now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from baobab.accounts.models import User
from baobab.assets.models import LISTED_STATES, Asset
from baobab.organisation.readers import Reader, reader_of

from ..comparing import found_ids, matching_ids
from ..engine import Order
from ..queries import Results, search
from .models import SavedSearch
from .questions import request_of

# So much of what is found when a search is saved is kept; beyond, the day of publishing decides.
MOST_KNOWN = 10_000


def owner_as_reader(saved: SavedSearch) -> Reader | None:
    """The owner as she is at this moment, in the language of her account; None where the account is closed.

    Four queries at most.
    """
    owner = User.objects.select_related("person").filter(pk=saved.owner_id, is_active=True).first()
    return reader_of(owner, language=owner.language or saved.language) if owner is not None else None


def found_among(reader: Reader, query: str, asset_ids: Collection[int]) -> frozenset[int]:
    """Which of these assets answer the question in full: guesses and parts of it are no news."""
    request = request_of(query, reader)
    if request is None or not asset_ids:
        return frozenset()
    return matching_ids(reader, replace(request, among=frozenset(asset_ids)))


def best_among(reader: Reader, query: str, asset_ids: Collection[int], *, limit: int) -> Results:
    """The best of these assets, which all answer, with the passages that do."""
    request = request_of(query, reader)
    if request is None or not asset_ids:
        return Results()
    asked = replace(request, among=frozenset(asset_ids), size=limit)
    return search(reader, asked, with_facets=False, with_beside=False)


def newest_now(reader: Reader, query: str, *, limit: int) -> list[Asset]:
    """The newest published assets that answer in full."""
    request = request_of(query, reader)
    if request is None:
        return []
    asked = replace(request, size=limit, sort=Order.NEWEST)
    results = search(reader, asked, with_facets=False, with_beside=False)
    if results.relaxed or results.corrected:
        return []
    return [hit.asset for hit in results.hits if hit.asset.state in LISTED_STATES]


def found_now(reader: Reader, query: str) -> tuple[frozenset[int], bool]:
    """What the question finds now, and whether that is known to be all of it (`MOST_KNOWN` at most)."""
    request = request_of(query, reader)
    if request is None:
        return frozenset(), True
    ids = found_ids(reader, request, limit=MOST_KNOWN)
    return frozenset(ids or ()), ids is not None and len(ids) < MOST_KNOWN
