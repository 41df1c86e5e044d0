"""Persons, units and memberships: what is written, what is refused, and that a refusal leaves nothing."""

from __future__ import annotations

from datetime import date

import pytest

from baobab.accounts.models import AuditEntry, User
from baobab.kernel.errors import BadInput, NotFound, Refused
from baobab.organisation.actions import (
    add_group,
    add_membership,
    add_person,
    add_unit,
    end_membership,
    is_orcid,
    link_user,
    move_unit,
    rename_unit,
)
from baobab.organisation.install import install
from baobab.organisation.models import Group, Membership, Person, Unit, UnitAncestor
from baobab.organisation.queries import ancestors_of_unit, root_unit, units_in_order
from baobab.organisation.readers import Reader, anonymous, system
from tests import factories
from tests.factories import House

pytestmark = pytest.mark.django_db
BY = system()


@pytest.fixture
def house() -> House:
    return factories.house()


def _counts() -> tuple[int, ...]:
    return tuple(
        table._default_manager.count()
        for table in (Person, Group, Unit, UnitAncestor, Membership, User, AuditEntry)
    )


def test_installing_twice_makes_one_root() -> None:
    with pytest.raises(NotFound):
        root_unit()
    install()
    install()
    assert Unit.objects.count() == 1
    assert ancestors_of_unit(root_unit().pk) == [root_unit().pk]


def test_only_administrators_change_the_organisation(house: House) -> None:
    amina, unit, group = house.amina.person, house.africa, house.africa.group
    membership = Membership.objects.get(person=house.bruno.person)
    before = _counts()

    def attempts(by: Reader) -> None:
        for act in (
            lambda: add_person("X", by=by),
            lambda: link_user(amina, house.chen.user, by=by),
            lambda: add_group({"en": "X"}, sort="community", by=by),
            lambda: add_unit({"en": "X"}, level="division", parent=unit, by=by),
            lambda: rename_unit(unit, {"en": "X"}, by=by),
            lambda: move_unit(unit, parent=house.commission, by=by),
            lambda: add_membership(group, amina, by=by),
            lambda: end_membership(membership, by=by),
        ):
            with pytest.raises(Refused):
                act()

    for by in (house.amina.reader, house.bruno.reader, house.chen.reader, anonymous()):
        attempts(by)
    assert _counts() == before
    assert str(Unit.objects.get(pk=unit.pk)) == "Office for Africa"
    assert add_person("X", by=house.dora.reader).name == "X"


def test_a_person_is_filed_by_family_name_and_known_by_one_address() -> None:
    person = add_person(
        " Wangari\u202e  Maathai ", by=BY, email="Wangari@House.example", orcid="0000000218250097"
    )
    assert (person.name, person.sort_name) == ("Wangari Maathai", "Maathai, Wangari")
    assert (person.email, person.orcid) == ("wangari@house.example", "0000-0002-1825-0097")
    assert add_person("Plato", by=BY).sort_name == "Plato"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\x00 \u200b"}, "name"),
        ({"name": "A", "email": "ONE@house.example"}, "email"),
        ({"name": "A", "email": "nobody"}, "email"),
        ({"name": "A", "email": "a" * 300 + "@house.example"}, "email"),
        ({"name": "A", "email": "a\x00b@"}, "email"),
        ({"name": "A", "orcid": "0000-0002-1825-0098"}, "orcid"),
        ({"name": "A", "orcid": "²000-0002-1825-0097"}, "orcid"),
        ({"name": "A", "orcid": "0000-0001-5109-3700"}, "orcid"),
    ],
)
def test_a_person_who_cannot_be_filed_is_refused_by_field(given: dict[str, str], field: str) -> None:
    add_person("One", by=BY, email="one@house.example", orcid="0000-0001-5109-3700")
    before = _counts()
    with pytest.raises(BadInput) as refused:
        add_person(**given, by=BY)  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]
    assert _counts() == before


def test_an_account_is_one_persons(house: House) -> None:
    with pytest.raises(BadInput):
        add_person("Second Amina", by=BY, user=house.amina.user)
    with pytest.raises(BadInput):
        link_user(house.bruno.person, User.objects.get(pk=house.amina.user.pk), by=BY)
    link_user(house.amina.person, User.objects.get(pk=house.amina.user.pk), by=BY)
    assert Person.objects.get(user=house.amina.user) == house.amina.person


@pytest.mark.parametrize(
    ("orcid", "is_one"),
    [
        ("0000-0002-1825-0097", True), ("0000-0002-1694-233X", True), ("0000-0002-1694-233x", True),
        ("0000-0002-1825-009X", False), ("0000-0002-1825", False), ("٠٠٠٠000218250097", False), ("", False),
    ],
)  # fmt: skip
def test_an_orcid_is_known_by_its_check(orcid: str, is_one: bool) -> None:
    assert is_orcid(orcid) is is_one


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"names": {}}, "name"),
        ({"names": {"en": "\x00"}}, "name"),
        ({"names": {"klingonese": "X"}}, "language"),
        ({"level": "galaxy"}, "level"),
        ({"country": "ZZZ"}, "country"),
        ({"country": "1\x00"}, "country"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"descriptions": {"klingonese": "X"}}, "language"),
        ({"parent": None}, "parent"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_by_field(
    house: House, given: dict[str, object], field: str
) -> None:
    usable: dict[str, object] = {"names": {"en": "X"}, "level": "division", "parent": house.africa}
    before = _counts()
    with pytest.raises(BadInput) as refused:
        add_unit(**{**usable, **given}, by=BY)  # type: ignore[arg-type]
    assert field in refused.value.fields
    assert _counts() == before


def test_names_are_kept_by_language_tag_and_cleaned(house: House) -> None:
    unit = add_unit(
        {"English": "Kenya\x00 office", "fra": "Bureau"},
        level="country-office",
        parent=house.africa,
        by=BY,
        country="ke",
        descriptions={"en": "What\x00 it does."},
    )
    unit.group.refresh_from_db()
    assert unit.group.names == {"en": "Kenya office", "fr": "Bureau"}
    assert (unit.group.descriptions, unit.country) == ({"en": "What it does."}, "KE")
    rename_unit(unit, {"en": "Kenya"}, by=BY)
    unit.group.refresh_from_db()
    assert (unit.group.names, unit.group.descriptions) == ({"en": "Kenya"}, {"en": "What it does."})


def test_a_moved_unit_takes_all_below_it_along(house: House) -> None:
    kenya = add_unit({"en": "Kenya"}, level="country-office", parent=house.africa, by=BY)
    wajir = add_unit({"en": "Wajir"}, level="programme", parent=kenya, by=BY)
    move_unit(kenya, parent=house.commission, by=BY)
    assert ancestors_of_unit(wajir.pk) == [wajir.pk, kenya.pk, house.commission.pk, house.headquarters.pk]
    assert ancestors_of_unit(house.africa.pk) == [house.africa.pk, house.headquarters.pk]
    before = _counts()
    move_unit(kenya, parent=house.commission, by=BY)
    assert _counts() == before
    assert [(str(unit), depth) for unit, depth in units_in_order()] == [
        ("Wetlands House", 0), ("Office for Africa", 1), ("Peat Commission", 1), ("Kenya", 2), ("Wajir", 3),
    ]  # fmt: skip


def test_no_move_closes_a_circle(house: House) -> None:
    kenya = add_unit({"en": "Kenya"}, level="country-office", parent=house.africa, by=BY)
    before = list(UnitAncestor.objects.order_by("pk").values_list("unit", "ancestor", "distance"))
    for unit, parent in ((house.africa, kenya), (house.africa, house.africa), (house.headquarters, kenya)):
        with pytest.raises(BadInput):
            move_unit(unit, parent=parent, by=BY)
    assert list(UnitAncestor.objects.order_by("pk").values_list("unit", "ancestor", "distance")) == before


def test_a_group_is_a_community_or_a_panel(house: House) -> None:
    assert add_group({"en": "Peat people"}, sort="community", by=BY).sort == "community"
    for sort in ("unit", "club"):
        with pytest.raises(BadInput):
            add_group({"en": "X"}, sort=sort, by=BY)


def test_the_same_membership_again_changes_title_and_dates_only(house: House) -> None:
    group, person = house.africa.group, house.bruno.person
    add_membership(group, person, by=BY, title="Hydro\x00logist", starts=date(2020, 1, 1))
    (kept,) = Membership.objects.filter(person=person)
    assert (kept.title, kept.starts, kept.ends) == ("Hydrologist", date(2020, 1, 1), None)
    before = _counts()[:-1]
    for given in ({"role": "king"}, {"starts": date(2021, 1, 1), "ends": date(2020, 1, 1)}):
        with pytest.raises(BadInput):
            add_membership(group, person, by=BY, **given)
    assert _counts()[:-1] == before
