"""The schedule that this app itself needs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from . import actions
from .registry import every
from .run import Run


@every(name="jobs.forget", hours=6, title=_("Forget old finished jobs"))
def forget_finished_jobs(run: Run) -> dict[str, int]:
    """Keep the table of jobs small."""
    return {"forgotten": actions.forget_finished()}
