"""The pattern page shows every component, in every language."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

import baobab.design

COMPONENTS = Path(baobab.design.__file__).parent / "templates" / "design" / "components"

pytestmark = pytest.mark.django_db


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name == "id"]


@pytest.mark.parametrize(
    ("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("es", "ltr"), ("ar", "rtl")]
)
def test_the_pattern_page_stands_in_each_language_and_its_direction(
    client: Client, language: str, direction: str
) -> None:
    answer = client.get(f"/{language}/patterns/")
    assert answer.status_code == 200
    assert f'<html lang="{language}" dir="{direction}"' in answer.content.decode()


def test_every_component_is_shown_on_the_pattern_page(client: Client) -> None:
    shown = {template.name for template in client.get("/en/patterns/").templates}
    absent = [
        place.name for place in COMPONENTS.glob("*.html") if f"design/components/{place.name}" not in shown
    ]
    assert absent == []


def test_every_component_lists_its_parameters_on_top() -> None:
    silent = [
        place.name
        for place in COMPONENTS.glob("*.html")
        if not place.read_text(encoding="utf-8").startswith("{% comment %}")
    ]
    assert silent == []


def test_every_picture_that_a_page_asks_for_is_in_the_sprite(client: Client) -> None:
    sprite = (COMPONENTS.parents[2] / "static" / "baobab" / "icons.svg").read_text(encoding="utf-8")
    page = client.get("/en/patterns/").content.decode()
    asked = {part.split('"')[0] for part in page.split("icons.svg#")[1:]}
    assert len(asked) > 30
    assert [name for name in asked if f'<symbol id="{name}"' not in sprite] == []


@pytest.mark.parametrize("status", [400, 403, 404, 410, 500])
def test_error_pages_say_what_happened_and_lead_home(client: Client, status: int) -> None:
    answer = client.get(f"/en/error/{status}/")
    page = answer.content.decode()
    assert answer.status_code == status
    assert f"Error {status}" in page
    assert "<h1>" in page
    assert "To the start page" in page


def test_the_chosen_theme_is_written_on_the_page_and_nothing_else_is(client: Client) -> None:
    assert "data-theme=" not in client.get("/en/patterns/").content.decode()
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/en/patterns/").content.decode()
    client.cookies["theme"] = '"><b>'
    assert "data-theme=" not in client.get("/en/patterns/").content.decode()


def test_an_ordinary_page_repeats_no_id(client: Client) -> None:
    ids = _Ids()
    ids.feed(client.get("/en/library/").content.decode())
    assert sorted(ids.found) == sorted(set(ids.found))
