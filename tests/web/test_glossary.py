"""The glossary's pages: words from A to Z, looked up, looked up in passing; contested ones side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from baobab.vocabularies.actions import import_scheme
from baobab.vocabularies.models import Concept, Scheme
from tests.factories import House

OTHER = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://words.example/> a skos:ConceptScheme ;
  skos:prefLabel "Words of others"@en ; dct:license "CC BY 4.0" .
<https://words.example/water> a skos:Concept ; skos:inScheme <https://words.example/> ;
  skos:prefLabel "Water"@en ; skos:definition "Two parts hydrogen & one part oxygen."@en .
<https://words.example/bog> a skos:Concept ; skos:inScheme <https://words.example/> ;
  skos:prefLabel "Bog"@en ; skos:scopeNote "Use for peat fed by rain."@en .
"""


@pytest.fixture
def others(topics: Scheme, tmp_path: Path) -> Scheme:
    file = tmp_path / "others.ttl"
    file.write_text(OTHER)
    import_scheme(file, by_user_id=None, use=Scheme.Use.REFERENCE)
    return Scheme.objects.get(uri="https://words.example/")


def page_of(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_glossary_says_how_words_get_there(client: Client, house: House) -> None:
    assert "Nothing is explained yet" in page_of(client, "/en/glossary/")


def test_a_definition_stands_with_its_source_and_leads_to_what_is_known(
    client: Client, house: House, topics: Scheme
) -> None:
    page = page_of(client, "/en/glossary/")
    water = Concept.objects.get(notation="water")
    assert "What rivers carry." in page
    assert "Agreed in Topics" in page
    assert f'href="/en/topics/{water.public_id}/"' in page
    assert f'href="/topics/{water.public_id}"' in page
    assert "Fisheries" not in page


def test_a_word_that_two_vocabularies_define_differently_is_contested(
    client: Client, house: House, others: Scheme
) -> None:
    page = page_of(client, "/en/glossary/")
    assert page.count("Contested") == 1
    assert "As Topics defines it" in page
    assert "As Words of others defines it (CC BY 4.0)" in page
    assert "Two parts hydrogen &amp; one part oxygen." in page
    assert "How it is used, says Words of others" in page
    assert 'href="https://words.example/water"' in page


def test_one_vocabulary_and_one_letter_can_be_looked_at_alone(
    client: Client, house: House, others: Scheme
) -> None:
    alone = page_of(client, f"/en/glossary/?scheme={others.pk}")
    assert "Contested" in alone
    letter = page_of(client, "/en/glossary/?letter=B")
    assert "Use for peat fed by rain." in letter
    assert "What rivers carry." not in letter


@pytest.mark.parametrize("query", ["q=eau", "q=WATER", "q=wat", "q=water&letter=B"])
def test_a_word_is_found_in_any_language(client: Client, house: House, topics: Scheme, query: str) -> None:
    assert "What rivers carry." in page_of(client, f"/en/glossary/?{query}")


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 10_000,
        "letter=%F0",
        "language=xx",
        "scheme=-1",
        "scheme=%00",
        "page=x",
        "q=%E2%80%8F",
    ],
)
def test_bad_input_gets_an_answer(client: Client, house: House, topics: Scheme, query: str) -> None:
    assert client.get(f"/en/glossary/?{query}").status_code == 200


def test_a_page_past_the_end_is_a_polite_404(client: Client, house: House, topics: Scheme) -> None:
    assert client.get("/en/glossary/?page=999999999999999999").status_code == 404


def test_words_follow_the_chosen_language(client: Client, house: House, topics: Scheme) -> None:
    page = page_of(client, "/en/glossary/?language=ar")
    assert "ماء" in page
    assert '<p lang="en" dir="ltr">What rivers carry.</p>' in page


def test_the_glossary_asks_few_questions_however_many_words(
    client: Client, house: House, others: Scheme, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/en/glossary/")
    with django_assert_max_num_queries(7):
        client.get("/en/glossary/")


def test_one_word_has_a_page_and_is_only_an_answer_for_a_page_that_asks(
    client: Client, house: House, others: Scheme
) -> None:
    water = Concept.objects.get(notation="water")
    whole = page_of(client, f"/en/glossary/entry/?concept={water.public_id}")
    part = page_of(client, f"/en/glossary/entry/?concept={water.public_id}", **{"HX-Request": "true"})
    for shown in (whole, part):
        assert "What rivers carry." in shown
        assert "Two parts hydrogen" in shown
    assert "<html" in whole
    assert "<html" not in part
    answer = client.get(f"/en/glossary/entry/?concept={water.public_id}")
    assert "HX-Request" in answer.headers["Vary"]


def test_a_word_is_looked_up_by_any_of_its_names(client: Client, house: House, topics: Scheme) -> None:
    assert "What rivers carry." in page_of(client, "/en/glossary/entry/?term=EAU")
    assert "No vocabulary here explains this word." in page_of(client, "/en/glossary/entry/?term=qwerty")
    assert "No vocabulary here explains this word." in page_of(client, "/en/glossary/entry/")


def test_a_topic_that_nobody_explains_says_so_and_an_unknown_one_is_a_404(
    client: Client, house: House, topics: Scheme
) -> None:
    fish = Concept.objects.get(notation="fish")
    page = page_of(client, f"/en/glossary/entry/?concept={fish.public_id}")
    assert "This vocabulary does not say what the word means." in page
    assert client.get("/en/glossary/entry/?concept=0000000000").status_code == 404
    assert client.get("/en/glossary/entry/?concept=%00").status_code == 200


def test_a_topic_that_was_replaced_leads_to_its_successor(
    client: Client, house: House, topics: Scheme
) -> None:
    fish, water = Concept.objects.get(notation="fish"), Concept.objects.get(notation="water")
    Concept.objects.filter(pk=fish.pk).update(is_deprecated=True, replaced_by=water)
    answer = client.get(f"/en/glossary/entry/?concept={fish.public_id}")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"concept={water.public_id}")
