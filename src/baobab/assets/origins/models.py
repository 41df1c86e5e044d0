"""The source of imported assets."""

from __future__ import annotations

from typing import Any

from django.db import models

from ..card.models import Asset


class Origin(models.Model):
    """Where an imported asset came from. (`source`, `source_id`) is the key by which it is known again."""

    asset = models.OneToOneField(Asset, on_delete=models.CASCADE, primary_key=True, related_name="origin")
    source = models.CharField(max_length=500)
    source_id = models.CharField(max_length=500)
    url = models.CharField(max_length=2000, blank=True)
    # SHA-256 of the record as it was read: the same again changes nothing.
    digest = models.CharField(max_length=64)
    # The import that saw the record last: an id that comes twice in one import is told from one that
    # comes again.
    last_run = models.CharField(max_length=10, blank=True)
    # Fields of the source that have no place on the card, under the source's own names.
    extra: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="one_asset_per_source_record")
        ]


class RemovedRecord(models.Model):
    """A record whose asset was removed for good: a digest that tells nothing and knows it again.

    `key` is `removed_key(source, source_id)`.
    """

    key = models.CharField(max_length=64, unique=True)
