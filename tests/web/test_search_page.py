"""The search page: hits, facets, and any address that somebody may type."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from baobab.search.indexer import catch_up
from baobab.vocabularies.models import Concept, Scheme
from tests.factories import House, Somebody, published, with_file

SignIn = Callable[[Somebody], Client]


@pytest.fixture
def found(house: House, topics: Scheme) -> None:
    amina = house.amina.reader
    peat, fish = (Concept.objects.get(notation=name).pk for name in ("peat", "fish"))
    asset = published(amina, "Peat manual", summary="How to block canals.", concepts=[peat], issued="2018")
    with_file(asset, "Nothing here", "The sphagnum returns after blocking", by=amina)
    published(amina, "Fishing in canals", concepts=[fish], issued="2020", language="en")
    published(amina, "Canals of the staff", audience=["staff"], issued="2021")
    catch_up()


def test_a_hit_leads_to_the_page_where_the_words_stand(client: Client, found: None) -> None:
    page = client.get("/en/search/?q=sphagnum").content.decode()
    assert "1 result for “sphagnum”" in page
    assert "<mark>sphagnum</mark>" in page
    assert "files/1/?page=2&amp;view=text&amp;q=sphagnum" in page


def test_words_in_another_language_than_the_title_say_which(client: Client, house: House) -> None:
    asset = published(house.amina.reader, "Marsh atlas")
    with_file(asset, "يعود الماء إلى الأهوار", by=house.amina.reader, language="ar")
    catch_up()
    page = client.get("/en/search/?q=الأهوار").content.decode()
    assert 'class="card-title" lang="en" dir="ltr"' in page
    assert '<span lang="ar" dir="rtl">' in page


def test_the_header_leaves_searching_to_pages_with_a_box_of_their_own(client: Client, found: None) -> None:
    for path, boxes in (("/en/search/?q=canals", 1), ("/en/", 1), ("/en/library/", 1)):
        assert client.get(path).content.decode().count('role="search"') == boxes, path


def test_each_reader_finds_and_counts_what_she_may_read(
    client: Client, client_of: SignIn, house: House, found: None
) -> None:
    assert "2 results for “canals”" in client.get("/en/search/?q=canals").content.decode()
    assert "3 results for “canals”" in client_of(house.bruno).get("/en/search/?q=canals").content.decode()


def test_facets_combine_and_can_be_taken_away(client: Client, found: None) -> None:
    water = Concept.objects.get(notation="water").public_id
    narrowed = client.get(f"/en/search/?q=canals&topic={water}&year=2018").content.decode()
    assert "1 result for “canals”" in narrowed
    assert 'href="/en/search/?q=canals&amp;year=2018"' in narrowed
    assert f'href="/en/search/?q=canals&amp;topic={water}"' in narrowed
    assert "2 results" in client.get("/en/search/?q=canals&year=2018&year=2020").content.decode()


def test_filters_that_fit_nothing_say_so_and_how_to_leave(client: Client, found: None) -> None:
    for query in ("topic=nonsense", "place=nowhere", "year=abc", "language=xx", "kind=nothing"):
        page = client.get(f"/en/search/?q=canals&{query}").content.decode()
        assert "Take a filter away." in page, query


def test_words_that_nothing_has_together_are_searched_apart(client: Client, found: None) -> None:
    assert "Nothing has all of these words." in client.get("/en/search/?q=sphagnum+fishing").content.decode()


def test_nothing_found_gives_advice(client: Client, found: None) -> None:
    page = client.get("/en/search/?q=zeppelin").content.decode()
    assert "Nothing was found for “zeppelin”." in page
    assert "Look through the topics" in page


def test_without_words_the_newest_come_first(client: Client, found: None) -> None:
    page = client.get("/en/search/").content.decode()
    assert page.index("Fishing in canals") < page.index("Peat manual")


def test_a_search_asks_few_questions(
    client: Client, found: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/en/search/?q=canals")
    with django_assert_max_num_queries(15):
        client.get("/en/search/?q=canals")


@pytest.mark.parametrize(
    "query",
    [
        "q=" + quote('"unbalanced'), "q=" + "x" * 3000, "q=%00", "q=" + quote("<script>alert(1)</script>"),
        "q=-",        "q=*&topic=%00", "page=0", "page=x", "sort=sideways", "year=99999999999999999999",
        "q=" + quote("\u202eabc"),
        "&".join(f"topic={n}" for n in range(300)),
    ],
)  # fmt: skip
def test_any_address_gets_an_answer(client: Client, found: None, query: str) -> None:
    answer = client.get(f"/en/search/?{query}")
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


@pytest.mark.parametrize("page", ["2", "500", "501", str(10**18)])
def test_pages_past_the_end_are_a_polite_404(client: Client, found: None, page: str) -> None:
    assert client.get(f"/en/search/?q=canals&page={page}").status_code == 404
