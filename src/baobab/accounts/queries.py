"""All reads of accounts and one-time links; each costs one query."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from baobab.kernel import clock
from baobab.kernel.errors import NotFound

from .models import OneTimeLink, User


def hash_of(secret: str) -> str:
    """What is stored of a link's secret: SHA-256. The secret has 256 bits, so no salt is needed."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def user_with_address(email: str) -> User:
    """The account with this address, whatever its case. Raises `NotFound`."""
    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise NotFound(_("There is no account with the address %s.") % email[:100])
    return user


def user_of_link(secret: str) -> User:
    """Whom a link would sign in. Raises `NotFound` when it does not work (any more)."""
    link = (
        OneTimeLink.objects.select_related("user")
        .filter(secret_hash=hash_of(secret), used_at=None, ends_at__gt=clock.now(), user__is_active=True)
        .first()
    )
    if link is None:
        raise NotFound(_("This link does not work any more."))
    return link.user


def has_anybody_signed_in() -> bool:
    """Whether any account was ever used."""
    return User.objects.exclude(last_login=None).exists()


def first_administrator() -> User | None:
    """The oldest active administrator, or None."""
    return User.objects.filter(is_administrator=True, is_active=True).order_by("pk").first()
