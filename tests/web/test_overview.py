"""What there is about a subject: numbers, the newest and names, for each reader her own."""

from __future__ import annotations

import pytest

from baobab.assets.actions import change_asset, withdraw
from baobab.assets.fields import AssetFields
from baobab.search.indexer import catch_up
from baobab.search.overview import overview
from baobab.vocabularies.models import Concept, Scheme
from tests.factories import House, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def water(topics: Scheme) -> Concept:
    return Concept.objects.get(notation="water")


def test_everything_under_a_topic_is_counted_for_each_reader(house: House, topics: Scheme) -> None:
    water, peat, fish = (Concept.objects.get(notation=one) for one in ("water", "peat", "fish"))
    by = house.amina.reader
    open_one = published(by, "Open", concepts=[peat.pk], authors=["Amara Diallo"], issued="2019")
    closed = published(
        by, "Closed", concepts=[water.pk], audience=["staff"], authors=["Zoe Closed"], language="fr"
    )
    published(by, "Elsewhere", concepts=[fish.pk])
    catch_up()
    everybody, staff = (
        overview(house.nobody, concept_id=water.pk),
        overview(house.bruno.reader, concept_id=water.pk),
    )
    assert (everybody.count, staff.count) == (1, 2)
    assert everybody.newest == (open_one.pk,)
    assert set(staff.newest) == {open_one.pk, closed.pk}
    assert (everybody.number("topic", peat.pk), staff.number("topic", water.pk)) == (1, 2)
    assert (everybody.number("language", "fr"), staff.number("language", "fr")) == (0, 1)
    assert everybody.number("year", 2019) == 1
    assert [person.name for person in everybody.people] == ["Amara Diallo"]
    assert {person.name for person in staff.people} == {"Amara Diallo", "Zoe Closed"}


def test_what_lost_its_readers_is_gone_from_numbers_and_names_before_the_index_knows(
    house: House, water: Concept
) -> None:
    by = house.amina.reader
    one = published(by, "Soon closed", concepts=[water.pk], authors=["Amara Diallo"])
    other = published(by, "Soon withdrawn", concepts=[water.pk], authors=["Amara Diallo"])
    catch_up()
    change_asset(one, AssetFields(audience=frozenset({"staff"})), by=by)
    withdraw(other, by=by, reason="Wrong")
    found = overview(house.nobody, concept_id=water.pk)
    assert (found.count, found.newest, found.people) == (0, (), ())
    assert found.number("topic", water.pk) == 0


def test_without_an_index_it_says_that_nothing_is_known(house: House, water: Concept) -> None:
    assert overview(house.nobody, concept_id=water.pk).is_building
