"""All writes to accounts, one-time links and the audit trail."""

from __future__ import annotations

import secrets
import zoneinfo
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from baobab.kernel import clock
from baobab.kernel.errors import BadInput, NotFound
from baobab.kernel.text import clean_line

from . import queries
from .models import AuditEntry, OneTimeLink, User

LINK_LASTS = timedelta(hours=24)


def record(act: str, *, by_user_id: int | None, subject: str = "", **detail: object) -> None:
    """Write a line of the audit trail, in the transaction of the act it speaks of."""
    AuditEntry.objects.create(
        at=clock.now(), user_id=by_user_id, act=act, subject=subject[:80], detail=detail
    )


def add_user(
    email: str, *, by_user_id: int | None, is_administrator: bool = False, language: str = ""
) -> User:
    """Open an account without a password; its owner comes in by a one-time link and sets one.

    Raises `BadInput` when the address is none, or has an account already.
    """
    email = clean_line(email).lower()
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput(fields={"email": [_("“%s” is not an e-mail address.") % email[:100]]}) from None
    _require_known(language=language, time_zone="")
    with transaction.atomic():
        if User.objects.filter(email__iexact=email).exists():
            raise BadInput(fields={"email": [_("There is an account with the address %s already.") % email]})
        user = User(email=email, is_administrator=is_administrator, language=language)
        user.set_unusable_password()
        user.save()
        record(
            "account.add", by_user_id=by_user_id, subject=f"user:{user.pk}", is_administrator=is_administrator
        )
    return user


def make_one_time_link(user: User, *, by_user_id: int | None) -> str:
    """Make the secret of a link that signs the user in once within 24 hours; it is stored nowhere.

    Earlier links of the same user that were not used stop working.
    """
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        OneTimeLink.objects.filter(user=user, used_at=None).delete()
        OneTimeLink.objects.create(
            user=user, secret_hash=queries.hash_of(secret), ends_at=clock.now() + LINK_LASTS
        )
        record("account.make-link", by_user_id=by_user_id, subject=f"user:{user.pk}")
    return secret


def use_one_time_link(secret: str) -> User:
    """Use a link up and say whom it signs in. Of two who try at once one succeeds.

    Raises `NotFound`, and nothing more precise, when it never was, was used, or has ended.
    """
    with transaction.atomic():
        user = queries.user_of_link(secret)
        link = OneTimeLink.objects.filter(secret_hash=queries.hash_of(secret), used_at=None)
        if not link.update(used_at=clock.now()):
            raise NotFound(_("This link does not work any more."))
        record("account.sign-in-by-link", by_user_id=user.pk, subject=f"user:{user.pk}")
    return user


def change_preferences(user: User, *, language: str, time_zone: str) -> User:
    """Set the language and the time zone in which the user reads; empty means none chosen.

    Raises `BadInput` when either is unknown; then nothing is changed.
    """
    _require_known(language=language, time_zone=time_zone)
    user.language = language
    user.time_zone = time_zone
    with transaction.atomic():
        user.save(update_fields=["language", "time_zone"])
    return user


def _require_known(*, language: str, time_zone: str) -> None:
    fields: dict[str, list[str]] = {}
    if language and language not in dict(settings.LANGUAGES):
        fields["language"] = [_("The site does not speak this language.")]
    if time_zone and time_zone not in zoneinfo.available_timezones():
        fields["time_zone"] = [_("“%s” is not a time zone.") % time_zone[:64]]
    if fields:
        raise BadInput(fields=fields)
