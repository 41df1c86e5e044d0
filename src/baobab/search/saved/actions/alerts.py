"""Finding what is new for saved searches, and telling their owners once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from baobab.accounts.models import User
from baobab.assets.models import Asset
from baobab.assets.queries import listed
from baobab.kernel import clock

from ...entries import GONE_STATES
from ..mail import MOST_SHOWN, alert
from ..matching import best_among, found_among, owner_as_reader
from ..models import News, SavedSearch
from ..packing import unpacked
from ..queries import searches_of_owner, untold_ids
from .searches import next_due, stop_token

# More at once is no news that anybody reads: the rest follows in the next mail.
_MOST_AT_ONCE = 5_000


def compare_arrivals(owner_id: int, asset_ids: Collection[int]) -> int:
    """Note which of these assets are news for the saved searches of an account; returns how many.

    News is what answers now, may be read by the owner now, is published, and could not be found by the
    search when it was saved. What is noted already stays as it is, so this is safe to repeat. Ten
    queries for the owner, and three for each search that something is new for.
    """
    searches = searches_of_owner(owner_id)
    reader = owner_as_reader(searches[0]) if searches else None
    if reader is None:
        return 0
    rows = listed(reader).order_by().filter(pk__in=list(asset_ids)).values_list("pk", "published_at")
    published = dict(rows)
    found = 0
    all_answering = found_among(reader, [saved.query for saved in searches], published.keys())
    for saved, answering in zip(searches, all_answering, strict=True):
        if not answering:
            continue
        noted = News.objects.filter(saved=saved, asset__in=answering).values_list("asset_id", flat=True)
        known = unpacked(saved.known)
        fresh = {
            asset_id
            for asset_id in answering - set(noted)
            # A draft that its editor could find is known to her; that it is published is news all the same.
            if _is_since(published[asset_id], saved) or (saved.is_known_whole and asset_id not in known)
        }
        found += _note(saved, fresh)
    return found


def _is_since(published_at: datetime | None, saved: SavedSearch) -> bool:
    return published_at is not None and published_at >= saved.created_at


def _note(saved: SavedSearch, asset_ids: Collection[int]) -> int:
    now = clock.now()
    rows = [News(saved=saved, asset_id=asset_id, found_at=now) for asset_id in sorted(asset_ids)]
    with transaction.atomic():
        # Whoever removes the search meanwhile waits, or has removed it: then there is nothing to note.
        if rows and SavedSearch.objects.select_for_update().filter(pk=saved.pk).exists():
            News.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return len(rows)


def tell(saved_id: int) -> bool:
    """Queue the mail of a saved search if it is due and there is news; whether one was queued.

    In one transaction: rights are asked again, the mail is queued, what it tells of is marked as told, and
    the next hour is set. So nothing is told twice, and nothing that its owner may not read now. What
    answers no more, or is closed to her, is forgotten: should it open again, it is found again.
    """
    with transaction.atomic():
        saved = SavedSearch.objects.select_for_update().filter(pk=saved_id).first()
        if saved is None or not _is_due(saved):
            return False
        return _tell(saved)


def _is_due(saved: SavedSearch) -> bool:
    if saved.rhythm == SavedSearch.Rhythm.IMMEDIATE:
        return True
    return saved.due_at is not None and saved.due_at <= clock.now()


def _tell(saved: SavedSearch) -> bool:
    now = clock.now()
    reader = owner_as_reader(saved)
    zone = reader.time_zone if reader is not None else "UTC"
    SavedSearch.objects.filter(pk=saved.pk).update(due_at=next_due(saved.rhythm, zone=zone, now=now))
    waiting = untold_ids(saved, limit=_MOST_AT_ONCE)
    untold = News.objects.filter(saved=saved, asset__in=waiting, told_at=None)
    if reader is None or not waiting:
        untold.delete()
        return False
    open_now = set(listed(reader).order_by().filter(pk__in=waiting).values_list("pk", flat=True))
    (answering,) = found_among(reader, [saved.query], open_now)
    if answering:
        best = best_among(reader, saved.query, answering, limit=MOST_SHOWN)
        address = User.objects.values_list("email", flat=True).get(pk=saved.owner_id)
        alert(
            saved, best, count=len(answering), reader=reader, to=address, stop_token=stop_token(saved)
        ).send()
        untold.filter(asset__in=answering).update(told_at=now)
    untold.exclude(asset__in=answering).delete()
    return bool(answering)


def forget_gone() -> int:
    """Forget what was found and is no more: merged, removed for good, withdrawn. Returns how many."""
    gone = Asset.objects.filter(state__in=GONE_STATES)
    return News.objects.filter(asset__in=gone).delete()[0]
