"""The one search function, over real rows and a real index."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from baobab.assets.indexing.actions import mark_dirty
from baobab.assets.models import AssetConcept, AssetPlace, State
from baobab.search.indexer import catch_up
from baobab.search.queries import LAST_PAGE, Results, SearchRequest, search
from baobab.vocabularies.models import Concept, ConceptLabel, Place, PlaceName, Scheme

from .factory import add_file, asset, change_readers, reader

pytestmark = pytest.mark.django_db


def found(q: str = "", *labels: str, **more: object) -> Results:
    assert catch_up()
    return search(reader(*labels), SearchRequest(q=q, **more))  # type: ignore[arg-type]


def titles(results: Results) -> list[str]:
    return [hit.asset.title for hit in results.hits]


def test_before_there_is_an_index_the_answer_says_so() -> None:
    results = search(reader(), SearchRequest(q="wetland"))
    assert (results.count, results.is_building) == (0, True)


def test_words_are_found_in_title_body_and_files_and_in_any_grammatical_form() -> None:
    asset("Restoring wetlands")
    asset("Annual report", body="We restored a **wetland** in the delta.")
    add_file(asset("Atlas"), ["Cover", "All wetlands restored since 1971"])
    asset("Forests")
    assert set(titles(found("wetland restoration"))) == {"Restoring wetlands", "Annual report", "Atlas"}


def test_up_to_three_words_may_stand_anywhere_in_the_asset() -> None:
    add_file(asset("Atlas"), ["Mangroves protect coasts", "Chapter two", "Finance for delta cities"])
    assert found("mangroves finance").count == 1
    assert found("mangroves glaciers").relaxed
    assert found("tundra glaciers").count == 0


def test_a_hit_names_the_page_where_the_words_stand_and_marks_them() -> None:
    file = add_file(asset("Atlas"), ["Cover", "Nothing here", "The <b>mangroves</b> of the delta"])
    (hit,) = found("mangrove").hits
    assert (hit.file_number, hit.position, hit.page, hit.page_label) == (file.number, 3, 3, "3")
    assert hit.snippet == "The &lt;b&gt;<mark>mangroves</mark>&lt;/b&gt; of the delta"


def test_a_snippet_of_a_text_shows_words_and_no_marks() -> None:
    rows = "".join(f"| plot {number} | **{number}** |\n" for number in range(400))
    asset("Yields", body=f"| Plot | Yield |\n|---|---|\n{rows}| mangrove | **310** |\n")
    (hit,) = found("mangrove").hits
    assert "<mark>mangrove</mark> 310" in hit.snippet
    assert not set("|*") & set(hit.snippet)


def test_a_reader_is_shown_her_language_where_it_says_the_same() -> None:
    said = {"en": ("The mangrove", "A mangrove grows in salt water.")}
    asset("La mangrove", body="La mangrove pousse.", language="fr", translations=said)
    atlas = asset("Atlas", language="fr")
    add_file(atlas, ["Couverture", "La mangrove protège la côte."], language="fr")
    add_file(atlas, ["Cover", "A mangrove protects coasts."], language="en")
    assert catch_up()
    for language in ("en", "fr"):
        hits = search(reader(language=language), SearchRequest(q="mangrove")).hits
        assert {hit.language for hit in hits} == {language}
        assert len(hits) == 2
    (hit,) = (hit for hit in search(reader(language="en-GB"), SearchRequest(q="mangrove")).hits if hit.page)
    assert (hit.file_number, hit.page) == (2, 2)


def test_a_passage_that_answers_much_better_is_shown_in_whatever_language() -> None:
    atlas = asset("Atlas", language="fr")
    add_file(atlas, ["Mangrove zostera posidonia"], language="fr")
    add_file(atlas, ["One mangrove among many other things " * 9], language="en")
    (hit,) = found("mangrove zostera posidonia").hits
    assert hit.language == "fr"


def test_flowing_text_has_a_position_and_no_page() -> None:
    add_file(asset("Notes"), ["Mangroves"], are_numbered=False)
    (hit,) = found("mangrove").hits
    assert (hit.position, hit.page) == (1, None)


def test_long_texts_give_the_passage_where_the_words_stand() -> None:
    asset("Manual", body="Peat is old. " * 1500 + "Here the mangroves begin. " + "Sand is coarse. " * 1500)
    (hit,) = found("mangroves").hits
    assert "Here the <mark>mangroves</mark> begin" in hit.snippet
    assert len(hit.snippet) < 400


def test_a_phrase_must_stand_together_even_over_the_end_of_a_page() -> None:
    add_file(asset("Atlas"), ["It ends with ecosystem", "services for all"])
    asset("Other", body="Services of the ecosystem")
    assert titles(found('"ecosystem services"')) == ["Atlas"]


def test_minus_or_and_prefix_do_what_they_say() -> None:
    asset("Mangroves and fish")
    asset("Mangroves and peat")
    asset("Glaciers")
    assert titles(found("mangroves -fish")) == ["Mangroves and peat"]
    assert set(titles(found("peat OR glacier"))) == {"Mangroves and peat", "Glaciers"}
    assert found("mangr*").count == 2


def test_fields_narrow_and_a_field_that_names_nothing_is_words() -> None:
    asset("Old", issued=date(1999, 5, 1), authors=["Ana Núñez"])
    asset("New", issued=date(2020, 1, 1), language="fr")
    assert titles(found("year:1995..2000")) == ["Old"]
    assert titles(found("author:nunez")) == ["Old"]
    assert titles(found("language:French")) == ["New"]
    assert found("year:soon").count == 0


@pytest.mark.parametrize("q", ["***", '"', "OR", "\x00", "-", "()", "x" * 10_000, "field:", '"" -""', "🙂"])
def test_whatever_is_typed_gets_an_answer(q: str) -> None:
    asset("Mangroves")
    assert found(q).count == 0


def test_without_words_everything_readable_comes_newest_first() -> None:
    asset("Old", issued=date(1999, 1, 1))
    asset("New", issued=date(2020, 1, 1))
    asset("Closed", labels=["staff"], issued=date(2021, 1, 1))
    assert titles(found()) == ["New", "Old"]
    assert titles(found(sort="oldest")) == ["Old", "New"]


def test_drafts_are_found_by_those_who_work_on_them_and_withdrawn_assets_by_nobody() -> None:
    asset("Draft mangroves", labels=["person:7"], state=State.DRAFT)
    asset("Gone mangroves", state=State.WITHDRAWN)
    assert found("mangroves").count == 0
    assert titles(found("mangroves", "person:7")) == ["Draft mangroves"]


def test_what_was_withdrawn_or_removed_leaves_the_index() -> None:
    gone, removed = asset("Mangroves one"), asset("Mangroves two")
    assert found("mangroves").count == 2
    gone.state = State.WITHDRAWN
    gone.save()
    mark_dirty([gone.pk, removed.pk])
    removed.delete()
    assert found("mangroves").count == 0


def test_somebody_who_lost_the_right_to_read_finds_nothing_before_the_indexer_ran() -> None:
    closed = asset("Mangroves")
    assert found("mangroves").count == 1
    change_readers(closed, ["staff"])
    results = search(reader("staff"), SearchRequest(q="mangroves"))
    assert (results.count, results.hits, results.facets["kind"]) == (0, (), ())
    assert found("mangroves").count == 0
    assert found("mangroves", "staff").count == 1


def test_each_facet_counts_without_its_own_filter_and_with_all_others() -> None:
    asset("Mangroves", issued=date(2019, 1, 1))
    asset("Mangroves in French", language="fr", issued=date(2019, 1, 1))
    asset("Mangroves again", language="fr", issued=date(2020, 1, 1))
    asset("Closed mangroves", language="fr", issued=date(2020, 1, 1), labels=["staff"])
    results = found("mangroves", languages=("fr",), years=(2019,))
    assert titles(results) == ["Mangroves in French"]
    assert [(v.value, v.count, v.is_selected) for v in results.facets["year"]] == [
        ("2020", 1, False),
        ("2019", 1, True),
    ]
    assert {v.value: v.count for v in results.facets["language"]} == {"en": 1, "fr": 1}
    assert [v.label for v in results.facets["language"] if v.value == "fr"] == ["French"]


def test_topics_and_places_filter_count_and_are_words_to_be_found_by() -> None:
    scheme = Scheme.objects.create(uri="test:topics", use=Scheme.Use.TOPICS)
    broad, narrow = (
        Concept.objects.create(scheme=scheme, uri=f"test:{n}", public_id=f"topic0000{n}") for n in (1, 2)
    )
    for concept, label in ((broad, "Water"), (narrow, "Aquifers")):
        ConceptLabel.objects.create(
            concept=concept, language="en", role="pref", text=label, folded=label.lower()
        )
    ConceptLabel.objects.create(
        concept=narrow, language="fr", role="pref", text="Nappes phréatiques", folded="x"
    )
    kenya = Place.objects.create(code="XK", level=Place.Level.COUNTRY)
    PlaceName.objects.create(place=kenya, language="en", text="Testland", folded="testland")
    made = asset("Untagged words")
    asset("Other")
    AssetConcept.objects.create(asset=made, concept=narrow, is_given=True, dated_on=made.dated_on)
    AssetConcept.objects.create(asset=made, concept=broad, is_given=False, dated_on=made.dated_on)
    AssetPlace.objects.create(asset=made, place=kenya, is_given=True, dated_on=made.dated_on)
    results = found(concepts=(broad.pk,))
    assert titles(results) == ["Untagged words"]
    assert {(v.value, v.label, v.count) for v in results.facets["topic"]} == {
        ("topic00001", "Water", 1),
        ("topic00002", "Aquifers", 1),
    }
    assert [(v.value, v.label) for v in results.facets["place"]] == [("XK", "Testland")]
    assert titles(found("nappes phreatiques")) == ["Untagged words"]
    assert titles(found("testland aquifer")) == ["Untagged words"]
    assert titles(found('topic:"aquifers"')) == ["Untagged words"]


def test_pages_do_not_overlap_and_end_politely() -> None:
    for number in range(45):
        asset(f"Mangroves {number}", body="delta " * (number % 7))
    pages = [titles(found("mangroves", page=page, size=10)) for page in range(1, 6)]
    assert [len(page) for page in pages] == [10, 10, 10, 10, 5]
    assert len({title for page in pages for title in page}) == 45
    for page in (6, LAST_PAGE + 1, 10**18):
        results = found("mangroves", page=page)
        assert (results.count, results.hits) == (45, ())
    assert len(found("mangroves", page=-5, size=10**9).hits) == 45


def test_long_questions_state_how_many_words_an_answer_has() -> None:
    asset("Four of seven", body="mangroves protect coastal cities")
    asset("One of seven", body="mangroves")
    results = found("mangroves protect coastal cities against storm surges")
    assert titles(results) == ["Four of seven"]
    assert (results.minimum, results.word_count, results.count) == (2, 7, 1)


def test_words_of_a_translation_are_found_and_the_snippet_is_in_its_language() -> None:
    asset("Wetlands", body="Water", translations={"ar": ("الأراضي الرطبة", "حماية الأراضي الرطبة في الدلتا")})
    (hit,) = found("الاراضي الرطبه").hits
    assert hit.language == "ar"
    assert "<mark>الأراضي</mark>" in hit.snippet


def test_hits_without_the_words_in_a_text_open_with_the_summary() -> None:
    asset("Mangroves", summary="What grows at the coast.")
    (hit,) = found("mangroves").hits
    assert hit.snippet == "What grows at the coast."


@pytest.mark.parametrize("count", [1, 30])
def test_queries_do_not_grow_with_the_hits(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        add_file(asset(f"Mangroves {number}"), ["One", "Mangroves two"])
    assert catch_up()
    with django_assert_max_num_queries(11):
        assert search(reader(), SearchRequest(q="mangroves", size=50)).count == count
