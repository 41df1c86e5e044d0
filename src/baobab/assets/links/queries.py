"""All reads of links: both ways, and only towards what the reader may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from baobab.organisation.readers import Reader

from ..card.access import listed
from ..card.models import Asset
from ..texts.models import AssetText
from ..texts.queries import best_text, titles_of
from .models import AssetLink
from .relations import RELATIONS


@dataclass(frozen=True, slots=True)
class LinkedAsset:
    """Another asset, its title in the reader's best language, and how it stands to this one, in words."""

    asset: Asset
    title: str
    language: str
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
    """What the asset is linked with, outgoing first (three queries; two where there is no link)."""
    incoming = (
        AssetLink.objects.filter(target=asset, source__in=listed(reader).order_by())
        .select_related("source")
        .order_by("relation", "pk")
    )
    ends = [(link, link.target, True) for link in links_from(asset, reader)]
    ends += [(link, link.source, False) for link in incoming]
    texts = titles_of(other.pk for _link, other, _is_outgoing in ends) if ends else {}
    return [
        _linked(link, other, texts.get(other.pk, []), reader, is_outgoing=is_outgoing)
        for link, other, is_outgoing in ends
    ]


def _linked(
    link: AssetLink, other: Asset, texts: Sequence[AssetText], reader: Reader, *, is_outgoing: bool
) -> LinkedAsset:
    relation = RELATIONS[link.relation]
    text = best_text(texts, reader.language, original=other.original_language)
    return LinkedAsset(
        other,
        text.title if text else other.title,
        text.language if text else other.original_language,
        link.relation,
        str(relation.label if is_outgoing else relation.inverse),
        is_outgoing=is_outgoing,
        note=link.note,
    )
