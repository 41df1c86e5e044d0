"""One row per job, from the transaction that asks for it until it is forgotten; one row per schedule."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """A piece of work to be done in the background, and what became of it.

    A running job is leased: it belongs to `worker` until `lease_until`, which the worker's heartbeat
    moves on. Whatever a worker writes about a job it writes only while the row still names it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    name = models.CharField(max_length=80)
    key = models.CharField(max_length=200, blank=True)
    arguments: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    priority = models.SmallIntegerField(default=0)
    run_at = models.DateTimeField()

    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    deaths = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    stop_requested = models.BooleanField(default=False)

    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    message = models.TextField(blank=True)
    failure = models.TextField(blank=True)
    result: models.JSONField[dict[str, Any] | None, dict[str, Any] | None] = models.JSONField(null=True)

    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A job that was never started stands for every equal request made since.
            models.UniqueConstraint(
                fields=["name", "key"],
                condition=Q(state="waiting", started_at__isnull=True) & ~Q(key=""),
                name="one_fresh_job_per_key",
            ),
            models.UniqueConstraint(
                fields=["name", "key"],
                condition=Q(state="running") & ~Q(key=""),
                name="one_running_job_per_key",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-priority", "run_at", "id"],
                condition=Q(state="waiting"),
                name="jobs_waiting_in_order",
            ),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="jobs_running_leases"),
            models.Index(fields=["state", "-id"], name="jobs_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.key}".strip()

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen unless somebody asks for it."""
        return self.state in (self.State.DONE, self.State.FAILED, self.State.STOPPED)


class Schedule(models.Model):
    """When a repeated job is due next. The period stands in the code, beside the function."""

    name = models.CharField(max_length=80, unique=True)
    next_run = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
