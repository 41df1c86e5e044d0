"""Who may read an asset: the rule, and that the filter never differs from it, whatever changes."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from baobab.assets.actions import change_asset, create_asset, publish, withdraw
from baobab.assets.card.access import audience_set, label_set, readable, readers_of
from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.models import Asset, Dirty, LabelInSet, LabelSet, State
from baobab.assets.queries import asset_for, listed, listed_or_own, own_work
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, NotFound, Withdrawn
from baobab.organisation.actions import (
    add_group,
    add_membership,
    add_unit,
    end_membership,
    move_unit,
)
from baobab.organisation.models import Group, Membership, Unit
from baobab.organisation.readers import PUBLIC, STAFF, Reader, anonymous, system
from tests.factories import House, Somebody, draft, published, somebody

pytestmark = pytest.mark.django_db
BY = system()
WORK = {"person:1", "person:7", "editors:3", "editors:9"}


@pytest.mark.parametrize(
    ("state", "was_published", "audience", "owner", "readers"),
    [
        ("draft", False, {PUBLIC}, 1, WORK),
        ("draft", False, {STAFF}, None, WORK - {"person:1"}),
        ("in-review", False, {PUBLIC}, 1, WORK),
        ("scheduled", False, {PUBLIC}, 1, WORK),
        ("published", True, {PUBLIC}, 1, {PUBLIC}),
        ("published", True, {PUBLIC, STAFF}, 1, {PUBLIC}),
        ("published", True, {STAFF}, 1, {STAFF, "person:1"}),
        ("published", True, {"unit:4", "group:5"}, None, {"unit:4", "group:5"}),
        ("archived", True, {STAFF}, 1, {STAFF, "person:1"}),
        ("withdrawn", True, {STAFF}, 1, {STAFF, "person:1"}),
        ("merged", True, {PUBLIC}, 1, {PUBLIC}),
        ("purged", True, {STAFF}, None, {STAFF}),
        ("withdrawn", False, {PUBLIC}, 1, WORK),
        ("merged", False, {PUBLIC}, 1, WORK),
        ("purged", False, {PUBLIC}, 1, WORK),
    ],
)
def test_the_rule(
    state: str, was_published: bool, audience: set[str], owner: int | None, readers: set[str]
) -> None:
    assert (
        readers_of(
            state=state,
            was_published=was_published,
            audience=frozenset(audience),
            owner_id=owner,
            person_ids=[7],
            unit_ids=[3, 9],
        )
        == readers
    )


def test_the_rule_has_an_answer_for_every_state() -> None:
    for state in State.values:
        for was_published in (True, False):
            assert readers_of(
                state=state,
                was_published=was_published,
                audience=frozenset({STAFF}),
                owner_id=None,
                person_ids=(),
                unit_ids=[1],
            )


def test_equal_sets_are_stored_once_with_a_row_for_each_label() -> None:
    one, other = label_set(["staff", "unit:4"]), label_set(["unit:4", "staff", "staff"])
    assert one.pk == other.pk
    assert one.labels == {"staff", "unit:4"}
    assert sorted(LabelInSet.objects.filter(set=one).values_list("label", flat=True)) == ["staff", "unit:4"]
    assert label_set([]).labels == frozenset()


@pytest.mark.parametrize("name", ["unit", "editors", "group", "person"])
def test_an_audience_of_nobody_there_is_refused(house: House, name: str) -> None:
    before = LabelSet.objects.count()
    with pytest.raises(BadInput):
        audience_set(frozenset({STAFF, f"{name}:999999"}))
    with pytest.raises(BadInput):
        audience_set(frozenset({f"group:{house.africa.pk}"}))
    assert LabelSet.objects.count() == before


def _oracle_label_sets(world: World, who: Somebody | None) -> set[str]:
    """What somebody holds, from the test's own notes of the organisation."""
    held = {"public"}
    if who is None:
        return held
    held.add(f"person:{who.person.pk}")
    for (group, person, role), is_current in world.memberships.items():
        if person != who.person.pk or not is_current:
            continue
        if group in world.parents:
            if world.levels[group] not in ("commission", "member"):
                held.add("staff")
            if role in ("editor", "steward"):
                held.add(f"editors:{group}")
            at: int | None = group
            while at is not None:
                held.add(f"unit:{at}")
                at = world.parents[at]
        else:
            held.add(f"group:{group}")
    return held


@dataclass
class Noted:
    """What the test knows of an asset."""

    audience: set[str]
    owner: int | None
    unit: int
    authors: set[int]
    state: str = "draft"
    was_published: bool = False


@dataclass
class World:
    """What the test knows of the organisation and its assets, never read from the database."""

    parents: dict[int, int | None] = field(default_factory=dict)
    levels: dict[int, str] = field(default_factory=dict)
    memberships: dict[tuple[int, int, str], bool] = field(default_factory=dict)
    assets: dict[int, Noted] = field(default_factory=dict)

    def may_read(self, who: Somebody | None, asset: Noted) -> bool:
        """The rule of the documentation, in words of its own: no label set, no table."""
        held = _oracle_label_sets(self, who)
        me = who.person.pk if who else None
        if asset.state in ("published", "archived") or (asset.was_published and asset.state == "withdrawn"):
            return bool(held & asset.audience) or (me is not None and me == asset.owner)
        if me is not None and (me == asset.owner or me in asset.authors):
            return True
        at: int | None = asset.unit
        while at is not None:
            if f"editors:{at}" in held:
                return True
            at = self.parents[at]
        return False


def _found_world(house: House) -> World:
    world = World()
    for unit in (house.headquarters, house.africa, house.commission):
        world.parents[unit.pk] = unit.parent_id
        world.levels[unit.pk] = unit.level
    for row in (
        (house.headquarters, house.amina, "editor"),
        (house.africa, house.bruno, "member"),
        (house.headquarters, house.dora, "steward"),
        (house.commission, house.esi, "member"),
    ):
        world.memberships[(row[0].pk, row[1].person.pk, row[2])] = True
    return world


@pytest.mark.parametrize("seed", range(6))
def test_the_filter_agrees_with_the_rule_through_any_changes(house: House, seed: int) -> None:
    dice = random.Random(seed)
    world = _found_world(house)
    units: list[Unit] = [house.headquarters, house.africa, house.commission]
    for name, level in (("Kenya", "country-office"), ("Wajir", "programme"), ("Member", "member")):
        parent = dice.choice(units)
        unit = add_unit({"en": name}, level=level, parent=parent, by=BY)
        world.parents[unit.pk], world.levels[unit.pk] = parent.pk, level
        units.append(unit)
    groups: list[Group] = [add_group({"en": "Peat"}, sort="community", by=BY)]
    people = [house.amina, house.bruno, house.chen, house.dora, house.esi]
    people.append(somebody("Femi Ojo", "femi@house.example"))
    everybody: list[Somebody | None] = [*people, None]

    def an_audience() -> set[str]:
        choices = [PUBLIC, STAFF, *(f"unit:{u.pk}" for u in units), *(f"editors:{u.pk}" for u in units)]
        choices += [f"group:{g.pk}" for g in groups] + [f"person:{p.person.pk}" for p in people]
        return set(dice.sample(choices, dice.choice([1, 1, 2, 3])))

    def make() -> None:
        unit, owner = dice.choice(units), dice.choice([*people, None])
        authors = dice.sample(people, dice.randint(0, 2))
        noted = Noted(
            an_audience(), owner.person.pk if owner else None, unit.pk, {a.person.pk for a in authors}
        )
        asset = create_asset("note", _all_of(noted, authors, owner, unit), by=BY)
        world.assets[asset.pk] = noted

    def _all_of(noted: Noted, authors: list[Somebody], owner: Somebody | None, unit: Unit) -> AssetFields:
        return AssetFields(
            texts={"en": Words("Something")},
            audience=frozenset(noted.audience),
            owner=owner.person if owner else None,
            unit=unit,
            contributors=[Contributor(a.person.name, person=a.person) for a in authors],
        )

    def change() -> None:
        pk, noted = dice.choice([(pk, n) for pk, n in world.assets.items() if n.state != "withdrawn"])
        unit, owner = dice.choice(units), dice.choice([*people, None])
        authors = dice.sample(people, dice.randint(0, 2))
        noted.audience, noted.unit = an_audience(), unit.pk
        noted.owner, noted.authors = owner.person.pk if owner else None, {a.person.pk for a in authors}
        change_asset(Asset.objects.get(pk=pk), _all_of(noted, authors, owner, unit), by=BY)

    def move_on() -> None:
        pk, noted = dice.choice(list(world.assets.items()))
        asset = Asset.objects.get(pk=pk)
        if noted.state == "draft" and dice.random() < 0.8:
            publish(asset, by=BY)
            noted.state, noted.was_published = "published", True
        elif noted.state != "withdrawn" and dice.random() < 0.3:
            withdraw(asset, by=BY, reason="No more.")
            noted.state = "withdrawn"

    def move() -> None:
        unit, parent = dice.choice(units[1:]), dice.choice(units)
        at: int | None = parent.pk
        while at is not None and at != unit.pk:
            at = world.parents[at]
        if at is None:
            move_unit(Unit.objects.get(pk=unit.pk), parent=Unit.objects.get(pk=parent.pk), by=BY)
            world.parents[unit.pk] = parent.pk

    def join_or_leave() -> None:
        group = dice.choice([*(u.group for u in units), *groups])
        who, role = dice.choice(people), dice.choice(Membership.Role.values)
        key = (group.pk, who.person.pk, role)
        if key in world.memberships and dice.random() < 0.5:
            end_membership(Membership.objects.get(group=group, person=who.person, role=role), by=BY)
            del world.memberships[key]
            return
        ends: date | None = dice.choice([None, None, clock.today() - timedelta(days=1)])
        add_membership(group, who.person, by=BY, role=role, ends=ends)
        world.memberships[key] = ends is None

    for _ in range(4):
        make()
    trials = 0
    for _round in range(30):
        dice.choice([make, change, change, move_on, move_on, move, join_or_leave, join_or_leave])()
        for who in everybody:
            reader: Reader = who.reader if who else anonymous()
            seen = set(readable(reader).values_list("pk", flat=True))
            expected = {pk for pk, noted in world.assets.items() if world.may_read(who, noted)}
            assert seen == expected
            trials += len(world.assets)
    assert trials >= 1000


def test_narrowing_is_marked_and_widening_is_not(house: House) -> None:
    asset = published(house.amina.reader, audience=[STAFF])
    Dirty.objects.all().delete()

    def mark(*audience: str) -> bool:
        change_asset(asset, AssetFields(audience=frozenset(audience)), by=house.amina.reader)
        row = Dirty.objects.get(asset_id=asset.pk, consumer="search")
        is_narrowed = row.is_narrowed
        row.delete()
        return is_narrowed

    africa = f"unit:{house.africa.pk}"
    assert mark(STAFF, africa) is False
    assert mark(PUBLIC) is False
    assert mark(africa) is True
    assert mark(STAFF) is True
    assert mark(STAFF) is False


def test_a_mark_of_narrowing_stays_whatever_else_changes(house: House) -> None:
    asset = published(house.amina.reader)
    change_asset(asset, AssetFields(audience=frozenset({STAFF})), by=house.amina.reader)
    change_asset(asset, AssetFields(texts={"en": Words("Other words")}), by=house.amina.reader)
    assert Dirty.objects.get(asset_id=asset.pk, consumer="search").is_narrowed


def test_drafts_of_others_are_open_to_editors_and_contributors_only(house: House) -> None:
    asset = draft(house.bruno.reader, unit=house.africa)
    by_name = {
        name: asset in readable(getattr(house, name).reader)
        for name in ("amina", "bruno", "chen", "dora", "esi")
    }
    assert by_name == {"amina": True, "bruno": True, "chen": False, "dora": True, "esi": False}
    assert asset not in readable(system())
    change_asset(
        asset,
        AssetFields(contributors=[Contributor("Chen", person=house.chen.person), Contributor("Esi Mensah")]),
        by=house.bruno.reader,
    )
    assert own_work(house.chen.reader) == [asset]
    assert asset in listed_or_own(house.chen.reader)
    assert asset not in readable(house.esi.reader)


def test_a_unit_that_moves_away_takes_its_drafts_from_the_editors_above(house: House) -> None:
    kenya = add_unit({"en": "Kenya"}, level="country-office", parent=house.africa, by=BY)
    add_membership(house.africa.group, house.chen.person, by=BY, role="editor")
    drafted = draft(house.dora.reader, unit=kenya)
    shown = published(house.dora.reader, unit=kenya, audience=[STAFF])
    Dirty.objects.all().delete()
    assert drafted in readable(house.chen.reader)
    move_unit(kenya, parent=house.commission, by=BY)
    assert drafted not in readable(house.chen.reader)
    assert Dirty.objects.get(asset_id=drafted.pk, consumer="search").is_narrowed
    # What it stands under is counted, too, and has changed; nobody lost sight of it.
    assert {row.is_narrowed for row in Dirty.objects.filter(asset_id=shown.pk)} == {False}


def test_who_leaves_the_organisation_keeps_only_what_is_hers_or_public(house: House) -> None:
    own = published(house.bruno.reader, "Own", audience=[STAFF])
    other = published(house.amina.reader, "Other", audience=[STAFF])
    end_membership(Membership.objects.get(person=house.bruno.person), by=BY)
    assert own in readable(house.bruno.reader)
    assert other not in readable(house.bruno.reader)


def test_absent_and_closed_are_answered_alike(house: House) -> None:
    closed = draft(house.amina.reader)
    sentences = set()
    for address in (closed.public_id, "0123456abc", "", "\x00", "x" * 100_000, "é", closed.public_id + "0"):
        with pytest.raises(NotFound) as refused:
            asset_for(house.chen.reader, address)
        sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_a_tombstone_shows_the_reason_to_those_who_may_see_it(house: House) -> None:
    asset = published(house.amina.reader, audience=[STAFF])
    withdraw(asset, by=house.amina.reader, reason="Figures\x00 were wrong.")
    with pytest.raises(Withdrawn, match=r"“Reading the water” was withdrawn\. Figures were wrong\."):
        asset_for(house.bruno.reader, asset.public_id)


def test_one_asset_costs_one_query(
    house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asset = published(house.amina.reader)
    with django_assert_max_num_queries(1):
        found = asset_for(house.nobody, asset.public_id)
        assert str(found.unit.group)
        assert found.owner
        assert found.audience.labels == {PUBLIC}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plan of SQLite")
@pytest.mark.slow
def test_the_newest_list_comes_from_an_index_without_a_sort(house: House) -> None:
    first = published(house.amina.reader)
    closed = published(house.amina.reader, audience=[STAFF])
    rows = []
    for number in range(5000):
        model = closed if number % 3 == 0 else first
        rows.append(
            Asset(
                public_id=f"{number:010}",
                kind="product",
                title=f"Asset {number}",
                state=State.PUBLISHED,
                audience_id=model.audience_id,
                readers_id=model.readers_id,
                unit=house.africa,
                dated_on=date(2000, 1, 1) + timedelta(days=number % 4000),
                created_at=first.created_at,
                updated_at=first.updated_at,
            )
        )
    Asset.objects.bulk_create(rows, batch_size=500)
    for has_statistics in (False, True):
        for reader in (house.nobody, house.bruno.reader):
            for assets in (listed(reader), listed(reader).filter(kind="product")):
                with CaptureQueriesContext(connection) as captured:
                    list(assets[:20])
                (query,) = captured.captured_queries
                with connection.cursor() as cursor:
                    cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                    plan = "\n".join(str(row[3]) for row in cursor.fetchall())
                assert "TEMP B-TREE FOR ORDER BY" not in plan, (has_statistics, plan)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
