"""Quality marks."""

from __future__ import annotations

from django.db import models

from baobab.organisation.models import Person

from ..card.models import Asset


class QualityMark(models.Model):
    """`check` (a slug of `quality.checks`) was made of the asset, by a person, on a day, at a revision."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="quality_marks")
    check_made = models.CharField(max_length=40)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_on = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField()
