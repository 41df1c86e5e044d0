"""All reads of the dirty set."""

from __future__ import annotations

from .models import Dirty


def dirty_batch(consumer: str, *, in_bulk: bool, limit: int = 500) -> list[Dirty]:
    """The assets longest waiting for this consumer, at most `limit` (one query).

    Those that changed singly, or those `in_bulk`: whoever takes from both keeps either from waiting for
    the other to end.
    """
    waiting = Dirty.objects.filter(consumer=consumer, is_in_bulk=in_bulk)
    return list(waiting.order_by("marked_at", "pk")[:limit])


def narrowed_ids(consumer: str) -> list[int]:
    """The assets that no answer of this consumer's copy may show until it caught up (one query)."""
    return list(Dirty.objects.filter(consumer=consumer, is_narrowed=True).values_list("asset_id", flat=True))


def waiting_count(consumer: str) -> int:
    """How many assets wait for this consumer (one query)."""
    return Dirty.objects.filter(consumer=consumer).count()
