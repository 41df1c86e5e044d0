"""The acts on assets: each works, is refused and changes nothing, meets bad input, and is repeated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from baobab.assets.actions import (
    Change,
    archive,
    change_asset,
    change_assets,
    create_assets,
    merge,
    publish,
    publish_many,
    reassign,
    submit_for_review,
    withdraw,
)
from baobab.assets.classification.actions import accept_suggestions, suggest
from baobab.assets.classification.queries import given_concepts, given_places, open_suggestions
from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.files import storage
from baobab.assets.files.actions import attach_file, clean_file_name, receive_blob, set_file_details
from baobab.assets.files.queries import file_of
from baobab.assets.jobs import suggest_many
from baobab.assets.kinds import kind_named
from baobab.assets.links.actions import add_link, remove_link
from baobab.assets.links.queries import links_of
from baobab.assets.models import (
    Asset,
    AssetConcept,
    AssetFile,
    AssetLink,
    AssetPlace,
    AssetText,
    Blob,
    Dirty,
    QualityMark,
    Revision,
    State,
)
from baobab.assets.quality.actions import mark_quality
from baobab.assets.queries import asset_for, cards, listed
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, Refused
from baobab.organisation.actions import end_membership
from baobab.organisation.models import Membership
from baobab.organisation.readers import PUBLIC, STAFF, Reader, system
from baobab.vocabularies import changes
from baobab.vocabularies.models import Concept, ConceptAncestor, Place, PlaceAncestor
from tests.factories import House, draft, published, with_file

pytestmark = pytest.mark.django_db
Vocabulary = dict[str, Concept]
World = dict[str, Place]


def _rows(asset: Asset, table: type[AssetConcept | AssetPlace], field: str) -> dict[int, bool]:
    rows = table._default_manager.filter(asset=asset)
    return dict(rows.values_list(field, "is_given"))


# Texts


def test_versions_count_changes_of_words_and_translations_know_what_they_follow(house: House) -> None:
    by = house.bruno.reader
    asset = draft(by, "One", translations={"fr": Words("Un")})

    def versions() -> dict[str, tuple[int, int | None, str]]:
        rows = AssetText.objects.filter(asset=asset)
        return {t.language: (t.version, t.follows_version, t.provenance) for t in rows}

    assert versions() == {"en": (1, None, "original"), "fr": (1, 1, "human")}
    change_asset(asset, AssetFields(texts={"en": Words("Two")}), by=by)
    assert versions() == {"en": (2, None, "original"), "fr": (1, 1, "human")}
    assert cards([asset], by.speaking("fr"))[0].is_translation_behind
    change_asset(asset, AssetFields(texts={"en": Words("Two"), "fr": Words("Un")}), by=by)
    assert versions()["fr"] == (1, 1, "human")
    change_asset(asset, AssetFields(texts={"fr": Words("Un", provenance="reviewed")}), by=by)
    assert versions()["fr"] == (1, 2, "reviewed")
    change_asset(asset, AssetFields(texts={"fr": Words("Deux")}), by=by)
    assert versions()["fr"] == (2, 2, "human")
    assert not cards([asset], by.speaking("fr"))[0].is_translation_behind


def test_the_original_can_turn_out_to_be_in_another_language(house: House) -> None:
    by = house.bruno.reader
    asset = draft(by, "Guide des mares")
    change_asset(asset, AssetFields(original_language="fr"), by=by)
    assert list(AssetText.objects.filter(asset=asset).values_list("language", flat=True)) == ["fr"]
    change_asset(asset, AssetFields(texts={"en": Words("Guide to ponds")}), by=by)
    asset = change_asset(asset, AssetFields(original_language="en"), by=by)
    assert (asset.title, asset.original_language) == ("Guide to ponds", "en")
    rows = AssetText.objects.filter(asset=asset).order_by("language")
    assert [(t.language, t.provenance, t.follows_version) for t in rows] == [
        ("en", "original", None),
        ("fr", "human", 1),
    ]


def test_markdown_is_kept_as_written_and_rendered_harmless(house: House) -> None:
    asset = draft(house.bruno.reader, body="**Bold** <script>alert(1)</script>")
    text = AssetText.objects.get(asset=asset)
    assert text.body == "**Bold** <script>alert(1)</script>"
    assert "<strong>Bold</strong>" in text.body_html
    assert "<script" not in text.body_html


# Bad input

NASTY = "\x00\x1b\u202e\u2066\ud800"
BAD_FIELDS: list[tuple[dict[str, Any], str]] = [
    ({"texts": {}}, "title"),
    ({"texts": {"en": Words("")}}, "title"),
    ({"texts": {"en": Words("\x00\u202e \u200b")}}, "title"),
    ({"texts": {"en": Words("x" * 10_000)}}, "title"),
    ({"texts": {"en": Words("x", summary="x" * 20_001)}}, "summary"),
    ({"texts": {"en": Words("x", body="x" * 2_000_001)}}, "body"),
    ({"texts": {"en": Words("x", provenance="dreamt")}}, "provenance"),
    ({"texts": {"en": Words("x"), "klingonese": Words("x")}}, "language"),
    ({"texts": {"fr": Words("x")}}, "title"),
    ({"original_language": "x" * 1000}, "language"),
    ({"audience": frozenset()}, "audience"),
    ({"audience": frozenset({"unit:" + "9" * 5000})}, "audience"),
    ({"audience": frozenset({"unit:٣"})}, "audience"),
    ({"audience": frozenset({"unit:0"})}, "audience"),
    ({"audience": frozenset({"unit:999999"})}, "audience"),
    ({"audience": frozenset({"public\n"})}, "audience"),
    ({"audience": frozenset({f"person:{n}" for n in range(1, 500)})}, "audience"),
    ({"issued": "someday"}, "issued"),
    ({"issued": "9" * 10_000}, "issued"),
    ({"contributors": [Contributor("A")] * 501}, "authors"),
    ({"contributors": [Contributor("A" * 301)]}, "authors"),
    ({"contributors": [Contributor("A", role="king")]}, "authors"),
    ({"concepts": [999_999]}, "topics"),
    ({"concepts": [2**70]}, "topics"),
    ({"concepts": [-1]}, "topics"),
    ({"concepts": list(range(1, 300))}, "topics"),
    ({"places": [999_999]}, "places"),
    ({"places": [2**63]}, "places"),
    ({"detail": {"doi": "ten"}}, "doi"),
    ({"detail": {"isbn": "1" * 10_000}}, "isbn"),
    ({"detail": {"licence": "x" * 10_000}}, "licence"),
    ({"detail": {"type": "nothing"}}, "type"),
]


@pytest.mark.parametrize(("fields", "field"), BAD_FIELDS)
def test_what_cannot_be_used_is_refused_by_field_and_nothing_is_stored(
    house: House, fields: dict[str, Any], field: str
) -> None:
    usable: dict[str, Any] = {"texts": {"en": Words("Usable")}}
    with pytest.raises(BadInput) as refused, transaction.atomic():
        create_assets("product", [AssetFields(**usable), AssetFields(**{**usable, **fields})], by=system())
    assert field in refused.value.fields
    assert all(len(sentence) < 300 for sentences in refused.value.fields.values() for sentence in sentences)
    assert not Asset.objects.exists()
    asset = draft(house.bruno.reader)
    revision = asset.revision
    if fields not in ({"texts": {}}, {"texts": {"fr": Words("x")}}):
        with pytest.raises(BadInput), transaction.atomic():
            change_asset(asset, AssetFields(**fields), by=house.bruno.reader)
    assert Asset.objects.get(pk=asset.pk).revision == revision


def test_every_text_comes_in_clean_wherever_it_enters(house: House, topics: Vocabulary) -> None:
    by = house.amina.reader
    asset = draft(
        by,
        f"Ti{NASTY}tle",
        summary=f"Su{NASTY}m",
        body=f"Bo{NASTY}dy",
        authors=[f"Am{NASTY}ina"],
        detail={"series": f"Se{NASTY}ries", "rights": f"R{NASTY}"},
    )
    other = published(by, "Other")
    change_asset(asset, AssetFields(review_by=date(2030, 1, 1)), by=by, note=f"No{NASTY}te")
    attach_file(asset, receive_blob([b"x"]), name=f"na{NASTY}me.txt", by=by, title=f"T{NASTY}")
    add_link(asset, other, relation="about", by=by, note=f"be{NASTY}cause")
    mark_quality(asset, check="editorial", by=by, note=f"re{NASTY}ad")
    suggest(asset, concepts={topics["fish"].pk: 0.5}, places={})
    publish(asset, by=by, note=f"o{NASTY}k")
    archive(asset, by=by, reason=f"o{NASTY}ld")
    withdraw(asset, by=by, reason=f"go{NASTY}ne")
    asset.refresh_from_db()
    assert (asset.title, asset.summary, asset.byline) == ("Ti\ufffdtle", "Su\ufffdm", "Am\ufffdina")
    assert asset.state_reason == "go\ufffdne"
    assert AssetFile.objects.get(asset=asset).name == "na\ufffdme.txt"
    stored = [*Revision.objects.values_list("note", flat=True), AssetLink.objects.get().note]
    stored += [QualityMark.objects.get().note, AssetText.objects.get(asset=asset).body]
    assert not set("".join(stored)) & set(NASTY)


def test_ids_and_labels_are_not_invented_by_the_caller(house: House) -> None:
    with pytest.raises(BadInput):
        create_assets("product", [AssetFields(texts={"en": Words("x")})], by=system(), state=State.PURGED)
    with pytest.raises(BadInput):
        create_assets("product", [AssetFields(texts={"en": Words("x")})], by=system(), state="gone")


# Classification


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


# Files


def test_the_same_bytes_are_kept_once_and_asked_for_by_many(house: House) -> None:
    one, other = draft(house.bruno.reader, "One"), draft(house.bruno.reader, "Other")
    for asset in (one, other, one):
        with_file(asset, "The same", by=house.bruno.reader, content=b"the same bytes")
    blob = Blob.objects.get()
    assert storage.path_of(blob.sha256).read_bytes() == b"the same bytes"
    assert AssetFile.objects.count() == 2


def test_a_crash_between_bytes_and_row_leaves_no_row_and_the_next_try_works(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from baobab.assets.files import actions

    def crash(sha256: str, size: int) -> Blob:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(actions, "_blob_row", crash)
        with pytest.raises(KeyboardInterrupt):
            receive_blob([b"cut off"])
    assert not Blob.objects.exists()
    blob = receive_blob([b"cut", b" off"])
    assert storage.path_of(blob.sha256).read_bytes() == b"cut off"
    assert list((storage.folder() / "arriving").iterdir()) == []


def test_too_many_bytes_are_refused_and_none_kept() -> None:
    with pytest.raises(BadInput, match="more than"):
        receive_blob([b"x" * 600, b"x" * 600], limit=1000)
    assert not Blob.objects.exists()
    assert list((storage.folder() / "arriving").iterdir()) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\report.pdf", "report.pdf"),
        ("re\x00port\n.pdf", "report .pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        (" .. report.pdf. ", "report.pdf"),
        ("تقرير.pdf", "تقرير.pdf"),
        ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
        ("x" * 400, "x" * 255),
    ],
)
def test_names_of_files_are_made_harmless(given: str, kept: str) -> None:
    assert clean_file_name(given) == kept


@pytest.mark.parametrize("name", ["", "..", "/", "a/", "\x00", "\u202e", "\u200b"])
def test_a_file_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        clean_file_name(name)


def test_only_those_who_may_change_an_asset_add_and_describe_files(house: House) -> None:
    asset = draft(house.bruno.reader)
    blob = receive_blob([b"x"])
    for by in (house.chen.reader, house.esi.reader, house.nobody):
        with pytest.raises(Refused):
            attach_file(asset, blob, name="x.txt", by=by)
    assert not AssetFile.objects.exists()
    file = attach_file(asset, blob, name="x.txt", by=house.bruno.reader)
    with pytest.raises(BadInput):
        attach_file(asset, blob, name="x.txt", by=house.bruno.reader, language="klingonese")
    with pytest.raises(BadInput):
        set_file_details(file, by=house.bruno.reader, language="klingonese", title="")
    set_file_details(file, by=house.bruno.reader, language="French", title=" The\x00 guide ")
    kept = file_of(asset, 1)
    assert (kept.language, kept.title) == ("fr", "The guide")


# Links, quality, life


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


# Budgets: how many queries, however many assets


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
