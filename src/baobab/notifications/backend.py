"""The mail backend of the whole site: what is sent is queued in the transaction that causes it."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from . import actions


class QueueingBackend(BaseEmailBackend):
    """`django.core.mail` on the queue: a mail leaves if, and only if, the caller's transaction commits."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages; returns how many. One without recipients is passed over, as Django does."""
        return sum(actions.queue_mail(message) is not None for message in email_messages)
