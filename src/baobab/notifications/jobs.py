"""Delivery of queued mail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from baobab.jobs.registry import every, job
from baobab.jobs.run import Run

from . import actions


# Thirty attempts last about a day, which outlives most troubles of a mail server.
@job("notifications.send", attempts=30, priority=5, title=_("Send a mail"))
def send_mail(run: Run, *, mail_id: int) -> None:
    """Hand one mail over."""
    actions.send_queued(mail_id)


@every(name="notifications.forget", hours=24, title=_("Forget old mail"))
def forget_old_mail(run: Run) -> dict[str, int]:
    """Keep no mail longer than needed."""
    return {"forgotten": actions.forget_old_mail()}
