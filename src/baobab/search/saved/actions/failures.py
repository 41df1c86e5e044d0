"""Counting the searches that found nothing, forgetting them in time, and setting them aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.accounts.actions import record
from baobab.kernel import clock
from baobab.kernel.errors import NotFound, Refused
from baobab.organisation.readers import Reader

from ..failed import ENOUGH, Noted, digest_of, noted_in, shown
from ..models import CountedFile, FailedSearch
from ..rhythms import months_kept

# Questions that few asked are kept up to so many; a flood of nonsense drives out nonsense.
_MOST_UNSHOWN = 50_000


def count_noted(place: Path) -> int:
    """Count what a file of failed searches holds, once, and remove the file; returns how many there were.

    The file's name is written in the transaction that counts it: whoever dies before the file is gone leaves
    it to be removed, not to be counted again.
    """
    counted = 0
    with transaction.atomic():
        _row, is_new = CountedFile.objects.get_or_create(name=place.name[:80])
        if is_new:
            by_digest: dict[str, list[Noted]] = {}
            for one in noted_in(place):
                by_digest.setdefault(digest_of(one.question), []).append(one)
                counted += 1
            for digest, noted in sorted(by_digest.items()):
                _count(digest, noted)
    place.unlink(missing_ok=True)
    CountedFile.objects.filter(name=place.name[:80]).delete()
    return counted


def _count(digest: str, noted: Iterable[Noted]) -> None:
    row = FailedSearch.objects.select_for_update().filter(digest=digest).first()
    row = row or FailedSearch(digest=digest, last_month="")
    row.months, row.people = _still_kept(row)
    for one in noted:
        _add(row, one)
    row.save()


def _add(row: FailedSearch, one: Noted) -> None:
    month = row.months.setdefault(one.month, {"count": 0, "languages": {}, "filters": {}})
    month["count"] += 1
    month["languages"] = _with(month["languages"], [one.language])
    month["filters"] = _with(month["filters"], one.filters)
    row.last_month = max(row.last_month, one.month)
    # Asked again after somebody had dealt with it: so it is not dealt with.
    row.resolved_at = None
    if row.question:
        return
    row.people[one.person] = one.month
    if len(row.people) >= ENOUGH:
        row.question, row.people = shown(one.question), {}


def _with(counts: dict[str, Any], names: Iterable[str]) -> dict[str, int]:
    return dict(Counter({name: int(count) for name, count in counts.items()}) + Counter(names))


def forget_old_failures() -> int:
    """Forget what nobody asked for twelve months, and who asked so long ago; returns how many rows went."""
    kept = months_kept(clock.today())
    forgotten = FailedSearch.objects.filter(last_month__lt=kept[-1]).delete()[0]
    unshown = FailedSearch.objects.filter(question="")
    beyond = unshown.order_by("-last_month", "-pk").values_list("pk", flat=True)[_MOST_UNSHOWN:]
    forgotten += FailedSearch.objects.filter(pk__in=list(beyond[:20_000])).delete()[0]
    for row in FailedSearch.objects.exclude(last_month__lt=kept[-1]).iterator():
        months, people = _still_kept(row)
        if (months, people) != (row.months, row.people):
            FailedSearch.objects.filter(pk=row.pk).update(months=months, people=people)
    return forgotten


def _still_kept(row: FailedSearch) -> tuple[dict[str, Any], dict[str, str]]:
    """The months and the people of a question that are not older than what is kept."""
    kept = months_kept(clock.today())
    return (
        {month: counts for month, counts in row.months.items() if month in kept},
        {person: month for person, month in row.people.items() if month in kept},
    )


def resolve_failed_search(number: int, *, by: Reader) -> FailedSearch:
    """Set a question aside, since it is answered now. Where it is asked in vain again, it is back.

    Raises `NotFound`, and `Refused` to whoever is neither knowledge manager nor administrator.
    """
    if not (by.is_knowledge_manager or by.is_administrator):
        raise Refused(_("Only knowledge managers and administrators see the searches that found nothing."))
    with transaction.atomic():
        row = FailedSearch.objects.select_for_update().filter(pk=number).exclude(question="").first()
        if row is None:
            raise NotFound(_("There is no such search."))
        row.resolved_at = clock.now()
        row.save(update_fields=["resolved_at"])
        record("failed-search.resolve", by_user_id=by.user_id, subject=f"failed-search:{row.pk}")
    return row
