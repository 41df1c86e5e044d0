"""Searching as people do it: suggestions by keyboard, facets on a phone, and all of it without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from baobab.assets.fields import Words
from baobab.assets.models import Asset
from baobab.assets.quality.actions import mark_quality
from baobab.search.indexer import catch_up
from baobab.vocabularies.actions import import_scheme
from baobab.vocabularies.models import Concept, Scheme
from baobab.web import context
from tests import factories
from tests.browser.visiting import DESK, Watch, accessibility, too_wide, visit_all
from tests.factories import House, published, with_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[House]:
    """The organisation, three topics, and an index of its own."""
    settings.SEARCH_URL = f"memory://{tmp_path.name}"
    settings.BAOBAB_HOME = tmp_path
    context.forget()
    file = tmp_path / "topics.ttl"
    file.write_text(factories.TOPICS)
    import_scheme(file, by_user_id=None, use=Scheme.Use.TOPICS)
    yield factories.house()
    context.forget()


@pytest.fixture
def library(house: House) -> Asset:
    """Some works about peat, one of them with a file and a check; the one with everything."""
    amina = house.amina.reader
    peat = [Concept.objects.get(notation="peat").pk]
    first = published(
        amina,
        "Peat manual",
        summary="How to block canals so that sphagnum returns to the peat.",
        translations={"ar": Words("دليل الخث", "كيف تُغلق القنوات كي يعود الخث", "")},
        authors=["Wangari Muta"],
        concepts=peat,
        issued="2018",
    )
    with_file(first, "Cover", "The sphagnum returns after blocking canals in the peat", by=amina)
    mark_quality(first, check="peer-review", by=amina, on=date(2024, 5, 3))
    for number, year in enumerate(range(2005, 2018)):
        words = f"Canals, sphagnum and peat, seen for the {number}th time."
        published(amina, f"Peat report {year}", summary=words, concepts=peat, issued=str(year), language="en")
    published(amina, "Fisheries of the delta", summary="Fish in canals.", issued="2020")
    assert catch_up()
    return first


def box_of(page: Page) -> Locator:
    return page.get_by_role("combobox")


def typed(page: Page, text: str) -> Locator:
    """The box in which somebody typed; scripts make it a combobox with the first touch."""
    page.locator("main input[type=search]").click()
    box = box_of(page)
    box.press_sequentially(text)
    expect(page.get_by_role("listbox")).to_be_visible()
    return box


def test_pages_of_searching_are_sound_in_both_directions(
    page: Page, live_server: LiveServer, library: Asset
) -> None:
    water = Concept.objects.get(notation="water").public_id
    visit_all(
        page,
        live_server.url,
        [
            "/search/?q=peat",
            f"/search/?q=peat&topic={water}&year=2010..2019&sort=newest",
            "/search/?q=sphagnun",
            "/search/?q=zeppelin",
            "/search/by/topic/?q=peat",
            f"/assets/{library.public_id}/like/",
        ],
    )


def test_suggestions_are_reached_by_keyboard_and_announced(
    page: Page, live_server: LiveServer, library: Asset
) -> None:
    watch = Watch(page)
    page.goto(f"{live_server.url}/en/")
    box = typed(page, "pea")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("group", name="Titles")).to_be_visible()
    expect(page.get_by_role("group", name="Topics").get_by_role("option")).to_have_count(1)
    expect(page.locator("form [role=status]")).to_have_text("6 suggestions")
    assert accessibility(page, Axe()) == []
    box.press("ArrowDown")
    first = page.get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    box.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "false")
    box.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("pea")
    box.press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    topic = page.get_by_role("group", name="Topics").get_by_role("option")
    for _step in range(20):
        box.press("ArrowDown")
        if topic.get_attribute("aria-selected") == "true":
            break
    box.press("Enter")
    page.wait_for_url("**/topics/**")
    assert watch.take() == []


def test_enter_without_a_choice_searches_for_what_was_typed(
    page: Page, live_server: LiveServer, library: Asset
) -> None:
    page.goto(f"{live_server.url}/en/")
    typed(page, "pea").press("Enter")
    page.wait_for_url("**/search/?q=pea")


def test_recent_searches_stay_in_the_browser_until_they_are_forgotten(
    page: Page, live_server: LiveServer, library: Asset
) -> None:
    page.goto(f"{live_server.url}/en/")
    typed(page, "peat").press("Enter")
    page.wait_for_url("**/search/?q=peat")
    assert page.context.cookies() == []
    page.goto(f"{live_server.url}/en/")
    page.locator("main input[type=search]").click()
    box_of(page).press("ArrowDown")
    recent = page.get_by_role("group", name="Your recent searches").get_by_role("option")
    expect(recent).to_have_text("peat")
    page.get_by_role("button", name="Forget my recent searches").click()
    expect(recent).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0


def test_what_is_typed_within_a_word_being_composed_waits(
    page: Page, live_server: LiveServer, library: Asset
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/suggest/" in request.url else None)
    page.goto(f"{live_server.url}/en/")
    typed(page, "pe")
    before = len(asked)
    page.evaluate(
        """() => {
          const box = document.querySelector("main input[type=search]");
          box.value = "湿";
          box.dispatchEvent(new InputEvent("input", { isComposing: true, bubbles: true }));
        }"""
    )
    page.wait_for_timeout(400)
    assert len(asked) == before
    page.evaluate(
        """() => document.querySelector("main input[type=search]")
          .dispatchEvent(new CompositionEvent("compositionend"))"""
    )
    page.wait_for_timeout(400)
    assert len(asked) == before + 1


def test_on_a_phone_the_facets_open_from_one_button(
    page: Page, live_server: LiveServer, library: Asset
) -> None:
    page.goto(f"{live_server.url}/en/search/?q=peat")
    facets = page.get_by_role("navigation", name="Narrow the search")
    expect(facets).to_be_hidden()
    page.locator("summary", has_text="Narrow the search").click()
    expect(facets).to_be_visible()
    assert too_wide(page) == []
    facets.get_by_role("link", name="Water").click()
    page.wait_for_url("**topic=**")
    expect(page.get_by_role("link", name="Remove the filter: Water")).to_be_visible()


def test_on_a_desk_the_facets_stand_open_beside_the_hits(
    page: Page, live_server: LiveServer, library: Asset
) -> None:
    page.set_viewport_size({"width": DESK, "height": 800})
    page.goto(f"{live_server.url}/en/search/?q=peat")
    facets = page.get_by_role("navigation", name="Narrow the search")
    expect(facets.get_by_role("link", name="Water")).to_be_visible()
    left, right = facets.bounding_box(), page.locator("#hits").bounding_box()
    assert left
    assert right
    assert left["x"] + left["width"] <= right["x"]


def test_without_scripts_a_search_is_asked_narrowed_and_taken_back(
    plain_page: Page, live_server: LiveServer, library: Asset
) -> None:
    plain_page.goto(f"{live_server.url}/en/")
    plain_page.locator("main input[type=search]").fill("sphagnum")
    plain_page.locator("main form[role=search] button").click()
    plain_page.wait_for_url("**/search/?q=sphagnum")
    expect(plain_page.get_by_role("link", name="Page 2")).to_be_visible()
    plain_page.locator("summary", has_text="Narrow the search").click()
    plain_page.locator("summary", has_text="Year").click()
    plain_page.get_by_role("link", name="2010–2019").click()
    plain_page.get_by_role("link", name="Remove the filter: 2010–2019").click()
    plain_page.wait_for_url("**/search/?q=sphagnum")


def test_what_is_like_an_asset_comes_when_somebody_is_near(
    page: Page, plain_page: Page, live_server: LiveServer, library: Asset
) -> None:
    watch = Watch(page)
    address = f"{live_server.url}/en/assets/{library.public_id}/"
    page.goto(address)
    heading = page.get_by_role("heading", name="More like this")
    heading.scroll_into_view_if_needed()
    cards = page.locator("[data-later] .card")
    expect(cards).to_have_count(6)
    assert watch.take() == []
    assert accessibility(page, Axe()) == []
    plain_page.goto(address)
    plain_page.get_by_role("link", name="Look for what is most like this").click()
    expect(plain_page.locator(".card")).to_have_count(6)
