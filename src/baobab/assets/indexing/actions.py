"""All writes to the dirty set."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from baobab.kernel import clock

from ..card.models import Asset
from .models import Dirty

# Who takes in changed assets, and whether it wants to now. Each gets a row of its own; apps above add theirs
# when they start.
_consumers: dict[str, Callable[[], bool]] = {"search": lambda: True}
_CHUNK = 500
_UNITS_AT_ONCE = 10_000
# What one act changes beyond so many is no single edit that somebody waits to see.
MOST_BY_HAND = 20


def add_consumer(name: str, *, is_wanted: Callable[[], bool] = lambda: True) -> None:
    """Have every change from now on marked for this consumer too: called once, when its app starts.

    `is_wanted` is asked at each change: marks that nobody will take in are not made.
    """
    _consumers[name] = is_wanted


def mark_dirty(asset_ids: Iterable[int], *, is_narrowed: bool = False) -> None:
    """Say, inside the transaction that changes them, that these assets changed.

    `is_narrowed`: somebody who could read them cannot any more. A mark of narrowing stays until the
    consumer caught up, whatever else changes meanwhile. More than `MOST_BY_HAND` at once wait behind
    those that are marked singly, unless they were so marked already.
    """
    ids = sorted(set(asset_ids))
    is_in_bulk = len(ids) > MOST_BY_HAND
    changed = ["stamp", "marked_at"]
    if is_narrowed:
        changed.append("is_narrowed")
    if not is_in_bulk:
        changed.append("is_in_bulk")
    now = clock.now()
    consumers = [name for name, is_wanted in _consumers.items() if is_wanted()]
    for start in range(0, len(ids), _CHUNK):
        rows = [
            Dirty(
                asset_id=asset_id,
                consumer=consumer,
                stamp=secrets.token_hex(8),
                is_narrowed=is_narrowed,
                is_in_bulk=is_in_bulk,
                marked_at=now,
            )
            for asset_id in ids[start : start + _CHUNK]
            for consumer in consumers
        ]
        Dirty.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["asset_id", "consumer"], update_fields=changed
        )


def mark_unknown(consumer: str, asset_ids: Iterable[int]) -> None:
    """Have one consumer take in assets that it never saw, after all that changed; others are left in peace.

    An asset that is marked for it already stays as it is marked.
    """
    now = clock.now()
    rows = (
        Dirty(
            asset_id=asset_id, consumer=consumer, stamp=secrets.token_hex(8), is_in_bulk=True, marked_at=now
        )
        for asset_id in asset_ids
    )
    Dirty.objects.bulk_create(rows, batch_size=_CHUNK, ignore_conflicts=True)


def mark_units_dirty(unit_ids: frozenset[int]) -> None:
    """Mark all assets of these units: what stands above them is counted, too, and has changed."""
    rows = Asset.objects.filter(unit__in=unit_ids).order_by("pk").values_list("pk", flat=True)
    last = 0
    while ids := list(rows.filter(pk__gt=last)[:_UNITS_AT_ONCE]):
        mark_dirty(ids)
        last = ids[-1]


def settle(batch: Sequence[Dirty]) -> None:
    """Forget the marks that the consumer took in, unless the asset was marked again since it read them."""
    with transaction.atomic():
        unchanged = dict(Dirty.objects.filter(pk__in=[row.pk for row in batch]).values_list("pk", "stamp"))
        Dirty.objects.filter(pk__in=[row.pk for row in batch if unchanged.get(row.pk) == row.stamp]).delete()
