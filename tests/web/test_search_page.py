"""The search page: hits, facets, and any address that somebody may type."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from baobab.assets.quality.actions import mark_quality
from baobab.search.indexer import catch_up
from baobab.vocabularies.actions import write_places
from baobab.vocabularies.models import Concept, Place, Scheme
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


def test_a_filter_is_called_by_its_name_where_nothing_fits(client: Client, found: None) -> None:
    water = Concept.objects.get(notation="water").public_id
    page = client.get(f"/en/search/?q=zeppelin&topic={water}&language=fr").content.decode()
    for name in ("Water", "French"):
        assert re.search(rf"Remove the filter:</span> {name}", page), name
    assert "Narrow the search" not in page


def links(page: str) -> dict[str, list[tuple[str, str]]]:
    """What the page links to: the words of each link, and the question that its address asks."""
    found = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return {
        " ".join(re.sub(r"<[^>]+>", " ", words).split()): parse_qsl(urlsplit(unescape(address)).query)
        for address, words in found
    }


def test_a_topic_shows_what_lies_below_it_once_it_is_chosen(client: Client, found: None) -> None:
    water, peat = (Concept.objects.get(notation=name).public_id for name in ("water", "peat"))
    page = client.get("/en/search/?q=canals").content.decode()
    assert links(page)["Water 1"] == [("q", "canals"), ("topic", water)]
    assert "Peatlands 1" not in links(page)
    chosen = links(client.get(f"/en/search/?q=canals&topic={water}").content.decode())
    # What lies below takes the place of what holds it: both together would narrow no further.
    assert chosen["Peatlands 1"] == [("q", "canals"), ("topic", peat)]
    assert chosen["Water 1"] == [("q", "canals")]
    below = links(client.get(f"/en/search/?q=canals&topic={peat}").content.decode())
    assert below["Water 1"] == [("q", "canals"), ("topic", water)]


def test_all_values_of_a_facet_have_a_page_that_leads_back(client: Client, found: None) -> None:
    peat = Concept.objects.get(notation="peat").public_id
    page = client.get("/en/search/by/topic/?q=canals&year=2018").content.decode()
    assert sorted(links(page)["Peatlands 1"]) == [("q", "canals"), ("topic", peat), ("year", "2018")]
    assert links(page)["Back to the results"] == [("q", "canals"), ("year", "2018")]
    assert client.get("/en/search/by/nonsense/").status_code == 404


def test_many_years_are_shown_by_decade_and_a_decade_is_a_filter(client: Client, house: House) -> None:
    for year in range(1985, 2003):
        published(house.amina.reader, f"Report of {year}", issued=str(year))
    catch_up()
    shown = links(client.get("/en/search/?q=report").content.decode())
    assert shown["1990–1999 10"] == [("q", "report"), ("year", "1990..1999")]
    assert shown["2001 1"] == [("q", "report"), ("year", "2001")]
    assert "1994 1" not in shown
    decade = client.get("/en/search/?q=report&year=1990..1999").content.decode()
    assert "10 results" in decade
    assert links(decade)["1994 1"] == [("q", "report"), ("year", "1994")]
    assert links(decade)["Remove the filter: 1990–1999"] == [("q", "report")]


def test_places_units_types_and_quality_narrow_too(client: Client, house: House) -> None:
    write_places()
    places = [Place.objects.get(code="KE").pk]
    first = published(house.amina.reader, "Report one", places=places, unit=house.africa)
    published(house.amina.reader, "Report two", places=[Place.objects.get(code="FR").pk])
    mark_quality(first, check="peer-review", by=house.amina.reader, on=date(2024, 5, 3))
    catch_up()
    shown = links(client.get("/en/search/?q=report").content.decode())
    for label in ("Africa 1", "Europe 1", "Office for Africa 1", "Peer reviewed 1"):
        ((name, value),) = shown[label][1:]
        assert "1 result for" in client.get(f"/en/search/?q=report&{name}={value}").content.decode(), label


def test_a_hit_says_what_was_checked_and_names_colleagues_to_colleagues_only(
    client: Client, client_of: SignIn, house: House
) -> None:
    made = published(house.amina.reader, "Checked report")
    mark_quality(made, check="peer-review", by=house.amina.reader, on=date(2024, 5, 3))
    catch_up()
    page = client.get("/en/search/?q=checked").content.decode()
    assert "Peer reviewed" in page
    assert "3 May 2024" in page
    assert "by Amina" not in page
    assert (
        "by Amina Diallo, 3 May 2024" in client_of(house.bruno).get("/en/search/?q=checked").content.decode()
    )


def test_a_mistyped_word_is_corrected_said_so_and_can_be_meant(client: Client, found: None) -> None:
    page = client.get("/en/search/?q=sphagnun").content.decode()
    assert "These are the results for “sphagnum”." in page
    assert "<mark>sphagnum</mark>" in page
    typed = links(page)["Search for “sphagnun” as typed"]
    assert typed == [("q", "sphagnun"), ("exact", "1")]
    as_typed = client.get("/en/search/?q=sphagnun&exact=1").content.decode()
    assert "Nothing was found for “sphagnun”." in as_typed


def test_something_found_through_a_topic_in_another_language_says_so(client: Client, found: None) -> None:
    page = client.get("/en/search/?q=tourbières").content.decode()
    assert "Peat manual" in page
    assert "Is about: Peatlands" in page
    assert "Is about" not in client.get("/en/search/?q=sphagnum").content.decode()


def test_something_that_says_it_in_another_language_says_so(
    client: Client, house: House, topics: Scheme
) -> None:
    published(house.amina.reader, "Notes", summary="Walks through the peatlands of the north.")
    catch_up()
    page = client.get("/en/search/?q=tourbières").content.decode()
    assert "Says it in other words: Peatlands" in page
    assert "<mark>peatlands</mark>" in page


def test_the_page_says_how_many_of_the_words_were_enough(client: Client, found: None) -> None:
    assert "with all of your words" in client.get("/en/search/?q=block+canals").content.decode()
    question = "how+does+sphagnum+return+after+blocking+canals+with+dams+of+wood+everywhere"
    assert "with at least 2 of" in client.get(f"/en/search/?q={question}").content.decode()


def test_beside_the_hits_stand_people_and_topics_that_lead_on(
    client: Client, house: House, topics: Scheme
) -> None:
    concepts = [Concept.objects.get(notation="fish").pk]
    published(house.amina.reader, "Weirs of the delta", authors=["Wangari Muta"], concepts=concepts)
    catch_up()
    page = client.get("/en/search/?q=weirs").content.decode()
    assert links(page)["Wangari Muta"] == [("q", 'author:"Wangari Muta"')]
    assert "1 work here" in page
    assert "Fisheries" in links(page)
    assert "1 result" in client.get('/en/search/?q=author:"Wangari Muta"').content.decode()


def test_what_was_narrowed_stays_when_other_words_are_typed(client: Client, found: None) -> None:
    page = client.get("/en/search/?q=canals&year=2018&sort=newest").content.decode()
    assert '<input type="hidden" name="year" value="2018">' in page
    assert '<input type="hidden" name="sort" value="newest">' in page


def test_a_search_that_found_nothing_is_noted_and_one_that_found_is_not(
    client: Client, found: None, settings: Settings, tmp_path: Path
) -> None:
    settings.BAOBAB_HOME = tmp_path
    client.get("/en/search/?q=canals")
    client.get("/en/search/?q=canals&topic=nonsense")
    assert not list(tmp_path.rglob("*.jsonl"))
    client.get("/en/search/?q=zeppelin&year=2018")
    (noted,) = tmp_path.rglob("*.jsonl")
    assert "zeppelin" in noted.read_text()


def test_suggestions_are_a_part_of_a_page_and_kept_by_nobody(client: Client, found: None) -> None:
    answer = client.get("/en/search/suggest/?q=pea")
    page = answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert "Peat manual" in links(page)
    assert "Peatlands 1" in links(page)
    assert 'data-said="2 suggestions"' in page
    assert "<html" not in page
    assert "role=" not in client.get("/en/search/suggest/?q=zzz").content.decode()


def test_each_asset_leads_to_what_is_like_it(client: Client, house: House) -> None:
    words = "Blocking canals brings the water back into the peat and sphagnum returns."
    first = published(house.amina.reader, "Peat manual", summary=words)
    published(house.amina.reader, "Peat handbook", summary=words)
    published(house.amina.reader, "Peat of the staff", summary=words, audience=["staff"])
    catch_up()
    address = f"/en/assets/{first.public_id}/like/"
    assert address in client.get(f"/en/assets/{first.public_id}/").content.decode()
    page = client.get(address).content.decode()
    assert "Peat handbook" in page
    assert "Peat of the staff" not in page
    assert page.count("data-part") == 1


def test_where_nothing_is_alike_the_page_says_so(client: Client, house: House) -> None:
    alone = published(house.amina.reader, "Zeppelin")
    catch_up()
    page = client.get(f"/en/assets/{alone.public_id}/like/").content.decode()
    assert "Nothing is like this" in page
    assert "data-part" not in page


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
        "q=" + quote("\u202eabc"), "q=" + "(" * 500, "q=" + quote("AND OR NOT -"), "q=" + "a*" * 4000,
        "q=" + quote("(a+)+$" * 50), "q=" + quote("湿地 wetland الأهوار водно"), "q=%ff%fe", "exact=1&q=%22",
        "year=2015..", "year=9..0", "unit=nobody", "type=%00", "quality=best", "q=a&q=b", "q=" + "x" * 10000,
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


def test_who_signed_in_can_save_what_she_asked(
    client: Client, client_of: SignIn, found: None, house: House
) -> None:
    assert "Save this search" not in client.get("/en/search/?q=canals").content.decode()
    page = client_of(house.bruno).get("/en/search/?q=canals&year=2018").content.decode()
    assert links(page)["Save this search"] == [("query", "q=canals&year=2018")]
    assert "Save this search" in client_of(house.bruno).get("/en/search/?q=zeppelin").content.decode()


def test_a_search_leads_to_its_map(client: Client, found: None) -> None:
    page = client.get("/en/search/?q=canals&year=2018").content.decode()
    assert links(page)["See it on the map"] == [("q", "canals"), ("year", "2018")]


@pytest.mark.parametrize(
    "query",
    ["", "q=", "q=a", "q=" + "x" * 10000, "q=%00", "q=%ff", "q=" + quote('"(((*'), "q=" + quote("\u202e湿")],
)  # fmt: skip
def test_any_beginning_gets_an_answer(client: Client, found: None, query: str) -> None:
    assert client.get(f"/en/search/suggest/?{query}").status_code == 200
