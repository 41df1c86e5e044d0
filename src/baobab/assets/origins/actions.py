"""All writes of origins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..card.models import Asset
from .models import Origin, RemovedRecord
from .queries import removed_key


def write_origins(origins: Iterable[Origin]) -> None:
    """Say where new assets came from, in the transaction that makes them."""
    Origin.objects.bulk_create(origins, batch_size=200)


def refresh_origins(origins: Sequence[Origin]) -> None:
    """Store what a source said this time: digest, address, the fields kept aside, and which import saw it."""
    Origin.objects.bulk_update(origins, ["digest", "url", "extra", "last_run"], batch_size=200)


def forget_origin(asset: Asset) -> None:
    """Remove where the asset came from, and remember, as a digest, that it is not to be imported again."""
    for origin in Origin.objects.filter(asset=asset):
        RemovedRecord.objects.get_or_create(key=removed_key(origin.source, origin.source_id))
        origin.delete()
