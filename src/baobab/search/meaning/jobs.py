"""The job that embeds, in short turns: files to be read and mails to be sent never wait for it long."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from baobab.jobs.actions import enqueue
from baobab.jobs.registry import job
from baobab.jobs.run import Run

from . import is_on
from ._protocol import Unavailable
from .embedders import forget_embedder

log = logging.getLogger(__name__)

# A turn; then other jobs that wait go first, and the next turn behind them.
_TURN_SECONDS = 30.0
_LOOK_EVERY = timedelta(minutes=2)


def _is_needed() -> bool:
    if not is_on():
        return False
    from .queries import is_needed

    return is_needed()


@job(
    "search.embed",
    priority=-15,
    title=_("Embed passages for search by meaning"),
    period=_LOOK_EVERY,
    is_needed=_is_needed,
)
def embed_passages(run: Run) -> dict[str, int | str]:
    """Embed what changed, and at first what there is. Safe to run twice and to be killed anywhere.

    While the model cannot be used the marks wait, and two minutes later it looks again: that is no failure of
    the job, and `baobab check` says what is wrong.
    """
    if not is_on():
        return {}
    from .embedding import embed_some

    try:
        progress = embed_some(seconds=_TURN_SECONDS, check=lambda done: run.progress(done=done))
    except Unavailable as reason:
        log.warning("Nothing was embedded. %s", reason)
        run.progress(message=str(reason))
        forget_embedder()
        return {"problem": str(reason)}
    if progress is None:
        return {}
    if progress.is_done:
        forget_embedder()
    else:
        enqueue(embed_passages, key="schedule")
    return {"assets": progress.taken_in, "passages": progress.embedded}
