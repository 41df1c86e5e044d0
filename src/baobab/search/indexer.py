"""The one writer of the index: takes in changed assets, and builds the index anew while it stays in use.

Whatever kills it, wherever it stands, loses nothing: an asset's mark in the dirty set goes only after
the commit that took it in, and taking it in again changes nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from baobab.assets.indexing.actions import settle
from baobab.assets.indexing.queries import dirty_batch
from baobab.assets.models import Asset, Dirty

from .away import SearchAway
from .engine import Shelf, Writing
from .entries import entries
from .shelf import shelf as default_shelf

logger = logging.getLogger(__name__)

CONSUMER = "search"
# A batch ends at so many assets, or when it took so long: what a person changed is found within a second.
# Single edits come first, for half of the time at most while an import or the like waits behind them.
BATCH_ASSETS = 500
BATCH_SECONDS = 0.3
# How often an idle indexer looks for changes; one query on an index.
IDLE_SECONDS = 0.1
_WAIT_SECONDS = 0.05
# How long to leave a search service alone that is away.
_AWAY_SECONDS = 1.0
_REBUILD_ASSETS = 200
# After so many seconds, what is in the new index is committed: a process that dies loses no more of its work.
_KEEP_SECONDS = 10.0

Report = Callable[[int, int], None]


def _no_report(done: int, total: int) -> None:
    """Nobody asked."""


def _never() -> bool:
    return False


def catch_up(*, timeout: float = 600.0) -> bool:
    """Return when every change made before this call can be found; False after `timeout` seconds without.

    Indexes by itself when nobody else holds the right to write, else waits for who does, and takes
    over should that process die. Not to be called inside a transaction: its changes are not there yet.
    Raises `SearchAway` while the search service does not answer.
    """
    shelf = default_shelf()
    newest = Dirty.objects.filter(consumer=CONSUMER).order_by("-pk").values_list("pk", flat=True).first() or 0
    until = time.monotonic() + timeout

    def is_current() -> bool:
        return (
            shelf.current() is not None
            and not Dirty.objects.filter(consumer=CONSUMER, pk__lte=newest).exists()
        )

    while not is_current():
        if time.monotonic() > until:
            return False
        with shelf.lock() as is_mine:
            if is_mine:
                with Writer(shelf, stop=lambda: time.monotonic() > until) as writer:
                    while not is_current() and writer.take_in_some():
                        pass
        time.sleep(0 if is_mine else _WAIT_SECONDS)
    return True


def rebuild(*, report: Report = _no_report) -> None:
    """Build a new index from the database and put it in use; searches and changes go on meanwhile.

    `report` is told how many of how many assets are in. When an indexer runs, it does the work and
    this waits for it; what is killed in between goes on where it was, when it is next asked for.
    """
    shelf = default_shelf()
    shelf.ask_for_rebuild()
    while shelf.is_rebuild_asked():
        with shelf.lock() as is_mine:
            if is_mine:
                with Writer(shelf, report=report) as writer:
                    if shelf.is_rebuild_asked():
                        writer.rebuild()
        if not is_mine:
            if progress := shelf.progress():
                report(*progress)
            time.sleep(_WAIT_SECONDS)


def run(*, stop: Callable[[], bool], report: Report = _no_report) -> None:
    """Index until `stop()` says so: the whole life of the indexer process.

    Waits while another one writes, or while the search service is away: what changes keeps its mark.
    """
    shelf = default_shelf()
    while not stop():
        try:
            with shelf.lock() as is_mine:
                if is_mine:
                    with Writer(shelf, stop=stop, report=report) as writer:
                        _work(writer, shelf, stop)
        except SearchAway as error:
            logger.warning("The index cannot be written for the moment: %s", error.reason)
            time.sleep(_AWAY_SECONDS)
        time.sleep(IDLE_SECONDS)


def _work(writer: Writer, shelf: Shelf, stop: Callable[[], bool]) -> None:
    while not stop():
        if shelf.is_rebuild_asked():
            writer.rebuild()
        elif not writer.take_in_some():
            time.sleep(IDLE_SECONDS)


class Writer:
    """The right to write, exercised: made under `shelf.lock()` only. Builds an index if there is none."""

    def __init__(
        self, shelf: Shelf, *, stop: Callable[[], bool] = _never, report: Report = _no_report
    ) -> None:
        self._shelf = shelf
        self._stop = stop
        self._report = report
        self._open = ExitStack()
        self._current: Writing | None = None
        self._building: Writing | None = None

    def __enter__(self) -> Self:
        self._shelf.tidy()
        self._open_current()
        if self._current is None:
            self.rebuild()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def take_in_some(self) -> int:
        """Take in one batch of changed assets, commit, and forget their marks; how many there were.

        It holds some of those that changed singly and some of those that changed in bulk, where there
        are both: neither waits until there are no more of the other.
        """
        if self._current is None:
            return 0
        single = dirty_batch(CONSUMER, in_bulk=False, limit=BATCH_ASSETS)
        many = dirty_batch(CONSUMER, in_bulk=True, limit=BATCH_ASSETS)
        if not (single or many):
            return 0
        if self._building is None:
            # Only an index that is told of every change can be gone on with.
            self._shelf.abandon()
        started = time.monotonic()
        until = started + BATCH_SECONDS
        taken = _put(self._current, single, until=started + BATCH_SECONDS / 2 if many else until)
        taken += _put(self._current, many, until=until)
        if self._building is not None:
            # Before the marks go: were this to die, the new index would never hear of the change again.
            _put(self._building, taken)
            self._building.commit()
        self._current.commit()
        settle(taken)
        return len(taken)

    def rebuild(self) -> bool:
        """Build a new index and put it in use; False when told to stop before it was whole.

        Goes on with one that a dead process left unfinished. Meanwhile changed assets go into both. Before
        there is any index they keep their marks.
        """
        engine, last = self._shelf.build()
        total = Asset.objects.count()
        done = Asset.objects.filter(pk__lte=last).count() if last else 0
        kept_at = time.monotonic()
        with engine.writing() as building:
            self._building = building
            while ids := list(
                Asset.objects.filter(pk__gt=last)
                .order_by("pk")
                .values_list("pk", flat=True)[:_REBUILD_ASSETS]
            ):
                for entry in entries(ids):
                    building.put(entry)
                last = ids[-1]
                done += len(ids)
                if time.monotonic() - kept_at > _KEEP_SECONDS:
                    building.commit()
                    self._shelf.keep(last)
                    kept_at = time.monotonic()
                self._shelf.tell_progress(done, max(done, total))
                self._report(done, max(done, total))
                self.take_in_some()
                if self._stop():
                    building.commit()
                    self._shelf.keep(last)
                    self._building = None
                    return False
            building.commit()
            self._building = None
        self._open.close()
        self._shelf.adopt()
        self._open_current()
        return True

    def _open_current(self) -> None:
        engine = self._shelf.current()
        self._current = self._open.enter_context(engine.writing()) if engine else None


def _put(writing: Writing, rows: Sequence[Dirty], *, until: float | None = None) -> list[Dirty]:
    """Put the present state of these assets into the index; the rows of those it got to before `until`."""
    if not rows:
        return []
    present: set[int] = set()
    last: int | None = None
    for entry in entries([row.asset_id for row in rows]):
        writing.put(entry)
        present.add(entry.asset_id)
        if until is not None and time.monotonic() > until:
            last = entry.asset_id
            break
    taken = [row for row in rows if last is None or row.asset_id <= last]
    for row in taken:
        if row.asset_id not in present:
            writing.remove(row.asset_id)
    return taken
