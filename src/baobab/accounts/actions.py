"""All writes to accounts and to the audit trail."""

from __future__ import annotations

from baobab.kernel import clock

from .models import AuditEntry


def record(act: str, *, by_user_id: int | None, subject: str = "", **detail: object) -> None:
    """Write a line of the audit trail, in the transaction of the act it speaks of."""
    AuditEntry.objects.create(at=clock.now(), user_id=by_user_id, act=act, subject=subject[:80], detail=detail)
