"""All reads of origins."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ..card.models import Asset
from .models import Origin, RemovedRecord


def origin_of(asset: Asset) -> Origin | None:
    """Where the asset was imported from; None where it was made here (one query)."""
    return Origin.objects.filter(asset=asset).first()


def source_ids(asset_ids: Iterable[int]) -> dict[int, str]:
    """The id that each imported asset had at its source (one query)."""
    return dict(Origin.objects.filter(asset__in=list(asset_ids)).values_list("asset_id", "source_id"))


def origins_of(source: str, source_ids: Iterable[str]) -> dict[str, Origin]:
    """What was imported from the source under these ids, with the assets, by id (one query)."""
    rows = Origin.objects.filter(source=source, source_id__in=list(source_ids)).select_related("asset")
    return {origin.source_id: origin for origin in rows}


def removed_key(source: str, source_id: str) -> str:
    """SHA-256 over a record's source and id."""
    return hashlib.sha256(f"{source}\n{source_id}".encode()).hexdigest()


def removed_among(source: str, source_ids: Iterable[str]) -> set[str]:
    """Those of these ids whose assets were removed here for good: they are not to come back (one query)."""
    keys = {removed_key(source, source_id): source_id for source_id in source_ids}
    found = RemovedRecord.objects.filter(key__in=list(keys)).values_list("key", flat=True)
    return {keys[key] for key in found}
