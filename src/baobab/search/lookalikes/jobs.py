"""The background work that keeps the pairs of look-alikes up to date."""

from __future__ import annotations

import time

from django.utils.translation import gettext_lazy as _

from baobab.jobs.registry import every
from baobab.jobs.run import Run

from .actions import mark_unknown_some, take_in_some

# One run takes no longer: a worker that compares a whole import cannot read what somebody just uploaded.
_LONGEST_SECONDS = 30.0


@every(name="search.lookalikes", minutes=1, title=_("Look for what is there twice"))
def look_for_lookalikes(run: Run) -> dict[str, int]:
    """Compare what changed since with everything else; what is left waits for the next run.

    Safe to repeat.
    """
    until = time.monotonic() + _LONGEST_SECONDS
    done = 0
    while time.monotonic() < until and (taken := take_in_some()):
        done += taken
        run.progress(done=done)
    return {"compared": done}


@every(name="search.lookalikes-unknown", hours=24, title=_("Look for what was never compared"))
def look_over_all(run: Run) -> dict[str, int]:
    """Have compared what was there before look-alikes were looked for. Safe to repeat."""
    done = last = 0
    while ids := mark_unknown_some(after=last):
        last = ids[-1]
        done += len(ids)
        run.progress(done=done)
    return {"marked": done}
