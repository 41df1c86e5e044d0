"""The API as its description promises it: for any values, at any address, with any method."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as configured
from hypothesis import strategies as st
from pytest_django.fixtures import Settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from baobab.assets.actions import withdraw
from baobab.assets.models import Asset
from baobab.organisation.readers import system
from baobab.search import api as search_api
from baobab.search.indexer import catch_up
from tests import factories

_names = itertools.count()
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture
def asset(db: None, settings: Settings) -> Asset:
    """An open asset with a file, indexed."""
    settings.SEARCH_URL = f"memory://api-{next(_names)}"
    house = factories.house()
    made = factories.published(house.amina.reader, "Reading the water")
    factories.with_file(made, "The river speaks.", by=system(), name="guide.txt")
    assert catch_up()
    return made


@pytest.fixture
def connection_stays() -> Iterator[None]:
    """Keeps requests from closing the connection that the test's transaction stands on."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("connection_stays")
@pytest.mark.parametrize("path", ["search", "assets/{asset_id}", "assets/{asset_id}/files/{number}/pages"])
def test_whatever_is_asked_the_answer_is_one_that_the_description_names(asset: Asset, path: str) -> None:
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operation = described[f"/api/v1/{path}"]["GET"]

    @given(case=operation.as_strategy(), is_known=st.booleans())
    @configured(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case[Any], is_known: bool) -> None:
        if is_known and "asset_id" in case.path_parameters:
            case.path_parameters["asset_id"] = asset.public_id
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, checks=CHECKS)

    ask()


def _is_problem(answer: object, status: int) -> bool:
    told = answer.json()  # type: ignore[attr-defined]
    return (
        answer.status_code == status  # type: ignore[attr-defined]
        and answer["Content-Type"] == "application/problem+json"  # type: ignore[index]
        and told["status"] == status
        and set(told) >= {"title", "detail"}
    )


@pytest.mark.django_db
@pytest.mark.parametrize("rest", ["", "nothing", "assets", "assets/x/y/z", "search/", "a\x00b", "%2e%2e/x"])
def test_an_address_that_does_not_exist_is_a_problem(client: Client, rest: str) -> None:
    assert _is_problem(client.get(f"/api/v1/{rest}"), 404)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_other_methods_are_refused_with_what_is_possible(client: Client, asset: Asset, method: str) -> None:
    for address in ("search", f"assets/{asset.public_id}", f"assets/{asset.public_id}/files/1/pages"):
        answer = getattr(client, method)(f"/api/v1/{address}")
        assert _is_problem(answer, 405)
        assert answer["Allow"] == "GET, HEAD"


def test_head_is_answered_as_get_without_content(client: Client, asset: Asset) -> None:
    answer = client.head(f"/api/v1/assets/{asset.public_id}/files/1/pages")
    assert (answer.status_code, answer["Reading-Status"], answer.content) == (200, "read", b"")


def test_a_crash_is_a_problem_and_is_noted(
    client: Client, asset: Asset, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*given: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(search_api, "search", crash)
    answer = client.get("/api/v1/search")
    assert _is_problem(answer, 500)
    assert "secret" not in answer.content.decode()
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("number", [0, -1, 2**31, -(10**30), 10**18, 10**30])
def test_a_file_by_a_number_that_none_has_is_not_there(client: Client, asset: Asset, number: int) -> None:
    assert _is_problem(client.get(f"/api/v1/assets/{asset.public_id}/files/{number}/pages"), 404)


@pytest.mark.parametrize("name", ["kind", "topic", "place", "language", "year"])
@pytest.mark.parametrize("value", ["no such", "\x00", "\u202e", "9" * 5000, "-1", "🙂"])
def test_what_names_nothing_is_refused_by_the_name_of_its_parameter(
    client: Client, asset: Asset, name: str, value: str
) -> None:
    answer = client.get("/api/v1/search", {name: value})
    assert _is_problem(answer, 400)
    assert list(answer.json()["fields"]) == [name]
    assert len(answer.content) < 1000


@pytest.mark.parametrize("name", ["page", "size"])
@pytest.mark.parametrize("value", ["x", "", "1.5", "\x00", "9" * 5000])
def test_a_number_that_is_none_is_refused(client: Client, asset: Asset, name: str, value: str) -> None:
    answer = client.get("/api/v1/search", {name: value})
    assert _is_problem(answer, 422)
    assert list(answer.json()["fields"]) == [name]


def test_an_asset_has_one_address_in_search_and_by_itself(client: Client, asset: Asset) -> None:
    (hit,) = client.get("/api/v1/search", {"q": "river"}).json()["hits"]
    for language in ("en", "fr"):
        told = client.get(f"/api/v1/assets/{asset.public_id}", headers={"accept-language": language}).json()
        assert told["url"] == hit["url"] == f"http://testserver/assets/{asset.public_id}"
    assert told["detail"]["versions"][0]["editions"][0]["files"] == [told["files"][0]["number"]]


def test_what_was_withdrawn_says_so_as_a_problem(client: Client, asset: Asset) -> None:
    withdraw(asset, by=system(), reason="It was wrong.")
    answer = client.get(f"/api/v1/assets/{asset.public_id}")
    assert _is_problem(answer, 410)
    assert "It was wrong." in answer.json()["detail"]
