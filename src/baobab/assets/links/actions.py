"""All writes to links."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line
from baobab.organisation.readers import Reader

from ..card.holding import hold
from ..card.models import Asset
from ..indexing.actions import mark_dirty
from ..kinds import kind_of
from ..policy import is_gone
from ..revisions.actions import record_revisions
from .models import AssetLink
from .relations import RELATIONS


def add_link(source: Asset, target: Asset, *, relation: str, by: Reader, note: str = "") -> AssetLink:
    """Say that `source` stands in `relation` to `target`. The same again changes the note only."""
    if relation not in RELATIONS:
        raise BadInput(fields={"relation": [_("“%s” is no relation between assets.") % relation[:40]]})
    if source.pk == target.pk:
        raise BadInput(fields={"target": [_("Something cannot be linked to itself.")]})
    with transaction.atomic():
        hold(source)
        kind_of(source).policy.may_change(by, source).require()
        if is_gone(Asset.objects.get(pk=target.pk)):
            raise BadInput(
                fields={"target": [_("“%s” was withdrawn; nothing can be linked to it.") % target.title]}
            )
        link, is_new = AssetLink.objects.update_or_create(
            source=source, target=target, relation=relation, defaults={"note": clean_line(note)[:500]}
        )
        if is_new:
            record_revisions([source], by=by, act="link", note=f"{relation} {target.public_id}")
            mark_dirty([source.pk, target.pk])
    return link


def remove_link(link: AssetLink, *, by: Reader) -> None:
    """Take the link away."""
    with transaction.atomic():
        hold(link.source)
        kind_of(link.source).policy.may_change(by, link.source).require()
        ids = [link.source_id, link.target_id]
        record_revisions([link.source], by=by, act="unlink", note=f"{link.relation} {link.target.public_id}")
        link.delete()
        mark_dirty(ids)
