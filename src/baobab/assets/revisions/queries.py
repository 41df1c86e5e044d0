"""All reads of drafts and revisions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from baobab.kernel.errors import NotFound
from baobab.organisation.readers import Reader

from ..card.models import Asset
from .models import Draft, Revision


def draft_of(reader: Reader, asset: Asset, *, language: str) -> Draft | None:
    """The reader's own draft of the asset in the language (one query)."""
    return Draft.objects.filter(asset=asset, language=language, author=reader.person_id or 0).first()


def own_draft(reader: Reader, draft_id: int) -> Draft:
    """The reader's own draft; `NotFound` for anybody else's (one query)."""
    draft = Draft.objects.filter(pk=draft_id, author=reader.person_id or 0).first()
    if draft is None:
        raise NotFound(_("There is no such draft."))
    return draft


def own_drafts(reader: Reader) -> list[Draft]:
    """What the reader has begun and not published, newest first (one query)."""
    return list(
        Draft.objects.filter(author=reader.person_id or 0)
        .select_related("asset")
        .order_by("-updated_at")[:100]
    )


def revisions_of(asset: Asset, *, limit: int = 100) -> list[Revision]:
    """The asset's acts, newest first, without their contents (one query)."""
    return list(
        Revision.objects.filter(asset=asset).defer("content").select_related("by").order_by("-number")[:limit]
    )
