"""The background work that keeps the pairs of look-alikes up to date."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from baobab.assets.models import Asset
from baobab.jobs.registry import every
from baobab.jobs.run import Run

from ..entries import GONE_STATES
from .actions import BATCH_ASSETS, take_in, take_in_some
from .models import TextSketch


@every(name="search.lookalikes", minutes=5, title=_("Look for what is there twice"))
def look_for_lookalikes(run: Run) -> dict[str, int]:
    """Compare what changed since with everything else. Safe to run twice."""
    done = 0
    while taken := take_in_some():
        done += taken
        run.progress(done=done)
    return {"compared": done}


@every(name="search.lookalikes-missing", hours=24, title=_("Look for what was never compared"))
def look_over_all(run: Run) -> dict[str, int]:
    """Compare what was there before look-alikes were looked for, or before a new way of comparing."""
    sketched = TextSketch.objects.filter(sort=TextSketch.Sort.RECORD).values("asset")
    missing = Asset.objects.exclude(state__in=GONE_STATES).exclude(pk__in=sketched).order_by("pk")
    done = last = 0
    while ids := list(missing.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH_ASSETS]):
        take_in(ids)
        last = ids[-1]
        done += len(ids)
        run.progress(done=done)
    return {"compared": done}
