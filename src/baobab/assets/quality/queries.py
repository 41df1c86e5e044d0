"""All reads of quality marks."""

from __future__ import annotations

from ..card.models import Asset
from .models import QualityMark


def marks_of(asset: Asset) -> list[QualityMark]:
    """What was checked, by whom, when; newest first (one query)."""
    return list(QualityMark.objects.filter(asset=asset).select_related("by").order_by("-made_on", "-pk"))
