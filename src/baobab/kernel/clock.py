"""The time: instants in UTC, dates in a named zone. Tests replace `now` here and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """This instant, in UTC."""
    return datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The date that the wall calendar shows in `zone` (an IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()
