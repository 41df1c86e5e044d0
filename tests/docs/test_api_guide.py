"""The API answers in the shapes that its guide shows."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from baobab.assets.files.models import FileReading
from baobab.organisation.readers import system
from baobab.reading import Status
from baobab.search.indexer import catch_up
from tests import factories

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "api-guide.md").read_text()
_names = itertools.count()


@pytest.fixture
def address(db: None, settings: Settings) -> str:
    """An open asset with a file of two pages; its address in the API."""
    settings.SEARCH_URL = f"memory://docs-{next(_names)}"
    house = factories.house()
    asset = factories.published(house.amina.reader, "Reading the water", summary="How to see a flood coming.")
    factories.with_file(asset, "The river speaks.", "It speaks of floods.", by=system(), name="a/b guide.txt")
    return f"/api/v1/assets/{asset.public_id}"


def _part(heading: str) -> str:
    return GUIDE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def _words(text: str) -> set[str]:
    """All that stands in backticks or, in examples, as the name of a member."""
    return set(re.findall(r"`(?:\w+\[\]\.)?(\w+)(?:\[\])?`", text)) | set(re.findall(r'"(\w+)":', text))


def test_an_asset_has_the_fields_of_the_guide(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    told = answer.json()
    words = _words(_part("One asset"))
    assert set(told) <= words
    for several in ("texts", "files"):
        assert set(told[several][0]) <= words
    rows = re.findall(r"^\| (.+?) \|", _part("One asset"), re.MULTILINE)[1:]
    assert {name for row in rows for name in re.findall(r"`(\w+)(?:\[\])?`", row)} == set(told)


def test_a_file_can_be_had_where_the_asset_says(client: Client, address: str) -> None:
    file = client.get(address).json()["files"][0]
    assert client.get(file["download"]).status_code == 200
    pages = client.get(file["pages"])
    assert pages["Reading-Status"] == "read"
    assert pages["Page-Count"] == "2"
    assert pages.json()[1] == {"page": 2, "label": "2", "text": "It speaks of floods."}


def test_a_search_has_the_fields_and_takes_the_parameters_of_the_guide(client: Client, address: str) -> None:
    catch_up()
    part = _part("Search")
    parameters = re.findall(r"^\| `(\w+)` \| ", part, re.MULTILINE)
    description = client.get("/api/v1/openapi.json").json()
    known = {given["name"] for given in description["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert known <= set(parameters)
    told = client.get("/api/v1/search", {"q": "floods"}).json()
    assert told["count"] == 1
    assert set(told) | set(told["hits"][0]) | set(told["facets"]) <= _words(part)


def test_every_status_of_reading_is_explained() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ", _part("The text of a file"), re.MULTILINE)
    assert rows == [FileReading.WAITING, *(status.value for status in Status)]


def test_problems_have_the_members_of_the_guide(client: Client, address: str) -> None:
    answer = client.get("/api/v1/search", {"topic": "nonsense"})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == _words(_part("When something is wrong")) & {
        "status", "title", "detail", "fields",
    }  # fmt: skip
    assert client.get("/api/v1/search", {"page": "x"}).status_code == 422
    assert client.get("/api/v1/assets/zzzzzzzzzz").status_code == 404
    assert client.post("/api/v1/search").status_code == 405


def test_every_status_that_the_description_names_is_in_the_guide(client: Client, db: None) -> None:
    description = client.get("/api/v1/openapi.json").json()
    named = {
        status
        for operations in description["paths"].values()
        for operation in operations.values()
        for status in operation["responses"]
    }
    rows = re.findall(r"^\| (\d{3}) \| ", _part("When something is wrong"), re.MULTILINE)
    assert named == {"200", *rows}


def test_an_address_is_permanent_wherever_it_is_told(client: Client, address: str) -> None:
    catch_up()
    (hit,) = client.get("/api/v1/search", {"q": "floods"}).json()["hits"]
    assert client.get(address).json()["url"] == hit["url"]
    assert client.get(hit["url"]).status_code == 302
