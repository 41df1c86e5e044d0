"""Who may do what to an asset. Kinds may bring a policy of their own; this is what they start from."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from baobab.kernel.decisions import Allowed, Decision, Denied
from baobab.organisation.models import Unit
from baobab.organisation.readers import STAFF, Reader

from .card.models import LISTED_STATES, WORKING_STATES, Asset


@dataclass(frozen=True, slots=True)
class Policy:
    """The default: staff and members write drafts, owners and editors publish, administrators purge.

    Whether somebody may *read* is never asked here: actions are given assets their caller may read. What was
    withdrawn, merged or removed is changed by nobody. An owner acts while she belongs to a unit: who has left
    still reads her own work, and its unit's editors look after it. No answer takes a query.
    """

    def may_create(self, by: Reader, unit: Unit) -> Decision:
        """Staff anywhere; members of commissions and member organisations in their own unit.

        Editors in all they edit.
        """
        if by.is_system or by.is_administrator or STAFF in by.labels or unit.pk in by.units | by.edits_units:
            return Allowed()
        if not by.is_signed_in:
            return Denied(_("Sign in to add something to the library."))
        return Denied(_("You can add to the units you belong to; “%s” is not one of them.") % unit)

    def may_change(self, by: Reader, asset: Asset) -> Decision:
        """The owner and the editors of the unit or of a unit above it."""
        if is_gone(asset):
            return Denied(_("“%s” was withdrawn and cannot be changed.") % asset.title)
        if by.is_system or self._owns_or_edits(by, asset):
            return Allowed()
        return Denied(_("Only its owner and the editors of its unit can change this."))

    def may_publish(self, by: Reader, asset: Asset) -> Decision:
        """Whoever may change it."""
        if is_gone(asset):
            return Denied(_("“%s” was withdrawn; it cannot be published again.") % asset.title)
        if by.is_system or self._owns_or_edits(by, asset):
            return Allowed()
        return Denied(_("Only its owner and the editors of its unit can publish this."))

    def may_withdraw(self, by: Reader, asset: Asset) -> Decision:
        """Whoever may change it, and knowledge managers."""
        if by.is_system or by.is_knowledge_manager or self._owns_or_edits(by, asset):
            return Allowed()
        return Denied(_("Only its owner, the editors of its unit and knowledge managers can withdraw this."))

    def may_mark_quality(self, by: Reader, asset: Asset) -> Decision:
        """Editors of the unit and knowledge managers; to own it is not enough."""
        if is_gone(asset):
            return Denied(_("“%s” was withdrawn and cannot be changed.") % asset.title)
        if by.is_system or by.is_knowledge_manager or self._edits(by, asset):
            return Allowed()
        return Denied(_("Only the editors of its unit and knowledge managers can say that this was checked."))

    def may_purge(self, by: Reader, asset: Asset) -> Decision:
        """Administrators."""
        if by.is_system or by.is_administrator:
            return Allowed()
        return Denied(_("Only an administrator can remove something for good."))

    def _owns_or_edits(self, by: Reader, asset: Asset) -> bool:
        is_owner = by.person_id is not None and asset.owner_id == by.person_id
        return (is_owner and (bool(by.units) or by.is_administrator)) or self._edits(by, asset)

    def _edits(self, by: Reader, asset: Asset) -> bool:
        return asset.unit_id in by.edits_units


def is_gone(asset: Asset) -> bool:
    """Whether only a tombstone is left of the asset, or the way to another."""
    return asset.state not in (*LISTED_STATES, *WORKING_STATES)
