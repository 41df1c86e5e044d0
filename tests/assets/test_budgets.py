"""How many queries acts and lists cost, however many assets there are."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from baobab.assets.actions import (
    Change,
    change_assets,
    create_assets,
    publish_many,
)
from baobab.assets.classification.queries import given_places
from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.models import (
    AssetConcept,
    State,
)
from baobab.assets.queries import cards, listed
from baobab.organisation.readers import PUBLIC, Reader, system
from baobab.vocabularies.models import Concept
from tests.factories import House, draft

pytestmark = pytest.mark.django_db
Vocabulary = dict[str, Concept]


def _batch(count: int, topics: Vocabulary) -> list[AssetFields]:
    return [
        AssetFields(
            texts={"en": Words(f"Asset {number}"), "fr": Words(f"Chose {number}")},
            audience=frozenset({PUBLIC}),
            concepts=[topics["peat"].pk],
            contributors=[Contributor("Amina Diallo")],
            issued="2001",
            detail={"series": f"Series {number % 3}"},
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("who", ["system", "amina"])
def test_two_hundred_assets_are_made_changed_and_published_in_few_queries(
    house: House, topics: Vocabulary, who: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    by: Reader = system() if who == "system" else house.amina.reader
    batch = _batch(200, topics)
    with django_assert_max_num_queries(90):
        assets = create_assets("product", batch, by=by)
    with django_assert_max_num_queries(90):
        change_assets(
            [Change(a, AssetFields(issued="2002", texts={"en": Words("New")})) for a in assets], by=by
        )
    with django_assert_max_num_queries(40):
        publish_many(assets, by=by)
    assert listed(house.nobody).count() == 200
    assert set(AssetConcept.objects.values_list("dated_on", flat=True)) == {date(2002, 1, 1)}


def test_fifty_cards_cost_as_many_queries_as_one(
    house: House, topics: Vocabulary, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    create_assets("product", _batch(50, topics), by=system(), state=State.PUBLISHED)
    create_assets("note", [AssetFields(texts={"en": Words("Note")})], by=system(), state=State.PUBLISHED)
    reader = house.bruno.reader
    with django_assert_max_num_queries(5):
        assert len(cards(listed(reader)[:60], reader)) == 51


def test_the_same_asset_twice_in_one_batch_is_one_revision(house: House) -> None:
    asset = draft(house.bruno.reader)
    said = [Change(asset, AssetFields(issued=year)) for year in ("2001", "2002")]
    change_assets(said, by=house.bruno.reader)
    asset.refresh_from_db()
    assert (asset.issued, asset.revision) == ("2002", 2)
    assert given_places([asset.pk]) == {}
