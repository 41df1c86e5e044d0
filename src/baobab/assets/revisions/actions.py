"""All writes to drafts and revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.kernel import clock
from baobab.kernel.errors import Refused
from baobab.organisation.readers import Reader

from ..card.models import Asset
from .models import Draft, Revision
from .snapshots import pack, snapshots


def record_revisions(assets: Sequence[Asset], *, by: Reader, act: str, note: str = "") -> None:
    """Give each asset its next revision: the whole of it after the act. Called inside the act's transaction."""
    now = clock.now()
    for asset in assets:
        asset.revision += 1
        asset.updated_at = now
    Asset.objects.bulk_update(assets, ["revision", "updated_at"], batch_size=200)
    content = snapshots(assets)
    Revision.objects.bulk_create(
        [
            Revision(
                asset=asset, number=asset.revision, at=now, by_id=by.person_id, act=act, note=note, content=pack(content[asset.pk])
            )
            for asset in assets
        ],
        batch_size=200,
    )


def save_draft(
    content: Mapping[str, object], *, by: Reader, kind: str, language: str, asset: Asset | None = None, base_revision: int = 0, draft: Draft | None = None
) -> Draft:
    """Keep what was typed, whatever it is worth. The same person's draft of the same asset is replaced."""
    if by.person_id is None:
        raise Refused(_("Sign in to keep a draft."))
    values = {"content": dict(content), "base_revision": base_revision, "updated_at": clock.now(), "kind": kind}
    with transaction.atomic():
        if asset is not None:
            kept, _made = Draft.objects.update_or_create(asset=asset, language=language, author_id=by.person_id, defaults=values)
            return kept
        if draft is not None and draft.author_id == by.person_id:
            Draft.objects.filter(pk=draft.pk).update(**values)
            draft.refresh_from_db()
            return draft
        return Draft.objects.create(author_id=by.person_id, language=language, **values)


def discard_draft(draft: Draft, *, by: Reader) -> None:
    """Throw the draft away; only its author can."""
    if draft.author_id != by.person_id:
        raise Refused(_("Only its author can throw a draft away."))
    draft.delete()
