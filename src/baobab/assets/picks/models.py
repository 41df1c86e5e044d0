"""Assets chosen to stand first on a portal."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from baobab.vocabularies.models import Concept, Place

from ..card.models import Asset


class PortalPick(models.Model):
    """The asset stands first on the portal of a concept, of a place, or of a concept in a place.

    It is shown to those who may read it only: to be chosen opens nothing.
    """

    concept = models.ForeignKey(Concept, null=True, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.CASCADE, related_name="+")
    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="picks")

    class Meta:
        # Three, as rows with a null are never equal for a database.
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "asset"], condition=Q(place=None), name="one_pick_of_concept_once"
            ),
            models.UniqueConstraint(
                fields=["place", "asset"], condition=Q(concept=None), name="one_pick_of_place_once"
            ),
            models.UniqueConstraint(fields=["concept", "place", "asset"], name="one_pick_of_both_once"),
            models.CheckConstraint(
                condition=~Q(concept=None, place=None), name="pick_is_of_a_concept_or_a_place"
            ),
        ]
