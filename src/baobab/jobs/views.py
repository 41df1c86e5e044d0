"""The page of background jobs, for those who look after the site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol

from babel.dates import format_date, format_time, get_datetime_format
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from baobab.kernel.errors import NotFound

from . import actions, queries, registry
from .models import Job

P = ParamSpec("P")
PER_PAGE = 30
# How the states look, and their icons.
_TONES = {
    Job.State.WAITING: ("", "clock"),
    Job.State.RUNNING: ("info", "history"),
    Job.State.DONE: ("good", "success"),
    Job.State.FAILED: ("bad", "danger"),
    Job.State.STOPPED: ("warn", "close"),
}


class Watcher(Protocol):
    """What this page must know of the reader, who is defined above this app."""

    is_administrator: bool
    is_knowledge_manager: bool

    @property
    def is_signed_in(self) -> bool: ...


def may_watch(request: HttpRequest) -> bool:
    """Whether the page of jobs is for whoever asks: administrators and knowledge managers."""
    reader: Watcher = request.reader  # type: ignore[attr-defined]
    return reader.is_signed_in and (reader.is_administrator or reader.is_knowledge_manager)


def for_watchers(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let administrators and knowledge managers in; for others there is no page; strangers may sign in."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        reader: Watcher = request.reader  # type: ignore[attr-defined]
        if not reader.is_signed_in:
            return redirect_to_login(request.get_full_path(), login_url=reverse("account_login"))
        if not may_watch(request):
            raise NotFound(_("There is nothing at this address, or nothing that you may read."))
        return view(request, *args, **kwargs)

    return guarded


def _locale() -> str:
    """The language of the page, English as most of the world writes its dates."""
    language = (get_language() or "en").split("-")[0]
    return "en_GB" if language == "en" else language


def _shown_time(instant: datetime) -> str:
    """The time of day on the reader's clock: `14:30`."""
    return str(format_time(timezone.localtime(instant), format="short", locale=_locale()))


def _shown_instant(instant: datetime) -> str:
    """Day and time of day on the reader's clock: `3 May 2014, 14:30`."""
    day = format_date(timezone.localtime(instant), format="long", locale=_locale())
    both = str(get_datetime_format("medium", locale=_locale()))
    return both.replace("{1}", day).replace("{0}", _shown_time(instant))


def _shown(job: Job) -> dict[str, Any]:
    tone, icon = _TONES[Job.State(job.state)]
    return {
        "number": job.pk,
        "title": registry.title_of(job.name),
        "job": job,
        "asked_for": _shown_instant(job.created_at),
        "due": _shown_time(job.run_at),
        "tone": tone,
        "icon": icon,
        "can_be_stopped": not job.is_finished and not job.stop_requested,
        "can_be_retried": job.state in (Job.State.FAILED, Job.State.STOPPED),
        "is_stopping": job.stop_requested and not job.is_finished,
    }


@never_cache
@require_safe
@for_watchers
def jobs_page(request: HttpRequest) -> HttpResponse:
    """Jobs of one state or of all, newest first, with what can be done about each. Three queries."""
    state = request.GET.get("state", "")
    if state not in Job.State.values:
        state = ""
    counts = queries.counts()
    paginator = Paginator(queries.recent_jobs(state=state), PER_PAGE)
    paginator.count = counts[state] if state else sum(counts.values())
    page = paginator.get_page(request.GET.get("page"))
    tabs = [{"label": _("All"), "url": "?", "is_current": not state, "count": sum(counts.values())}]
    tabs += [
        {"label": label, "url": f"?state={value}", "is_current": value == state, "count": counts[value]}
        for value, label in Job.State.choices
    ]
    context = {
        "tabs": tabs,
        "state": state,
        "jobs": [_shown(job) for job in page],
        "page": page,
        "address": request.get_full_path(),
        "is_moving": counts[Job.State.WAITING] + counts[Job.State.RUNNING] > 0,
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "jobs/jobs.html#list" if is_fragment else "jobs/jobs.html", context)


@require_POST
@for_watchers
def stop_job(request: HttpRequest, number: int) -> HttpResponse:
    """Stop one job."""
    job = actions.request_stop(number)
    if job.state == Job.State.RUNNING:
        messages.success(request, _("Job %(number)s stops at its next step.") % {"number": number})
    elif job.state == Job.State.STOPPED:
        messages.success(request, _("Job %(number)s is stopped.") % {"number": number})
    else:
        messages.info(request, _("Job %(number)s had ended already.") % {"number": number})
    return _back(request)


@require_POST
@for_watchers
def retry_job(request: HttpRequest, number: int) -> HttpResponse:
    """Queue one failed or stopped job again."""
    actions.retry(number)
    messages.success(request, _("Job %(number)s is queued again.") % {"number": number})
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    state = request.POST.get("state", "")
    query = f"?state={state}" if state in Job.State.values else ""
    return redirect(reverse("jobs") + query)
