"""All reads of jobs. Each function costs one query unless it says otherwise."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from baobab.kernel import clock
from baobab.kernel.errors import NotFound

from .models import Job


def recent_jobs(*, state: str = "") -> QuerySet[Job]:
    """Jobs, newest first, of one state or of all."""
    jobs = Job.objects.order_by("-id")
    return jobs.filter(state=state) if state else jobs


def counts() -> dict[str, int]:
    """How many jobs there are in each state; states without any are there with 0."""
    found = dict(Job.objects.order_by().values_list("state").annotate(Count("id")))
    return {state: found.get(state, 0) for state in Job.State.values}


def job_numbered(job_id: int) -> Job:
    """One job. Raises NotFound."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise NotFound(_("There is no job with the number %(number)s.") % {"number": job_id})
    return job


def unfinished(job_ids: list[int]) -> int:
    """How many of these jobs still wait or run."""
    return Job.objects.filter(pk__in=job_ids, state__in=[Job.State.WAITING, Job.State.RUNNING]).count()


def is_due(name: str, *, after: int = 0) -> bool:
    """Whether a job of this name waits whose time has come; with `after`, one asked for since that job."""
    due = Job.objects.filter(name=name, state=Job.State.WAITING, run_at__lte=clock.now(), pk__gt=after)
    return due.exists()
