"""Who may do what to an asset. Kinds may bring a policy of their own; this is what they start from."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from baobab.kernel.decisions import Allowed, Decision, Denied
from baobab.organisation.models import Unit
from baobab.organisation.queries import ancestors_of_unit
from baobab.organisation.readers import STAFF, Reader, unit_label

from .card.models import Asset


@dataclass(frozen=True, slots=True)
class Policy:
    """The default: staff and members write drafts, owners and editors publish, administrators purge.

    Whether somebody may *read* is never asked here: actions are given assets their caller may read.
    """

    def may_create(self, by: Reader, unit: Unit) -> Decision:
        """Staff anywhere; members of commissions and member organisations in their own unit."""
        if by.is_system or by.is_administrator or STAFF in by.labels or unit_label(unit.pk) in by.labels:
            return Allowed()
        if not by.is_signed_in:
            return Denied(_("Sign in to add something to the library."))
        return Denied(_("You can add to the units you belong to; “%s” is not one of them.") % unit)

    def may_change(self, by: Reader, asset: Asset) -> Decision:
        """The owner and the editors of the unit or of a unit above it."""
        if by.is_system or self._owns_or_edits(by, asset):
            return Allowed()
        return Denied(_("Only its owner and the editors of its unit can change this."))

    def may_publish(self, by: Reader, asset: Asset) -> Decision:
        """Whoever may change it."""
        if by.is_system or self._owns_or_edits(by, asset):
            return Allowed()
        return Denied(_("Only its owner and the editors of its unit can publish this."))

    def may_withdraw(self, by: Reader, asset: Asset) -> Decision:
        """Whoever may change it, and knowledge managers."""
        if by.is_system or by.is_knowledge_manager or self._owns_or_edits(by, asset):
            return Allowed()
        return Denied(_("Only its owner, the editors of its unit and knowledge managers can withdraw this."))

    def may_mark_quality(self, by: Reader, asset: Asset) -> Decision:
        """Editors of the unit and knowledge managers; an owner does not vouch for her own work."""
        if by.is_system or by.is_knowledge_manager or self._edits(by, asset):
            return Allowed()
        return Denied(_("Only the editors of its unit and knowledge managers can say that this was checked."))

    def may_purge(self, by: Reader, asset: Asset) -> Decision:
        """Administrators."""
        if by.is_system or by.is_administrator:
            return Allowed()
        return Denied(_("Only an administrator can remove something for good."))

    def _owns_or_edits(self, by: Reader, asset: Asset) -> bool:
        return (by.person_id is not None and asset.owner_id == by.person_id) or self._edits(by, asset)

    def _edits(self, by: Reader, asset: Asset) -> bool:
        return bool(by.edits_units) and not by.edits_units.isdisjoint(ancestors_of_unit(asset.unit_id))
