"""Saved searches in a real browser: sound in both directions, and usable without scripts to the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from baobab.jobs.actions import enqueue
from baobab.jobs.worker import Worker
from baobab.kernel import clock
from baobab.search.indexer import catch_up
from baobab.search.saved.actions import save_search
from baobab.search.saved.actions.searches import stop_token
from baobab.search.saved.jobs import send_alerts
from baobab.search.saved.models import FailedSearch, SavedSearch
from baobab.web import context
from tests import factories
from tests.browser.visiting import visit_all
from tests.factories import House, Somebody, published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[House]:
    """The organisation and its cast, on an index and a data folder of their own."""
    settings.SEARCH_URL = f"memory://{tmp_path.name}"
    settings.BAOBAB_HOME = tmp_path
    context.forget()
    made = factories.house()
    assert catch_up()
    yield made
    context.forget()


def sign_in(page: Page, somebody: Somebody, base: str) -> None:
    """Let the browser be somebody's."""
    client = Client()
    client.force_login(somebody.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base}])


def with_news(who: Somebody, house: House) -> SavedSearch:
    """A saved search that found something since."""
    saved = save_search("q=peat&language=en", by=who.reader, rhythm="daily")
    published(house.amina.reader, "Peat atlas of a long name", summary="What grows where it is wet.")
    assert catch_up()
    enqueue(send_alerts)
    Worker(names=["search.alerts"]).work_off()
    return saved


def test_its_pages_are_sound_in_both_directions(page: Page, live_server: LiveServer, house: House) -> None:
    saved = with_news(house.dora, house)
    month = clock.today().strftime("%Y-%m")
    counts = {month: {"count": 12, "languages": {"en": 10, "fr": 2}, "filters": {"topic": 3}}}
    FailedSearch.objects.create(
        digest="x", question="carbon credits of mangroves", months=counts, last_month=month
    )
    sign_in(page, house.dora, live_server.url)
    own = f"saved/{saved.public_id}/"
    paths = ["saved/", "saved/new/?query=q%3Dpeat", own, f"{own}edit/", f"{own}remove/", "failed-searches/"]
    visit_all(page, live_server.url, [*paths, "failed-searches/?state=resolved"])
    sign_in(page, house.chen, live_server.url)
    visit_all(page, live_server.url, ["saved/"])


def test_a_search_is_saved_looked_at_and_removed_without_scripts(
    plain_page: Page, live_server: LiveServer, house: House
) -> None:
    page = plain_page
    sign_in(page, house.bruno, live_server.url)
    page.goto(f"{live_server.url}/en/search/?q=peat")
    page.get_by_role("link", name="Save this search").click()
    page.get_by_role("textbox", name="Name").fill("All about peat")
    page.get_by_role("radio", name="Every Monday").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All about peat")
    published(house.amina.reader, "Peat atlas")
    assert catch_up()
    enqueue(send_alerts)
    Worker(names=["search.alerts"]).work_off()
    page.goto(f"{live_server.url}/en/saved/")
    expect(page.get_by_text("1 new")).to_be_visible()
    page.get_by_role("link", name="All about peat", exact=True).click()
    expect(page.get_by_role("link", name="Peat atlas")).to_be_visible()
    page.get_by_role("button", name="I have seen these").click()
    expect(page.get_by_text("1 new")).to_have_count(0)
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="You have not saved a search yet")).to_be_visible()


def test_mail_is_stopped_by_one_click_by_whoever_has_the_link(
    plain_page: Page, live_server: LiveServer, house: House
) -> None:
    saved = with_news(house.bruno, house)
    plain_page.goto(f"{live_server.url}/alerts/stop/{stop_token(saved)}")
    plain_page.get_by_role("button", name="Stop this mail").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("No more mail about this search")
    saved.refresh_from_db()
    assert saved.rhythm == "none"
