"""How people come in: an account together with the person it belongs to, and the first link of all."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.accounts import actions as accounts
from baobab.accounts.models import User
from baobab.accounts.queries import first_administrator, has_anybody_signed_in
from baobab.organisation import actions as organisation
from baobab.organisation.models import Membership, Unit
from baobab.organisation.queries import person_by_email, root_unit
from baobab.organisation.readers import system

FIRST_ADDRESS = "admin@localhost"


def open_account(
    email: str, *, name: str, is_administrator: bool, unit: Unit | None = None, role: str = ""
) -> User:
    """Open an account for one of the organisation: a person, new or known by the address, in a unit.

    Without `unit` it is the root, without `role` the person is a member. An administrator is made steward
    of the root unit too, so that somebody can edit from the first day. Raises `BadInput` when the address
    is none or taken, or the role is none; then nothing is written.
    """
    by = system()
    with transaction.atomic():
        user = accounts.add_user(email, by_user_id=None, is_administrator=is_administrator)
        person = person_by_email(user.email)
        if person is None:
            person = organisation.add_person(name or user.email, by=by, email=user.email, user=user)
        else:
            organisation.link_user(person, user, by=by)
        root = root_unit()
        if is_administrator:
            organisation.add_membership(root.group, person, by=by, role=Membership.Role.STEWARD)
        if not is_administrator or unit is not None or role:
            organisation.add_membership(
                (unit or root).group, person, by=by, role=role or Membership.Role.MEMBER
            )
    return user


def first_sign_in() -> str:
    """The secret of a link for the first administrator, made if absent; "" once anybody has signed in."""
    if has_anybody_signed_in():
        return ""
    user = first_administrator()
    if user is None:
        user = open_account(FIRST_ADDRESS, name=_("Administrator"), is_administrator=True)
    return accounts.make_one_time_link(user, by_user_id=None)
