"""Places of UN M49: installed once, found by code and name, shown as tree and page."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from baobab.kernel.errors import NotFound
from baobab.vocabularies import changes, queries
from baobab.vocabularies.actions import write_places
from baobab.vocabularies.install import install
from baobab.vocabularies.models import Place, PlaceName, Scheme

pytestmark = pytest.mark.django_db


@pytest.fixture
def places() -> None:
    write_places()


def test_installing_twice_brings_places_and_both_starter_schemes_once() -> None:
    install()
    before = (
        list(PlaceName.objects.order_by("pk").values_list("pk")),
        list(Scheme.objects.order_by("pk").values()),
    )
    install()
    after = (
        list(PlaceName.objects.order_by("pk").values_list("pk")),
        list(Scheme.objects.order_by("pk").values()),
    )
    assert before == after
    assert {line.scheme.use for line in queries.schemes("en")} == {"topics", "product-types"}
    assert all(line.concepts > 10 for line in queries.schemes("en"))
    assert not write_places()


def test_every_country_has_codes_a_parent_a_point_and_a_name_in_each_language(places: None) -> None:
    countries = Place.objects.filter(level="country")
    assert countries.count() == 249
    for place in countries:
        assert len(place.iso3) == len(place.m49) == 3
        assert place.parent_id is not None
        assert place.latitude is not None
        assert -90 <= place.latitude <= 90
    for language in ("en", "fr", "es", "ar", "pt", "ru", "zh"):
        assert PlaceName.objects.filter(language=language, is_preferred=True).count() == Place.objects.count()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("FR", "FR"), ("fr", "FR"), ("FRA", "FR"), ("250", "FR"), ("4", "AF"), ("004", "AF"), ("1", "001"),
        ("Tanzania", "TZ"), ("United Republic of Tanzania", "TZ"), ("Viet Nam", "VN"), ("vietnam", "VN"),
        ("Bolivia", "BO"), ("Bolivia (Plurinational State of)", "BO"), ("DR Congo", "CD"), ("Congo", "CG"),
        ("Ivory Coast", "CI"), ("Cote d'Ivoire", "CI"), ("CÔTE D’IVOIRE", "CI"), ("the Gambia", "GM"),
        ("The Netherlands", "NL"), ("Turkey", "TR"), ("Türkiye", "TR"), ("Islamic Republic of Iran", "IR"),
        ("Republic of Kenya", "KE"), ("Trinidad and Tobago", "TT"), ("Trinidad & Tobago", "TT"),
        ("Georgia", "GE"),
        ("Allemagne", "DE"), ("Alemania", "DE"), ("Deutschland", "DE"), ("ألمانيا", "DE"), ("德国", "DE"),
        ("Германия", "DE"),
        ("Africa", "002"), ("sub-Saharan Africa", "202"), ("Latin America", "419"), ("Atlantis", None),
        ("", None),
        ("999", None), ("²", None), ("9" * 5_000, None),
    ],
)  # fmt: skip
def test_a_place_is_found_by_code_or_name(places: None, text: str, code: str | None) -> None:
    found = queries.find_place(text)
    assert (found.code if found else None) == code


def test_many_places_cost_two_queries(
    places: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        found = queries.find_places(["Kenya", "UG", "nowhere", *(f"x{i}" for i in range(300))])
    assert {text: place.code for text, place in found.items()} == {"Kenya": "KE", "UG": "UG"}


def test_names_and_ancestors_cost_one_query_each(
    places: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    kenya = Place.objects.get(code="KE")
    with django_assert_num_queries(1):
        assert queries.place_names([kenya.pk], "fr") == {kenya.pk: "Kenya"}
    with django_assert_num_queries(1):
        ancestors = queries.ancestors_of_places([kenya.pk])[kenya.pk]
    assert set(Place.objects.filter(pk__in=ancestors).values_list("code", flat=True)) == {
        "KE",
        "014",
        "202",
        "002",
        "001",
    }


def test_a_place_page_leads_down_from_the_world(
    places: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):
        page = queries.place_page("ke", "es")
    assert page.name == "Kenia"
    assert [link.name for link in page.path] == ["Mundo", "África", "África subsahariana", "África oriental"]
    assert page.children == []
    assert len(queries.place_page("014", "en").children) == 22
    with pytest.raises(NotFound):
        queries.place_page("Z\x00Z", "en")


def test_the_tree_holds_every_place_once(
    places: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        (world,) = queries.place_tree("en")

    def codes(node: queries.PlaceNode) -> list[str]:
        return [node.link.code, *(code for child in node.children for code in codes(child))]

    found = codes(world)
    assert len(found) == len(set(found)) == Place.objects.count()
    assert [child.link.name for child in world.children] == sorted(
        child.link.name for child in world.children
    )


def test_a_place_that_moved_is_put_back_and_the_apps_above_are_told(
    places: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[set[int]] = []
    monkeypatch.setattr(changes, "_place_listeners", [])
    kenya = Place.objects.get(code="KE")
    Place.objects.filter(code="KE").update(parent=Place.objects.get(code="150"))
    kenya.ancestors.filter(distance__gt=0).delete()
    changes.on_places_changed(heard.append)
    assert write_places()
    assert heard == [{kenya.pk}]
    assert queries.place_page("KE", "en").path[-1].code == "014"


# Entries of the folder's table that are no names: words in a wrong case, cut or garbled in the source.
_GARBLED = {
    ("ru", "AQ"), ("ru", "KY"), ("ru", "CC"), ("ru", "AX"), ("ru", "TF"), ("ar", "IO"), ("ar", "TF"),
    ("ar", "IR"),
    ("ar", "NL"), ("ar", "UM"), ("ar", "FM"), ("ar", "VE"),
}  # fmt: skip


@pytest.mark.data
def test_the_names_of_the_standard_are_known_in_its_six_languages(places: None, data: Path) -> None:
    with (data / "places" / "m49-6lang.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    missed = []
    for language in ("en", "fr", "es", "ru", "ar", "zh"):
        found = queries.find_places(row[language] for row in rows)
        for row in rows:
            code = row["iso2"] or row["m49"]
            # Micronesia the region bears the name of the country; Heard Island is spelt otherwise.
            if (
                (language, code) not in _GARBLED
                and code not in ("057", "HM")
                and found[row[language]].code != code
            ):
                missed.append((language, code, row[language]))
    assert missed == []
    parents = dict(Place.objects.values_list("m49", "parent__m49"))
    assert [row["m49"] for row in rows if parents[row["m49"]] != (row["parent"] or None)] == []
