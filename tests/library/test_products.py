"""Knowledge products: versions, editions, identifiers, and where their files belong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import baobab
from baobab.assets.actions import change_asset, create_assets
from baobab.assets.fields import AssetFields, Words
from baobab.assets.files.actions import receive_blob
from baobab.assets.kinds import kind_named
from baobab.assets.models import Asset, AssetFile, Revision
from baobab.kernel.errors import BadInput, Refused
from baobab.library.actions import add_file, add_version, set_edition
from baobab.library.detail import icon_of_type, read_details
from baobab.library.identifiers import read_doi, read_isbn
from baobab.library.models import Edition, Series, Version
from baobab.organisation.readers import system
from tests import factories
from tests.factories import House, draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return factories.house()


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("978-0-306-40615-7", "9780306406157"), ("0-306-40615-2", "9780306406157"),
        ("ISBN 0 8044 2957 X", "9780804429573"), ("ISBN-13: 978–0–306–40615–7", "9780306406157"),
        ("080442957x", "9780804429573"),
    ],
)  # fmt: skip
def test_an_isbn_is_kept_in_one_form(printed: str, kept: str) -> None:
    assert read_isbn(printed) == kept
    assert read_isbn(kept) == kept


@pytest.mark.parametrize(
    "text", ["", "978-0-306-40615-8", "0-306-40615-3", "1234567890123", "٩٧٨٠٣٠٦٤٠٦١٥٧", "x" * 10_000, "\x00"]
)
def test_what_is_no_isbn_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_isbn(text)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "printed", ["10.1234/ABC(1)", "doi: 10.1234/abc(1)", "https://doi.org/10.1234/Abc(1)"]
)
def test_a_doi_is_kept_in_one_form(printed: str) -> None:
    assert read_doi(printed) == "10.1234/abc(1)"


@pytest.mark.parametrize(
    "text", ["", "10.1/x", "10.1234/", "10.1234/a b", "11.1234/a", "10.1234/" + "x" * 300, "10.1234/<script>"]
)
def test_what_is_no_doi_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read_doi(text)


def _detail(asset: Asset) -> dict[str, Any]:
    return read_details([asset.pk])[asset.pk]


def test_a_new_product_has_a_version_and_an_edition_of_its_original(house: House) -> None:
    asset = draft(
        house.bruno.reader,
        language="fr",
        issued="2014",
        detail={"isbn": "0-306-40615-2", "doi": "10.1234/A", "series": "Field  Notes"},
    )
    detail = _detail(asset)
    assert (detail["isbn"], detail["doi"], detail["series"]) == ("9780306406157", "10.1234/a", "Field Notes")
    (version,) = detail["versions"]
    assert [(e["language"], e["issued"]) for e in version["editions"]] == [("fr", "2014")]


def test_series_are_the_same_whatever_their_accents(house: House) -> None:
    for name in ("Série Bleue", "SERIE  bleue"):
        draft(house.bruno.reader, detail={"series": name})
    assert [series.name for series in Series.objects.all()] == ["Série Bleue"]


@pytest.mark.parametrize("name", ["doi", "isbn"])
def test_an_identifier_belongs_to_one_product(house: House, name: str) -> None:
    value = {"doi": "10.1234/a", "isbn": "9780306406157"}[name]
    first = draft(house.bruno.reader, detail={name: value})
    change_asset(first, AssetFields(detail={name: value}), by=house.bruno.reader)
    second = draft(house.bruno.reader, "Second")
    for attempt in _attempts(second, name, value, house):
        with pytest.raises(BadInput) as refused:
            attempt()
        assert name in refused.value.fields
    assert Asset.objects.count() == 2
    assert _detail(second)[name] == ""
    change_asset(first, AssetFields(detail={name: ""}), by=house.bruno.reader)
    change_asset(second, AssetFields(detail={name: value}), by=house.bruno.reader)
    assert _detail(second)[name] == value


def _attempts(second: Asset, name: str, value: str, house: House) -> Iterator[Any]:
    yield lambda: draft(house.bruno.reader, detail={name: value})
    yield lambda: change_asset(second, AssetFields(detail={name: value}), by=house.bruno.reader)
    free = {"doi": "10.1234/free", "isbn": "9780804429573"}[name]
    twice = [AssetFields(texts={"en": Words("x")}, detail={name: free})] * 2
    yield lambda: create_assets("product", twice, by=system())


def test_a_change_of_the_date_alone_reaches_the_edition(house: House) -> None:
    asset = draft(house.bruno.reader, issued="2014")
    change_asset(asset, AssetFields(issued="2015-03"), by=house.bruno.reader)
    assert Edition.objects.get().issued == "2015-03"


def test_a_new_version_keeps_the_old_files_reachable_and_out_of_force(house: House) -> None:
    by = house.bruno.reader
    asset = draft(by, detail={"doi": "10.1234/one"})
    old = add_file(asset, receive_blob([b"one"]), name="one.txt", by=by)
    version = add_version(asset, by=by, note="Figures\x00 mended.", label="2nd", doi="10.1234/two")
    new = add_file(asset, receive_blob([b"two"]), name="two.txt", by=by)
    old.refresh_from_db()
    assert (old.is_current, new.is_current, new.number) == (False, True, 2)
    assert (version.number, version.note, version.doi) == (2, "Figures mended.", "10.1234/two")
    assert list(Version.objects.filter(asset=asset, is_in_force=True)) == [version]
    detail = _detail(asset)
    assert detail["doi"] == "10.1234/two"
    assert [v["editions"][0]["files"] for v in detail["versions"]] == [[1], [2]]


def test_a_version_without_a_note_or_right_begins_nothing(house: House) -> None:
    asset = draft(house.bruno.reader, detail={"doi": "10.1234/one"})
    before = Revision.objects.count()
    for given in ({"note": " \x00"}, {"note": "x", "doi": "10.1234/one"}, {"note": "x", "doi": "ten"}):
        with pytest.raises(BadInput):
            add_version(asset, by=house.bruno.reader, **given)
    with pytest.raises(Refused):
        add_version(asset, by=house.esi.reader, note="Mine.")
    assert Version.objects.filter(asset=asset).count() == 1
    assert Revision.objects.count() == before


def test_an_edition_has_its_own_isbn_and_date(house: House) -> None:
    by = house.bruno.reader
    asset = draft(by, detail={"isbn": "9780306406157"})
    edition = set_edition(asset, by=by, language="French", isbn="080442957X", issued="2016")
    assert (edition.language, edition.isbn, edition.issued) == ("fr", "9780804429573", "2016")
    edition = set_edition(asset, by=by, language="fr", isbn="080442957X")
    assert edition.issued == "2016"
    for given, field in (
        ({"language": "klingonese"}, "language"),
        ({"language": "es", "isbn": "9780306406157"}, "isbn"),
        ({"language": "es", "isbn": "1"}, "isbn"),
        ({"language": "es", "issued": "9" * 100}, "issued"),
    ):
        with pytest.raises(BadInput) as refused:
            set_edition(asset, by=by, **given)
        assert field in refused.value.fields
    with pytest.raises(Refused):
        set_edition(asset, by=house.chen.reader, language="fr")
    add_version(asset, by=by, note="New.")
    with pytest.raises(BadInput):
        set_edition(asset, by=by, language="fr", isbn="080442957X")
    assert sorted(Edition.objects.values_list("language", flat=True)) == ["en", "en", "fr"]


def test_a_product_describes_itself_in_the_words_of_libraries(house: House) -> None:
    asset = draft(
        house.bruno.reader,
        "Peat",
        summary="Why it matters.",
        authors=["Amina Diallo", "Bruno Costa"],
        issued="2014",
        detail={"doi": "10.1234/a", "licence": "CC-BY-4.0", "series": "Field notes"},
        translations={"fr": Words("Tourbe")},
    )
    described = kind_named("product").describe(asset, "fr")
    assert (described.title, described.language, described.issued) == ("Tourbe", "fr", "2014")
    assert described.creators == ("Amina Diallo", "Bruno Costa")
    assert (described.identifiers, described.licence) == ({"doi": ("10.1234/a",)}, "CC-BY-4.0")
    assert AssetFile.objects.count() == 0


def test_every_type_of_the_starter_vocabulary_has_a_picture_in_the_sprite() -> None:
    root = Path(baobab.__file__).parent
    sprite = (root / "design/static/baobab/icons.svg").read_text()
    pictures = set(re.findall(r'id="([^"]+)"', sprite))
    vocabulary = (root / "vocabularies/starter/product-types.ttl").read_text()
    notations = re.findall(r'skos:notation "([^"]+)"', vocabulary)
    assert len(notations) > 10
    assert {icon_of_type(notation) for notation in notations} == set(notations) <= pictures
    assert icon_of_type("minutes-of-the-board") == ""
