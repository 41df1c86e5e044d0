"""Maps in a real browser: sound in both directions, usable by pointer and keyboard, without scripts too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from baobab.search.indexer import catch_up
from baobab.vocabularies.actions import write_places
from baobab.vocabularies.models import Place
from baobab.web import context
from tests import factories
from tests.browser.visiting import DESK, visit_all
from tests.factories import House, published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FOCUS = "(a => [a.closest('svg') !== null, a.textContent.trim()])(document.activeElement)"
OUTLINES = {"KEN": (34, -4, 41, 4), "UGA": (30, -1, 34, 4), "TZA": (30, -11, 39, -1)}


@pytest.fixture
def house(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[House]:
    """The organisation, places with three outlines, and a paper about each of some countries."""
    settings.SEARCH_URL = f"memory://{tmp_path.name}"
    context.forget()
    write_places()
    features = [
        {
            "type": "Feature",
            "properties": {"ISO3": code},
            "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
        }
        for code, (w, s, e, n) in OUTLINES.items()
    ]
    file = tmp_path / "outlines.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    settings.MAP_GEOMETRY = str(file)
    made = factories.house()
    places = dict(Place.objects.values_list("code", "pk"))
    for code in ("KE", "KE", "UG", "FJ", "WS", "GD"):
        published(made.amina.reader, f"Peat in {code}", places=[places[code]])
    catch_up()
    yield made
    context.forget()


def test_maps_are_sound_in_both_directions(page: Page, live_server: LiveServer, house: House) -> None:
    visit_all(page, live_server.url, ["map/", "map/?area=009", "map/?q=peat&area=014", "places/"])


def test_maps_of_tiles_are_sound_too(
    page: Page, live_server: LiveServer, house: House, settings: Settings, tmp_path: Path
) -> None:
    settings.MAP_GEOMETRY = str(tmp_path / "absent.json")
    visit_all(page, live_server.url, ["map/", "map/?area=061"])


def test_a_country_is_opened_by_a_click_on_the_map_without_scripts(
    plain_page: Page, live_server: LiveServer, house: House
) -> None:
    plain_page.set_viewport_size({"width": DESK, "height": 900})
    plain_page.goto(f"{live_server.url}/en/map/?area=014")
    plain_page.locator(".map-drawing a", has_text="Kenya").click()
    assert plain_page.url == f"{live_server.url}/en/places/KE/"


def test_a_region_is_opened_and_searched_without_scripts(
    plain_page: Page, live_server: LiveServer, house: House
) -> None:
    plain_page.goto(f"{live_server.url}/en/map/?q=peat")
    plain_page.get_by_role("link", name="Oceania (2)").click()
    expect(plain_page.get_by_role("heading", level=1)).to_have_text("Map: Oceania")
    plain_page.get_by_role("link", name="Search in this area").click()
    assert plain_page.url == f"{live_server.url}/en/search/?q=peat&place=009"
    expect(plain_page.locator("article.card")).to_have_count(2)


def test_the_keyboard_reaches_countries_in_the_table_and_never_in_the_picture(
    page: Page, live_server: LiveServer, house: House
) -> None:
    page.set_viewport_size({"width": DESK, "height": 900})
    page.goto(f"{live_server.url}/en/map/")
    reached = []
    for _step in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUS))
    assert not [words for is_in_picture, words in reached if is_in_picture]
    assert {"Kenya", "Fiji", "Samoa"} <= {words for _is_in_picture, words in reached}


def test_points_can_be_hit_by_a_finger_or_told_apart_at_least(
    page: Page, live_server: LiveServer, house: House
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live_server.url}/en/map/")
    sizes = page.locator(".map-drawing circle").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().width)"
    )
    assert len(sizes) == 3
    assert min(sizes) >= 6
