"""Asking for jobs, and what becomes of them, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from baobab.jobs import actions, queries, registry
from baobab.jobs.models import Job, Schedule
from baobab.jobs.run import LeaseLost, Run
from baobab.jobs.slots import Life
from baobab.jobs.worker import Worker
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, NotFound

from . import sample_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_calls() -> None:
    sample_jobs.calls.clear()


def state_of(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def claimed(worker: str = "elsewhere/w1/1-a") -> Job:
    job = actions.claim(worker)
    assert job is not None
    return job


def test_a_job_runs_once_and_keeps_its_result() -> None:
    job = actions.enqueue(sample_jobs.note, text="hello")
    assert Worker().work_off() == 1
    assert Worker().work_off() == 0
    assert (state_of(job), job.result, sample_jobs.calls) == ("done", {"text": "hello"}, ["hello"])
    assert job.finished_at is not None


def test_a_job_exists_only_if_the_callers_transaction_commits() -> None:
    def change_that_fails() -> None:
        with transaction.atomic():
            actions.enqueue(sample_jobs.note, text="never")
            raise OSError

    with pytest.raises(OSError):
        change_that_fails()
    assert not Job.objects.exists()


def test_arguments_that_the_function_does_not_take_are_refused_and_nothing_is_queued() -> None:
    with pytest.raises(TypeError):
        actions.enqueue(sample_jobs.note, words="hello")
    with pytest.raises(LookupError):
        actions.enqueue(lambda run: None)
    assert not Job.objects.exists()


def test_an_equal_waiting_job_is_not_doubled_and_a_running_one_gets_one_more_behind_it() -> None:
    first = actions.enqueue(sample_jobs.note, key="a", text="1")
    assert actions.enqueue(sample_jobs.note, key="a", text="1") == first
    assert actions.enqueue(sample_jobs.note, key="b", text="1") != first
    claimed()
    behind = actions.enqueue(sample_jobs.note, key="a", text="1")
    assert behind != first
    assert actions.enqueue(sample_jobs.note, key="a", text="1") == behind
    assert claimed().key == "b"
    assert actions.claim("elsewhere/w1/1-a") is None, "one that is equal to a running job waits"
    actions.finish(first.pk, worker="elsewhere/w1/1-a")
    assert claimed() == behind


def test_an_urgent_equal_request_brings_the_waiting_job_forward() -> None:
    later = clock.now() + timedelta(hours=1)
    job = actions.enqueue(sample_jobs.note, key="a", run_at=later, text="1")
    assert actions.claim("elsewhere/w1/1-a") is None
    actions.enqueue(sample_jobs.note, key="a", priority=5, text="1")
    assert claimed() == job
    assert claimed_priority(job) == 5


def claimed_priority(job: Job) -> int:
    job.refresh_from_db()
    return job.priority


def test_larger_priority_goes_first_then_the_older() -> None:
    old = actions.enqueue(sample_jobs.note, text="old")
    new = actions.enqueue(sample_jobs.note, text="new")
    urgent = actions.enqueue(sample_jobs.note, priority=1, text="urgent")
    assert [claimed() for _ in range(3)] == [urgent, old, new]


def test_a_failure_for_people_is_told_and_tried_again_until_the_attempts_are_used_up() -> None:
    job = actions.enqueue(sample_jobs.fail, how="for people")
    before = clock.now()
    Worker().work_off()
    assert (state_of(job), job.failure, job.attempts) == ("waiting", "The disk is full.", 1)
    assert job.run_at > before + timedelta(seconds=9)
    Job.objects.update(run_at=before)
    Worker().work_off()
    assert (state_of(job), job.failure, job.attempts) == ("failed", "The disk is full.", 2)


def test_what_cannot_be_done_as_asked_is_not_tried_again() -> None:
    job = actions.enqueue(sample_jobs.fail, how="for good")
    Worker().work_off()
    assert (state_of(job), job.failure) == ("failed", "The file is not there any more.")


def test_an_unforeseen_failure_is_logged_and_its_inner_matter_is_not_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    job = actions.enqueue(sample_jobs.fail, how="otherwise")
    Worker().work_off()
    assert state_of(job) == "waiting"
    assert "inner matter" not in job.failure
    assert job.failure.endswith("in the log.")
    assert "an inner matter" in caplog.text


def test_a_job_that_no_app_knows_fails_with_a_sentence() -> None:
    job = actions.enqueue(sample_jobs.note, text="x")
    Job.objects.update(name="of.an.older.version")
    Worker().work_off()
    assert state_of(job) == "failed"
    assert job.failure.startswith("No part of this installation")


def test_progress_is_kept_when_the_job_ends() -> None:
    job = actions.enqueue(sample_jobs.count, to=7)
    Worker().work_off()
    assert (state_of(job), job.done, job.total, job.message) == ("done", 7, 7, "Number 7")


def test_a_waiting_job_is_stopped_at_once_and_a_running_one_at_its_next_step() -> None:
    waiting = actions.enqueue(sample_jobs.count, to=3)
    assert actions.request_stop(waiting.pk).state == "stopped"
    running = actions.enqueue(sample_jobs.count, to=3)
    assert claimed() == running
    assert actions.request_stop(running.pk).state == "running"
    assert actions.beat(running.pk, worker="elsewhere/w1/1-a") is actions.Answer.STOP
    assert Worker().work_off() == 0


def test_stopping_a_job_that_is_done_changes_nothing_and_one_that_is_not_there_is_said() -> None:
    job = actions.enqueue(sample_jobs.note, text="x")
    Worker().work_off()
    assert actions.request_stop(job.pk).state == "done"
    with pytest.raises(NotFound):
        actions.request_stop(job.pk + 1)


def test_a_failed_job_can_be_retried_with_all_attempts_and_a_done_one_cannot() -> None:
    job = actions.enqueue(sample_jobs.fail, key="a", how="for good")
    Worker().work_off()
    beside = actions.enqueue(sample_jobs.fail, key="a", how="for good")
    again = actions.retry(job.pk)
    assert (again.state, again.attempts, again.failure) == ("waiting", 0, "")
    assert state_of(beside) == "waiting"
    done = actions.enqueue(sample_jobs.note, text="x")
    Worker().work_off()
    with pytest.raises(BadInput):
        actions.retry(done.pk)
    assert state_of(done) == "done"


def test_a_worker_that_lost_its_job_can_write_nothing_more() -> None:
    job = actions.enqueue(sample_jobs.note, text="x")
    claimed("elsewhere/w1/1-a")
    assert actions.free_lost(lambda worker: Life.DEAD) == 1
    claimed("elsewhere/w2/2-b")
    assert actions.beat(job.pk, worker="elsewhere/w1/1-a") is actions.Answer.LOST
    assert not actions.finish(job.pk, worker="elsewhere/w1/1-a")

    def late_work() -> None:
        with transaction.atomic():
            actions.enqueue(sample_jobs.note, text="the effect of the late worker")
            Run(job.pk, worker="elsewhere/w1/1-a", attempt=1).finish()

    with pytest.raises(LeaseLost):
        late_work()
    assert Job.objects.count() == 1
    assert state_of(job) == "running"


@pytest.mark.parametrize(
    ("life", "silence", "is_freed"),
    [
        (Life.DEAD, timedelta(0), True),
        (Life.UNKNOWN, timedelta(0), False),
        (Life.UNKNOWN, actions.LEASE, True),
        (Life.ALIVE, actions.LEASE, False),
        (Life.ALIVE, actions.LEASE + actions.PATIENCE, True),
    ],
)
def test_a_lost_job_is_freed_as_soon_as_its_worker_is_known_dead_and_else_after_its_lease(
    life: Life, silence: timedelta, is_freed: bool
) -> None:
    job = actions.enqueue(sample_jobs.note, text="x")
    claimed()
    Job.objects.update(lease_until=clock.now() + actions.LEASE - silence)
    assert actions.free_lost(lambda worker: life) == int(is_freed)
    assert state_of(job) == ("waiting" if is_freed else "running")


def test_death_uses_up_no_attempt_but_a_job_that_keeps_dying_without_progress_fails() -> None:
    job = actions.enqueue(sample_jobs.count, to=3)
    for death in range(1, actions.MOST_DEATHS):
        claimed()
        actions.free_lost(lambda worker: Life.DEAD)
        assert (state_of(job), job.attempts, job.deaths) == ("waiting", 0, death)
    claimed()
    actions.beat(job.pk, worker="elsewhere/w1/1-a", is_ahead=True, done=1)
    actions.free_lost(lambda worker: Life.DEAD)
    assert (state_of(job), job.deaths) == ("waiting", 1), "progress makes up for earlier deaths"
    for _ in range(actions.MOST_DEATHS - 1):
        claimed()
        actions.free_lost(lambda worker: Life.DEAD)
    assert state_of(job) == "failed"
    assert "ended 5 times" in job.failure


def test_a_worker_frees_what_it_could_not_end_itself_before() -> None:
    job = actions.enqueue(sample_jobs.note, text="x")
    first = Worker()
    claimed(first._slot.worker)
    first._slot.release()
    assert Worker().work_off() == 1
    assert state_of(job) == "done"


def test_a_schedule_queues_one_job_per_slot_and_does_not_make_up_for_missed_ones() -> None:
    kind = registry.kind_named("jobs.forget")
    assert kind is not None
    assert kind.period is not None
    actions.prepare_schedules()
    assert actions.queue_due_schedules() >= 1
    assert actions.queue_due_schedules() == 0
    assert Job.objects.filter(name="jobs.forget").count() == 1
    Worker().work_off()
    Schedule.objects.filter(name="jobs.forget").update(next_run=clock.now() - kind.period * 4.5)
    assert actions.queue_due_schedules() == 1
    assert Job.objects.filter(name="jobs.forget").count() == 2
    assert Schedule.objects.get(name="jobs.forget").next_run > clock.now()


def test_a_schedule_that_is_not_needed_lets_its_slot_pass_without_a_job(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind = registry.kind_named("jobs.forget")
    assert kind is not None
    actions.prepare_schedules()
    monkeypatch.setitem(registry._by_name, kind.name, replace(kind, is_needed=lambda: False))
    actions.queue_due_schedules()
    assert not Job.objects.filter(name=kind.name).exists()
    assert Schedule.objects.get(name=kind.name).next_run > clock.now()
    monkeypatch.setitem(registry._by_name, kind.name, replace(kind, is_needed=lambda: True))
    Schedule.objects.filter(name=kind.name).update(next_run=clock.now())
    actions.queue_due_schedules()
    assert Job.objects.filter(name=kind.name).count() == 1


def test_two_that_look_at_a_schedule_at_once_queue_one_job() -> None:
    actions.prepare_schedules()
    row = Schedule.objects.get(name="jobs.forget")
    slot = Schedule.objects.filter(pk=row.pk, next_run=row.next_run)
    assert slot.update(next_run=row.next_run + timedelta(hours=6)) == 1
    assert slot.update(next_run=row.next_run + timedelta(hours=6)) == 0


def test_old_finished_jobs_are_forgotten_and_failures_are_kept_longer() -> None:
    for _ in range(3):
        actions.enqueue(sample_jobs.note, text="x")
    done, failed, waiting = Job.objects.order_by("id")
    age = clock.now() - actions.KEEP_DONE - timedelta(minutes=1)
    Job.objects.filter(pk=done.pk).update(state="done", finished_at=age)
    Job.objects.filter(pk=failed.pk).update(state="failed", finished_at=age)
    assert actions.forget_finished(batch=1) == 1
    assert set(Job.objects.all()) == {failed, waiting}
    assert queries.counts() == {"waiting": 1, "running": 0, "done": 0, "failed": 1, "stopped": 0}
