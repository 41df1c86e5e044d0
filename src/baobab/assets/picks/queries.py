"""All reads of what stands first on portals."""

from __future__ import annotations

from django.db.models import QuerySet

from .models import PortalPick


def picks_of(*, concept_id: int | None, place_id: int | None) -> QuerySet[PortalPick]:
    """What was chosen for exactly this portal, in the order of choosing, whoever may read it.

    To be shown, the assets are read again under the reader's rights.
    """
    return PortalPick.objects.filter(concept=concept_id, place=place_id).order_by("pk")
