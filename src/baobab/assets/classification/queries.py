"""All reads of classification."""

from __future__ import annotations

from collections.abc import Iterable

from .models import AssetConcept, AssetPlace, Suggestion


def given_concepts(asset_ids: Iterable[int]) -> dict[int, list[int]]:
    """The concepts that persons gave each asset (one query)."""
    found: dict[int, list[int]] = {}
    rows = AssetConcept.objects.filter(asset__in=list(asset_ids), is_given=True).order_by("pk")
    for asset_id, concept_id in rows.values_list("asset_id", "concept_id"):
        found.setdefault(asset_id, []).append(concept_id)
    return found


def given_places(asset_ids: Iterable[int]) -> dict[int, list[int]]:
    """The places that persons gave each asset (one query)."""
    found: dict[int, list[int]] = {}
    rows = AssetPlace.objects.filter(asset__in=list(asset_ids), is_given=True).order_by("pk")
    for asset_id, place_id in rows.values_list("asset_id", "place_id"):
        found.setdefault(asset_id, []).append(place_id)
    return found


def open_suggestions(asset_id: int) -> list[Suggestion]:
    """What machines propose for the asset and nobody dismissed, best first (one query)."""
    return list(
        Suggestion.objects.filter(asset=asset_id, is_dismissed=False).order_by("field", "-score", "pk")
    )
