"""All writes to jobs and schedules: asking for work, leasing it, and noting what became of it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from baobab.kernel import clock
from baobab.kernel.errors import BadInput, NotFound

from . import registry
from .models import Job, Schedule
from .slots import Life
from .waking import wake_workers

# A worker that was silent this long has lost its job. The heartbeat speaks six times within it.
LEASE = timedelta(seconds=30)
# How much longer a worker may be silent that is known to live.
PATIENCE = timedelta(minutes=5)
# A job whose process died this often, each time without getting further, is not tried again.
MOST_DEATHS = 5
# Finished jobs are forgotten after these times; failures are kept longer, since somebody may want to know.
KEEP_DONE = timedelta(days=7)
KEEP_FAILED = timedelta(days=60)


class Answer(enum.Enum):
    """What a worker learns when it speaks of its job."""

    GO_ON = "go on"
    STOP = "stop"
    LOST = "lost"


def enqueue(
    work: registry.Work,
    *,
    key: str = "",
    run_at: datetime | None = None,
    priority: int | None = None,
    **arguments: Any,
) -> Job:
    """Ask for a job, inside the caller's transaction: it exists when, and only when, that commits.

    A job that waits with the same name and key stands for this one too, and is returned; one that is
    running gets one more behind it, never beside it. So a key names all that matters in the arguments,
    and a job that changed something need not ask who else asked. Without a key every call is a job.

    Raises TypeError when the function does not take these arguments, LookupError when it is no job.
    """
    kind = registry.kind_of(work)
    kind.check(arguments)
    now = clock.now()
    job = Job(
        name=kind.name,
        key=key,
        arguments=arguments,
        priority=kind.priority if priority is None else priority,
        run_at=run_at or now,
        max_attempts=kind.attempts,
        created_at=now,
    )
    with transaction.atomic():
        waiting = _claimless(job) if key else None
        while waiting is None:
            try:
                with transaction.atomic():
                    job.save(force_insert=True)
                waiting = job
            except IntegrityError:
                waiting = _claimless(job)  # asked for at the same moment by somebody else
        if waiting.run_at > job.run_at or waiting.priority < job.priority:
            waiting.run_at = min(waiting.run_at, job.run_at)
            waiting.priority = max(waiting.priority, job.priority)
            waiting.save(update_fields=["run_at", "priority"])
        transaction.on_commit(wake_workers)
    return waiting


def _claimless(job: Job) -> Job | None:
    # The lock keeps workers off the row until the caller's transaction ends, so that the job it stands
    # for sees what the caller wrote. On SQLite the caller holds the one write lock anyway.
    fresh = Job.objects.filter(name=job.name, key=job.key, state=Job.State.WAITING, started_at=None)
    return fresh.select_for_update().first()


def request_stop(job_id: int) -> Job:
    """Stop a job: at once when it waits, at its next step when it runs. A finished one stays as it is.

    Raises NotFound.
    """
    now = clock.now()
    with transaction.atomic():
        Job.objects.filter(pk=job_id, state=Job.State.WAITING).update(
            state=Job.State.STOPPED, finished_at=now
        )
        Job.objects.filter(pk=job_id, state=Job.State.RUNNING).update(stop_requested=True)
        return _job(job_id)


def retry(job_id: int) -> Job:
    """Queue a failed or stopped job again, with all its attempts. One that waits or runs stays as it is.

    Raises NotFound, and BadInput for a job that is done.
    """
    with transaction.atomic():
        ended = Job.objects.filter(pk=job_id, state__in=[Job.State.FAILED, Job.State.STOPPED])
        ended.update(
            state=Job.State.WAITING,
            run_at=clock.now(),
            attempts=0,
            deaths=0,
            failure="",
            stop_requested=False,
            finished_at=None,
            # Marks the job as not fresh, so that it never collides with an equal one that waits.
            started_at=clock.now(),
        )
        job = _job(job_id)
        if job.state == Job.State.DONE:
            raise BadInput(_("Job %(number)s is done and need not be repeated.") % {"number": job_id})
        transaction.on_commit(wake_workers)
        return job


def _job(job_id: int) -> Job:
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise NotFound(_("There is no job with the number %(number)s.") % {"number": job_id})
    return job


def claim(worker: str, *, names: Iterable[str] | None = None) -> Job | None:
    """Lease the next job that is due to a worker, or None. No two workers ever get the same.

    `names` limits which. A job whose equal is running is passed over until that one ends.
    """
    now = clock.now()
    running_equal = Job.objects.filter(state=Job.State.RUNNING, name=OuterRef("name"), key=OuterRef("key"))
    due = Job.objects.filter(
        Q(key="") | ~Exists(running_equal), state=Job.State.WAITING, run_at__lte=now
    ).order_by("-priority", "run_at", "id")
    if names is not None:
        due = due.filter(name__in=list(names))
    if not due.exists():
        return None
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    try:
        with transaction.atomic():
            job = due.first()
            if job is None:
                return None
            job.state = Job.State.RUNNING
            job.worker = worker
            job.attempts += 1
            job.lease_until = now + LEASE
            job.started_at = job.started_at or now
            job.save(update_fields=["state", "worker", "attempts", "lease_until", "started_at"])
            return job
    except IntegrityError:
        return None  # its equal was leased in the same moment: one_running_job_per_key


def _leased(job_id: int, worker: str) -> QuerySet[Job]:
    return Job.objects.filter(pk=job_id, worker=worker, state=Job.State.RUNNING)


def beat(job_id: int, *, worker: str, is_ahead: bool = False, **progress: Any) -> Answer:
    """Say that the worker lives, with its progress if there is any; learn whether to go on."""
    if is_ahead:
        progress["deaths"] = 0
    if not _leased(job_id, worker).update(lease_until=clock.now() + LEASE, **progress):
        return Answer.LOST
    is_stopped = _leased(job_id, worker).values_list("stop_requested", flat=True).first()
    return Answer.STOP if is_stopped else Answer.GO_ON


def finish(job_id: int, *, worker: str, result: Mapping[str, Any] | None = None, **progress: Any) -> bool:
    """Note that the work is done. False, and nothing written, when the job is not this worker's any more."""
    fields = progress if result is None else {**progress, "result": dict(result)}
    return _end(job_id, worker, Job.State.DONE, **fields)


def mark_stopped(job_id: int, *, worker: str) -> bool:
    """Note that the job ended because somebody asked."""
    return _end(job_id, worker, Job.State.STOPPED)


def _end(job_id: int, worker: str, state: Job.State, **fields: Any) -> bool:
    ended = _leased(job_id, worker).update(
        state=state, finished_at=clock.now(), worker="", lease_until=None, deaths=0, **fields
    )
    return bool(ended)


def fail(job: Job, *, worker: str, sentence: str, is_final: bool) -> bool:
    """Note that an attempt failed, and why, in a sentence for people; queue the next one if any is left."""
    if is_final or job.attempts >= job.max_attempts or job.stop_requested:
        return _end(job.pk, worker, Job.State.FAILED, failure=sentence)
    return _put_back(
        job.pk, worker, run_at=clock.now() + registry.delay_after(job.attempts), failure=sentence
    )


def give_back(job_id: int, *, worker: str) -> bool:
    """Put a job back in the queue that its worker has no time to end. No attempt is lost."""
    is_back = _put_back(job_id, worker, run_at=clock.now(), attempts=F("attempts") - 1)
    wake_workers()
    return is_back


def _put_back(job_id: int, worker: str, **fields: Any) -> bool:
    back = _leased(job_id, worker).update(state=Job.State.WAITING, worker="", lease_until=None, **fields)
    return bool(back)


def free_lost(life: Callable[[str], Life]) -> int:
    """Queue again what dead workers left behind; returns how many jobs that were.

    `life` says what is known of a worker. One that is known to live is given `PATIENCE` beyond its
    lease (a long transaction can hold its heartbeat up), one of which nothing is known only the lease. Death
    uses up no attempt: the machine may be at fault. A job that keeps dying without progress fails.
    """
    now = clock.now()
    freed = 0
    running = Job.objects.filter(state=Job.State.RUNNING)
    for job in running.only("id", "worker", "lease_until", "deaths", "stop_requested"):
        known = life(job.worker)
        silent_until = job.lease_until or now
        if known is Life.ALIVE:
            silent_until += PATIENCE
        if known is not Life.DEAD and silent_until >= now:
            continue
        if job.stop_requested:
            freed += _end(job.pk, job.worker, Job.State.STOPPED)
        elif job.deaths + 1 >= MOST_DEATHS:
            sentence = _("The process that did this ended %(times)s times before it got any further.")
            freed += _end(job.pk, job.worker, Job.State.FAILED, failure=sentence % {"times": MOST_DEATHS})
        else:
            freed += _put_back(
                job.pk, job.worker, run_at=now, attempts=F("attempts") - 1, deaths=F("deaths") + 1
            )
    return freed


def prepare_schedules() -> None:
    """Make a row for each schedule that has none yet, and bring forward one whose period became shorter."""
    now = clock.now()
    kinds = registry.schedules()
    known = {row.name: row for row in Schedule.objects.filter(name__in=[kind.name for kind in kinds])}
    missing = [Schedule(name=kind.name, next_run=now) for kind in kinds if kind.name not in known]
    if missing:
        Schedule.objects.bulk_create(missing, ignore_conflicts=True)
    for kind in kinds:
        row = known.get(kind.name)
        if row is not None and kind.period is not None and row.next_run > now + kind.period:
            Schedule.objects.filter(pk=row.pk, next_run=row.next_run).update(next_run=now + kind.period)


def queue_due_schedules() -> int:
    """Queue the jobs whose slot has come; returns how many. Any number of workers may call it at once."""
    now = clock.now()
    queued = 0
    for row in Schedule.objects.filter(next_run__lte=now):
        kind = registry.kind_named(row.name)
        if kind is None or kind.period is None:
            continue  # of an app that is not installed any more
        missed = (now - row.next_run) // kind.period
        is_needed = kind.is_needed is None or kind.is_needed()
        with transaction.atomic():
            slot = Schedule.objects.filter(pk=row.pk, next_run=row.next_run)
            if slot.update(next_run=row.next_run + kind.period * (missed + 1)) and is_needed:
                enqueue(kind.work, key="schedule")
                queued += 1
    return queued


def forget_finished(*, batch: int = 2000) -> int:
    """Delete finished jobs that are older than `KEEP_DONE` or `KEEP_FAILED`; returns how many."""
    now = clock.now()
    old = Q(state__in=[Job.State.DONE, Job.State.STOPPED], finished_at__lt=now - KEEP_DONE)
    old |= Q(state=Job.State.FAILED, finished_at__lt=now - KEEP_FAILED)
    forgotten = 0
    while ids := list(Job.objects.filter(old).values_list("pk", flat=True)[:batch]):
        forgotten += Job.objects.filter(pk__in=ids).delete()[0]
    return forgotten
