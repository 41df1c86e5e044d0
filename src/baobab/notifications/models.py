"""Mail that waits to be sent, and what became of it."""

from __future__ import annotations

from django.db import models


class QueuedMail(models.Model):
    """One message to one or more addresses, as RFC 5322 bytes with its Message-ID fixed at queueing."""

    message_id = models.CharField(max_length=255, unique=True)
    sender = models.CharField(max_length=320)
    recipients: models.JSONField[list[str], list[str]] = models.JSONField()
    content = models.BinaryField()
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)
