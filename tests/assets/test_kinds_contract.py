"""What every kind promises, tried with every registered kind: from the first word to the empty tombstone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client, TestCase
from django.urls import reverse

from baobab.accounts.models import AuditEntry
from baobab.assets.actions import change_asset, create_asset, merge, publish, purge, withdraw
from baobab.assets.classification.actions import suggest
from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.files import storage
from baobab.assets.files.queries import files_of
from baobab.assets.kinds import Badge, Kind, kind_named, kinds, register
from baobab.assets.links.actions import add_link
from baobab.assets.models import (
    Asset,
    AssetFile,
    Blob,
    Dirty,
    FilePage,
    FileReading,
    LabelSet,
    Origin,
    Revision,
    State,
)
from baobab.assets.policy import Policy
from baobab.assets.quality.actions import mark_quality
from baobab.assets.queries import MovedTo, asset_for, cards, listed, readable
from baobab.assets.revisions.actions import save_draft
from baobab.assets.revisions.snapshots import snapshots, unpack
from baobab.kernel.errors import BadInput, NotFound, Refused, Stale, Withdrawn
from baobab.organisation.readers import PUBLIC, STAFF, Reader, system
from baobab.search import indexer
from baobab.search.queries import SearchRequest, search
from baobab.vocabularies.models import Concept, Place
from tests.factories import House, Somebody, with_file

SignIn = Callable[[Somebody], Client]
pytestmark = pytest.mark.django_db

# Own fields for the kinds that have some: what is given, and what `read_details` must say of it.
DETAILS: dict[str, dict[str, object]] = {
    "product": {"series": "Field notes", "licence": "CC-BY-4.0", "doi": "10.1234/abcd"},
    "note": {"mood": "calm", "remark": "Ask the ferryman"},
}


@pytest.fixture(params=[kind.name for kind in kinds()])
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each registered kind in turn."""
    return kind_named(request.param)


def _fields(kind: Kind, title: str = "The quagga count", **more: Any) -> AssetFields:
    given: dict[str, Any] = {
        "texts": {
            "en": Words(title, "Counted from a boat.", "Two **herds** were seen."),
            "fr": Words("Le compte", "Vu d'un bateau."),
        },
        "original_language": "en",
        "audience": frozenset({STAFF}),
        "contributors": [Contributor("Amina Diallo"), Contributor("Ines Roy", "editor")],
        "issued": "2014-05",
        "detail": DETAILS.get(kind.name, {}),
    }
    return AssetFields(**{**given, **more})


def _draft(kind: Kind, by: Reader, **more: Any) -> Asset:
    return create_asset(kind.name, _fields(kind, **more), by=by)


def _published(kind: Kind, by: Reader, **more: Any) -> Asset:
    return publish(_draft(kind, by, **more), by=by)


def _found(reader: Reader, q: str) -> list[int]:
    results = search(reader, SearchRequest(q=q))
    assert results.count == len(results.hits)
    return [hit.asset.pk for hit in results.hits]


def test_two_kinds_are_known_and_one_came_from_a_folder_of_the_tests() -> None:
    assert [kind.name for kind in kinds()].count("note") == 1
    assert {"note", "product"} <= {kind.name for kind in kinds()}


def test_a_kind_cannot_take_the_name_of_another(kind: Kind) -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match=kind.name):
        register(replace(kind, icon="other"))
    assert kind_named(kind.name) is kind


def test_an_unknown_kind_is_not_found_and_the_known_are_named() -> None:
    with pytest.raises(NotFound, match=r"“nothing”.*note, product"):
        kind_named("nothing")


def test_a_new_asset_has_owner_unit_revision_and_its_own_fields(house: House, kind: Kind) -> None:
    asset = _draft(kind, house.bruno.reader)
    asset.refresh_from_db()
    assert (asset.state, asset.owner, asset.unit, asset.revision) == (
        State.DRAFT, house.bruno.person, house.headquarters, 1,
    )  # fmt: skip
    assert (asset.title, asset.byline, asset.issued, asset.year) == (
        "The quagga count", "Amina Diallo", "2014-05", 2014,
    )  # fmt: skip
    detail = kind.read_details([asset.pk])[asset.pk]
    assert DETAILS.get(kind.name, {}).items() <= detail.items()


def test_a_refused_creation_leaves_nothing(house: House, kind: Kind) -> None:
    for by in (house.nobody, house.chen.reader):
        with pytest.raises(Refused):
            _draft(kind, by)
    assert not Asset.objects.exists()
    assert not kind.detail._default_manager.exists()


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_stored(house: House, kind: Kind) -> None:
    with pytest.raises(BadInput) as refused:
        _draft(
            kind,
            house.bruno.reader,
            texts={"en": Words("x" * 10_000)},
            issued="31st of never",
            audience=frozenset({"everybody"}),
        )
    assert {"title", "issued", "audience"} <= refused.value.fields.keys()
    assert not Asset.objects.exists()


def test_its_card_speaks_the_readers_language(house: House, kind: Kind) -> None:
    asset = _published(kind, house.amina.reader)
    (in_french,) = cards([asset], house.bruno.reader.speaking("fr"))
    assert (in_french.title, in_french.language, in_french.kind) == ("Le compte", "fr", kind.name)
    (in_arabic,) = cards([asset], house.bruno.reader.speaking("ar"))
    assert (in_arabic.title, in_arabic.languages) == ("The quagga count", ("en", "fr"))
    badge = kind.badges([asset.pk], "ar").get(asset.pk, Badge(""))
    assert (in_arabic.badge, in_arabic.icon) == (badge.label, badge.icon or kind.icon)


def test_lists_show_it_to_its_audience_once_it_is_published(house: House, kind: Kind) -> None:
    asset = _draft(kind, house.bruno.reader)
    assert asset not in listed(house.bruno.reader)
    publish(asset, by=house.bruno.reader)
    for reader, is_listed in (
        (house.bruno.reader, True), (house.amina.reader, True), (house.dora.reader, True),
        (house.esi.reader, False), (house.chen.reader, False), (house.nobody, False), (system(), False),
    ):  # fmt: skip
        assert listed(reader).filter(pk=asset.pk).exists() is is_listed


def test_its_page_is_for_its_readers_and_404_for_all_others(
    house: House, kind: Kind, client_of: SignIn, client: Client
) -> None:
    asset = _published(kind, house.amina.reader)
    address = reverse("asset_page", args=[asset.public_id])
    page = client_of(house.bruno).get(address)
    assert page.status_code == 200
    assert "The quagga count" in page.content.decode()
    absent = client.get(reverse("asset_page", args=["0123456abc"]))
    for refused in (client.get(address), client_of(house.chen).get(address)):
        assert refused.status_code == absent.status_code == 404
        assert "quagga" not in refused.content.decode()


def test_its_own_part_stands_on_its_page(house: House, client_of: SignIn) -> None:
    asset = _published(kind_named("note"), house.amina.reader)
    page = client_of(house.bruno).get(reverse("asset_page", args=[asset.public_id])).content.decode()
    assert "The mood of this note: calm." in page


def test_its_form_has_the_fields_of_the_kind(house: House, kind: Kind, client_of: SignIn) -> None:
    asset = _draft(kind, house.bruno.reader)
    page = client_of(house.bruno).get(reverse("asset_edit", args=[asset.public_id]))
    assert page.status_code == 200
    for name in kind.form().fields:
        assert f'name="{name}"' in page.content.decode()


def test_the_api_tells_its_own_fields_to_its_readers_only(
    house: House, kind: Kind, client_of: SignIn, client: Client
) -> None:
    asset = _published(kind, house.amina.reader)
    address = f"/api/v1/assets/{asset.public_id}"
    answer = client_of(house.bruno).get(address)
    assert answer.status_code == 200
    told = answer.json()
    assert (told["id"], told["kind"], told["state"]) == (asset.public_id, kind.name, "published")
    assert told["detail"] == kind.read_details([asset.pk])[asset.pk]
    assert [text["language"] for text in told["texts"]] == ["en", "fr"]
    refused = client.get(address)
    assert refused.status_code == 404
    assert refused["Content-Type"] == "application/problem+json"


def test_search_finds_it_by_every_word_for_its_readers_only(house: House, kind: Kind) -> None:
    asset = _published(kind, house.amina.reader)
    indexer.catch_up()
    own = kind.index_words([asset.pk]).get(asset.pk, "").split()
    for word in ["quagga", "herds", "bateau", *own[:1]]:
        assert _found(house.bruno.reader, word) == [asset.pk]
        for stranger in (house.nobody, house.chen.reader, house.esi.reader):
            assert _found(stranger, word) == []


def test_narrowing_is_obeyed_before_the_index_knows_of_it(house: House, kind: Kind) -> None:
    asset = _published(kind, house.amina.reader, audience=frozenset({PUBLIC}))
    indexer.catch_up()
    assert _found(house.nobody, "quagga") == [asset.pk]
    change_asset(asset, AssetFields(audience=frozenset({STAFF})), by=house.amina.reader)
    assert Dirty.objects.get(asset_id=asset.pk, consumer="search").is_narrowed
    assert _found(house.nobody, "quagga") == []
    indexer.catch_up()
    assert _found(house.nobody, "quagga") == []
    assert _found(house.bruno.reader, "quagga") == [asset.pk]


VERBS: dict[str, Callable[[Policy, Reader, Asset], object]] = {
    "create": lambda policy, by, asset: policy.may_create(by, asset.unit),
    "change": lambda policy, by, asset: policy.may_change(by, asset),
    "publish": lambda policy, by, asset: policy.may_publish(by, asset),
    "withdraw": lambda policy, by, asset: policy.may_withdraw(by, asset),
    "mark-quality": lambda policy, by, asset: policy.may_mark_quality(by, asset),
    "purge": lambda policy, by, asset: policy.may_purge(by, asset),
}


def test_every_permission_of_a_kind_is_under_test(kind: Kind) -> None:
    assert {name.partition(":")[2] for name in kind.permissions} == set(VERBS)


@pytest.mark.parametrize(
    ("verb", "allowed"),
    [
        ("create", {"amina", "bruno", "dora"}),
        ("change", {"amina", "bruno", "dora"}),
        ("publish", {"amina", "bruno", "dora"}),
        ("withdraw", {"amina", "bruno", "dora"}),
        ("mark-quality", {"amina", "dora"}),
        ("purge", {"dora"}),
    ],
)
def test_each_permission_is_given_to_those_who_should_have_it(
    house: House, kind: Kind, verb: str, allowed: set[str]
) -> None:
    asset = _draft(kind, house.bruno.reader, unit=house.africa)
    cast = {name: getattr(house, name).reader for name in ("amina", "bruno", "chen", "dora", "esi")}
    cast["nobody"] = house.nobody
    assert {name for name, by in cast.items() if VERBS[verb](kind.policy, by, asset)} == allowed


def test_a_change_from_a_stale_revision_overwrites_nothing(house: House, kind: Kind) -> None:
    asset = _draft(kind, house.bruno.reader)
    change_asset(asset, AssetFields(texts={"en": Words("First")}), by=house.bruno.reader, revision=1)
    with pytest.raises(Stale):
        change_asset(asset, AssetFields(texts={"en": Words("Second")}), by=house.bruno.reader, revision=1)
    asset.refresh_from_db()
    assert (asset.title, asset.revision) == ("First", 2)
    assert asset.texts.get(language="fr").title == "Le compte"
    assert Revision.objects.filter(asset=asset).count() == 2


def test_a_refused_change_changes_nothing(house: House, kind: Kind) -> None:
    asset = _published(kind, house.bruno.reader)
    before = snapshots([Asset.objects.get(pk=asset.pk)])
    for by in (house.chen.reader, house.esi.reader, house.nobody):
        with pytest.raises(Refused):
            change_asset(asset, AssetFields(texts={"en": Words("Mine now")}), by=by)
    assert snapshots([Asset.objects.get(pk=asset.pk)]) == before
    assert Asset.objects.get(pk=asset.pk).revision == 2


def test_each_revision_holds_the_whole_asset_after_the_act(house: House, kind: Kind) -> None:
    asset = _draft(kind, house.bruno.reader)
    first = snapshots([Asset.objects.get(pk=asset.pk)])[asset.pk]
    publish(asset, by=house.bruno.reader)
    kept = {row.number: unpack(row.content) for row in Revision.objects.filter(asset=asset)}
    assert kept[1] == first
    assert kept[2] == {**first, "state": "published"}
    assert kept[2]["detail"] == kind.read_details([asset.pk])[asset.pk]


def test_an_import_can_name_every_field_that_the_kind_says(house: House, kind: Kind) -> None:
    assert set(kind.import_fields) >= set(DETAILS.get(kind.name, {}))
    cleaned = kind.clean_detail({name: "" for name in kind.import_fields if name != "mood"})
    asset = create_asset(kind.name, _fields(kind, detail=cleaned), by=system(), state=State.PUBLISHED)
    assert asset.state == State.PUBLISHED
    assert asset.owner is None


def test_withdrawal_leaves_a_tombstone_for_those_who_could_read_it(
    house: House, kind: Kind, client_of: SignIn, client: Client
) -> None:
    asset = _published(kind, house.bruno.reader)
    indexer.catch_up()
    withdraw(asset, by=house.bruno.reader, reason="Figures were wrong.")
    address = reverse("asset_page", args=[asset.public_id])
    tombstone = client_of(house.amina).get(address)
    assert tombstone.status_code == 410
    assert "Figures were wrong." in tombstone.content.decode()
    for page in (client.get(address), client_of(house.chen).get(address)):
        assert page.status_code == 404
        assert "Figures were wrong." not in page.content.decode()
    assert client_of(house.amina).get(f"/api/v1/assets/{asset.public_id}").status_code == 410
    assert asset not in listed(house.amina.reader)
    assert _found(house.amina.reader, "quagga") == []
    with pytest.raises(Refused):
        publish(asset, by=house.bruno.reader)
    with pytest.raises(Refused):
        change_asset(asset, AssetFields(texts={"en": Words("Back")}), by=house.amina.reader)


def test_a_draft_withdrawn_before_it_was_published_tells_its_audience_nothing(
    house: House, kind: Kind
) -> None:
    asset = _draft(kind, house.bruno.reader, audience=frozenset({PUBLIC}), unit=house.africa)
    withdraw(asset, by=house.bruno.reader, reason="Never mind.")
    with pytest.raises(NotFound):
        asset_for(house.nobody, asset.public_id)
    with pytest.raises(Withdrawn):
        asset_for(house.amina.reader, asset.public_id)


def test_a_merged_asset_leads_to_the_other_for_good(
    house: House, kind: Kind, client_of: SignIn, client: Client
) -> None:
    one, two, three = (_published(kind, house.amina.reader, detail={}) for _ in range(3))
    indexer.catch_up()
    merge(one, into=two, by=house.amina.reader)
    merge(two, into=three, by=house.amina.reader)
    merge(two, into=three, by=house.amina.reader)
    assert Revision.objects.filter(asset=two, act="merge").count() == 1
    for gone in (one, two):
        with pytest.raises(MovedTo) as moved:
            asset_for(house.bruno.reader, gone.public_id)
        assert moved.value.target == three.public_id
        answer = client_of(house.bruno).get(reverse("asset_page", args=[gone.public_id]))
        assert answer.status_code == 308
        assert three.public_id in answer["Location"]
        assert client.get(reverse("asset_page", args=[gone.public_id])).status_code == 404
    assert _found(house.bruno.reader, "quagga") == [three.pk]
    assert list(listed(house.bruno.reader)) == [Asset.objects.get(pk=three.pk)]


def test_a_merged_asset_does_not_tell_where_to_when_that_is_closed(house: House, kind: Kind) -> None:
    one = _published(kind, house.amina.reader, audience=frozenset({PUBLIC}), detail={})
    two = _published(kind, house.amina.reader, detail={})
    merge(one, into=two, by=house.amina.reader)
    with pytest.raises(NotFound) as refused:
        asset_for(house.nobody, one.public_id)
    assert not isinstance(refused.value, MovedTo)


def test_what_is_gone_cannot_be_merged_nor_merged_into(house: House, kind: Kind) -> None:
    one, two = (_published(kind, house.amina.reader, detail={}) for _ in range(2))
    with pytest.raises(BadInput):
        merge(one, into=one, by=house.amina.reader)
    withdraw(two, by=house.amina.reader, reason="Old.")
    for asset, into in ((one, two), (two, one)):
        with pytest.raises(Refused):
            merge(asset, into=into, by=house.amina.reader)
    assert Asset.objects.get(pk=one.pk).state == State.PUBLISHED


def _tables_of_assets() -> Iterator[tuple[type[models.Model], str]]:
    """Every table with a path of one or two steps to an asset, and the path."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey | models.OneToOneField):
                continue
            if field.related_model is Asset:
                yield model, field.name
            elif isinstance(field.related_model, type) and model is not Asset:
                for further in field.related_model._meta.get_fields():
                    if isinstance(further, models.ForeignKey) and further.related_model is Asset:
                        yield model, f"{field.name}__{further.name}"


def _rows(asset: Asset) -> dict[str, int]:
    counted = {}
    for model, path in _tables_of_assets():
        if rows := model._default_manager.filter(**{path: asset.pk}).count():
            counted[f"{model.__name__}.{path}"] = rows
    return counted


@pytest.fixture
def filled(
    house: House, kind: Kind, topics: dict[str, Concept], places: dict[str, Place]
) -> tuple[Asset, Asset]:
    """An asset with a row in every table that can hold one, and another that shares a file with it."""
    by = house.amina.reader
    asset = _draft(kind, by, concepts=[topics["peat"].pk], places=[places["KE"].pk])
    other = _published(kind, by, detail={}, title="Another")
    words = " ".join(f"word{number}" for number in range(80))
    with_file(asset, f"Only here. {words}", by=by, name="own.txt")
    with_file(asset, f"In both. {words} again", by=by, name="shared.txt")
    shared = Blob.objects.get(files__name="shared.txt")
    kind.add_file(other, shared, name="shared.txt", by=by, language="")
    publish(asset, by=by)
    add_link(asset, other, relation="supersedes", by=by)
    add_link(other, asset, relation="about", by=by)
    mark_quality(asset, check="editorial", by=by, note="Read twice.")
    save_draft({"title": "Secret"}, by=house.bruno.reader, kind=kind.name, language="en", asset=asset)
    suggest(asset, concepts={topics["fish"].pk: 0.9}, places={places["FR"].pk: 0.5}, title="A title")
    Origin.objects.create(asset=asset, source="sheet", source_id="7", digest="0" * 64, extra={"x": "secret"})
    return asset, other


def test_the_tables_of_an_asset_are_all_found(filled: tuple[Asset, Asset], kind: Kind) -> None:
    names = {name.partition(".")[0] for name in _rows(filled[0])}
    shared = (
        "AssetText AssetConcept AssetPlace AssetFile AssetLink Contribution Draft Origin QualityMark Revision"
    )
    assert {*shared.split(), "Suggestion", kind.detail.__name__} <= names
    assert {table.__name__ for table, _path in kind.tables} <= names


def test_purge_leaves_an_empty_tombstone_and_nothing_else(
    filled: tuple[Asset, Asset], house: House, kind: Kind, client_of: SignIn
) -> None:
    asset, other = filled
    own = Blob.objects.get(files__name="own.txt")
    shared = Blob.objects.get(files__name="shared.txt", files__asset=other)
    indexer.catch_up()
    assert storage.path_of(own.sha256).exists()
    others_rows = _rows(other)
    with TestCase.captureOnCommitCallbacks(execute=True):
        purge(asset, by=house.dora.reader, reason="A court asked.")
    assert _rows(asset) == {}
    assert not Blob.objects.filter(pk=own.pk).exists()
    for table in (FilePage, FileReading):
        assert not table._default_manager.filter(blob=own.pk).exists()
        assert table._default_manager.filter(blob=shared.pk).exists()
    assert not storage.path_of(own.sha256).exists()
    assert storage.path_of(shared.sha256).exists()
    links = {"AssetLink.source", "AssetLink.target"}
    assert {k: v for k, v in _rows(other).items() if k not in links} == {
        k: v for k, v in others_rows.items() if k not in links
    }
    asset.refresh_from_db()
    assert (asset.state, asset.title, asset.byline, asset.summary, asset.issued) == ("purged", "", "", "", "")
    assert asset.thumbnail is None
    page = client_of(house.bruno).get(reverse("asset_page", args=[asset.public_id]))
    assert page.status_code == 410
    assert "court" not in page.content.decode()
    assert AuditEntry.objects.get(act="asset.purge").detail == {"reason": "A court asked."}
    for _ in range(2):
        assert _found(house.amina.reader, "boat") == [other.pk]
        indexer.catch_up()


def test_purge_is_for_administrators_and_wants_a_reason(filled: tuple[Asset, Asset], house: House) -> None:
    asset, _other = filled
    before = _rows(asset)
    for by in (house.amina.reader, house.bruno.reader, house.nobody):
        with pytest.raises(Refused):
            purge(asset, by=by, reason="Because.")
    for nothing in ("", "  ", "\x00", "\u200b"):
        with pytest.raises(BadInput):
            purge(asset, by=house.dora.reader, reason=nothing)
    assert _rows(asset) == before
    assert AssetFile.objects.filter(asset=asset).count() == 2


def test_a_second_purge_changes_nothing(filled: tuple[Asset, Asset], house: House) -> None:
    asset, _other = filled
    once = purge(asset, by=house.dora.reader, reason="A court asked.")
    twice = purge(asset, by=house.dora.reader, reason="Again.")
    assert (once.revision, once.state) == (twice.revision, twice.state)
    assert AuditEntry.objects.filter(act="asset.purge").count() == 1


def test_a_draft_is_its_authors_alone_and_holds_what_was_typed(house: House, kind: Kind) -> None:
    asset = _published(kind, house.amina.reader)
    typed = {"title": "  Half a\x00 title ", "authors": ["A", "B\ud800"]}
    save_draft(typed, by=house.bruno.reader, kind=kind.name, language="en", asset=asset, base_revision=2)
    kept = save_draft(typed, by=house.bruno.reader, kind=kind.name, language="en", asset=asset)
    kept.refresh_from_db()
    assert kept.content == {"title": "  Half a title ", "authors": ["A", "B\ufffd"]}
    assert asset.drafts.count() == 1
    with pytest.raises(Refused):
        save_draft(typed, by=house.nobody, kind=kind.name, language="en")
    with pytest.raises(NotFound):
        save_draft(typed, by=house.bruno.reader, kind="nothing", language="en")
    with pytest.raises(BadInput):
        save_draft(typed, by=house.bruno.reader, kind=kind.name, language="klingonese")


def test_its_files_are_numbered_for_good_and_the_same_bytes_come_once(house: House, kind: Kind) -> None:
    asset = _draft(kind, house.bruno.reader)
    with_file(asset, "One", by=house.bruno.reader, name="one.txt")
    with_file(asset, "Two", by=house.bruno.reader, name="two.txt")
    with_file(asset, "One", by=house.bruno.reader, name="one.txt")
    assert [(file.number, file.name) for file in files_of(asset)] == [(1, "one.txt"), (2, "two.txt")]


def test_every_label_set_is_stored_once_whatever_the_kind(house: House, kind: Kind) -> None:
    for _ in range(3):
        _published(kind, house.amina.reader, detail={})
    assert LabelSet.objects.count() == len(set(LabelSet.objects.values_list("text", flat=True)))
    assert readable(house.amina.reader).count() == 3
