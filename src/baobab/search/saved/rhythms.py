"""The calendar of saved searches: months that are kept, and when the next mail of a rhythm is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Failed searches are kept for so many months, the present one included.
MONTHS_KEPT = 12
# Daily and weekly mail leaves at this hour of the owner's clock, the weekly one on Mondays.
HOUR = 7
_MONDAY = 0


def months_kept(today: date) -> list[str]:
    """The months that are kept, the latest first: `2026-11`, `2026-10`, ..."""
    last = today.year * 12 + today.month - 1
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(last, last - MONTHS_KEPT, -1)]


def next_mail(now: datetime, *, zone: str, is_weekly: bool) -> datetime:
    """The next 7 o'clock on the wall clock of `zone`, on a Monday where the rhythm is weekly; in UTC.

    Where the clocks skip that hour, the instant that the skipped one stands for.
    """
    place = ZoneInfo(zone)
    here = now.astimezone(place)
    day = here.date()
    if is_weekly:
        day += timedelta(days=(_MONDAY - day.weekday()) % 7)
    due = datetime.combine(day, time(HOUR), place)
    if due.astimezone(UTC) <= now:
        due = datetime.combine(day + timedelta(days=7 if is_weekly else 1), time(HOUR), place)
    return due.astimezone(UTC)
