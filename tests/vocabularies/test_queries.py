"""Labels, look-ups, pages and trees of concepts, and what each costs."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from baobab.kernel.errors import NotFound
from baobab.vocabularies import queries
from baobab.vocabularies.actions import import_scheme
from baobab.vocabularies.models import Concept, Scheme

from .schemes import SCHEME, turtle

pytestmark = pytest.mark.django_db
C = "https://example.org/c/"


@pytest.fixture(autouse=True)
def water() -> None:
    import_scheme(turtle(), by_user_id=None)


def uri_of(text: str, **options: str) -> str | None:
    found = queries.find_concept(text, **options)
    return found.uri.removeprefix(C) if found else None


@pytest.mark.parametrize(
    ("language", "label"),
    [
        ("fr", "Zones humides"),
        ("fr-CA", "Zones humides"),
        ("de", "Wetlands"),
        ("", "Wetlands"),
        ("ar", "الأراضي الرطبة"),
    ],
)
def test_the_label_is_in_the_language_its_base_or_english(
    language: str, label: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    pk = Concept.objects.get(uri=C + "wetlands").pk
    with django_assert_num_queries(1):
        assert queries.concept_labels([pk], language) == {pk: label}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (C + "wetlands", "wetlands"),
        ("1.2", "wetlands"),
        ("  ZONES   humides ", "wetlands"),
        ("marais", "wetlands"),
        ("aves acuaticas", "birds"),
        ("Water-birds", "birds"),
        ("湿地", "wetlands"),
        ("no such thing", None),
        ("", None),
        ("\x00", None),
        ("x" * 10_000, None),
    ],
)
def test_a_concept_is_found_by_uri_notation_and_any_label(text: str, name: str | None) -> None:
    assert uri_of(text) == name


def test_a_concept_is_found_by_its_public_id() -> None:
    concept = Concept.objects.get(uri=C + "birds")
    assert queries.find_concept(concept.public_id) == concept


def test_many_texts_cost_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    texts = ["Water", "1.10", "nothing", C + "aids", *(f"word {i}" for i in range(300))]
    with django_assert_num_queries(2):
        found = queries.find_concepts(texts)
    assert {text: concept.uri.removeprefix(C) for text, concept in found.items()} == {
        "Water": "water",
        "1.10": "mangroves",
        C + "aids": "aids",
    }


def test_an_ambiguous_label_means_the_topic_then_the_preferred_then_the_language() -> None:
    other = (
        "<urn:o> a skos:ConceptScheme . "
        '<urn:o:w> a skos:Concept ; skos:inScheme <urn:o> ; skos:prefLabel "Wetlands"@en .'
        '<urn:o:e> a skos:Concept ; skos:inScheme <urn:o> ; skos:prefLabel "Swamps"@en , "Eau"@it .'
    )
    import_scheme(turtle(other), by_user_id=None, use="reference")
    assert uri_of("Wetlands") == "wetlands"
    assert uri_of("Wetlands", scheme_use="reference") == "urn:o:w"
    assert uri_of("swamps") == "wetlands"  # an alternative label of a topic before another scheme's preferred
    Scheme.objects.filter(uri="urn:o").update(use="topics")
    assert uri_of("swamps") == "urn:o:e"
    assert uri_of("Eau", language="fr") == "water"
    assert uri_of("Eau", language="it") == "urn:o:e"


def test_ancestors_include_the_concept_and_cost_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    known = {uri.removeprefix(C): pk for uri, pk in Concept.objects.values_list("uri", "pk")}
    with django_assert_num_queries(1):
        found = queries.ancestors_of_concepts([known["mangroves"], known["birds"]])
    assert found == {
        known["mangroves"]: {known["mangroves"], known["wetlands"], known["water"]},
        known["birds"]: {known["birds"]},
    }


def test_a_concept_page_has_all_in_five_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    public_id = Concept.objects.get(uri=C + "wetlands").public_id
    with django_assert_num_queries(5):
        page = queries.concept_page(public_id, "fr")
    assert page.label == "Zones humides"
    assert page.alternatives == {"en": ["swamps"], "fr": ["marais"]}
    assert [[link.label for link in path] for path in page.paths] == [["Eau"]]
    assert [link.label for link in page.narrower] == ["Mangroves"]
    assert [link.label for link in page.related] == ["Water birds"]
    assert [(m.role, m.target, m.public_id) for m in page.mappings] == [
        ("exact", "https://example.org/elsewhere/wetland", "")
    ]


def test_a_concept_page_shows_every_way_up_and_notes_in_the_readers_language_first() -> None:
    mangroves = Concept.objects.get(uri=C + "mangroves")
    page = queries.concept_page(mangroves.public_id, "en")
    assert sorted([link.label for link in path] for path in page.paths) == [["Water"], ["Water", "Wetlands"]]
    water = Concept.objects.get(uri=C + "water")
    assert [note.language for note in queries.concept_page(water.public_id, "fr").notes] == ["fr", "en"]


def test_a_mapping_to_a_concept_that_is_here_links_to_it() -> None:
    body = '<urn:e> a skos:ConceptScheme . <https://example.org/elsewhere/wetland> a skos:Concept ; skos:inScheme <urn:e> ; skos:prefLabel "W"@en .'  # noqa: E501
    import_scheme(turtle(body), by_user_id=None)
    here = Concept.objects.get(uri="https://example.org/elsewhere/wetland")
    page = queries.concept_page(Concept.objects.get(uri=C + "wetlands").public_id, "en")
    assert [mapping.public_id for mapping in page.mappings] == [here.public_id]


def test_a_page_of_no_concept_is_not_found() -> None:
    with pytest.raises(NotFound):
        queries.concept_page("nothing000", "en")


def test_a_tree_stands_by_notation_or_label_and_costs_three_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    scheme = Scheme.objects.get(uri=SCHEME)
    with django_assert_num_queries(3):
        tree = queries.concept_tree(scheme, "en", levels=3)
    water = next(node for node in tree if node.label == "Water")
    assert {node.label for node in tree} == {"Water", "Water birds", "AIDS"}
    assert [node.label for node in water.children] == ["Wetlands", "Mangrove forests"]  # 1.2 before 1.10
    assert [node.label for node in water.children[0].children] == ["Mangrove forests"]
    with django_assert_num_queries(3):
        tops = queries.top_concepts(scheme, "en")
    assert {(node.label, node.children_count, node.children) for node in tops} == {
        ("Water", 2, ()),
        ("Water birds", 0, ()),
        ("AIDS", 0, ()),
    }


def test_a_deprecated_concept_is_in_no_tree_but_has_a_label_and_a_page() -> None:
    wetlands = Concept.objects.get(uri=C + "wetlands")
    import_scheme(
        turtle(f'<{SCHEME}> a skos:ConceptScheme . :water a skos:Concept ; skos:prefLabel "Water"@en .'),
        by_user_id=None,
    )
    tree = queries.concept_tree(Scheme.objects.get(), "en", levels=5)
    assert [(node.label, node.children) for node in tree] == [("Water", ())]
    assert queries.concept_labels([wetlands.pk], "en") == {wetlands.pk: "Wetlands"}
    assert queries.concept_page(wetlands.public_id, "en").concept.is_deprecated


def test_schemes_are_listed_with_their_counts_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(1):
        (line,) = queries.schemes("fr")
    assert (line.title, line.concepts, line.deprecated) == ("Eaux", 5, 0)
    assert queries.schemes("fr", use="reference") == []
