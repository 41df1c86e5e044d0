"""Signing in and the pages of one's own account."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils.html import escape
from pytest_django.fixtures import Settings

from baobab.accounts import actions
from baobab.accounts.models import User
from baobab.organisation.actions import add_membership, add_person, add_unit
from baobab.organisation.readers import system

pytestmark = pytest.mark.django_db
PASSWORD = "reeds and herons"


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture
def amina() -> User:
    user = actions.add_user("amina@example.org", by_user_id=None)
    user.set_password(PASSWORD)
    user.save()
    return user


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_looking_at_a_one_time_link_does_not_use_it_up_and_pressing_the_button_does(client: Client) -> None:
    user = actions.add_user("new@example.org", by_user_id=None)
    address = f"/en/account/link/{actions.make_one_time_link(user, by_user_id=None)}/"
    for _ in range(2):
        page = client.get(address)
        assert page.status_code == 200
        assert "new@example.org" in page.content.decode()
        assert "no-store" in page.headers["Cache-Control"]
    assert not is_signed_in(client)
    entered = client.post(address)
    assert (entered.status_code, entered.headers["Location"]) == (302, "/en/account/password/set/")
    assert is_signed_in(client)
    assert Client().post(address).status_code == 404


def test_the_link_without_a_language_leads_to_the_readers_own(client: Client) -> None:
    user = actions.add_user("new@example.org", by_user_id=None)
    secret = actions.make_one_time_link(user, by_user_id=None)
    sent = client.get(f"/account/link/{secret}/", headers={"Accept-Language": "ar"})
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/ar/account/link/{secret}/")


def test_a_link_that_never_was_is_not_found(client: Client) -> None:
    assert client.get("/en/account/link/guess/").status_code == 404
    assert client.post("/en/account/link/guess/").status_code == 404


def test_the_first_password_is_set_after_the_link_and_then_works(client: Client) -> None:
    user = actions.add_user("new@example.org", by_user_id=None)
    client.post(f"/en/account/link/{actions.make_one_time_link(user, by_user_id=None)}/")
    assert client.get("/en/account/password/set/").status_code == 200
    short = client.post("/en/account/password/set/", {"password1": "short", "password2": "short"})
    assert "too short" in short.content.decode()
    entered = client.post(
        "/en/account/password/set/", {"password1": PASSWORD, "password2": PASSWORD}, follow=True
    )
    assert entered.request["PATH_INFO"] == "/en/"
    assert "Your password is set" in entered.content.decode()
    other = Client()
    other.post("/en/account/login/", {"login": "NEW@example.org", "password": PASSWORD})
    assert is_signed_in(other)


def test_signing_in_with_the_password_keeps_the_language(client: Client, amina: User) -> None:
    page = client.get("/ar/account/login/")
    assert 'dir="rtl"' in page.content.decode()
    assert 'action="/ar/account/login/"' in page.content.decode()
    entered = client.post(
        "/ar/account/login/?next=/ar/account/", {"login": amina.email, "password": PASSWORD}
    )
    assert entered.headers["Location"] == "/ar/account/"
    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: Client, amina: User) -> None:
    wrong = client.post("/en/account/login/", {"login": amina.email, "password": "not the one"})
    unknown = client.post("/en/account/login/", {"login": "nobody@example.org", "password": "not the one"})

    def said(response: object) -> list[str]:
        return re.findall(
            r'<p class="field-error">.*?</p>|role="alert".*?</div></div>', str(response), re.DOTALL
        )

    assert said(wrong.content.decode()) == said(unknown.content.decode()) != []
    assert not is_signed_in(client)


def test_signing_in_never_leads_to_another_site(client: Client, amina: User) -> None:
    there = {"login": amina.email, "password": PASSWORD, "next": "https://elsewhere.example.org/"}
    entered = client.post("/en/account/login/", there)
    assert entered.headers["Location"] == "/"


def test_guessing_passwords_is_stopped(client: Client, amina: User) -> None:
    guess = {"login": amina.email, "password": "not the one"}
    statuses = [client.post("/en/account/login/", guess).status_code for _ in range(12)]
    assert statuses[0] == 200
    right = client.post("/en/account/login/", {"login": amina.email, "password": PASSWORD})
    assert not is_signed_in(client)
    assert right.status_code in (200, 429)


@pytest.mark.parametrize(("proxies", "is_limited"), [(0, True), (1, False)])
def test_visitors_behind_a_trusted_proxy_do_not_share_a_limit(
    client: Client, amina: User, settings: Settings, *, proxies: int, is_limited: bool
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(40):
        guess = {"login": f"nobody{number}@example.org", "password": "not the one"}
        client.post("/en/account/login/", guess, headers={"X-Forwarded-For": "192.0.2.1"})
    right = {"login": amina.email, "password": PASSWORD}
    entered = client.post("/en/account/login/", right, headers={"X-Forwarded-For": "192.0.2.1, 192.0.2.2"})
    assert (entered.status_code == 429) is is_limited
    assert is_signed_in(client) is not is_limited


def test_a_forgotten_password_is_answered_alike_and_mailed_only_to_accounts(
    client: Client, amina: User
) -> None:
    known = client.post("/en/account/password/reset/", {"email": amina.email})
    unknown = client.post("/en/account/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert client.get(known.headers["Location"]).status_code == 200
    (message,) = mail.outbox
    assert message.to == [amina.email]
    (address,) = re.findall(r"http://testserver(/\S+)", str(message.body))
    form = client.get(address, follow=True)
    assert "Set a new password" in form.content.decode()
    chosen = {"password1": "sedge and cranes", "password2": "sedge and cranes"}
    assert client.post(form.request["PATH_INFO"], chosen, follow=True).status_code == 200
    amina.refresh_from_db()
    assert amina.check_password("sedge and cranes")
    assert "does not work any more" in Client().get(address, follow=True).content.decode()


def test_nobody_opens_an_account_alone(client: Client) -> None:
    asked = {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/en/account/signup/", asked)
    assert not User.objects.exists()


def test_signing_out_asks_first(client: Client, amina: User) -> None:
    client.force_login(amina)
    assert client.get("/en/account/logout/").status_code == 200
    assert is_signed_in(client)
    client.post("/en/account/logout/")
    assert not is_signed_in(client)


def test_ones_own_account_keeps_language_and_time_zone(client: Client, amina: User) -> None:
    client.force_login(amina)
    assert escape(amina.email) in client.get("/en/account/").content.decode()
    saved = client.post("/en/account/", {"language": "fr", "time_zone": "Africa/Dakar"})
    assert saved.status_code == 302
    amina.refresh_from_db()
    assert (amina.language, amina.time_zone) == ("fr", "Africa/Dakar")
    assert client.get("/account/", headers={"Accept-Language": "es"}).headers["Location"] == "/fr/account/"


def test_whoever_looks_after_the_site_finds_the_background_jobs_in_the_account(
    client: Client, amina: User
) -> None:
    client.force_login(amina)
    assert 'href="/en/jobs/"' not in client.get("/en/account/").content.decode()
    unit = add_unit({"en": "Wetlands House"}, level="headquarters", parent=None, by=system())
    person = add_person("Amina", by=system(), user=amina)
    add_membership(unit.group, person, by=system(), role="knowledge-manager")
    assert 'href="/en/jobs/"' in client.get("/en/account/").content.decode()
    administrator = actions.add_user("dora@example.org", by_user_id=None, is_administrator=True)
    client.force_login(administrator)
    assert 'href="/en/jobs/"' in client.get("/en/account/").content.decode()


def test_an_unknown_time_zone_is_refused_with_a_sentence_and_nothing_is_changed(
    client: Client, amina: User
) -> None:
    client.force_login(amina)
    refused = client.post("/en/account/", {"language": "fr", "time_zone": "Mars/Olympus"})
    assert refused.status_code == 400
    assert "Nothing was saved" in refused.content.decode()
    amina.refresh_from_db()
    assert (amina.language, amina.time_zone) == ("", "")


def test_strangers_are_sent_to_sign_in_and_back(client: Client) -> None:
    sent = client.get("/en/account/")
    assert sent.headers["Location"].startswith("/en/account/login/?next=")


@pytest.mark.parametrize(
    "page",
    [
        "",
        "password/change/",
        "second-factor/",
        "second-factor/totp/activate/",
        "email/",
    ],
)
def test_every_page_of_the_account_stands_in_the_houses_design(
    client: Client, amina: User, page: str
) -> None:
    client.post("/en/account/login/", {"login": amina.email, "password": PASSWORD})
    response = client.get(f"/en/account/{page}", follow=True)
    assert response.status_code == 200
    assert 'class="masthead"' in response.content.decode()


def test_the_second_steps_picture_is_part_of_the_page_and_breaks_no_content_policy(
    client: Client, amina: User
) -> None:
    client.post("/en/account/login/", {"login": amina.email, "password": PASSWORD})
    asked_again = client.get("/en/account/second-factor/totp/activate/", follow=True)
    assert "Is it still you?" in asked_again.content.decode()
    client.post(asked_again.request["PATH_INFO"], {"password": PASSWORD})
    page = client.get("/en/account/second-factor/totp/activate/").content.decode()
    picture = page.split('<figure class="thumb">')[1].split("</figure>")[0]
    assert "<path" in picture
    assert "style=" not in picture
    assert "<?xml" not in picture
    assert "data:" not in page
