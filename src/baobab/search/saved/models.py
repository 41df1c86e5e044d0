"""Saved searches, what they found since, and questions that found nothing."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from baobab.kernel.identifiers import LENGTH, new_public_id


def new_feed_secret() -> str:
    """The unguessable part of a private feed's address: 192 bits."""
    return secrets.token_urlsafe(24)


class SavedSearch(models.Model):
    """A question that its owner wants to be asked again and again.

    `query` is the query string of the search page in its canonical form (`questions.canonical`). `known`
    holds what the owner could find by it when it was saved, packed (`packing`): none of that is ever news;
    `is_known_whole` is False where it was more than is kept. `due_at`: when the next daily or weekly mail
    leaves. `looked_at`: when the owner last said that she saw what is new.
    """

    class Rhythm(models.TextChoices):
        NONE = "none", _("no mail")
        IMMEDIATE = "immediate", _("at once")
        DAILY = "daily", _("every day")
        WEEKLY = "weekly", _("every week")

    public_id = models.CharField(max_length=LENGTH, unique=True, default=new_public_id)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    query = models.TextField(blank=True)
    language = models.CharField(max_length=12)
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.NONE)
    feed_secret = models.CharField(max_length=64, unique=True, default=new_feed_secret)
    known = models.BinaryField(default=bytes)
    is_known_whole = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    looked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="saved_due", condition=models.Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class News(models.Model):
    """An asset that a saved search found after it was saved; `told_at`: when the owner was told by mail.

    The row is what keeps an asset from being told twice. Rights are not kept in it: whoever shows or tells
    asks again.
    """

    saved = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="news")
    asset = models.ForeignKey("assets.Asset", on_delete=models.CASCADE, related_name="+")
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["saved", "asset"], name="news_once")]
        indexes = [
            models.Index(fields=["saved", "-found_at"], name="news_newest"),
            models.Index(fields=["saved"], name="news_untold", condition=models.Q(told_at__isnull=True)),
        ]


class FailedSearch(models.Model):
    """A question that found nothing, and how often in which month.

    `digest` stands for it (`failed.digest_of`). `question` is empty, and `people` holds keyed hashes with the
    month of each, until enough different people asked; then the words are written and `people` is emptied.
    `months` maps `2026-11` to its count, languages and filters, each with its own count.
    """

    digest = models.CharField(max_length=64, unique=True)
    question = models.CharField(max_length=200, blank=True)
    people: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    months: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    last_month = models.CharField(max_length=7)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["last_month"], name="failed_by_month"),
            models.Index(fields=["last_month"], name="failed_shown", condition=~models.Q(question="")),
        ]


class CountedFile(models.Model):
    """A file of failed searches that is counted, until it is seen to be gone: none counts twice."""

    name = models.CharField(max_length=80, unique=True)
