"""Who may change persons, units and memberships."""

from __future__ import annotations

from django.utils.translation import gettext as _

from baobab.kernel.decisions import Allowed, Decision, Denied

from .readers import Reader


def may_change_organisation(by: Reader) -> Decision:
    """Administrators and the product itself may."""
    if by.is_administrator or by.is_system:
        return Allowed()
    return Denied(_("Only an administrator can change persons, units and memberships."))
