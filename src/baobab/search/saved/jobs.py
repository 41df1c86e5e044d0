"""Background work of saved searches: comparing what changed, sending alerts, counting failed searches."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from baobab.assets.indexing.actions import settle
from baobab.jobs.registry import every
from baobab.jobs.run import Run
from baobab.kernel import clock

from . import actions, queries
from .failed import files_to_count

# A run that finds ever more changes ends after so many rounds, so that mail goes out in between.
_ROUNDS = 20


@every(
    name="search.alerts",
    minutes=0.5,
    is_needed=queries.is_alerting_needed,
    title=_("Compare what changed with saved searches, send alerts"),
)
def send_alerts(run: Run) -> dict[str, int]:
    """Note what is news for whom, then queue the mail that is due. Safe to run again after any crash.

    A mark of a change goes only when every saved search was compared with it; what was noted meanwhile is
    not noted again, and what was told is marked in the transaction that queued the mail.
    """
    found = sent = 0
    for _round in range(_ROUNDS):
        arrived = queries.arrivals()
        if not arrived:
            break
        asset_ids = [row.asset_id for row in arrived]
        for owner_id in queries.owners():
            run.progress()
            found += actions.compare_arrivals(owner_id, asset_ids)
        settle(arrived)
    for saved_id in queries.searches_to_tell(clock.now()):
        run.progress()
        sent += actions.tell(saved_id)
    counted = 0
    for place in files_to_count():
        run.progress()
        counted += actions.count_noted(place)
    return {"found": found, "sent": sent, "failed_searches": counted}


@every(name="search.forget", hours=24, title=_("Forget old searches that found nothing"))
def forget_old(run: Run) -> dict[str, int]:
    """Keep no failed search longer than a year, and nothing of what is gone."""
    return {"forgotten": actions.forget_old_failures(), "gone": actions.forget_gone()}
