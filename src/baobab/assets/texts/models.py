"""The words of an asset, a row per language."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..card.models import Asset


class AssetText(models.Model):
    """Title, summary and body in one language. `version` counts changes of the words only."""

    class Provenance(models.TextChoices):
        ORIGINAL = "original", _("original")
        HUMAN = "human", _("translated by a person")
        MACHINE = "machine", _("translated by a machine")
        REVIEWED = "reviewed", _("machine translation reviewed by a person")

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=35)
    title = models.CharField(max_length=1000)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    body_html = models.TextField(blank=True)
    renderer_version = models.PositiveSmallIntegerField(default=0)
    provenance = models.CharField(max_length=10, choices=Provenance, default=Provenance.ORIGINAL)
    version = models.PositiveIntegerField(default=1)
    # The version of the original that a translation follows; null for the original itself.
    follows_version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "language"], name="one_text_per_language")]
