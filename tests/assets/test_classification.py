"""Topics and places with all that holds them, suggestions, and the copies of dates beside them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baobab.assets.actions import (
    archive,
    change_asset,
    publish,
    withdraw,
)
from baobab.assets.classification.actions import accept_suggestions, suggest
from baobab.assets.classification.queries import given_concepts, open_suggestions
from baobab.assets.fields import AssetFields, Words
from baobab.assets.jobs import suggest_many
from baobab.assets.kinds import kind_named
from baobab.assets.models import (
    Asset,
    AssetConcept,
    AssetPlace,
    Dirty,
    State,
)
from baobab.kernel.errors import Refused
from baobab.vocabularies import changes
from baobab.vocabularies.models import Concept, ConceptAncestor, Place, PlaceAncestor
from tests.factories import House, draft, published

pytestmark = pytest.mark.django_db
Vocabulary = dict[str, Concept]
World = dict[str, Place]


def _rows(asset: Asset, table: type[AssetConcept | AssetPlace], field: str) -> dict[int, bool]:
    rows = table._default_manager.filter(asset=asset)
    return dict(rows.values_list(field, "is_given"))


def test_given_topics_and_places_bring_their_ancestors(
    house: House, topics: Vocabulary, places: World
) -> None:
    asset = draft(house.bruno.reader, concepts=[topics["peat"].pk], places=[places["KE"].pk])
    assert _rows(asset, AssetConcept, "concept_id") == {topics["peat"].pk: True, topics["water"].pk: False}
    found = _rows(asset, AssetPlace, "place_id")
    assert found[places["KE"].pk] is True
    assert found[places["002"].pk] is found[places["001"].pk] is False
    change_asset(
        asset, AssetFields(concepts=[topics["water"].pk, topics["fish"].pk], places=[]), by=house.bruno.reader
    )
    assert _rows(asset, AssetConcept, "concept_id") == {topics["water"].pk: True, topics["fish"].pk: True}
    assert _rows(asset, AssetPlace, "place_id") == {}


def test_a_changed_hierarchy_reaches_the_assets(house: House, topics: Vocabulary, places: World) -> None:
    asset = draft(house.bruno.reader, concepts=[topics["peat"].pk], places=[places["KE"].pk])
    Dirty.objects.all().delete()
    ConceptAncestor.objects.create(concept=topics["peat"], ancestor=topics["fish"], distance=1)
    changes.announce_hierarchy({topics["peat"].pk})
    assert _rows(asset, AssetConcept, "concept_id") == {
        topics["peat"].pk: True, topics["water"].pk: False, topics["fish"].pk: False,
    }  # fmt: skip
    assert Dirty.objects.filter(asset_id=asset.pk).exists()
    PlaceAncestor.objects.create(place=places["KE"], ancestor=places["FR"], distance=9)
    changes.announce_places({places["KE"].pk})
    assert places["FR"].pk in _rows(asset, AssetPlace, "place_id")
    Dirty.objects.all().delete()
    changes.announce_hierarchy({topics["fish"].pk})
    assert not Dirty.objects.exists()


def test_accepted_suggestions_stand_beside_what_was_given(house: House, topics: Vocabulary) -> None:
    by = house.bruno.reader
    asset = draft(by, concepts=[topics["fish"].pk], issued="1999")
    suggest(asset, concepts={topics["peat"].pk: 0.8}, places={}, title="A better title")
    for stranger in (house.chen.reader, house.nobody):
        with pytest.raises(Refused):
            accept_suggestions(asset, by=stranger)
    assert given_concepts([asset.pk]) == {asset.pk: [topics["fish"].pk]}
    stale = Asset.objects.get(pk=asset.pk)
    change_asset(asset, AssetFields(issued="2001"), by=by)
    accept_suggestions(stale, by=by)
    assert set(given_concepts([asset.pk])[asset.pk]) == {topics["fish"].pk, topics["peat"].pk}
    assert set(AssetConcept.objects.values_list("dated_on", flat=True)) == {date(2001, 1, 1)}
    assert [row.value for row in open_suggestions(asset.pk)] == ["A better title"]
    revision = Asset.objects.get(pk=asset.pk).revision
    accept_suggestions(asset, by=by)
    assert Asset.objects.get(pk=asset.pk).revision == revision


def test_suggesting_passes_over_what_was_withdrawn(house: House) -> None:
    gone, there = published(house.amina.reader, "Gone"), published(house.amina.reader, "There")
    withdraw(gone, by=house.amina.reader, reason="Old.")

    class Quiet:
        def progress(self, **told: int) -> None: ...

    suggest_many(Quiet(), asset_ids=[gone.pk, there.pk], accept=True)  # type: ignore[arg-type]
    assert Asset.objects.get(pk=gone.pk).state == State.WITHDRAWN


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(
        st.tuples(
            st.sampled_from(["issued", "topics", "places", "publish", "archive", "accept", "title"]),
            st.sampled_from(["", "1999", "2014-05", "201X", "2030"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_copy_of_the_date_agrees_after_any_acts(
    house: House, topics: Vocabulary, places: World, acts: list[tuple[str, str]]
) -> None:
    by = house.bruno.reader
    asset = draft(by, concepts=[topics["peat"].pk], places=[places["KE"].pk])
    for act, value in acts:
        if act == "issued":
            change_asset(asset, AssetFields(issued=value), by=by)
        elif act == "topics":
            change_asset(asset, AssetFields(concepts=[topics["fish"].pk, topics["peat"].pk]), by=by)
        elif act == "places":
            change_asset(asset, AssetFields(places=[places["FR"].pk], issued=value), by=by)
        elif act == "publish":
            publish(asset, by=by)
        elif act == "archive" and Asset.objects.get(pk=asset.pk).state == State.PUBLISHED:
            archive(asset, by=by)
        elif act == "accept":
            suggest(asset, concepts={topics["water"].pk: 1.0}, places={places["002"].pk: 1.0})
            accept_suggestions(asset, by=by)
        elif act == "title":
            change_asset(asset, AssetFields(texts={"en": Words(f"Title {value}")}), by=by)
        now = Asset.objects.get(pk=asset.pk)
        assert now.dated_on == (now.issued_from or (now.published_at or now.created_at).date())
        for table in (AssetConcept, AssetPlace):
            copies = table._default_manager.filter(asset=asset).values_list("dated_on", flat=True)
            assert set(copies) == {now.dated_on}
        detail = kind_named("product").read_details([asset.pk])[asset.pk]
        assert {e["issued"] for v in detail["versions"] for e in v["editions"]} == {now.issued}
