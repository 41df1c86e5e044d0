"""Two people at the same moment: one wins, the other is told, and nothing is lost or doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import pytest
from django.db import connection

from baobab.assets.actions import change_asset
from baobab.assets.fields import AssetFields, Words
from baobab.assets.files.actions import attach_file, receive_blob
from baobab.assets.models import Asset, AssetFile, Blob, LabelSet, Revision
from baobab.kernel.errors import BadInput, BaobabError, Stale
from baobab.organisation.actions import add_unit, move_unit
from baobab.organisation.models import Unit, UnitAncestor
from baobab.organisation.readers import STAFF, system
from tests.factories import House, draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def at_once(acts: Sequence[Callable[[], object]]) -> list[BaobabError]:
    """Run all of them at the same moment, each on a connection of its own; what they were refused."""
    refused: list[BaobabError] = []
    broken: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(20)
            act()
        except BaobabError as error:
            refused.append(error)
        except BaseException as error:  # noqa: BLE001 - told to the test below
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert broken == []
    return refused


def test_of_two_changes_from_one_revision_one_is_stale(house: House) -> None:
    asset, by = draft(house.bruno.reader), house.bruno.reader

    def change(title: str) -> Callable[[], object]:
        fields = AssetFields(texts={"en": Words(title)})
        return lambda: change_asset(Asset.objects.get(pk=asset.pk), fields, by=by, revision=1)

    refused = at_once([change("One"), change("Two")])
    assert [type(error) for error in refused] == [Stale]
    asset.refresh_from_db()
    assert asset.title in ("One", "Two")
    assert asset.texts.get().title == asset.title
    assert asset.revision == Revision.objects.filter(asset=asset).count() == 2


def test_changes_that_name_no_revision_all_arrive_one_after_the_other(house: House) -> None:
    asset, by = draft(house.bruno.reader), house.bruno.reader

    def change(year: int) -> Callable[[], object]:
        stale = Asset.objects.get(pk=asset.pk)
        return lambda: change_asset(stale, AssetFields(issued=str(year)), by=by)

    assert at_once([change(year) for year in range(2000, 2005)]) == []
    numbers = list(Revision.objects.filter(asset=asset).order_by("number").values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4, 5, 6]


def test_files_that_arrive_together_get_numbers_of_their_own(house: House) -> None:
    asset, by = draft(house.bruno.reader), house.bruno.reader

    def attach(name: str, content: bytes) -> Callable[[], object]:
        own = Asset.objects.get(pk=asset.pk)
        return lambda: attach_file(own, receive_blob([content]), name=name, by=by)

    assert at_once([attach(f"{n}.txt", b"%d" % (n % 3)) for n in range(4)]) == []
    assert sorted(AssetFile.objects.filter(asset=asset).values_list("number", flat=True)) == [1, 2, 3]
    assert Blob.objects.count() == 3


def test_a_new_audience_said_twice_at_once_is_stored_once(house: House) -> None:
    audience = frozenset({STAFF, f"unit:{house.africa.pk}", f"person:{house.chen.person.pk}"})
    by = house.amina.reader
    assert at_once([lambda: draft(by, audience=tuple(audience)) for _ in range(3)]) == []
    assert LabelSet.objects.filter(text="\n".join(sorted(audience))).count() == 1
    assert Asset.objects.count() == 3


def test_two_units_cannot_be_put_below_each_other(house: House) -> None:
    by = system()
    one = add_unit({"en": "One"}, level="division", parent=house.headquarters, by=by)
    two = add_unit({"en": "Two"}, level="division", parent=house.headquarters, by=by)
    refused = at_once([lambda: move_unit(one, parent=two, by=by), lambda: move_unit(two, parent=one, by=by)])
    assert [type(error) for error in refused] == [BadInput]
    for unit in Unit.objects.all():
        above = UnitAncestor.objects.filter(unit=unit).values_list("ancestor", flat=True)
        assert len(above) == len(set(above))
        assert house.headquarters.pk in above
