"""Brackets, typing errors and other words for the same thing, through the one search."""

from __future__ import annotations

from datetime import date

import pytest

from baobab.assets.classification import actions as classification
from baobab.assets.indexing.actions import mark_dirty
from baobab.assets.models import Asset, QualityMark
from baobab.organisation.actions import add_person, add_unit
from baobab.organisation.readers import system
from baobab.search._understand import understand
from baobab.search.alike import more_like
from baobab.search.indexer import catch_up
from baobab.search.parse import Bracket, Tagged, Word, parse
from baobab.search.queries import FoundBy, Results, SearchRequest, search
from baobab.vocabularies.actions import import_scheme, write_places
from baobab.vocabularies.models import ConceptLabel
from baobab.vocabularies.queries import find_place
from tests.vocabularies.schemes import turtle

from .factory import asset, change_readers, reader, unit

pytestmark = pytest.mark.django_db


def ask(q: str, *labels: str, **more: object) -> Results:
    assert catch_up()
    return search(reader(*labels), SearchRequest(q=q, **more))  # type: ignore[arg-type]


def titles(results: Results) -> list[str]:
    return sorted(hit.asset.title for hit in results.hits)


@pytest.fixture
def topics() -> dict[str, int]:
    """The vocabulary of waters, imported as an organisation would; label → id of the concept."""
    import_scheme(turtle(), by_user_id=None)
    labels = ConceptLabel.objects.filter(language="en").values_list("text", "concept_id")
    return dict(labels)


def tag(made: Asset, concept_id: int) -> None:
    classification.write_concepts([(made, [concept_id])])
    mark_dirty([made.pk])


# Brackets


def test_brackets_join_alternatives_of_several_words() -> None:
    for title in ("Peat of the north", "Raised moss", "Moss gardens", "Northern sand"):
        asset(title)
    assert titles(ask("(peat north) OR (raised moss)")) == ["Peat of the north", "Raised moss"]
    assert titles(ask("moss (raised OR gardens)")) == ["Moss gardens", "Raised moss"]
    assert titles(ask("moss -(raised OR peat)")) == ["Moss gardens"]
    assert titles(ask("(north OR moss) -(raised moss)")) == ["Moss gardens", "Peat of the north"]
    assert titles(ask("((moss) AND (gardens OR (raised)))")) == ["Moss gardens", "Raised moss"]


def test_brackets_that_do_not_fit_are_no_obstacle() -> None:
    asset("Peat")
    for q in ("(peat", "peat)", "((peat", ")peat(", "()peat", "(((((((((((peat", "-()peat", "(OR) peat"):
        assert titles(ask(q)) == ["Peat"], q


def test_a_bracket_joined_by_and_says_what_its_parts_say_without_it() -> None:
    parsed = parse("(peat moss) bog")
    assert parsed.clauses == [(Word("peat"),), (Word("moss"),), (Word("bog"),)]
    assert parse("(peat moss) OR bog").clauses == [(Bracket(((Word("peat"),), (Word("moss"),))), Word("bog"))]


def test_fields_stand_in_brackets_after_a_minus_and_beside_or() -> None:
    assert parse("kind:note OR kind:product").fields == {"kind": ["note", "product"]}
    assert parse("-language:fr peat").excluded == [Tagged("language", "fr")]
    english, french = asset("Peat report"), asset("Tourbe et peat", language="fr")
    asset("Sand report")
    assert titles(ask("peat -language:fr")) == [english.title]
    assert titles(ask("language:fr OR sand")) == ["Sand report", french.title]
    assert titles(ask("report -author:nobody")) == ["Peat report", "Sand report"]


def test_ten_thousand_brackets_are_read_in_one_pass() -> None:
    question = understand(parse("(" * 1000 + "peat" + ")" * 900))
    assert len(question.words) == 1


# Typing errors


def test_when_nothing_has_a_mistyped_word_the_results_are_those_of_the_right_one() -> None:
    asset("Restoring mangroves")
    asset("Restoring peat")
    results = ask("restoring mangrvoes")
    assert (results.corrected, results.unknown) == ("restoring mangroves", ("mangrvoes",))
    assert titles(results) == ["Restoring mangroves"]
    assert titles(ask("restoring mangrvoes", is_as_typed=True)) == ["Restoring mangroves", "Restoring peat"]


def test_a_mistyped_word_in_a_long_question_is_understood() -> None:
    asset("Finance for coastal towns", body="How insurance pays for mangroves after a storm.")
    asset("Storm report", body="Wind and rain, coastal.")
    results = ask("how does insurance pay for coastal mangorves after storms")
    assert results.corrected == "how does insurance pay for coastal mangroves after storms"
    assert results.hits[0].asset.title == "Finance for coastal towns"


def test_good_words_are_left_alone_however_rare() -> None:
    for number in range(10):
        asset(f"Forest {number}")
    asset("Forets claires")
    results = ask("forets")
    assert (titles(results), results.corrected) == (["Forets claires"], "")
    assert results.did_you_mean == ""  # ten are not so much commoner than one
    for number in range(20):
        asset(f"Forest again {number}")
    assert ask("forets").did_you_mean == "forest"


def test_quoted_words_codes_and_short_words_are_not_corrected() -> None:
    asset("Mangroves of 2015 and ISO A123")
    for q in ('"mangrvoes"', "A124", "od", "2016"):
        assert ask(q).count == 0, q
        assert ask(q).corrected == "", q


def test_a_correction_is_a_word_that_the_reader_may_see() -> None:
    closed = asset("Zanzibar dossier", labels=["group:7"])
    assert ask("zanzibra").corrected == ""
    assert ask("zanzibra", "group:7").corrected == "zanzibar"
    change_readers(closed, ["group:9"])
    # Not indexed yet: the words of what was closed are not told to whom it was open.
    assert search(reader("group:7"), SearchRequest(q="zanzibra")).corrected == ""


def test_a_word_only_in_closed_assets_counts_as_unknown() -> None:
    asset("Harbour works", labels=["group:7"])
    for number in range(3):
        asset(f"Harbor works {number}")
    assert ask("harbour works").corrected == "harbor works"
    assert ask("harbour works", "group:7").corrected == ""


def test_accents_and_other_scripts_are_corrected_too() -> None:
    asset("Gestion des forêts", language="fr")
    asset("إدارة الغابات", language="ar")
    asset("Управление лесами", language="ru")
    assert ask("gestoin").corrected == "gestion"
    assert ask("управлеине").corrected == "управление"
    assert ask("الغاابت").count == 1


# Other words for the same thing


def test_a_label_in_one_language_finds_what_says_it_in_another(topics: dict[str, int]) -> None:
    asset("Wetlands of the delta")
    asset("Humedales del delta", language="es")
    asset("إدارة الأراضي الرطبة", language="ar")
    asset("湿地保护", language="zh")
    asset("Zones humides", language="fr")
    asset("Zone industrielle", body="Un climat humide.", language="fr")
    results = ask("zones humides")
    by = {hit.asset.title: hit.found_by for hit in results.hits}
    assert by == {
        "Wetlands of the delta": FoundBy.THESAURUS,
        "Humedales del delta": FoundBy.THESAURUS,
        "إدارة الأراضي الرطبة": FoundBy.THESAURUS,
        "湿地保护": FoundBy.THESAURUS,
        "Zones humides": FoundBy.WORDS,
        "Zone industrielle": FoundBy.WORDS,
    }
    assert results.hits[0].asset.title == "Zones humides"
    assert [(one.facet, one.label) for one in results.widened] == [("topic", "Wetlands")]
    assert results.hits[1].snippet
    assert titles(ask("zones humides", is_as_typed=True)) == ["Zone industrielle", "Zones humides"]
    assert ask("湿地").count == 5
    assert ask("湿地保护").count >= 1


def test_what_is_tagged_with_it_or_with_something_narrower_is_found(topics: dict[str, int]) -> None:
    tag(asset("Rapport annuel", language="fr"), topics["Wetlands"])
    tag(asset("Trees in the sea"), topics["Mangrove forests"])
    asset("Birds")
    results = ask("humedales")
    assert titles(results) == ["Rapport annuel", "Trees in the sea"]
    assert {hit.found_by for hit in results.hits} == {FoundBy.THESAURUS}
    (hit,) = ask("mangrove forests").hits
    assert (hit.asset.title, hit.found_by) == ("Trees in the sea", FoundBy.THESAURUS)


def test_inflected_labels_and_synonyms_name_the_concept(topics: dict[str, int]) -> None:
    asset("Wetlands")
    for q in ("swamp", "SWAMPS", "marais", "zone humide", "humedal", "wetland"):
        assert titles(ask(q)) == ["Wetlands"], q


def test_a_short_stem_of_another_language_finds_no_other_words(topics: dict[str, int]) -> None:
    asset("El marido y su barco", language="es")
    asset("Les marais", language="fr")
    assert titles(ask("humedales")) == ["Les marais"]


def test_the_longest_label_wins(topics: dict[str, int]) -> None:
    asset("Aves acuáticas", language="es")
    asset("Agua potable", language="es")
    results = ask("water birds")
    assert titles(results) == ["Aves acuáticas"]
    assert [one.label for one in results.widened] == ["Water birds"]


def test_countries_are_found_by_their_names_in_other_languages_and_regions_by_what_lies_in_them() -> None:
    write_places()
    asset("Forêts d'Allemagne", language="fr")
    kenya = asset("Drylands")
    place = find_place("KE")
    assert place is not None
    classification.write_places([(kenya, [place.pk])])
    mark_dirty([kenya.pk])
    assert titles(ask("germany")) == ["Forêts d'Allemagne"]
    assert titles(ask("eastern africa")) == ["Drylands"]


# Beside the hits


def test_people_with_a_part_in_the_best_answers_stand_beside_them() -> None:
    asset("Peat and moss", authors=["Amina Diallo", "Li Wei"])
    asset("Peat again", authors=["amina diallo"])
    asset("Peat, closed", labels=["group:7"], authors=["Secret Author"])
    asset("Sand", authors=["Somebody Else"])
    assert [(one.name, one.works) for one in ask("peat").people] == [("Amina Diallo", 2), ("Li Wei", 1)]
    assert "Secret Author" in [one.name for one in ask("peat", "group:7").people]


def test_topics_of_the_best_answers_stand_beside_them(topics: dict[str, int]) -> None:
    tag(asset("Peat"), topics["Wetlands"])
    tag(asset("Peat, closed", labels=["group:7"]), topics["AIDS"])
    assert [one.label for one in ask("peat").concepts] == ["Wetlands"]
    assert {one.label for one in ask("peat", "group:7").concepts} == {"Wetlands", "AIDS"}
    assert ask("wetlands").concepts == ()  # asked for already


def test_more_like_this_is_like_it_and_open_to_the_reader() -> None:
    about_peat = "Raised bogs store carbon in peat; rewetting drained peat keeps the carbon."
    first = asset("Peat and carbon", body=about_peat)
    asset("Carbon in bogs", body="Drained bogs lose the carbon of their peat.")
    asset("Peat, closed", body=about_peat, labels=["group:7"])
    for number in range(8):
        asset(f"Harvest {number}", body="Maize, beans, markets and prices.")
    assert catch_up()
    assert [one.title for one in more_like(reader(), first)][:1] == ["Carbon in bogs"]
    assert "Peat, closed" in [one.title for one in more_like(reader("group:7"), first)]
    assert first not in more_like(reader(), first)


# Facets


def test_units_count_with_all_below_them_and_can_be_chosen() -> None:
    root = unit()
    region = add_unit({"en": "Africa office"}, level="regional-office", parent=root, by=system())
    country = add_unit({"en": "Kenya office"}, level="country-office", parent=region, by=system())
    made = asset("Peat")
    Asset.objects.filter(pk=made.pk).update(unit=country)
    asset("Peat of headquarters")
    mark_dirty([made.pk])
    results = ask("peat")
    assert {(v.label, v.count, v.parent) for v in results.facets["unit"]} == {
        ("Africa office", 1, ""),
        ("Kenya office", 1, region.group.public_id),
    }
    assert titles(ask("peat", units=(region.pk,))) == ["Peat"]
    assert titles(ask('peat unit:"africa office"')) == ["Peat"]


def test_quality_says_what_was_checked_by_whom_and_when() -> None:
    made = asset("Peat")
    asset("Peat unchecked")
    person = add_person("Amina Diallo", by=system())
    QualityMark.objects.create(
        asset=made, check_made="peer-review", by=person, made_on=date(2026, 3, 1), revision=1
    )
    Asset.objects.filter(pk=made.pk).update(quality="peer-review")
    mark_dirty([made.pk])
    results = ask("peat", quality=("peer-review",))
    (hit,) = results.hits
    assert hit.trust is not None
    assert (hit.trust.check, hit.trust.by, hit.trust.on) == (
        "peer reviewed",
        "Amina Diallo",
        date(2026, 3, 1),
    )
    assert [(v.value, v.count) for v in results.facets["quality"]] == [("peer-review", 1)]
    assert titles(ask("quality:peer-review")) == ["Peat"]
