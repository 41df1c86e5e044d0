"""Who a reader is: labels from memberships that count today, and from nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from baobab.accounts.models import User
from baobab.kernel import clock
from baobab.organisation.actions import add_group, add_membership, add_unit, end_membership, move_unit
from baobab.organisation.models import Group, Membership, Unit
from baobab.organisation.queries import units_of_person
from baobab.organisation.readers import (
    PUBLIC,
    STAFF,
    anonymous,
    editors_label,
    group_label,
    person_label,
    reader_of,
    system,
    unit_label,
)
from tests import factories
from tests.factories import House, somebody

pytestmark = pytest.mark.django_db
BY = system()


@pytest.fixture
def house() -> House:
    return factories.house()


def test_nobody_and_the_product_itself_read_what_is_public() -> None:
    assert anonymous().labels == system().labels == {PUBLIC}
    assert not anonymous().is_signed_in
    assert not system().is_signed_in


def test_a_member_holds_the_labels_of_her_unit_and_all_above_it(house: House) -> None:
    bruno = house.bruno.reader
    assert bruno.labels == {
        PUBLIC, STAFF, person_label(house.bruno.person.pk),
        unit_label(house.africa.pk), unit_label(house.headquarters.pk),
    }  # fmt: skip
    assert (set(bruno.units), set(bruno.edits_units)) == ({house.africa.pk}, set())


def test_members_of_commissions_are_not_staff(house: House) -> None:
    assert STAFF not in house.esi.reader.labels
    assert unit_label(house.commission.pk) in house.esi.reader.labels


def test_an_editor_edits_all_below_but_holds_the_label_of_her_own_unit_only(house: House) -> None:
    kenya = add_unit({"en": "Kenya"}, level="country-office", parent=house.africa, by=BY)
    amina = house.amina.reader
    assert amina.edits_units == {house.headquarters.pk, house.africa.pk, house.commission.pk, kenya.pk}
    assert {label for label in amina.labels if label.startswith("editors:")} == {
        editors_label(house.headquarters.pk)
    }
    assert unit_label(kenya.pk) not in amina.labels


def test_somebody_without_membership_or_person_is_a_visitor_with_a_name(house: House) -> None:
    assert house.chen.reader.labels == {PUBLIC, person_label(house.chen.person.pk)}
    lonely = User.objects.create(email="lonely@house.example")
    assert reader_of(lonely).labels == {PUBLIC}
    assert reader_of(lonely).person_id is None


def test_administration_adds_no_label(house: House) -> None:
    admin = somebody("Ada Min", "ada@house.example", is_administrator=True)
    assert admin.reader.labels == {PUBLIC, person_label(admin.person.pk)}


def test_communities_give_their_own_label_and_no_rights_in_units(house: House) -> None:
    group = add_group({"en": "Peat people"}, sort=Group.Sort.COMMUNITY, by=BY)
    add_membership(group, house.chen.person, by=BY, role=Membership.Role.EDITOR)
    chen = house.chen.reader
    assert chen.labels == {PUBLIC, person_label(house.chen.person.pk), group_label(group.pk)}
    assert not chen.units | chen.edits_units


@pytest.mark.parametrize(
    ("starts", "ends", "counts"),
    [
        (None, None, True), (0, None, True), (None, 0, True), (-1, 1, True),
        (1, None, False), (None, -1, False), (-9, -1, False),
    ],
)  # fmt: skip
def test_only_memberships_of_today_count(
    house: House, starts: int | None, ends: int | None, counts: bool
) -> None:
    def day(offset: int | None) -> date | None:
        return None if offset is None else clock.today() + timedelta(days=offset)

    add_membership(
        house.africa.group, house.chen.person, by=BY, role="editor", starts=day(starts), ends=day(ends)
    )
    assert (STAFF in house.chen.reader.labels) is counts
    assert (house.africa.pk in house.chen.reader.edits_units) is counts
    assert (units_of_person(house.chen.person.pk) == [house.africa.pk]) is counts


def test_a_membership_taken_away_counts_no_more_at_the_next_request(house: House) -> None:
    end_membership(Membership.objects.get(person=house.bruno.person), by=BY)
    assert house.bruno.reader.labels == {PUBLIC, person_label(house.bruno.person.pk)}


def test_a_moved_unit_gives_its_members_the_labels_of_its_new_place(house: House) -> None:
    move_unit(house.africa, parent=house.commission, by=BY)
    assert unit_label(house.commission.pk) in house.bruno.reader.labels


def test_a_closed_account_reads_what_everybody_reads(house: House) -> None:
    User.objects.filter(pk=house.amina.user.pk).update(is_active=False)
    assert house.amina.reader == anonymous()


def test_a_reader_costs_three_queries_at_most(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        unit = add_unit({"en": f"Unit {number}"}, level=Unit.Level.DIVISION, parent=house.africa, by=BY)
        add_membership(unit.group, house.amina.person, by=BY, role=Membership.Role.STEWARD)
    user = User.objects.get(pk=house.amina.user.pk)
    with django_assert_max_num_queries(3):
        reader_of(user)
