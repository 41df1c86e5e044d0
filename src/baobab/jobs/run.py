"""What a job holds while it runs: its progress, and the word to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

from . import actions

# Progress is written at most this often (seconds), however often a job speaks of it.
_WRITE_EVERY = 0.5


class Interrupted(Exception):
    """The job is to end here. It should let this pass, after putting its own things in order."""


class Stopped(Interrupted):
    """Somebody asked the job to stop."""


class Released(Interrupted):
    """The worker is shutting down: the job goes back to the queue and loses no attempt."""


class LeaseLost(Interrupted):
    """The job was given to another worker, because this one was silent too long. Nothing may be written."""


class Run:
    """One execution of one job."""

    def __init__(self, job_id: int, *, worker: str, attempt: int, done: int = 0) -> None:
        self.job_id = job_id
        self.worker = worker
        self.attempt = attempt
        self.is_finished = False
        self._stop = threading.Event()
        self._release = threading.Event()
        self._lost = threading.Event()
        self._written = 0.0
        self._pending: dict[str, Any] = {}
        self._pending_lock = threading.Lock()
        self._done = done

    def progress(
        self, *, done: int | None = None, total: int | None = None, message: str | None = None
    ) -> None:
        """Say how far the job is: `done` of `total` pieces, and a sentence on what it is at.

        Cheap enough to call per piece: written every half second. Call it between pieces and outside
        transactions, because this is where the job is interrupted: raises `Stopped`, `Released` or
        `LeaseLost`, which the job lets pass.
        """
        said = {"done": done, "total": total, "message": message}
        with self._pending_lock:
            self._pending.update({name: value for name, value in said.items() if value is not None})
        self.check()
        if self._pending and time.monotonic() - self._written >= _WRITE_EVERY:
            self.flush()
            self.check()

    def check(self) -> None:
        """Raise what `progress` raises when the job must end; otherwise nothing. Costs no query."""
        if self.is_finished:
            return
        if self._lost.is_set():
            raise LeaseLost
        if self._stop.is_set():
            raise Stopped
        if self._release.is_set():
            raise Released

    def finish(self, result: Mapping[str, Any] | None = None) -> None:
        """Mark the job done inside the caller's transaction: the end of work that must happen once.

        When the job is another worker's by now, raises `LeaseLost`, and the transaction undoes the work.
        """
        with self._pending_lock:
            fields = dict(self._pending)
        if not actions.finish(self.job_id, worker=self.worker, result=result, **fields):
            raise LeaseLost
        self.is_finished = True

    def finish_quietly(self, result: Mapping[str, Any] | None) -> None:
        """Mark the job done after its work has ended, unless it has done so itself or is another worker's."""
        with self._pending_lock:
            fields = dict(self._pending)
        actions.finish(self.job_id, worker=self.worker, result=result, **fields)
        self.is_finished = True

    def flush(self) -> None:
        """Write the progress that was not written yet, and that the worker lives."""
        with self._pending_lock:
            fields, self._pending = self._pending, {}
        is_ahead = fields.get("done", 0) > self._done
        self._done = max(self._done, fields.get("done", 0))
        self._written = time.monotonic()
        self.heard(actions.beat(self.job_id, worker=self.worker, is_ahead=is_ahead, **fields))

    def heard(self, answer: actions.Answer) -> None:
        """Take in what the database said about this job (called by the heartbeat too, from its thread)."""
        if answer is actions.Answer.LOST:
            self._lost.set()
        elif answer is actions.Answer.STOP:
            self._stop.set()

    def release(self) -> None:
        """Ask the job to go back to the queue at its next `progress`."""
        self._release.set()
