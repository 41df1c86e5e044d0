"""The map page and maps of places: counts under the rights, regions, files of outlines, small pages."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from html import unescape
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from baobab.assets.actions import change_asset
from baobab.assets.fields import AssetFields
from baobab.assets.queries import listed
from baobab.config.health import findings
from baobab.design.maps import MapFigure, svg
from baobab.organisation.readers import Reader
from baobab.search.indexer import catch_up
from baobab.vocabularies.actions import write_places
from baobab.vocabularies.models import Place
from baobab.web.mapping import _FRAMES, geometry_sentence, place_map
from tests.factories import House, Somebody, published

SignIn = Callable[[Somebody], Client]

# The page beside the stylesheet and the rest that every page has: compressed as servers do, in bytes.
BUDGET = 25_000
ROWS = re.compile(
    r'<tr><th scope="row">.*?<a href="[^"]*/places/(\w+)/">.*?</a></th><td class="number">(.*?)</td>'
)


@pytest.fixture
def places(db: None) -> dict[str, int]:
    """Every place by its code."""
    write_places()
    return dict(Place.objects.values_list("code", "pk"))


@pytest.fixture
def outlines(settings: Settings, tmp_path: Path) -> Path:
    """A file of two countries: Kenya and Uganda as squares."""
    shapes = {"KEN": (34, -4, 41, 4), "UGA": (30, -1, 34, 4)}
    features = [
        {
            "type": "Feature",
            "properties": {"ISO3": code},
            "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
        }
        for code, (w, s, e, n) in shapes.items()
    ]
    file = tmp_path / "outlines.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    settings.MAP_GEOMETRY = str(file)
    settings.MAP_CREDIT = "Outlines: the Bureau of Squares."
    return file


@pytest.fixture
def shelves(house: House, places: dict[str, int], outlines: Path) -> None:
    """Papers on Kenya (one for the staff), Uganda and Fiji."""
    amina = house.amina.reader
    published(amina, "Peat of Kenya", places=[places["KE"]], issued="2019")
    published(amina, "Staff notes on peat", places=[places["KE"]], audience=["staff"])
    published(amina, "Papyrus", places=[places["UG"]], issued="2020")
    published(amina, "Reefs and peat", places=[places["FJ"]], issued="2019")
    catch_up()


def rows(page: str) -> dict[str, int]:
    """The numbers of the table, by the code of the country."""
    return {code: int(re.sub(r"<[^>]*>", "", cell)) for code, cell in ROWS.findall(page)}


def picture(page: str) -> str:
    found = re.search(r"<svg class=\"map-drawing.*?</svg>", page, re.DOTALL)
    assert found
    return found.group()


def drawn(figure: MapFigure) -> set[str]:
    return {row.area.code for row in figure.rows}


def test_the_map_counts_what_each_reader_may_read(
    client: Client, client_of: SignIn, house: House, shelves: None
) -> None:
    assert rows(client.get("/en/map/").content.decode()) == {"KE": 1, "FJ": 1, "UG": 1}
    page = client_of(house.bruno).get("/en/map/").content.decode()
    assert rows(page) == {"KE": 2, "FJ": 1, "UG": 1}
    assert "<title>Kenya: 2</title>" in picture(page)
    assert "<title>Kenya: 1</title>" in picture(client.get("/en/map/").content.decode())


def test_what_lost_its_readers_is_counted_no_more_without_waiting(
    client: Client, house: House, shelves: None
) -> None:
    asset = listed(house.amina.reader).get(title="Papyrus")
    change_asset(
        asset, AssetFields(audience=frozenset({"staff"})), by=house.amina.reader, revision=asset.revision
    )
    assert "UG" not in rows(client.get("/en/map/").content.decode())
    assert "UG" not in rows(client.get("/en/map/?q=papyrus").content.decode())
    assert "Uganda" not in picture(client.get("/en/map/?q=papyrus").content.decode())


def test_a_search_is_drawn_with_the_numbers_that_the_search_page_would_give(
    client: Client, client_of: SignIn, house: House, shelves: None
) -> None:
    assert rows(client.get("/en/map/?q=peat").content.decode()) == {"KE": 1, "FJ": 1}
    assert rows(client_of(house.bruno).get("/en/map/?q=peat").content.decode()) == {"KE": 2, "FJ": 1}
    assert rows(client.get("/en/map/?year=2019").content.decode()) == {"KE": 1, "FJ": 1}
    page = client.get("/en/map/?q=peat&year=2019").content.decode()
    assert rows(page) == {"KE": 1, "FJ": 1}
    assert 'href="/en/search/?q=peat&amp;place=KE&amp;year=2019"' in page
    assert 'href="/en/map/?q=peat"' in page, "the filter can be taken away"
    assert "2 results for “peat”" in page


def test_numbers_of_a_search_lead_to_just_as_many_hits(client: Client, shelves: None) -> None:
    page = client.get("/en/map/?q=peat").content.decode()
    address = unescape(re.search(r'<a href="(/en/search/[^"]*place=KE[^"]*)"', page).group(1))  # type: ignore[union-attr]
    assert "1 result for “peat”" in client.get(address).content.decode()


def test_a_region_shows_its_countries_only_and_leads_up_and_down(client: Client, shelves: None) -> None:
    page = client.get("/en/map/?area=002&q=peat").content.decode()
    assert rows(page) == {"KE": 1}
    assert "Map: Africa" in page
    assert 'href="/en/map/?q=peat&amp;area=202"' in page
    assert 'href="/en/map/?q=peat"' in page
    assert 'href="/en/search/?q=peat&amp;place=002"' in page, "search within the area"


def test_a_question_about_one_place_is_drawn_there(client: Client, shelves: None) -> None:
    assert "Map: Eastern Africa" in client.get("/en/map/?place=KE").content.decode()
    assert "Map: Africa" in client.get("/en/map/?place=002").content.decode()


def test_the_table_can_be_read_by_name(
    client: Client, client_of: SignIn, house: House, shelves: None
) -> None:
    page = client_of(house.bruno).get("/en/map/?order=name").content.decode()
    assert list(rows(page)) == ["FJ", "KE", "UG"]
    assert list(rows(client_of(house.bruno).get("/en/map/").content.decode())) == ["KE", "FJ", "UG"]


@pytest.mark.parametrize("address", ["?area=ZZ", "?area=../../etc", "?area=%00"])
def test_no_such_area_is_a_404(client: Client, shelves: None, address: str) -> None:
    assert client.get(f"/en/map/{address}").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["?q=" + "(" * 3000, "?year=abc", "?order=%22", "?place=nowhere&place=KE", "?topic=zzz", "?q=%00"],
)
def test_any_question_gets_an_answer(client: Client, shelves: None, address: str) -> None:
    assert client.get(f"/en/map/{address}").status_code == 200


def test_an_empty_library_has_a_map_that_says_so(
    client: Client, house: House, places: dict[str, int]
) -> None:
    page = client.get("/en/map/").content.decode()
    assert "Nothing is about a country here" in page
    assert "No country or area has anything yet." in picture(page)


def test_without_places_there_is_no_map_and_no_error(client: Client, house: House) -> None:
    assert client.get("/en/map/").status_code == 404
    assert client.get("/en/places/").status_code == 200


def test_the_places_page_begins_with_the_map(client: Client, shelves: None) -> None:
    page = client.get("/en/places/").content.decode()
    assert "<title>Kenya: 1</title>" in picture(page)
    assert 'href="/en/places/KE/"' in picture(page)
    assert reverse("map").removeprefix("/en") in page


def test_the_map_asks_few_questions(
    client: Client, shelves: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(14):
        client.get("/en/map/")
    with django_assert_max_num_queries(30):
        client.get("/en/map/?q=peat&year=2019&area=002")


def test_boundaries_are_said_to_mean_nothing_and_outlines_have_an_author(
    client: Client, shelves: None
) -> None:
    page = client.get("/en/map/").content.decode()
    assert "imply no opinion of ours on the legal status of any territory" in page
    assert "Outlines: the Bureau of Squares." in page


def test_the_page_holds_nothing_that_the_policy_refuses(client: Client, shelves: None) -> None:
    page = client.get("/en/map/").content.decode()
    assert not re.search(r"<[^>]*\s(style|on\w+)\s*=", page)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\ssrc=)", page)


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_the_map_stands_in_every_language(client: Client, shelves: None, language: str) -> None:
    page = client.get(f"/{language}/map/").content.decode()
    with translation.override(language):
        assert f"<title>{'كينيا' if language == 'ar' else 'Ken'}" in picture(page)


def test_a_file_that_cannot_be_used_gives_tiles_and_a_sentence(
    client: Client, shelves: None, settings: Settings, tmp_path: Path
) -> None:
    assert geometry_sentence() == ""
    broken = tmp_path / "broken.json"
    broken.write_text("[")
    settings.MAP_GEOMETRY = str(broken)
    page = client.get("/en/map/").content.decode()
    assert 'class="map-drawing is-tiles"' in page
    assert rows(page) == {"KE": 1, "FJ": 1, "UG": 1}
    assert "No boundaries are drawn" in page
    assert "is no JSON" in geometry_sentence()


def test_a_file_that_changed_is_read_again(client: Client, shelves: None, outlines: Path) -> None:
    before = picture(client.get("/en/map/").content.decode())
    content = json.loads(outlines.read_text())
    del content["features"][0]
    outlines.write_text(json.dumps(content))
    after = picture(client.get("/en/map/").content.decode())
    assert before.count("<circle") == 1, "Fiji has no outline"
    assert after.count("<circle") == 2, "nor has Kenya now"


def test_every_country_is_on_the_map_of_the_world(
    house: House, places: dict[str, int], settings: Settings
) -> None:
    settings.MAP_GEOMETRY = ""
    countries = list(Place.objects.filter(level=Place.Level.COUNTRY).values_list("code", flat=True))
    figure = place_map(dict.fromkeys(countries, 1), language="en")
    assert set(figure.drawing.marks) == set(countries) == drawn(figure)
    assert svg(figure).count("<a ") == len(countries)
    for mark in figure.drawing.marks.values():
        assert mark.path or mark.is_small, mark.code


@pytest.mark.parametrize(
    "code", ["002", "005", "009", "019", "021", "039", "053", "057", "061", "142", "150", "202"]
)
def test_a_region_has_most_of_its_countries_in_the_picture(
    house: House, places: dict[str, int], settings: Settings, code: str
) -> None:
    settings.MAP_GEOMETRY = ""
    figure = place_map({"KE": 1, "FJ": 1, "FR": 1}, language="en", region=code)
    below = Place.objects.filter(ancestors__ancestor__code=code, level=Place.Level.COUNTRY)
    within = set(below.values_list("code", flat=True))
    assert set(figure.drawing.marks) <= within
    # Far islands of the far south are left out where they would make the rest small.
    assert within - set(figure.drawing.marks) <= {
        "BV",
        "GS",
        "HM",
        "TF",
        "SH",
        "MU",
        "RE",
        "SJ",
        "UM",
        "CC",
        "CX",
    }
    assert all(0 <= m.y <= figure.drawing.height for m in figure.drawing.marks.values())


def test_frames_are_of_areas_that_there_are(places: dict[str, int]) -> None:
    assert set(_FRAMES) <= set(places)


@pytest.mark.skipif(not find_spec("geopip"), reason="the package with outlines (geopip) is not installed")
def test_the_whole_page_stays_within_its_budget_with_every_country_counted(
    client: Client, house: House, places: dict[str, int], settings: Settings
) -> None:
    settings.MAP_GEOMETRY = ""
    amina = house.amina.reader
    empty = client.get("/en/map/").content
    assert b"World Borders Dataset" in empty
    assert len(gzip.compress(empty)) < BUDGET
    countries = Place.objects.filter(level=Place.Level.COUNTRY)
    every = list(countries.values_list("pk", flat=True))
    published(amina, "On the first half of them", places=every[::2])
    published(amina, "On the second half", places=every[1::2])
    full = client.get("/en/map/").content
    assert full.count(b"<title>") > countries.count()
    assert len(gzip.compress(full)) < 2 * BUDGET


def test_counts_agree_with_the_rule_for_everybody(house: House, shelves: None, client_of: SignIn) -> None:
    def counted(reader: Reader) -> dict[str, int]:
        found: dict[str, int] = {}
        for asset in listed(reader):
            for code in asset.places.filter(is_given=True).values_list("place__code", flat=True):
                found[code] = found.get(code, 0) + 1
        return found

    for somebody in (house.amina, house.bruno, house.chen, house.dora, house.esi):
        for address in ("/en/map/", "/en/map/?kind=product"):
            page = client_of(somebody).get(address).content.decode()
            assert rows(page) == counted(somebody.reader), (somebody.person, address)


def test_a_search_is_drawn_with_every_country_however_many(
    client: Client, house: House, places: dict[str, int], outlines: Path
) -> None:
    every = list(Place.objects.filter(level=Place.Level.COUNTRY).values_list("pk", flat=True))
    published(house.amina.reader, "Peat in the first half", places=every[::2])
    published(house.amina.reader, "Peat in the second half", places=every[1::2])
    catch_up()
    counted = rows(client.get("/en/map/?q=peat").content.decode())
    assert len(counted) == len(every)
    assert set(counted.values()) == {1}


def test_the_check_of_the_installation_says_what_maps_are_drawn_with(
    db: None, settings: Settings, outlines: Path, tmp_path: Path
) -> None:
    def said() -> list[tuple[bool, bool, str]]:
        found = [(one.is_well, one.is_optional, one.sentence) for one in findings()]
        return [one for one in found if one[2].startswith("Maps ")]

    assert said() == [(True, False, "Maps are drawn with the outlines of countries.")]
    settings.MAP_GEOMETRY = str(tmp_path / "absent.json")
    assert [(is_well, is_optional) for is_well, is_optional, _sentence in said()] == [(False, False)]
    assert "absent.json cannot be read" in said()[0][2]
