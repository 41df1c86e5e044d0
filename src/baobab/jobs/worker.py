"""The process that does the jobs: takes one after the other, keeps its lease alive, notes how each ended."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from django.utils import translation
from django.utils.translation import gettext as _

from baobab.kernel.errors import BaobabError

from . import actions, registry
from .models import Job
from .run import LeaseLost, Released, Run, Stopped
from .slots import Life, Slot, life_of
from .waking import last_call

log = logging.getLogger(__name__)

# All in seconds. An idle worker asks the database 1.7 times a second, and a file ten times.
_LOOK_FOR_JOBS = 1.0
_LOOK_FOR_CALLS = 0.1
_LOOK_FOR_THE_DEAD = 2.0
_LOOK_AT_SCHEDULES = 5.0
_HEARTBEAT = 2.0
_AFTER_DATABASE_ERROR = 2.0


def _is_away(error: OperationalError | InterfaceError) -> bool:
    """Whether the database cannot answer now, as against a statement that it will never understand.

    PostgreSQL has another error for the latter. SQLite gives its result code, SQLITE_ERROR for a missing
    table or column (sqlite.org/rescode.html).
    """
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code is None or code & 0xFF != sqlite3.SQLITE_ERROR


class Worker:
    """Does jobs in this process, one at a time."""

    def __init__(self, *, names: Iterable[str] | None = None) -> None:
        """Take a slot of this data folder. `names` limits which jobs it does."""
        self._names = None if names is None else frozenset(names)
        self._slot = Slot()
        self._closing = threading.Event()
        self._run: Run | None = None
        self._seen_call = 0
        self._next_look = 0.0
        self._next_dead = 0.0
        self._next_schedules = 0.0

    def close(self) -> None:
        """Ask the worker to end: after its job, or at the job's next `progress`. Safe in a signal handler."""
        self._closing.set()
        run = self._run
        if run is not None:
            run.release()

    def run_until(self, is_over: Callable[[], bool]) -> None:
        """Do jobs until `is_over` says so or `close` is called.

        `is_over` is asked between jobs, and ten times a second when idle.
        Survives the database going away: it waits and tries again. An error that waiting does not mend,
        such as a table that is missing, is raised. Heartbeats come from a thread.
        """
        heart = threading.Thread(target=self._beat, name="jobs-heartbeat", daemon=True)
        heart.start()
        try:
            while not self._closing.is_set() and not is_over():
                try:
                    is_busy = self._step()
                except (OperationalError, InterfaceError) as error:
                    if not _is_away(error):
                        raise
                    log.warning("The database does not answer (%s); the worker waits.", error)
                    connection.close()
                    self._closing.wait(_AFTER_DATABASE_ERROR)
                    continue
                if not is_busy:
                    self._closing.wait(_LOOK_FOR_CALLS)
        finally:
            self._closing.set()
            heart.join()
            self._slot.release()

    def run_forever(self) -> None:
        """Do jobs until `close` is called."""
        self.run_until(lambda: False)

    def work_off(self, *, limit: int = 10_000) -> int:
        """Do what is due now, in this thread and without heartbeat; returns how many jobs ran.

        The worker gives its slot up afterwards: make a new one for more.
        """
        ran = 0
        self._free_the_dead()
        while ran < limit and self._do_next():
            ran += 1
        self._slot.release()
        return ran

    def _step(self) -> bool:
        now = time.monotonic()
        call = last_call()
        if now >= self._next_dead:
            self._next_dead = now + _LOOK_FOR_THE_DEAD
            if self._free_the_dead():
                self._next_look = now
        if now >= self._next_schedules:
            if not self._next_schedules:
                actions.prepare_schedules()
            self._next_schedules = now + _LOOK_AT_SCHEDULES
            if actions.queue_due_schedules():
                self._next_look = now
        if call == self._seen_call and now < self._next_look:
            return False
        self._seen_call = call
        self._next_look = now + _LOOK_FOR_JOBS
        close_old_connections()
        is_busy = self._do_next()
        close_old_connections()
        if is_busy:
            self._next_look = 0.0
        return is_busy

    def _free_the_dead(self) -> int:
        def life(worker: str) -> Life:
            return life_of(worker, beside=self._slot)

        freed = actions.free_lost(life)
        if freed:
            log.warning("%s jobs of processes that are gone were taken over.", freed)
        return freed

    def _do_next(self) -> bool:
        job = actions.claim(self._slot.worker, names=self._names)
        if job is None:
            return False
        run = Run(job.pk, worker=self._slot.worker, attempt=job.attempts, done=job.done)
        self._run = run
        if self._closing.is_set():
            run.release()
        try:
            with translation.override(settings.LANGUAGE_CODE):
                self._do(job, run)
        finally:
            self._run = None
        return True

    def _do(self, job: Job, run: Run) -> None:
        kind = registry.kind_named(job.name)
        if kind is None:
            sentence = _("No part of this installation knows how to do this.")
            actions.fail(job, worker=run.worker, sentence=sentence, is_final=True)
            return
        try:
            run.check()
            result = kind.run(run, job.arguments)
        except Stopped:
            actions.mark_stopped(job.pk, worker=run.worker)
        except Released:
            actions.give_back(job.pk, worker=run.worker)
        except LeaseLost:
            log.warning("Job %s (%s) was taken over by another worker.", job.pk, job)
        except BaobabError as error:
            # What cannot be done as asked (4xx) will not go better next time.
            is_final = error.status < 500
            actions.fail(job, worker=run.worker, sentence=str(error) or str(error.title), is_final=is_final)
        except Exception:  # the border of the product's code: whatever a job raises must not end the worker
            log.exception("Job %s (%s) failed at attempt %s.", job.pk, job, job.attempts)
            sentence = _(
                "It failed for a reason that was not foreseen. The administrators find it in the log."
            )
            actions.fail(job, worker=run.worker, sentence=sentence, is_final=False)
        else:
            run.finish_quietly(result)

    def _beat(self) -> None:
        while not self._closing.wait(_HEARTBEAT) or self._run is not None:
            run = self._run
            if run is None or run.is_finished:
                continue
            try:
                run.flush()
            except (OperationalError, InterfaceError) as error:
                log.warning("The heartbeat of job %s was not written (%s).", run.job_id, error)
                connection.close()
        connection.close()
