"""Home, the library's list, topics, places and one's own work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from baobab.vocabularies.models import Concept, Scheme
from tests.factories import House, Somebody, draft, published

SignIn = Callable[[Somebody], Client]


def test_home_of_an_empty_library_says_what_to_do(client: Client, client_of: SignIn, house: House) -> None:
    assert "There is nothing in the library yet" in client.get("/en/").content.decode()
    assert "Add the first document" in client_of(house.bruno).get("/en/").content.decode()


def test_home_shows_each_reader_what_she_may_read(client: Client, client_of: SignIn, house: House) -> None:
    published(house.amina.reader, "For all of you")
    published(house.amina.reader, "For the staff", audience=["staff"])
    assert "For the staff" not in client.get("/en/").content.decode()
    page = client_of(house.bruno).get("/en/").content.decode()
    assert "For all of you" in page
    assert "For the staff" in page
    assert "For the staff" not in client_of(house.chen).get("/en/").content.decode()


def test_home_shows_what_one_is_working_on(client_of: SignIn, house: House) -> None:
    draft(house.bruno.reader, "Half a thought")
    assert "Half a thought" in client_of(house.bruno).get("/en/").content.decode()
    assert "Half a thought" in client_of(house.amina).get("/en/work/").content.decode()
    assert "Half a thought" not in client_of(house.esi).get("/en/").content.decode()


def test_home_asks_few_questions_however_much_there_is(
    client: Client, house: House, topics: Scheme, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    peat = Concept.objects.get(notation="peat")
    for number in range(12):
        published(house.amina.reader, f"Paper {number}", concepts=[peat.pk])
    with django_assert_max_num_queries(10):
        page = client.get("/en/").content.decode()
    assert "Water (12)" in page


def test_the_library_is_narrowed_by_plain_addresses(client: Client, house: House, topics: Scheme) -> None:
    peat, fish = Concept.objects.get(notation="peat"), Concept.objects.get(notation="fish")
    published(house.amina.reader, "Old peat", issued="2009", concepts=[peat.pk])
    published(house.amina.reader, "Nouveau poisson", issued="2024", language="fr", concepts=[fish.pk])

    def titles(query: str) -> tuple[bool, bool]:
        page = client.get(f"/en/library/?{query}").content.decode()
        return "Old peat" in page, "Nouveau poisson" in page

    assert titles("") == (True, True)
    assert titles("year=2009") == (True, False)
    assert titles("language=fr") == (False, True)
    assert titles("topic=water") == (True, False)
    assert titles("topic=water&year=2024") == (False, False)
    assert titles("topic=nothing-like-it") == (False, False)
    assert titles("year=%00&kind=%00") == (False, False)


@pytest.mark.parametrize("page", ["0", "-1", "x", "٣", "", "1.5", "%00"])
def test_a_page_that_is_no_number_is_the_first(client: Client, house: House, page: str) -> None:
    published(house.amina.reader, "The only one")
    answer = client.get(f"/en/library/?page={page}")
    assert answer.status_code in (200, 404)
    assert answer.status_code == (404 if page == "٣" else 200)


@pytest.mark.parametrize("page", ["2", "501", "999999999", str(10**18), "9" * 400])
def test_a_page_past_the_end_is_a_polite_404(client: Client, house: House, page: str) -> None:
    published(house.amina.reader, "The only one")
    answer = client.get(f"/en/library/?page={page}")
    assert answer.status_code == 404
    assert "The list has no such page" in answer.content.decode()


def test_many_entries_are_shown_in_pages_with_few_queries(
    client: Client, house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(23):
        published(house.amina.reader, f"Paper {number:02}")
    with django_assert_max_num_queries(9):
        page = client.get("/en/library/").content.decode()
    assert "23 entries" in page
    assert page.count('class="card"') == 20
    assert client.get("/en/library/?page=2").content.decode().count('class="card"') == 3


def test_topics_stand_in_a_tree_with_what_each_reader_finds(
    client: Client, house: House, topics: Scheme
) -> None:
    peat = Concept.objects.get(notation="peat")
    published(house.amina.reader, "About mires", concepts=[peat.pk])
    published(house.amina.reader, "Secret mires", concepts=[peat.pk], audience=["staff"])
    page = client.get("/en/topics/").content.decode()
    assert page.index("Water") < page.index("Peatlands")
    assert '<span class="count">1</span>' in page
    assert '<span class="count">2</span>' not in page


def test_own_work_is_for_those_who_sign_in(client: Client, client_of: SignIn, house: House) -> None:
    answer = client.get("/en/work/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/en/account/login/")
    assert "You have nothing in hand" in client_of(house.chen).get("/en/work/").content.decode()


def test_pages_of_those_who_signed_in_are_kept_by_nobody(
    client: Client, client_of: SignIn, house: House
) -> None:
    assert client_of(house.bruno).get("/en/library/")["Cache-Control"] == "private, no-store"
    answer = client.get("/en/library/")
    assert "no-store" not in answer.get("Cache-Control", "")
    assert {"cookie", "accept-language"} <= {part.strip().lower() for part in answer["Vary"].split(",")}


def test_addresses_without_a_language_lead_to_the_readers_own(client: Client, house: House) -> None:
    asset = published(house.amina.reader)
    answer = client.get(f"/assets/{asset.public_id}?text=fr", headers={"Accept-Language": "ar;q=0.9, de"})
    assert (answer.status_code, answer["Location"]) == (302, f"/ar/assets/{asset.public_id}/?text=fr")
    client.cookies["django_language"] = "fr"
    chosen = client.get(f"/assets/{asset.public_id}", headers={"Accept-Language": "ar"})
    assert chosen["Location"] == f"/fr/assets/{asset.public_id}/"
    assert {"cookie", "accept-language"} <= {part.strip().lower() for part in chosen["Vary"].split(",")}


def test_robots_are_asked_to_leave_endless_pages_alone(client: Client, house: House) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /ar/search/" in lines
    assert not any("library" in line for line in lines)
