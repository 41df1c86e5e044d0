"""What was imported, from where, and what became of each file and each refused record."""

from __future__ import annotations

from typing import Any

from django.db import models

from baobab.assets.models import Asset
from baobab.kernel.identifiers import LENGTH, new_public_id


class ImportRun(models.Model):
    """One import: its paths and options, how far it is, and what came of it."""

    public_id = models.CharField(max_length=LENGTH, unique=True, default=new_public_id)
    # `options.Options` as JSON.
    options: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    is_listed = models.BooleanField(default=False)  # all of its sources stand in `ImportSource`
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)


class ImportSource(models.Model):
    """A file of the import: a document, or a file of records of which `position` have been taken in."""

    class Sort(models.TextChoices):
        DOCUMENT = "document"
        RECORDS = "records"

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="sources")
    sort = models.CharField(max_length=10, choices=Sort)
    path = models.CharField(max_length=4096)
    # The key of the asset: (source, source_id); records carry their own id.
    source = models.CharField(max_length=500)
    source_id = models.CharField(max_length=500, blank=True)
    position = models.PositiveBigIntegerField(default=0)
    is_done = models.BooleanField(default=False)
    encoding = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["run", "is_done", "id"], name="import_source_next")]


class ImportOutcome(models.Model):
    """What became of a document, or of a record that was not simply taken in."""

    class Verdict(models.TextChoices):
        CREATED = "created"
        CHANGED = "changed"
        UNCHANGED = "unchanged"
        DUPLICATE = "duplicate"
        REFUSED = "refused"
        NOTED = "noted"

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="outcomes")
    file = models.ForeignKey(ImportSource, on_delete=models.CASCADE, related_name="outcomes")
    row = models.PositiveBigIntegerField(default=0)  # 1-based record number; 0 for a document
    record_id = models.CharField(max_length=500, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict)
    message = models.TextField(blank=True)
    asset = models.ForeignKey(Asset, null=True, on_delete=models.SET_NULL, related_name="+")


class SavedMapping(models.Model):
    """Which column of a source feeds which field, kept under a name."""

    name = models.CharField(max_length=100, unique=True)
    fields: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
