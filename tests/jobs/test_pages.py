"""The page of jobs: who may see it, what it shows, and its two buttons."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from baobab.accounts import actions as accounts
from baobab.accounts.models import User
from baobab.jobs import actions
from baobab.jobs.models import Job
from baobab.jobs.worker import Worker

from . import sample_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> User:
    user = accounts.add_user("admin@example.org", by_user_id=None, is_administrator=True)
    client.force_login(user)
    return user


@pytest.fixture
def failed() -> Job:
    job = actions.enqueue(sample_jobs.fail, key="blob:7", how="for good")
    Worker().work_off()
    return job


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    sent = client.get("/en/jobs/?state=failed")
    assert sent.headers["Location"] == "/en/account/login/?next=/en/jobs/%3Fstate%3Dfailed"


def test_for_other_people_there_is_no_such_page_and_no_such_button(client: Client, failed: Job) -> None:
    client.force_login(accounts.add_user("amina@example.org", by_user_id=None))
    assert client.get("/en/jobs/").status_code == 404
    assert client.post(f"/en/jobs/{failed.pk}/retry/").status_code == 404
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_an_administrator_sees_what_happened_and_why(
    client: Client, administrator: User, failed: Job
) -> None:
    actions.enqueue(sample_jobs.note, text="x")
    page = client.get("/en/jobs/").content.decode()
    assert "Write a note" in page
    assert "The file is not there any more." in page
    assert "blob:7" not in page
    only = client.get("/en/jobs/?state=failed").content.decode()
    assert "Write a note" not in only
    assert "tests.fail" in only


def test_dates_are_written_in_the_readers_language_and_time_zone(client: Client, administrator: User) -> None:
    accounts.change_preferences(administrator, language="", time_zone="Asia/Tokyo")
    asked = datetime(2026, 3, 5, 20, 30, tzinfo=UTC)
    job = actions.enqueue(sample_jobs.note, text="x")
    Job.objects.filter(pk=job.pk).update(created_at=asked, failure="The disk is full.", run_at=asked)
    french = client.get("/fr/jobs/").content.decode()
    assert "6 mars 2026, 05:30" in french
    english = client.get("/en/jobs/").content.decode()
    assert "6 March 2026, 05:30" in english
    assert "the next is due at 05:30." in english


@pytest.mark.parametrize(
    "query", ["", "?state=nonsense", "?page=99999999999999999999", "?page=x", "?state=%00"]
)
def test_an_empty_list_says_so_whatever_the_address_asks(
    client: Client, administrator: User, query: str
) -> None:
    page = client.get(f"/en/jobs/{query}")
    assert page.status_code == 200
    assert "No jobs here" in page.content.decode()


def test_many_jobs_cost_no_more_queries_than_few(
    client: Client, administrator: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(70):
        actions.enqueue(sample_jobs.note, text=str(number))
    client.get("/en/jobs/")
    with django_assert_max_num_queries(7):
        page = client.get("/en/jobs/?page=3")
    assert page.content.decode().count("Write a note") == 10


def test_a_failed_job_is_tried_again_by_its_button(client: Client, administrator: User, failed: Job) -> None:
    assert f"/en/jobs/{failed.pk}/retry/" in client.get("/en/jobs/").content.decode()
    sent = client.post(f"/en/jobs/{failed.pk}/retry/", {"state": "failed"})
    assert sent.headers["Location"] == "/en/jobs/?state=failed"
    failed.refresh_from_db()
    assert failed.state == "waiting"


def test_a_waiting_job_is_stopped_by_its_button(client: Client, administrator: User) -> None:
    job = actions.enqueue(sample_jobs.note, text="x")
    page = client.post(f"/en/jobs/{job.pk}/stop/", follow=True)
    assert f"Job {job.pk} is stopped." in page.content.decode()
    job.refresh_from_db()
    assert job.state == "stopped"


def test_the_buttons_need_a_post_and_a_job(client: Client, administrator: User, failed: Job) -> None:
    assert client.get(f"/en/jobs/{failed.pk}/retry/").status_code == 405
    assert client.post("/en/jobs/999999/retry/").status_code == 404
    assert client.post("/en/jobs/999999/stop/").status_code == 404


def test_the_list_refreshes_itself_only_while_something_can_change(
    client: Client, administrator: User, failed: Job
) -> None:
    assert "hx-trigger" not in client.get("/en/jobs/").content.decode()
    actions.enqueue(sample_jobs.note, text="x")
    assert "hx-trigger" in client.get("/en/jobs/").content.decode()
    fragment = client.get("/en/jobs/", headers={"HX-Request": "true"}).content.decode()
    assert fragment.strip().startswith('<div id="jobs"')
    assert "<html" not in fragment
