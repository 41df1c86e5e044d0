"""Texts, and every field that cannot be used: refused by name, with nothing stored."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction

from baobab.assets.actions import (
    archive,
    change_asset,
    create_assets,
    publish,
    withdraw,
)
from baobab.assets.classification.actions import suggest
from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.files.actions import attach_file, receive_blob
from baobab.assets.links.actions import add_link
from baobab.assets.models import (
    Asset,
    AssetFile,
    AssetLink,
    AssetText,
    QualityMark,
    Revision,
    State,
)
from baobab.assets.quality.actions import mark_quality
from baobab.assets.queries import cards
from baobab.kernel.errors import BadInput
from baobab.organisation.readers import system
from baobab.vocabularies.models import Concept
from tests.factories import House, draft, published

pytestmark = pytest.mark.django_db
Vocabulary = dict[str, Concept]


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
