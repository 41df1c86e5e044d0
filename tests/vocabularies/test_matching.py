"""What the matcher proposes for small texts in the languages of the world."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from baobab.vocabularies.actions import import_scheme, write_places
from baobab.vocabularies.matching import Matcher
from baobab.vocabularies.models import Concept, Place

from .schemes import WATER, turtle

pytestmark = pytest.mark.django_db
C = "https://example.org/c/"


@pytest.fixture(autouse=True)
def vocabularies() -> None:
    import_scheme(turtle(), by_user_id=None)
    write_places()


def proposed(text: str, language: str, title: str = "") -> tuple[list[str], list[str]]:
    found = Matcher.current().match(text, language=language, title=title)
    uris = dict(Concept.objects.values_list("pk", "uri"))
    codes = dict(Place.objects.values_list("pk", "code"))
    return [uris[c.concept_id].removeprefix(C) for c in found.concepts], [
        codes[p.place_id] for p in found.places
    ]


@pytest.mark.parametrize(
    ("language", "text", "topics", "places"),
    [
        ("en", "A swamp in Kenya, a mangrove forest in Uganda.", {"wetlands", "mangroves"}, {"KE", "UG"}),
        ("en-GB", "WETLANDS OF THE WORLD", {"wetlands"}, set()),
        ("fr", "Une zone humide en Côte d’Ivoire, et l'eau du Sénégal.", {"wetlands", "water"}, {"CI", "SN"}),
        ("es", "El humedal de Bolivia tiene agua.", {"wetlands", "water"}, {"BO"}),
        ("ar", "الأراضي الرطبة في كينيا وأوغندا", {"wetlands"}, {"KE", "UG"}),
        ("zh", "坦桑尼亚的湿地和水资源", {"wetlands", "water"}, {"TZ"}),
        ("ru", "Поездка в Кению и Танзанию.", set(), {"KE", "TZ"}),
        ("de", "Feuchtgebiete in Kenia", set(), {"KE"}),
    ],
)  # fmt: skip
def test_topics_and_places_are_found_in_the_language_of_the_text(
    language: str, text: str, topics: set[str], places: set[str]
) -> None:
    found_topics, found_places = proposed(text, language)
    assert set(found_topics) == topics
    assert set(found_places) == places


def test_an_abbreviation_needs_its_capitals() -> None:
    assert proposed("Foreign aid aids the poor.", "en")[0] == []
    assert proposed("The fight against AIDS.", "en")[0] == ["aids"]


def test_the_longest_label_wins() -> None:
    assert proposed("Counting water birds.", "en")[0] == ["birds"]
    assert proposed("The Democratic Republic of the Congo", "en")[1] == ["CD"]
    assert proposed("Papua New Guinea", "en")[1] == ["PG"]


def test_what_only_holds_a_countrys_name_is_not_the_country() -> None:
    assert (
        proposed("A guinea pig from New Mexico, a turkey, and Kenyan coffee from Northern Ireland.", "en")[1]
        == []
    )


def test_a_name_inside_a_word_is_no_match() -> None:
    assert proposed("Waterloo and Nigerian Omanhene", "en") == ([], [])


def test_a_countrys_name_hides_the_labels_inside_it() -> None:
    import_scheme(
        turtle(WATER + ':coast a skos:Concept ; skos:prefLabel "Coasts"@en , "Côtes"@fr .'), by_user_id=None
    )
    assert proposed("La Côte d’Ivoire", "fr") == ([], ["CI"])
    assert proposed("La côte du pays", "fr") == (["coast"], [])


def test_the_title_counts_more_than_a_mention() -> None:
    topics, places = proposed("Some water, and Uganda.", "en", title="Wetlands of Kenya")
    assert topics == ["wetlands", "water"]
    assert places == ["KE", "UG"]


def test_one_mention_in_a_long_text_is_not_proposed() -> None:
    long = "Many words that say nothing of the matter. " * 400
    assert proposed(long + " water Kenya", "en") == ([], [])
    assert proposed(long + " water Kenya" * 3, "en") == (["water"], ["KE"])


def test_only_topics_in_force_are_proposed() -> None:
    import_scheme(
        turtle(WATER[: WATER.index(":birds a")].replace("skos:related :birds ;", "")), by_user_id=None
    )
    assert set(proposed("Water birds and wetlands", "en")[0]) == {"wetlands", "water"}
    import_scheme(turtle(), by_user_id=None, use="reference")
    assert proposed("Wetlands", "en")[0] == []


def test_a_suggestion_says_how_often_and_where() -> None:
    text = "Nothing yet. Wetlands here, wetlands there."
    (found,) = Matcher.current().match(text, language="en").concepts
    assert (found.count, found.position) == (2, text.index("Wetlands"))
    assert 0 < found.score < 1


def test_the_matcher_is_kept_until_a_vocabulary_changes(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = Matcher.current()
    first.match("x", language="en")
    with django_assert_num_queries(2):
        assert Matcher.current() is first
        first.match("Wetlands of Kenya", language="en")
    import_scheme(turtle(WATER.replace('"swamps"@en', '"bogs"@en')), by_user_id=None)
    assert Matcher.current() is not first
    assert proposed("A bog", "en")[0] == ["wetlands"]


@pytest.mark.parametrize(
    "text", ["", "\x00", "\x1f" * 100, "a" * 1_000_000, "湿" * 10, "\u202e\ud7ff", "^AIDS"]
)
def test_any_text_is_taken(text: str) -> None:
    for language in ("en", "ar", "zh", "", "not a language"):
        found = Matcher.current().match(text, language=language, title=text)
        assert len(found.concepts) <= 1
        assert found.places == []
