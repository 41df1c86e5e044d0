"""All writes of quality marks."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.kernel import clock
from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line
from baobab.organisation.models import Person
from baobab.organisation.readers import Reader

from ..card.holding import hold
from ..card.models import Asset
from ..indexing.actions import mark_dirty
from ..kinds import kind_of
from ..revisions.actions import record_revisions
from .checks import CHECKS
from .models import QualityMark


def mark_quality(
    asset: Asset,
    *,
    check: str,
    by: Reader,
    checked_by: Person | None = None,
    on: date | None = None,
    note: str = "",
) -> QualityMark:
    """Say that a check was made of the asset as it stands.

    Raises `BadInput` for an unknown check or a day to come.
    """
    if check not in CHECKS:
        raise BadInput(fields={"check": [_("“%s” is no check that Baobab knows.") % check[:40]]})
    made_on = on or clock.today(by.time_zone)
    if made_on > clock.today(by.time_zone):
        raise BadInput(fields={"on": [_("A check cannot have been made on a day to come.")]})
    with transaction.atomic():
        hold(asset)
        kind_of(asset).policy.may_mark_quality(by, asset).require()
        mark = QualityMark.objects.create(
            asset=asset,
            check_made=check,
            by_id=checked_by.pk if checked_by else by.person_id,
            made_on=made_on,
            note=clean_line(note)[:500],
            revision=asset.revision,
        )
        made = set(QualityMark.objects.filter(asset=asset).values_list("check_made", flat=True))
        asset.quality = next(slug for slug in CHECKS if slug in made)
        Asset.objects.filter(pk=asset.pk).update(quality=asset.quality)
        record_revisions([asset], by=by, act="mark-quality", note=check)
        mark_dirty([asset.pk])
    return mark
