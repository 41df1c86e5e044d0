"""The pattern page and the error pages in a real browser, with and without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.visiting import Watch, visit_all
from tests.design.urls import KEPT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def own_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.design.urls"


def test_the_pattern_page_is_sound_in_both_directions(page: Page, live_server: LiveServer) -> None:
    visit_all(page, live_server.url, ["patterns/", "library/"])


def test_error_pages_are_sound_in_both_directions(page: Page, live_server: LiveServer) -> None:
    visit_all(page, live_server.url, [f"error/{status}/" for status in (400, 403, 404, 410, 500)])


def test_the_watch_notices_what_the_policy_refuses(page: Page, live_server: LiveServer) -> None:
    watch = Watch(page)
    page.goto(f"{live_server.url}/en/library/")
    assert watch.take() == []
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('style'), {textContent: 'a {}'}))"
    )
    assert any("style-src" in line for line in watch.take())


def test_the_theme_chosen_stays_on_the_next_page(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/en/patterns/")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"{live_server.url}/en/library/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="As the device").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") is None


def test_without_scripts_menu_language_and_pages_work(plain_page: Page, live_server: LiveServer) -> None:
    plain_page.goto(f"{live_server.url}/en/library/?q=peat")
    plain_page.locator("summary", has_text="Menu").click()
    expect(plain_page.locator(".menu[open] a", has_text="Topics")).to_be_visible()
    plain_page.locator("summary", has_text="Menu").click()
    plain_page.locator(".menu > summary", has_text="Language").click()
    plain_page.locator(".menu[open] a[hreflang=ar]").click()
    assert plain_page.url == f"{live_server.url}/ar/library/?q=peat"
    assert plain_page.locator("html").get_attribute("dir") == "rtl"
    plain_page.locator("a[rel=next]").click()
    assert plain_page.url == f"{live_server.url}/ar/library/?q=peat&page=2"
    expect(plain_page.locator("[data-theme-choice]")).to_be_hidden()


def test_the_keyboard_reaches_the_content_first(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/en/library/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_escape_closes_a_menu_and_returns_to_it(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/en/library/")
    page.locator("summary", has_text="Menu").click()
    page.keyboard.press("Escape")
    expect(page.locator("details.menu[open]")).to_have_count(0)
    expect(page.locator("summary", has_text="Menu")).to_be_focused()


def test_a_chosen_file_is_named_with_its_size(page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    document = tmp_path / "تقرير.pdf"
    document.write_bytes(b"%PDF-" + b"x" * 2995)
    page.goto(f"{live_server.url}/en/patterns/")
    page.locator("#id_file").first.set_input_files(document)
    expect(page.locator("[data-drop-list] li").first).to_contain_text("تقرير.pdf (3 kB)")


def test_a_language_once_chosen_is_remembered(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/en/library/")
    page.locator(".menu > summary", has_text="Language").click()
    page.locator(".menu[open] a[hreflang=fr]").click()
    kept = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    assert kept["django_language"] == "fr"


def test_a_part_of_a_page_is_swapped_under_the_policy(page: Page, live_server: LiveServer) -> None:
    watch = Watch(page)
    page.goto(f"{live_server.url}/en/working/")
    page.get_by_role("link", name="Show more").click()
    expect(page.locator("#part")).to_have_text("Here it is.")
    assert page.url == f"{live_server.url}/en/working/"
    assert watch.take() == []


def test_what_is_typed_is_kept_and_said_to_be(page: Page, live_server: LiveServer) -> None:
    KEPT.clear()
    page.goto(f"{live_server.url}/en/working/")
    page.get_by_label("Text").press_sequentially("Peat \u0645\u0627\u0621")
    expect(page.get_by_role("status")).to_have_text("Kept")
    assert KEPT == ["Peat \u0645\u0627\u0621"]


def test_what_could_not_be_kept_is_said_too(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/en/working/")
    page.route("**/keep/", lambda route: route.abort())
    page.get_by_label("Text").fill("Peat")
    expect(page.get_by_role("status")).to_have_text("Not kept")
