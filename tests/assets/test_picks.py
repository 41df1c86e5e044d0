"""What stands first on portals: who may choose it, how much, and who sees it."""

from __future__ import annotations

import pytest

from baobab.accounts.models import AuditEntry
from baobab.assets.actions import merge, purge, withdraw
from baobab.assets.models import PortalPick
from baobab.assets.picks.actions import MOST_PICKS, pick, unpick
from baobab.assets.picks.policy import may_choose_picks
from baobab.assets.picks.queries import picks_of
from baobab.kernel.errors import BadInput, Refused
from baobab.organisation.models import Membership
from baobab.vocabularies.models import Concept, Place
from tests import factories
from tests.factories import House, published


@pytest.fixture
def water(topics: dict[str, Concept]) -> Concept:
    return topics["water"]


@pytest.fixture
def kenya(places: dict[str, Place]) -> Place:
    return places["KE"]


def chosen(concept: Concept | None = None, place: Place | None = None) -> list[str]:
    rows = picks_of(concept_id=concept.pk if concept else None, place_id=place.pk if place else None)
    return list(rows.values_list("asset__title", flat=True))


def test_each_portal_has_a_choice_of_its_own_in_the_order_of_choosing(
    house: House, water: Concept, kenya: Place
) -> None:
    by = house.amina.reader
    one, two = published(by, "One"), published(by, "Two")
    pick(two, concept=water, by=by)
    pick(one, concept=water, by=by)
    pick(one, place=kenya, by=by)
    pick(two, concept=water, place=kenya, by=by)
    assert chosen(water) == ["Two", "One"]
    assert chosen(None, kenya) == ["One"]
    assert chosen(water, kenya) == ["Two"]
    assert AuditEntry.objects.filter(act="portal.pick").count() == 4


def test_the_same_again_changes_nothing(house: House, water: Concept) -> None:
    by = house.amina.reader
    one = published(by, "One")
    assert pick(one, concept=water, by=by) == pick(one, concept=water, by=by)
    assert AuditEntry.objects.filter(act="portal.pick").count() == 1


def test_taken_away_it_stands_first_no_more_and_twice_is_as_good_as_once(
    house: House, water: Concept
) -> None:
    by = house.amina.reader
    one = published(by, "One")
    pick(one, concept=water, by=by)
    unpick(one, concept=water, by=by)
    unpick(one, concept=water, by=by)
    assert chosen(water) == []
    assert AuditEntry.objects.filter(act="portal.unpick").count() == 1


def test_there_is_room_for_five_and_what_was_withdrawn_or_merged_takes_none(
    house: House, water: Concept
) -> None:
    by = house.amina.reader
    assets = [published(by, f"Number {number}") for number in range(MOST_PICKS + 2)]
    for asset in assets[:MOST_PICKS]:
        pick(asset, concept=water, by=by)
    with pytest.raises(Refused, match="first here already"):
        pick(assets[MOST_PICKS], concept=water, by=by)
    assert len(chosen(water)) == MOST_PICKS
    withdraw(assets[0], by=by, reason="Wrong figures")
    merge(assets[1], into=assets[2], by=by)
    pick(assets[MOST_PICKS], concept=water, by=by)
    pick(assets[MOST_PICKS + 1], concept=water, by=by)


def test_nobody_else_chooses_and_nothing_is_changed(house: House, water: Concept) -> None:
    one = published(house.amina.reader, "One")
    for somebody in (house.bruno, house.chen, house.esi):
        assert not may_choose_picks(somebody.reader)
        with pytest.raises(Refused):
            pick(one, concept=water, by=somebody.reader)
    pick(one, concept=water, by=house.amina.reader)
    with pytest.raises(Refused):
        unpick(one, concept=water, by=house.bruno.reader)
    assert chosen(water) == ["One"]


def test_editors_choose_among_what_their_own_units_own(house: House, water: Concept) -> None:
    editor = factories.somebody(
        "Efua Addo", "efua@house.example", unit=house.africa, role=Membership.Role.EDITOR
    )
    own = published(house.amina.reader, "From Africa", unit=house.africa)
    other = published(house.amina.reader, "From headquarters", unit=house.headquarters)
    pick(own, concept=water, by=editor.reader)
    with pytest.raises(Refused, match="you do not edit"):
        pick(other, concept=water, by=editor.reader)
    assert chosen(water) == ["From Africa"]


def test_knowledge_managers_choose_among_everything(house: House, water: Concept) -> None:
    manager = factories.somebody(
        "Kim Park", "kim@house.example", unit=house.africa, role=Membership.Role.KNOWLEDGE_MANAGER
    )
    pick(published(house.amina.reader, "From headquarters"), concept=water, by=manager.reader)
    assert chosen(water) == ["From headquarters"]


def test_a_draft_cannot_stand_first(house: House, water: Concept) -> None:
    unfinished = factories.draft(house.amina.reader, "Half a thought")
    with pytest.raises(BadInput, match="not published"):
        pick(unfinished, concept=water, by=house.amina.reader)
    assert chosen(water) == []


def test_removal_for_good_leaves_no_choice_behind(house: House, water: Concept) -> None:
    one = published(house.amina.reader, "One")
    pick(one, concept=water, by=house.amina.reader)
    purge(one, by=house.dora.reader, reason="Asked for")
    assert not PortalPick.objects.exists()
