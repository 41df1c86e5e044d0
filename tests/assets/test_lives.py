"""Links, quality marks, and the ways in which a life can go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from baobab.assets.actions import (
    archive,
    change_asset,
    merge,
    publish,
    reassign,
    submit_for_review,
    withdraw,
)
from baobab.assets.fields import AssetFields
from baobab.assets.files.actions import attach_file, receive_blob
from baobab.assets.kinds import kind_named
from baobab.assets.links.actions import add_link, remove_link
from baobab.assets.links.queries import links_of
from baobab.assets.models import (
    Asset,
    AssetLink,
    QualityMark,
)
from baobab.assets.quality.actions import mark_quality
from baobab.assets.queries import asset_for, listed
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, Refused
from baobab.organisation.actions import end_membership
from baobab.organisation.models import Membership
from baobab.organisation.readers import STAFF, system
from tests.factories import House, draft, published

pytestmark = pytest.mark.django_db


def test_links_are_read_both_ways_by_those_who_may_read_both_ends(house: House) -> None:
    by = house.amina.reader
    one, two = published(by, "One"), published(by, "Two", audience=[STAFF])
    link = add_link(one, two, relation="supersedes", by=by)
    again = add_link(one, two, relation="supersedes", by=by, note="Since 2020.")
    assert (again.pk, again.note) == (link.pk, "Since 2020.")
    assert [(e.asset.title, e.is_outgoing) for e in links_of(one, house.bruno.reader)] == [("Two", True)]
    assert [(e.label, e.is_outgoing) for e in links_of(two, house.bruno.reader)] == [("superseded by", False)]
    assert links_of(one, house.nobody) == []
    for bad in ({"target": one, "relation": "about"}, {"target": two, "relation": "likes"}):
        with pytest.raises(BadInput):
            add_link(one, by=by, **bad)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        remove_link(link, by=house.esi.reader)
    assert AssetLink.objects.count() == 1
    remove_link(link, by=by)
    assert not AssetLink.objects.exists()
    withdraw(two, by=by, reason="Old.")
    with pytest.raises(BadInput):
        add_link(one, two, relation="about", by=by)


def test_a_quality_mark_says_what_was_checked_by_whom_and_when(house: House) -> None:
    asset = published(house.bruno.reader)
    for by in (house.bruno.reader, house.esi.reader, house.nobody):
        with pytest.raises(Refused):
            mark_quality(asset, check="editorial", by=by)
    tomorrow = clock.today() + timedelta(days=2)
    for bad in ({"check": "blessing"}, {"check": "editorial", "on": tomorrow}):
        with pytest.raises(BadInput):
            mark_quality(asset, by=house.amina.reader, **bad)
    assert not QualityMark.objects.exists()
    mark_quality(asset, check="peer-review", by=house.amina.reader, checked_by=house.chen.person)
    mark_quality(asset, check="editorial", by=house.amina.reader, on=date(2020, 1, 1))
    asset.refresh_from_db()
    assert asset.quality == "peer-review"
    assert [mark.by for mark in QualityMark.objects.order_by("pk")] == [
        house.chen.person,
        house.amina.person,
    ]


def test_a_life_goes_only_the_ways_it_can_go(house: House) -> None:
    by = house.bruno.reader
    asset = draft(by, unit=house.africa)
    with pytest.raises(Refused):
        archive(asset, by=by)
    asset = submit_for_review(asset, by=by)
    assert submit_for_review(asset, by=by).revision == asset.revision
    asset = publish(asset, by=by)
    first = asset.published_at
    assert publish(asset, by=by).revision == asset.revision
    with pytest.raises(Refused):
        submit_for_review(asset, by=by)
    asset = archive(asset, by=by, reason="Newer figures exist.")
    assert asset in listed(by)
    asset = publish(asset, by=by)
    assert (asset.published_at, asset.state_reason) == (first, "")
    for nothing in ("", "\x00", " \u200b"):
        with pytest.raises(BadInput):
            withdraw(asset, by=by, reason=nothing)
    with pytest.raises(BadInput):
        withdraw(asset, by=by, reason="x" * 10_000)
    withdrawn = withdraw(asset, by=by, reason="Wrong.")
    assert withdraw(asset, by=by, reason="Wrong again.").state_reason == "Wrong."
    acts: list[Callable[[], object]] = [
        lambda: publish(withdrawn, by=by),
        lambda: archive(withdrawn, by=by),
        lambda: change_asset(withdrawn, AssetFields(issued="2000"), by=by),
        lambda: attach_file(withdrawn, receive_blob([b"x"]), name="x", by=by),
        lambda: add_link(withdrawn, published(by, "O"), relation="about", by=by),
        lambda: mark_quality(withdrawn, check="editorial", by=house.amina.reader),
        lambda: merge(withdrawn, into=published(by, "P"), by=by),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert Asset.objects.get(pk=asset.pk).revision == withdrawn.revision


def test_an_owner_who_left_reads_her_work_and_changes_nothing(house: House) -> None:
    asset = draft(house.bruno.reader, unit=house.africa)
    end_membership(Membership.objects.get(person=house.bruno.person), by=system())
    assert asset_for(house.bruno.reader, asset.public_id) == asset
    policy = kind_named("product").policy
    for may in (policy.may_change, policy.may_publish, policy.may_withdraw):
        assert not may(house.bruno.reader, asset)
        assert may(house.amina.reader, asset)
    reassign(asset, owner=house.amina.person, unit=house.headquarters, by=house.amina.reader)
    asset.refresh_from_db()
    assert (asset.owner, asset.unit) == (house.amina.person, house.headquarters)


def test_members_of_commissions_add_to_their_own_unit_only(house: House) -> None:
    esi = house.esi.reader
    assert draft(esi, "Of the commission").unit == house.commission
    for unit in (house.headquarters, house.africa):
        with pytest.raises(Refused):
            draft(esi, unit=unit)
    own = draft(esi, "Mine")
    with pytest.raises(Refused):
        change_asset(own, AssetFields(unit=house.headquarters), by=esi)
    change_asset(own, AssetFields(unit=house.commission, issued="2001"), by=esi)
