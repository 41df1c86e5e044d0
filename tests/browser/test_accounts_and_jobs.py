"""Signing in, one's own account and the page of jobs in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from baobab.accounts import actions as accounts
from baobab.accounts.models import User
from baobab.jobs import actions
from baobab.jobs.models import Job
from tests.browser.visiting import visit_all
from tests.jobs import sample_jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "reeds and herons"


@pytest.fixture
def administrator(transactional_db: None) -> User:
    user = accounts.add_user("admin@example.org", by_user_id=None, is_administrator=True)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(page: Page, user: User, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/en/account/login/")
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button.button")
    page.wait_for_load_state()


def test_the_pages_of_signing_in_are_sound(page: Page, live_server: LiveServer, administrator: User) -> None:
    secret = accounts.make_one_time_link(administrator, by_user_id=None)
    visit_all(
        page,
        live_server.url,
        [
            "account/login/",
            "account/password/reset/",
            "account/password/reset/done/",
            f"account/link/{secret}/",
        ],
    )


def test_the_pages_of_ones_account_and_of_jobs_are_sound(
    page: Page, live_server: LiveServer, administrator: User
) -> None:
    sign_in(page, administrator, live_server)
    first = actions.enqueue(sample_jobs.fail, key="a", how="for good")
    actions.enqueue(sample_jobs.count, key="b", to=9)
    actions.enqueue(sample_jobs.note, text="waiting")
    for outcome in ("failed", "running"):
        job = actions.claim("elsewhere/w1/1-a")
        assert job is not None
        if outcome == "failed":
            actions.fail(job, worker="elsewhere/w1/1-a", sentence="The file is not there.", is_final=True)
        else:
            actions.beat(job.pk, worker="elsewhere/w1/1-a", done=4, total=9, message="Number 4")
    assert Job.objects.get(pk=first.pk).state == "failed"
    visit_all(
        page,
        live_server.url,
        [
            "account/", "account/password/change/", "account/second-factor/",
            "account/second-factor/totp/activate/", "account/logout/", "jobs/", "jobs/?state=stopped",
        ],
    )  # fmt: skip


def test_the_list_of_jobs_follows_what_happens_without_being_asked(
    page: Page, live_server: LiveServer, administrator: User
) -> None:
    sign_in(page, administrator, live_server)
    job = actions.enqueue(sample_jobs.note, text="x")
    page.goto(f"{live_server.url}/en/jobs/")
    expect(page.locator("#jobs tbody .badge")).to_have_text("Waiting")
    actions.request_stop(job.pk)
    expect(page.locator("#jobs tbody .badge")).to_have_text("Stopped", timeout=20_000)
    page.click("text=Try again")
    expect(page.locator("#jobs tbody .badge")).to_have_text("Waiting")
