"""What is suggested while somebody types: the right names, in her language, and nothing she may not know."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from baobab.assets.fields import Words
from baobab.assets.models import AssetText
from baobab.assets.queries import listed_or_own
from baobab.search.indexer import catch_up
from baobab.search.suggesting import Suggestions, suggestions
from baobab.vocabularies.actions import import_scheme, write_places
from baobab.vocabularies.models import Concept, Place, Scheme
from tests import factories
from tests.factories import House, draft, published

from .factory import asset, change_readers, reader

pytestmark = pytest.mark.django_db

TRIALS = 300


@pytest.fixture
def house() -> House:
    return factories.house()


@pytest.fixture
def topics(tmp_path: Path) -> Scheme:
    file = tmp_path / "topics.ttl"
    file.write_text(factories.TOPICS)
    import_scheme(file, by_user_id=None, use=Scheme.Use.TOPICS)
    return Scheme.objects.get(uri="urn:test:topics")


def concept(notation: str) -> Concept:
    return Concept.objects.get(notation=notation)


def titles(found: Suggestions) -> list[str]:
    return [one.title for one in found.titles]


def test_a_title_is_suggested_by_the_beginning_of_any_of_its_words(house: House) -> None:
    published(house.amina.reader, "Reading the water")
    published(house.amina.reader, "Waterfowl of the delta")
    assert catch_up()
    assert sorted(titles(suggestions(house.nobody, "wat"))) == ["Reading the water", "Waterfowl of the delta"]
    assert titles(suggestions(house.nobody, "READING wat")) == ["Reading the water"]
    assert titles(suggestions(house.nobody, "wat reading")) == []


def test_the_title_is_that_in_the_language_in_which_it_was_typed(house: House) -> None:
    french = Words("Lire l’eau des tourbières", "", "")
    published(house.amina.reader, "Reading the water", translations={"fr": french})
    assert catch_up()
    (found,) = suggestions(house.nobody, "tourbi").titles
    assert (found.title, found.language) == ("Lire l’eau des tourbières", "fr")


def test_accents_case_and_forms_of_letters_do_not_matter(house: House) -> None:
    published(house.amina.reader, "Évaluation des tourbières", language="fr")
    published(house.amina.reader, "إحياء الأهوار", language="ar")
    published(house.amina.reader, "湿地保护指南", language="zh")
    assert catch_up()
    assert titles(suggestions(house.nobody, "EVALUA")) == ["Évaluation des tourbières"]
    assert titles(suggestions(house.nobody, "احياء الاه")) == ["إحياء الأهوار"]
    assert titles(suggestions(house.nobody, "湿")) == ["湿地保护指南"]


def test_drafts_are_suggested_to_those_who_work_on_them(house: House) -> None:
    draft(house.amina.reader, "Unfinished atlas")
    assert catch_up()
    assert titles(suggestions(house.amina.reader, "unfin")) == ["Unfinished atlas"]
    assert titles(suggestions(house.nobody, "unfin")) == []


def test_a_word_that_left_the_title_suggests_it_no_longer_though_the_index_still_has_it(
    house: House,
) -> None:
    made = published(house.amina.reader, "Secret atlas")
    assert catch_up()
    AssetText.objects.filter(asset=made).update(title="Open atlas")
    assert titles(suggestions(house.nobody, "secr")) == []


def test_topics_are_found_by_their_labels_in_every_language_and_shown_in_hers(
    house: House, topics: Scheme
) -> None:
    published(house.amina.reader, "Peat manual", concepts=[concept("peat").pk])
    assert catch_up()
    (found,) = suggestions(house.nobody, "tourb").topics
    assert (found.key, found.label, found.count) == (concept("peat").public_id, "Peatlands", 1)
    assert (found.matched, found.matched_language) == ("Tourbières", "fr")
    (in_french,) = suggestions(house.nobody.speaking("fr"), "tourb").topics
    assert (in_french.label, in_french.matched) == ("Tourbières", "")
    (by_other_name,) = suggestions(house.nobody, "mir").topics
    assert (by_other_name.label, by_other_name.matched) == ("Peatlands", "mires")


def test_a_topic_counts_what_is_about_narrower_ones_and_only_what_she_may_read(
    house: House, topics: Scheme
) -> None:
    published(house.amina.reader, "Peat manual", concepts=[concept("peat").pk])
    published(house.amina.reader, "Staff manual", concepts=[concept("peat").pk], audience=["staff"])
    assert catch_up()
    assert [one.count for one in suggestions(house.nobody, "water").topics] == [1]
    assert [one.count for one in suggestions(house.bruno.reader, "water").topics] == [2]


def test_topics_that_nothing_is_about_come_last(house: House, topics: Scheme) -> None:
    published(house.amina.reader, "Fish manual", concepts=[concept("fish").pk])
    assert catch_up()
    assert [(one.label, one.count) for one in suggestions(house.nobody, "Fi").topics] == [("Fisheries", 1)]
    assert [(one.label, one.count) for one in suggestions(house.nobody, "pe").topics] == [("Peatlands", 0)]


def test_topics_out_of_force_and_of_other_schemes_are_not_suggested(house: House, topics: Scheme) -> None:
    Concept.objects.filter(notation="fish").update(is_deprecated=True)
    assert catch_up()
    assert suggestions(house.nobody, "fisheries").topics == ()
    Scheme.objects.filter(pk=topics.pk).update(use=Scheme.Use.REFERENCE)
    assert suggestions(house.nobody, "peatlands").topics == ()


def test_places_are_found_by_name_in_any_language_and_by_words_within(house: House) -> None:
    write_places()
    kenya = Place.objects.get(code="KE")
    published(house.amina.reader, "Rivers", places=[kenya.pk])
    assert catch_up()
    (found,) = suggestions(house.nobody, "keny").places
    assert (found.key, found.label, found.matched, found.count) == ("KE", "Kenya", "", 1)
    assert "TZ" in [one.key for one in suggestions(house.nobody, "tanzan").places]
    assert [one.key for one in suggestions(house.nobody, "肯尼亚").places] == ["KE"]
    assert suggestions(house.nobody, "the gam").places[0].key == "GM"


def test_people_are_suggested_by_any_part_of_the_printed_name_with_how_much_they_wrote(house: House) -> None:
    published(house.amina.reader, "One", authors=["Wangari Muta", "José Mamani"])
    published(house.amina.reader, "Two", authors=["Wangari Muta"])
    assert catch_up()
    assert [(one.name, one.count) for one in suggestions(house.nobody, "mut").people] == [("Wangari Muta", 2)]
    assert [one.name for one in suggestions(house.nobody, "jose ma").people] == ["José Mamani"]


def test_a_name_that_stands_only_on_what_she_may_not_read_is_not_suggested(house: House) -> None:
    published(house.amina.reader, "Closed", authors=["Wangari Muta"], audience=["staff"])
    draft(house.amina.reader, "Draft", authors=["Wangari Draft"])
    assert catch_up()
    assert suggestions(house.nobody, "wangari").people == ()
    assert [one.name for one in suggestions(house.bruno.reader, "wangari").people] == ["Wangari Muta"]


@pytest.mark.parametrize(
    "start",
    ["", " ", "a", "a" * 10_000, "\x00", '"', "((((", "*", ".*", "[", "\u202e\u200f", "🙂", "%", "_", "\\"],
)
def test_any_beginning_is_answered(house: House, start: str) -> None:
    published(house.amina.reader, "Reading the water")
    assert catch_up()
    assert suggestions(house.nobody, start).count == 0


def test_without_an_index_nothing_is_suggested(house: House) -> None:
    assert suggestions(house.nobody, "water") == Suggestions()


def test_suggesting_asks_few_questions_however_much_there_is(
    house: House, topics: Scheme, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        published(
            house.amina.reader, f"Water {number}", concepts=[concept("water").pk], authors=["Walid Water"]
        )
    assert catch_up()
    with django_assert_max_num_queries(14):
        found = suggestions(house.nobody, "wa")
    assert len(found.titles) == 5
    assert [one.count for one in found.topics] == [30]
    assert [one.count for one in found.people] == [30]


_LABELS = ("staff", "unit:1", "group:3", "person:4")
_WORDS = ("peatland", "mossland", "fenland")


def test_no_title_name_or_count_leaks_under_random_changes_of_audience() -> None:
    chance = random.Random(1901)

    def labels() -> list[str]:
        return ["public"] if chance.random() < 0.3 else chance.sample(_LABELS, chance.randint(1, 2))

    assets = [
        asset(
            f"{chance.choice(_WORDS)} {number}",
            labels=labels(),
            authors=[f"Author{number} {_WORDS[number % 3]}"],
        )
        for number in range(30)
    ]
    assert catch_up()
    closed_again = 0
    for _trial in range(TRIALS):
        changed = chance.choice(assets)
        before = changed.readers.labels
        change_readers(changed, labels())
        who = reader(*chance.sample(_LABELS, chance.randint(0, 2)))
        closed_again += bool(before & who.labels) and not changed.readers.labels & who.labels
        word = chance.choice(_WORDS)[: chance.randint(2, 8)]
        readable = list(listed_or_own(who))
        found = suggestions(who, word)
        assert set(titles(found)) <= {one.title for one in readable}
        names = {name for one in readable for name in one.contributions.values_list("name", flat=True)}
        assert {one.name for one in found.people} <= names
        assert all(one.count <= 1 for one in found.people)
        if chance.random() < 0.1:
            assert catch_up()
    # The trials are worth something only when an index that lags behind would have leaked.
    assert closed_again > TRIALS / 20
