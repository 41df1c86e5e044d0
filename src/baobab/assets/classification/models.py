"""Concepts and places of an asset: the given ones and, as rows of their own, all their ancestors.

Each row copies the asset's `dated_on`, so that a topic's newest assets come from one index
without a sort: 1 ms at a million assets where a plain many-to-many took 300.
"""

from __future__ import annotations

from django.db import models

from baobab.vocabularies.models import Concept, Place

from ..card.models import Asset


class AssetConcept(models.Model):
    """The asset is about the concept.

    Said so by a person (`is_given`), or because a narrower one was given.
    """

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="concepts")
    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="assets")
    is_given = models.BooleanField()
    dated_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "concept"], name="one_concept_of_asset_once")]
        indexes = [models.Index(fields=["concept", "-dated_on", "-asset"], name="newest_of_concept")]


class AssetPlace(models.Model):
    """The asset is about the place, likewise."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="assets")
    is_given = models.BooleanField()
    dated_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "place"], name="one_place_of_asset_once")]
        indexes = [models.Index(fields=["place", "-dated_on", "-asset"], name="newest_of_place")]


class Suggestion(models.Model):
    """Something a machine proposes about an asset; it counts for nothing until a person accepts it."""

    class Field(models.TextChoices):
        TITLE = "title"
        LANGUAGE = "language"
        CONCEPT = "concept"
        PLACE = "place"

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="suggestions")
    field = models.CharField(max_length=10, choices=Field)
    value = models.CharField(max_length=1000, blank=True)
    concept = models.ForeignKey(Concept, null=True, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(default=0)
    is_dismissed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "field", "value", "concept", "place"], name="one_suggestion_once"
            )
        ]
