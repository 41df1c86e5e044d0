"""What each field of a record becomes on the card, and what is kept aside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from baobab.assets.classification.queries import given_concepts, given_places
from baobab.assets.models import Asset, AssetFile, AssetText, Contribution, Origin
from baobab.importing.actions import save_mapping
from baobab.importing.dates import as_edtf
from baobab.importing.models import ImportOutcome
from baobab.importing.options import read_mapping
from baobab.importing.queries import saved_mapping
from baobab.kernel.errors import BadInput
from baobab.library.models import Product
from baobab.organisation.models import Unit
from baobab.organisation.readers import PUBLIC, STAFF, unit_label
from baobab.vocabularies.models import Concept, Place
from tests.factories import House
from tests.importing.conftest import Import, figures

Lines = Callable[..., Path]


def labels(asset: Asset) -> frozenset[str]:
    return asset.audience.labels


def notes() -> list[str]:
    return list(ImportOutcome.objects.order_by("pk").values_list("message", flat=True))


@pytest.fixture
def one(imported: Import, lines: Lines) -> Callable[..., Asset]:
    """The asset that a single record becomes."""

    def take_in(options: dict[str, Any] | None = None, **record: Any) -> Asset:
        run = imported(lines({"id": "1", "title": "Water", **record}), **(options or {}))
        assert figures(run) == (1, 0, 0, 0, 0), notes()
        return Asset.objects.get()

    return take_in


def test_words_language_date_authors_and_address_stand_on_the_card(one: Callable[..., Asset]) -> None:
    asset = one(
        title="L’eau", summary="Court", body="Long *texte*", language="français", date="3 May 2014",
        authors=["A. Ba", {"name": "C. Diop"}], author="A. Ba; E. Fall", url="https://example.org/1",
    )  # fmt: skip
    text = AssetText.objects.get(asset=asset)
    assert (text.title, text.summary, text.body, text.language) == ("L’eau", "Court", "Long *texte*", "fr")
    assert (asset.original_language, asset.issued, asset.quality) == ("fr", "2014-05-03", "")
    names = Contribution.objects.filter(asset=asset).order_by("position").values_list("name", flat=True)
    assert list(names) == ["A. Ba", "C. Diop", "E. Fall"]
    origin = Origin.objects.get(asset=asset)
    assert (origin.source_id, origin.url) == ("1", "https://example.org/1")


def test_text_is_the_body_where_there_is_no_body_and_kept_aside_where_there_is(
    imported: Import, lines: Lines
) -> None:
    imported(
        lines({"id": "1", "title": "a", "text": "T"}, {"id": "2", "title": "b", "text": "T", "body": "B"})
    )
    assert AssetText.objects.get(asset__origin__source_id="1").body == "T"
    assert AssetText.objects.get(asset__origin__source_id="2").body == "B"
    assert Origin.objects.get(source_id="2").extra == {"text": "T"}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["Water", "urn:test:peat"], {"water", "peat"}),
        ("Eau; tourbieres", {"water", "peat"}),
        ("ماء|fish", {"water", "fish"}),
        ("Fisheries, Peatlands", {"fish", "peat"}),
        ("mires", {"peat"}),
    ],
)
def test_topics_are_known_by_label_address_and_notation_in_every_language(
    topics: dict[str, Concept], one: Callable[..., Asset], given: object, wanted: set[str]
) -> None:
    asset = one(topics=given)
    assert set(given_concepts([asset.pk])[asset.pk]) == {topics[notation].pk for notation in wanted}


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("given", ["KE; FR", "KEN|FRA", "404;250", "Kenya, France", ["Kenia", "فرنسا"]])
def test_places_are_known_by_their_codes_and_names(one: Callable[..., Asset], given: object) -> None:
    asset = one(places=given)
    wanted = Place.objects.filter(code__in=("KE", "FR")).values_list("pk", flat=True)
    assert set(given_places([asset.pk])[asset.pk]) == set(wanted)


@pytest.mark.usefixtures("places")
def test_words_that_mean_no_topic_place_date_or_language_are_kept_and_noted(
    one: Callable[..., Asset],
) -> None:
    asset = one(
        topics="Alchemy", places="Atlantis; Kenya", date="long ago", language="Klingonese", colour="red"
    )
    extra = Origin.objects.get(asset=asset).extra
    assert extra == {"topics": ["Alchemy"], "places": ["Atlantis"], "date": "long ago", "colour": "red"}
    assert asset.original_language == "en"
    (said,) = notes()
    for word in ("Alchemy", "Atlantis", "long ago", "Klingonese"):
        assert f"“{word}”" in said


@pytest.mark.parametrize(
    ("given", "edtf"),
    [
        ("2014", "2014"), ("2014.0", "2014"), ("2014-05", "2014-05"), ("2014-05-03T10:00:00Z", "2014-05-03"),
        ("31/12/2014", "2014-12-31"), ("12/31/2014", "2014-12-31"), ("03.05.2014 00:00", "2014-05-03"),
        ("2014/5/3", "2014-05-03"), ("26nov1996", "1996-11-26"), ("May 3rd, 2014", "2014-05-03"),
        ("3 Sept 2014", "2014-09-03"), ("May 2014", "2014-05"),
        ("31/31/2014", None), ("soon", None), ("99999999999999", None),
    ],
)  # fmt: skip
def test_dates_are_read_as_sheets_give_them(given: str, edtf: str | None) -> None:
    assert as_edtf(given) == edtf


def test_a_language_that_nobody_gives_is_told_from_the_text(one: Callable[..., Asset]) -> None:
    asset = one(title="Les zones humides", body="Les zones humides protègent les côtes contre les tempêtes.")
    assert asset.original_language == "fr"


def test_the_language_given_for_all_holds_for_records_that_give_none(one: Callable[..., Asset]) -> None:
    assert one({"language": "Spanish"}, title="Agua").original_language == "es"


@pytest.mark.parametrize("word", ["public", " Staff ", "unit"])
def test_a_record_may_name_its_audience(house: House, one: Callable[..., Asset], word: str) -> None:
    wanted = {"public": PUBLIC, "staff": STAFF, "unit": unit_label(house.headquarters.pk)}[
        word.strip().lower()
    ]
    assert labels(one(audience=word)) == {wanted}


def test_owner_unit_and_audience_are_those_of_the_import(house: House, one: Callable[..., Asset]) -> None:
    africa = Unit.objects.select_related("group").get(pk=house.africa.pk)
    asset = one({"owner": "Bruno@house.example", "unit": africa.group.public_id, "audience": "unit"})
    assert (asset.owner_id, asset.unit_id) == (house.bruno.person.pk, africa.pk)
    assert labels(asset) == {unit_label(africa.pk)}


def test_without_an_owner_the_root_unit_answers_and_the_staff_may_read(
    house: House, one: Callable[..., Asset]
) -> None:
    asset = one()
    assert (asset.owner_id, asset.unit_id) == (None, house.headquarters.pk)
    assert labels(asset) == {STAFF}


def test_a_record_may_name_its_kind_and_give_that_kinds_own_fields(imported: Import, lines: Lines) -> None:
    imported(
        lines(
            {"id": "1", "title": "a", "kind": "note", "mood": "stormy", "type": "letter"},
            {"id": "2", "title": "b", "mood": "stormy", "licence": "CC BY", "doi": "no doi"},
        )
    )
    kinds = dict(Asset.objects.values_list("origin__source_id", "kind"))
    assert kinds == {"1": "note", "2": "product"}
    assert Origin.objects.get(source_id="1").extra == {"type": "letter"}
    assert Origin.objects.get(source_id="2").extra == {"mood": "stormy", "doi": "no doi"}
    assert Product.objects.get().licence == "CC BY"


def test_a_record_of_an_unknown_kind_or_audience_is_refused_and_the_others_go_in(
    imported: Import, lines: Lines
) -> None:
    run = imported(
        lines(
            {"id": "1", "title": "a", "kind": "spell"},
            {"id": "2", "title": "b", "audience": "everybody"},
            {"id": "3"},
            {"id": "4", "title": "x" * 1001},
            {"id": "5", "title": "e"},
        )
    )
    assert figures(run) == (1, 0, 0, 0, 4)
    kind, audience, empty, long = notes()
    assert "There is no kind “spell”" in kind
    assert "“everybody” is no audience" in audience
    assert "neither a title nor a text" in empty
    assert "1,001 characters" in long


def test_a_record_without_a_title_gets_the_first_words_of_its_text(one: Callable[..., Asset]) -> None:
    asset = one(title="", body="Rivers carry silt. They flood.")
    assert asset.title == "Rivers carry silt."


def test_columns_are_mapped_and_what_they_displace_is_kept(one: Callable[..., Asset]) -> None:
    mapping = read_mapping(["title=Name of report", "body=ABSTRACT"])
    asset = one({"mapping": mapping}, **{"title": "row 1", "name of report": "Peat", "Abstract": "Wet"})
    assert (asset.title, AssetText.objects.get().body) == ("Peat", "Wet")
    assert Origin.objects.get().extra == {"title": "row 1"}


@pytest.mark.parametrize("pair", ["title", "title=", "colour=Colour", "=x"])
def test_a_mapping_that_maps_nothing_is_refused_in_a_sentence(pair: str) -> None:
    with pytest.raises(BadInput):
        read_mapping([pair])


def test_every_kinds_own_fields_can_be_mapped() -> None:
    assert read_mapping(["series=S", "mood=M"]) == {"series": "S", "mood": "M"}


@pytest.mark.django_db
def test_a_saved_mapping_is_found_by_its_name_and_another_name_says_which_there_are() -> None:
    save_mapping(" lessons ", {"title": "Subject"})
    save_mapping("lessons", {"title": "Topic"})
    assert saved_mapping("lessons") == {"title": "Topic"}
    with pytest.raises(BadInput, match="There are: lessons"):
        saved_mapping("other")


def test_values_that_no_database_holds_come_in_cleaned(one: Callable[..., Asset]) -> None:
    asset = one(
        title="Wa\0ter \u202eretaw", body="\ud800 half", wide={"a\0": ["\ud800", 2**70, float("nan")]}
    )
    assert asset.title == "Water retaw"
    assert Origin.objects.get().extra == {"wide": {"a": ["\ufffd", str(2**70), "nan"]}}


def test_a_record_that_is_nested_too_deeply_is_refused_alone(imported: Import, lines: Lines) -> None:
    nest: object = "x"
    for _level in range(100):
        nest = [nest]
    run = imported(lines({"id": "1", "title": "a", "n": nest}, {"id": "2", "title": "b"}))
    assert figures(run) == (1, 0, 0, 0, 1)


def test_files_are_attached_and_read_before_the_import_ends(
    tmp_path: Path, one: Callable[..., Asset]
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("Herons nest in reeds.")
    (tmp_path / "b.txt").write_text("Otters do not.")
    asset = one(files=["files/a.txt", "b.txt"])
    files = AssetFile.objects.filter(asset=asset).order_by("number").select_related("blob__reading")
    assert [(file.name, file.blob.reading.status) for file in files] == [("a.txt", "read"), ("b.txt", "read")]


@pytest.mark.parametrize(
    "name", ["missing.txt", "../outside.txt", "/etc/hostname", "link.txt", "x" * 5000, "."]
)
def test_a_file_that_is_missing_or_outside_refuses_its_record_and_no_other(
    tmp_path: Path, imported: Import, name: str
) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    (tmp_path / "outside.txt").write_text("A secret.")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    path = folder / "r.csv"
    path.write_text(f'id,title,files\n1,a,"{name}"\n2,b,\n')
    assert figures(imported(path)) == (1, 0, 0, 0, 1)
    assert not AssetFile.objects.exists()
