"""Blobs, what was read from them, and the files of an asset."""

from __future__ import annotations

from typing import Any

from django.db import models

from ..card.models import Asset


class Blob(models.Model):
    """Bytes, known by their SHA-256 and stored once; written and fsynced before this row exists."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()


class FileReading(models.Model):
    """What was read from a blob: a status that a person understands, and where its pages stand.

    `status` and `unit` are those of `baobab.reading`; `waiting` until it was read.
    """

    WAITING = "waiting"

    blob = models.OneToOneField(Blob, on_delete=models.CASCADE, primary_key=True, related_name="reading")
    status = models.CharField(max_length=12, default=WAITING)
    reason_code = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    format = models.CharField(max_length=12, blank=True)
    unit = models.CharField(max_length=10, blank=True)
    page_count = models.PositiveIntegerField(default=0)
    characters = models.PositiveBigIntegerField(default=0)
    is_truncated = models.BooleanField(default=False)
    language = models.CharField(max_length=35, blank=True)
    suggested_title = models.CharField(max_length=1000, blank=True)
    metadata: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    warnings: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    thumbnail = models.ForeignKey(Blob, null=True, on_delete=models.SET_NULL, related_name="+")
    reader_version = models.CharField(max_length=20, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    peak_memory = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)


class FilePage(models.Model):
    """The text of one page, slide, sheet, chapter or section, in reading order from position 1."""

    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="pages")
    position = models.PositiveIntegerField()
    # The page's number in the document; null for flowing text.
    number = models.PositiveIntegerField(null=True)
    label = models.CharField(max_length=300, blank=True)
    headings: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "position"], name="one_page_per_position")]


class AssetFile(models.Model):
    """A file of an asset. `number` is its place in the asset's addresses and never changes or returns."""

    asset = models.ForeignKey(Asset, on_delete=models.CASCADE, related_name="files")
    number = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=255)
    language = models.CharField(max_length=35, blank=True)
    title = models.CharField(max_length=300, blank=True)
    # Files of versions no longer in force stay reachable but are not searched.
    is_current = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="one_file_per_number")]
        ordering = ["number"]
