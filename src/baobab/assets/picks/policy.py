"""Who may choose what stands first on a portal."""

from __future__ import annotations

from django.utils.translation import gettext as _

from baobab.kernel.decisions import Allowed, Decision, Denied
from baobab.organisation.readers import Reader

from ..card.models import Asset


def may_choose_picks(by: Reader) -> Decision:
    """Whether somebody chooses for portals at all: knowledge managers, administrators, editors of a unit."""
    if by.is_system or by.is_knowledge_manager or by.is_administrator or by.edits_units:
        return Allowed()
    return Denied(_("Only knowledge managers and editors of a unit choose what stands first here."))


def may_pick(by: Reader, asset: Asset) -> Decision:
    """Knowledge managers and administrators choose among everything, editors among what their units own."""
    may_choose_picks(by).require()
    if by.is_system or by.is_knowledge_manager or by.is_administrator or asset.unit_id in by.edits_units:
        return Allowed()
    return Denied(_("“%s” belongs to a unit that you do not edit: ask a knowledge manager.") % asset.title)
