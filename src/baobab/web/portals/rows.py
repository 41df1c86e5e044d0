"""Lines with a number and a bar, and years side by side: what a portal counts, ready to be shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..presenting import shown_number

# Years shown side by side, the last one at the end.
YEARS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A line: a name, how many, where it leads, and how long its bar is in hundredths of the longest."""

    label: str
    count: int
    address: str
    share: int = 0

    @property
    def number(self) -> str:
        """The number as the page's language writes it."""
        return shown_number(self.count)


@dataclass(frozen=True, slots=True)
class Year:
    """A year: how many, where it leads, how high its bar is in hundredths of the highest."""

    year: int
    count: int
    address: str
    share: int
    is_named: bool

    @property
    def number(self) -> str:
        """The number as the page's language writes it."""
        return shown_number(self.count)

    @property
    def top(self) -> int:
        """Where the bar begins, from above."""
        return 100 - self.share


def with_bars(rows: Iterable[tuple[str, int, str]], *, most: int | None = None) -> list[Row]:
    """Rows of (name, number, address), the greatest first, names from A to Z where numbers are the same."""
    ordered = sorted(rows, key=lambda row: (-row[1], row[0].casefold()))[:most]
    longest = max((count for _label, count, _address in ordered), default=0) or 1
    return [
        Row(label, count, address, max(2, round(100 * count / longest)) if count else 0)
        for label, count, address in ordered
    ]


def years_shown(counts: Mapping[int, int], *, until: int, addresses: Mapping[int, str]) -> list[Year]:
    """The last `YEARS` years up to `until` or the latest there is, those with nothing too; empty for none.

    Every other year is named where there are many, so that the names have room on a phone.
    """
    if not counts:
        return []
    last = max(until, *counts) if max(counts) <= until + 1 else until
    first = last - YEARS + 1
    shown = list(range(first, last + 1))
    highest = max((counts.get(year, 0) for year in shown), default=0)
    if not highest:
        return []
    return [
        Year(
            year,
            counts.get(year, 0),
            addresses.get(year, ""),
            max(3, round(100 * counts[year] / highest)) if counts.get(year) else 0,
            is_named=(last - year) % 2 == 0,
        )
        for year in shown
    ]
