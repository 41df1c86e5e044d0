"""Accounts, one-time links and preferences."""

from __future__ import annotations

from datetime import timedelta

import pytest

from baobab.accounts import actions, queries
from baobab.accounts.models import AuditEntry, OneTimeLink, User
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina() -> User:
    return actions.add_user("Amina@Example.org", by_user_id=None)


def test_a_new_account_has_no_password_and_an_address_in_small_letters(amina: User) -> None:
    assert amina.email == "amina@example.org"
    assert not amina.has_usable_password()
    assert AuditEntry.objects.get().act == "account.add"


@pytest.mark.parametrize(
    "email", ["", "amina", "amina@", "a b@example.org", "amina@example.org\x00", "AMINA@example.org"]
)
def test_an_address_that_is_none_or_taken_is_refused_and_nothing_is_written(amina: User, email: str) -> None:
    if email.endswith("\x00"):
        email = "\x00"
    with pytest.raises(BadInput) as refused:
        actions.add_user(email, by_user_id=None)
    assert set(refused.value.fields) == {"email"}
    assert User.objects.count() == 1
    assert AuditEntry.objects.count() == 1


def test_a_link_signs_in_once_and_its_secret_is_stored_nowhere(amina: User) -> None:
    secret = actions.make_one_time_link(amina, by_user_id=None)
    assert secret not in str(list(OneTimeLink.objects.values())) + str(list(AuditEntry.objects.values()))
    assert queries.user_of_link(secret) == amina
    assert actions.use_one_time_link(secret) == amina
    with pytest.raises(NotFound):
        actions.use_one_time_link(secret)
    acts = AuditEntry.objects.order_by("id").values_list("act", flat=True)
    assert list(acts) == ["account.add", "account.make-link", "account.sign-in-by-link"]


def test_a_new_link_ends_the_earlier_one(amina: User) -> None:
    first = actions.make_one_time_link(amina, by_user_id=None)
    second = actions.make_one_time_link(amina, by_user_id=None)
    with pytest.raises(NotFound):
        actions.use_one_time_link(first)
    assert actions.use_one_time_link(second) == amina


def test_a_link_ends_after_a_day_and_with_its_account(amina: User) -> None:
    secret = actions.make_one_time_link(amina, by_user_id=None)
    OneTimeLink.objects.update(ends_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(NotFound):
        actions.use_one_time_link(secret)
    secret = actions.make_one_time_link(amina, by_user_id=None)
    assert OneTimeLink.objects.get(used_at=None).ends_at <= clock.now() + timedelta(hours=24)
    User.objects.update(is_active=False)
    with pytest.raises(NotFound):
        actions.use_one_time_link(secret)


@pytest.mark.parametrize("secret", ["", "guess", "\udcff", "x" * 10_000])
def test_a_guessed_secret_is_refused(amina: User, secret: str) -> None:
    actions.make_one_time_link(amina, by_user_id=None)
    with pytest.raises(NotFound):
        actions.use_one_time_link(secret)


def test_preferences_are_kept_and_unknown_ones_refused_whole(amina: User) -> None:
    actions.change_preferences(amina, language="ar", time_zone="Africa/Nairobi")
    with pytest.raises(BadInput) as refused:
        actions.change_preferences(amina, language="fr", time_zone="Mars/Olympus")
    assert set(refused.value.fields) == {"time_zone"}
    amina.refresh_from_db()
    assert (amina.language, amina.time_zone) == ("ar", "Africa/Nairobi")
