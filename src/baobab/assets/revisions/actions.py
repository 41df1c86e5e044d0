"""All writes to drafts and revisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.kernel import clock
from baobab.kernel.errors import Refused
from baobab.kernel.text import clean_text, storable
from baobab.organisation.readers import Reader

from ..card.holding import held
from ..card.models import Asset
from ..kinds import kind_named
from ..texts.actions import clean_language
from .models import Draft, Revision
from .snapshots import pack, snapshots


def record_revisions(assets: Sequence[Asset], *, by: Reader, act: str, note: str = "") -> None:
    """Give each asset its next revision: the whole of it after the act.

    Called inside the act's transaction.
    """
    now = clock.now()
    note = clean_text(note)
    # The rows as they are now, whatever the caller's objects have seen: no revision is numbered or
    # written from memory.
    current = held(asset.pk for asset in assets)
    for row in current.values():
        row.revision += 1
        row.updated_at = now
    for asset in assets:
        asset.revision, asset.updated_at = current[asset.pk].revision, now
    rows = list(current.values())
    Asset.objects.bulk_update(rows, ["revision", "updated_at"], batch_size=200)
    content = snapshots(rows)
    Revision.objects.bulk_create(
        [
            Revision(
                asset=row,
                number=row.revision,
                at=now,
                by_id=by.person_id,
                act=act,
                note=note,
                content=pack(content[row.pk]),
            )
            for row in rows
        ],
        batch_size=200,
    )


def save_draft(
    content: Mapping[str, object],
    *,
    by: Reader,
    kind: str,
    language: str,
    asset: Asset | None = None,
    base_revision: int = 0,
    draft: Draft | None = None,
) -> Draft:
    """Keep what was typed, whatever it is worth. The same person's draft of the same asset is replaced.

    Raises `NotFound` for an unknown kind, `BadInput` for an unknown language, `Refused` where nobody is there
    to own the draft.
    """
    if by.person_id is None:
        raise Refused(_("Sign in to keep a draft."))
    language = clean_language(language)
    values = {
        "content": _storable(dict(content)),
        "base_revision": base_revision,
        "updated_at": clock.now(),
        "kind": kind_named(kind).name,
    }
    with transaction.atomic():
        if asset is not None:
            kept, _made = Draft.objects.update_or_create(
                asset=asset, language=language, author_id=by.person_id, defaults=values
            )
            return kept
        if draft is not None and Draft.objects.filter(pk=draft.pk, author=by.person_id).update(**values):
            draft.refresh_from_db()
            return draft
        return Draft.objects.create(author_id=by.person_id, language=language, **values)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(str(key)): _storable(one) for key, one in value.items()}
    return [_storable(one) for one in value] if isinstance(value, list | tuple) else value


def discard_draft(draft: Draft, *, by: Reader) -> None:
    """Throw the draft away; only its author can."""
    if draft.author_id != by.person_id:
        raise Refused(_("Only its author can throw a draft away."))
    draft.delete()
