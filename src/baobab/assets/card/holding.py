"""Rows held until the transaction ends, as they are now: what actions begin with."""

from __future__ import annotations

from collections.abc import Iterable

from .models import Asset


def hold(asset: Asset) -> None:
    """Bring the object up to date with its row, and keep others from changing it in this transaction."""
    asset.refresh_from_db(from_queryset=Asset.objects.select_for_update())


def held(asset_ids: Iterable[int]) -> dict[int, Asset]:
    """These assets by id, fresh and held.

    In order of id, so that two acts never wait for each other (one query).
    """
    rows = Asset.objects.select_for_update().filter(pk__in=sorted(set(asset_ids))).order_by("pk")
    return {asset.pk: asset for asset in rows}
