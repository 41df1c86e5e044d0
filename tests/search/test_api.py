"""`GET /api/v1/search`: the shape that programs rely on, filters by any name, and sentences for bad ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from baobab.assets.models import Origin
from baobab.search.engine import FACETS
from baobab.search.indexer import catch_up

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
    assert body["facets"]["year"] == [{"value": "2019", "label": "2019", "count": 1}]
    assert set(body["facets"]) == set(FACETS)


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
