"""The whole of an asset as JSON: what a revision keeps."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from ..card.models import Asset, Contribution
from ..classification.queries import given_concepts, given_places
from ..kinds import kind_named
from ..texts.queries import texts_of


def snapshots(assets: Sequence[Asset]) -> dict[int, dict[str, Any]]:
    """What each asset says now, by id: card, texts, people, classification and the kind's own fields.

    Persons, concepts and places stand as ids, so that erasing or renaming them reaches history too.
    Five queries and those of each kind, however many assets.
    """
    ids = [asset.pk for asset in assets]
    texts = texts_of(ids)
    concepts, places = given_concepts(ids), given_places(ids)
    people: dict[int, list[dict[str, Any]]] = {}
    for row in Contribution.objects.filter(asset__in=ids).order_by("asset", "position"):
        people.setdefault(row.asset_id, []).append(
            {"name": row.name, "role": row.role, "person": row.person_id}
        )
    details: dict[int, dict[str, Any]] = {}
    for name in {asset.kind for asset in assets}:
        details |= kind_named(name).read_details([asset.pk for asset in assets if asset.kind == name])
    return {
        asset.pk: {
            "state": asset.state,
            "audience": asset.audience_id,
            "owner": asset.owner_id,
            "unit": asset.unit_id,
            "issued": asset.issued,
            "review_by": asset.review_by.isoformat() if asset.review_by else None,
            "original_language": asset.original_language,
            "texts": {
                text.language: {
                    "title": text.title,
                    "summary": text.summary,
                    "body": text.body,
                    "provenance": text.provenance,
                    "version": text.version,
                    "follows_version": text.follows_version,
                }
                for text in texts.get(asset.pk, [])
            },
            "contributors": people.get(asset.pk, []),
            "concepts": concepts.get(asset.pk, []),
            "places": places.get(asset.pk, []),
            "detail": details.get(asset.pk, {}),
        }
        for asset in assets
    }


def pack(snapshot: dict[str, Any]) -> bytes:
    """The snapshot as it is stored: zlib over UTF-8 JSON with sorted keys."""
    return zlib.compress(json.dumps(snapshot, ensure_ascii=False, sort_keys=True).encode(), 6)


def unpack(content: bytes | memoryview) -> dict[str, Any]:
    """The snapshot that was stored."""
    loaded: dict[str, Any] = json.loads(zlib.decompress(bytes(content)))
    return loaded
