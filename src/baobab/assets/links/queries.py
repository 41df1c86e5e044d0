"""All reads of links: both ways, and only towards what the reader may read."""

from __future__ import annotations

from dataclasses import dataclass

from baobab.organisation.readers import Reader

from ..card.access import listed
from ..card.models import Asset
from .models import AssetLink
from .relations import RELATIONS


@dataclass(frozen=True, slots=True)
class LinkedAsset:
    """Another asset and how it stands to this one, in words."""

    asset: Asset
    relation: str
    label: str
    is_outgoing: bool
    note: str


def links_from(asset: Asset, reader: Reader) -> list[AssetLink]:
    """The links that begin at the asset and lead to what the reader may read (one query)."""
    visible = listed(reader).order_by()
    rows = AssetLink.objects.filter(source=asset, target__in=visible).select_related("source", "target")
    return list(rows.order_by("relation", "pk"))


def links_of(asset: Asset, reader: Reader) -> list[LinkedAsset]:
    """What the asset is linked with, outgoing first (two queries)."""
    visible = listed(reader).order_by()
    found = [
        LinkedAsset(
            link.target, link.relation, str(RELATIONS[link.relation].label), is_outgoing=True, note=link.note
        )
        for link in links_from(asset, reader)
    ]
    found += [
        LinkedAsset(
            link.source,
            link.relation,
            str(RELATIONS[link.relation].inverse),
            is_outgoing=False,
            note=link.note,
        )
        for link in AssetLink.objects.filter(target=asset, source__in=visible)
        .select_related("source")
        .order_by("relation", "pk")
    ]
    return found
