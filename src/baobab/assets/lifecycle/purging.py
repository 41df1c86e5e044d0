"""Removal for good: everything an asset said is gone, its address answers that something was removed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.accounts.actions import record
from baobab.organisation.readers import Reader

from ..card.access import refresh_readers
from ..card.holding import held
from ..card.models import Asset, Contribution, State
from ..classification.models import AssetConcept, AssetPlace, Suggestion
from ..files.actions import drop_files
from ..kinds import kind_of
from ..links.models import AssetLink
from ..origins.actions import forget_origin
from ..picks.models import PortalPick
from ..quality.models import QualityMark
from ..revisions.models import Draft, Revision
from ..texts.models import AssetText
from .cleaning import clean_reason


def purge(asset: Asset, *, by: Reader, reason: str) -> Asset:
    """Remove texts, files of no other asset, pages, history, drafts, the kind's rows; leave a tombstone.

    The reason goes into the audit trail, not on the tombstone. Cannot be undone. Raises `BadInput`
    without a reason, `Refused` for anybody but an administrator. Safe to repeat.
    """
    kind_of(asset).policy.may_purge(by, asset).require()
    reason = clean_reason(reason, if_missing=_("Say why this is removed for good."))
    with transaction.atomic():
        asset = held([asset.pk])[asset.pk]
        if asset.state == State.PURGED:
            return asset
        kind = kind_of(asset)
        for table, path in kind.tables:
            table._default_manager.filter(**{path: asset.pk}).delete()
        kind.detail._default_manager.filter(pk=asset.pk).delete()
        AssetLink.objects.filter(source=asset).delete()
        AssetLink.objects.filter(target=asset).delete()
        for model in (
            AssetText,
            AssetConcept,
            AssetPlace,
            Suggestion,
            Contribution,
            QualityMark,
            PortalPick,
            Revision,
            Draft,
        ):
            model._default_manager.filter(asset=asset.pk).delete()
        forget_origin(asset)
        drop_files(asset)
        asset.title = asset.byline = asset.summary = asset.issued = asset.quality = asset.state_reason = ""
        asset.issued_from = asset.review_by = asset.thumbnail = asset.merged_into = None
        asset.state = State.PURGED
        asset.revision += 1
        asset.save()
        refresh_readers([asset])
        record("asset.purge", by_user_id=by.user_id, subject=asset.public_id, reason=reason)
    return asset
