"""`GET /api/v1/search`: the shape that programs rely on, filters by any name, and sentences for bad ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from baobab.assets.models import Origin
from baobab.assets.quality.actions import mark_quality
from baobab.search.engine import FACETS
from baobab.search.indexer import catch_up
from tests import factories

from .factory import add_file, asset

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/search"


def get(client: Client, **query: Any) -> dict[str, Any]:
    assert catch_up()
    answer = client.get(ADDRESS, query)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_a_hit_says_what_it_is_and_where_it_stands(client: Client) -> None:
    made = asset("Atlas", issued=date(2019, 5, 1))
    add_file(made, ["Cover", "The mangroves"])
    Origin.objects.create(asset=made, source="test", source_id="A-17", digest="x")
    body = get(client, q="mangrove")
    (hit,) = body["hits"]
    assert set(hit) == {
        "id",
        "kind",
        "title",
        "language",
        "url",
        "source_id",
        "score",
        "snippet",
        "page",
        "page_label",
        "found_by",
        "checked",
    }
    assert (hit["id"], hit["kind"], hit["title"], hit["language"]) == (
        made.public_id,
        "product",
        "Atlas",
        "en",
    )
    assert hit["url"].endswith(f"/assets/{made.public_id}")
    assert (hit["source_id"], hit["page"], hit["snippet"]) == ("A-17", 2, "The <mark>mangroves</mark>")
    assert body["count"] == 1
    assert body["facets"]["year"] == [{"value": "2019", "label": "2019", "count": 1, "parent": None}]
    assert set(body["facets"]) == set(FACETS)
    assert (hit["found_by"], hit["checked"]) == ("words", None)


def test_what_was_not_imported_has_no_source_and_a_text_no_page(client: Client) -> None:
    asset("Mangroves")
    (hit,) = get(client, q="mangrove")["hits"]
    assert (hit["source_id"], hit["page"]) == (None, None)


def test_filters_take_names_and_values_of_one_filter_are_alternatives(client: Client) -> None:
    asset("One", language="fr", issued=date(2019, 1, 1))
    asset("Two", language="es", issued=date(2020, 1, 1))
    asset("Three", language="en", issued=date(2020, 1, 1))
    assert get(client, language=["French", "es"])["count"] == 2
    assert get(client, language=["fr", "es"], year="2020..2021")["count"] == 1
    assert get(client, kind="product")["count"] == 3


def test_closed_assets_are_not_there_for_strangers(client: Client) -> None:
    asset("Mangroves", labels=["staff"])
    body = get(client, q="mangroves")
    assert (body["count"], body["hits"], body["facets"]["kind"]) == (0, [], [])


@pytest.mark.parametrize("page", [10**18, 501, -3])
def test_pages_out_of_range_are_answered(client: Client, page: int) -> None:
    asset("Mangroves")
    assert get(client, q="mangroves", page=page, size=10**9)["count"] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kind", "poem"),
        ("topic", "no such topic"),
        ("place", "Atlantis"),
        ("language", "!!"),
        ("year", "soon"),
        ("type", "no such type"),
        ("unit", "no such unit"),
        ("quality", "no such check"),
    ],
)
def test_a_filter_that_names_nothing_is_refused_with_a_sentence(
    client: Client, name: str, value: str
) -> None:
    answer = client.get(ADDRESS, {name: value})
    assert answer.status_code == 400
    assert value in answer.content.decode()


@pytest.mark.parametrize("q", ['"', "\x00", "a" * 9000, "OR -", "(((", "🙂"])
def test_any_question_is_answered(client: Client, q: str) -> None:
    assert get(client, q=q)["count"] == 0


def test_a_check_names_its_maker_to_those_who_signed_in_only(client: Client) -> None:
    house = factories.house()
    made = factories.published(house.amina.reader, "Mangroves")
    mark_quality(made, check="peer-review", by=house.amina.reader, on=date(2024, 5, 3))
    (hit,) = get(client, q="mangroves")["hits"]
    assert hit["checked"] == {"check": "peer-review", "by": "", "on": "2024-05-03"}
    client.force_login(house.bruno.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    (hit,) = get(client, q="mangroves")["hits"]
    assert hit["checked"]["by"] == "Amina Diallo"
    assert get(client, quality="peer-review")["count"] == 1
    assert get(client, quality="editorial")["count"] == 0


def test_units_narrow_by_name_and_by_public_id(client: Client) -> None:
    house = factories.house()
    factories.published(house.amina.reader, "Mangroves", unit=house.africa)
    factories.published(house.amina.reader, "Marshes", unit=house.headquarters)
    assert get(client, unit="Office for Africa")["count"] == 1
    (line,) = get(client)["facets"]["unit"]
    assert (line["label"], line["count"]) == ("Office for Africa", 1)
    assert get(client, unit=line["value"])["count"] == 1


def test_a_mistyped_word_is_corrected_unless_it_is_meant(client: Client) -> None:
    for number in range(3):
        asset(f"Mangroves {number}")
    body = get(client, q="mangrvoes")
    assert (body["corrected"], body["count"]) == ("mangroves", 3)
    body = get(client, q="mangrvoes", exact="true")
    assert (body["corrected"], body["count"]) == ("", 0)


def test_suggestions_come_in_groups(client: Client) -> None:
    house = factories.house()
    made = factories.published(house.amina.reader, "Mangroves of the coast", authors=["Manuel Mar"])
    assert catch_up()
    body = client.get("/api/v1/suggest", {"q": "man"}).json()
    (title,) = body["titles"]
    assert (title["id"], title["title"], title["kind"]) == (
        made.public_id,
        "Mangroves of the coast",
        "product",
    )
    assert title["url"].endswith(f"/assets/{made.public_id}")
    assert body["people"] == [{"name": "Manuel Mar", "count": 1}]
    assert (body["topics"], body["places"]) == ([], [])


@pytest.mark.parametrize("q", ["", "a", "\x00", "x" * 9000, '"(', "🙂"])
def test_any_beginning_gets_an_answer(client: Client, q: str) -> None:
    assert client.get("/api/v1/suggest", {"q": q}).status_code == 200
