"""Drafts and revisions."""

from __future__ import annotations

from typing import Any

from django.db import models

from baobab.organisation.models import Person

from ..card.models import Asset


class Draft(models.Model):
    """A change that is not published: of an asset, or of one that does not exist yet (`asset` null).

    `content` is what the form holds, as typed: {field: text or list of texts}. One draft per asset,
    language and author; `base_revision` is the asset's revision it was begun from.
    """

    asset = models.ForeignKey(Asset, null=True, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=35)
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="drafts")
    base_revision = models.PositiveIntegerField(default=0)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "language", "author"],
                condition=models.Q(asset__isnull=False),
                name="one_draft_each",
            )
        ]


class Revision(models.Model):
    """One row per act: the whole asset after it, compressed; who, when, what and why."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    act = models.CharField(max_length=40)
    note = models.TextField(blank=True)
    # zlib over UTF-8 JSON (`revisions.snapshots`).
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="one_revision_per_number")]
