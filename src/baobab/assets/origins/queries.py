"""All reads of origins."""

from __future__ import annotations

from collections.abc import Iterable

from ..card.models import Asset
from .models import Origin


def origin_of(asset: Asset) -> Origin | None:
    """Where the asset was imported from; None where it was made here (one query)."""
    return Origin.objects.filter(asset=asset).first()


def source_ids(asset_ids: Iterable[int]) -> dict[int, str]:
    """The id that each imported asset had at its source (one query)."""
    return dict(Origin.objects.filter(asset__in=list(asset_ids)).values_list("asset_id", "source_id"))
