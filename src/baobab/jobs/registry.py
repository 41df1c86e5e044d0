"""Which jobs there are: a function becomes one by the decorator `job` or `every`, in its app's `jobs.py`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .run import Run

Work = Callable[..., "Mapping[str, Any] | None"]
_W = TypeVar("_W", bound=Work)

# The first failure waits this long, each further one four times as long, an hour at most.
_FIRST_DELAY = timedelta(seconds=10)
_LONGEST_DELAY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class JobKind:
    """What the registry knows about one job."""

    name: str
    work: Work
    title: StrOrPromise
    attempts: int
    priority: int
    period: timedelta | None
    is_needed: Callable[[], bool] | None = None

    def run(self, run: Run, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
        return self.work(run, **arguments)

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Raise TypeError when the function does not take these arguments."""
        inspect.signature(self.work).bind(None, **arguments)


_by_name: dict[str, JobKind] = {}
_by_work: dict[Work, JobKind] = {}


def job(
    name: str,
    *,
    attempts: int = 3,
    priority: int = 0,
    title: StrOrPromise = "",
    period: timedelta | None = None,
    is_needed: Callable[[], bool] | None = None,
) -> Callable[[_W], _W]:
    """Make a function a job that `actions.enqueue` can queue.

    The function takes `run: Run` first and its arguments by keyword, JSON values all. It runs at
    least once: a process may die after the work and before the note that it is done, so the work must
    be safe to repeat, or end with `run.finish()` inside its own transaction, which makes it exactly once.

    `name` is stored in the database: it never changes. `attempts` counts runs that end in an error;
    `priority` puts larger numbers first; `title` is what the status page calls it.
    """

    def register(work: _W) -> _W:
        known = _by_name.get(name)
        if known is not None and known.work is not work:
            raise ValueError(f"Two jobs are called {name!r}: {known.work.__module__} and {work.__module__}.")
        kind = JobKind(name, work, title or name, attempts, priority, period, is_needed)
        _by_name[name] = _by_work[work] = kind
        return work

    return register


def every(
    *,
    name: str,
    hours: float = 0,
    minutes: float = 0,
    attempts: int = 3,
    title: StrOrPromise = "",
    is_needed: Callable[[], bool] | None = None,
) -> Callable[[_W], _W]:
    """Make a function a job that is queued again and again: at most once per slot, however many workers run.

    The first slot is due at once; slots that passed while nothing ran are not made up for. `is_needed` is
    asked when a slot has come, in a query or two: where it says no the slot passes without a job, so
    that what looks every minute leaves no row behind each time.
    """
    period = timedelta(hours=hours, minutes=minutes)
    if period <= timedelta(0):
        raise ValueError(f"The schedule {name!r} needs a period.")
    return job(name, attempts=attempts, title=title, period=period, is_needed=is_needed)


def kind_named(name: str) -> JobKind | None:
    """The job of that name, or None when no installed app has it (any more)."""
    return _by_name.get(name)


def title_of(name: str) -> StrOrPromise:
    """What people call the job of that name; the name itself when no installed app has it (any more)."""
    kind = kind_named(name)
    return kind.title if kind else name


def kind_of(work: Work) -> JobKind:
    """The job that a function is. Raises LookupError when it was not decorated."""
    try:
        return _by_work[work]
    except KeyError:
        raise LookupError(
            f"{work.__module__}.{work.__qualname__} is not a job: decorate it with @job."
        ) from None


def schedules() -> list[JobKind]:
    """The jobs that repeat by themselves."""
    return [kind for kind in _by_name.values() if kind.period is not None]


def delay_after(attempt: int) -> timedelta:
    """How long a job waits after its failure number `attempt` (from 1)."""
    factor: int = 4 ** min(attempt - 1, 10)
    return min(_FIRST_DELAY * factor, _LONGEST_DELAY)
