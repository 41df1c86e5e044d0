"""Portals, comparisons and the glossary in a real browser; a word looked up where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from baobab.assets.links.actions import add_link
from baobab.assets.models import Asset
from baobab.assets.picks.actions import pick
from baobab.search.indexer import catch_up
from baobab.vocabularies.actions import import_scheme, write_places
from baobab.vocabularies.models import Concept, Place, Scheme
from baobab.web import context
from tests import factories
from tests.browser.visiting import Watch, visit_all
from tests.factories import House, Somebody, published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[House]:
    """The organisation, three topics, all places, and an index of its own."""
    settings.SEARCH_URL = f"memory://{tmp_path.name}"
    context.forget()
    file = tmp_path / "topics.ttl"
    file.write_text(factories.TOPICS)
    import_scheme(file, by_user_id=None, use=Scheme.Use.TOPICS)
    if not Place.objects.exists():
        write_places()
    yield factories.house()
    context.forget()


@pytest.fixture
def assets(house: House) -> list[Asset]:
    """Works about two topics and three countries, in several languages and years."""
    by = house.amina.reader
    peat, water = Concept.objects.get(notation="peat"), Concept.objects.get(notation="water")
    places = {place.code: place.pk for place in Place.objects.filter(code__in=["KE", "UG", "FJ"])}
    made = [
        published(by, "Mires of Kenya", concepts=[peat.pk], places=[places["KE"]], authors=["Ana Peat"]),
        published(
            by, "Les tourbières", language="fr", concepts=[peat.pk], places=[places["UG"]], issued="2019"
        ),
        published(
            by, "ماء الجزر", language="ar", concepts=[water.pk], places=[places["FJ"]], issued="2023-04"
        ),
    ]
    add_link(made[0], made[1], relation="about", by=by)
    pick(made[2], concept=water, by=by)
    catch_up()
    return made


def sign_in(page: Page, somebody: Somebody, base: str) -> None:
    """Let the browser be somebody's."""
    client = Client()
    client.force_login(somebody.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])


def test_pages_for_everybody_are_sound(page: Page, live_server: LiveServer, assets: list[Asset]) -> None:
    water, fish = Concept.objects.get(notation="water"), Concept.objects.get(notation="fish")
    visit_all(
        page,
        live_server.url,
        [
            f"topics/{water.public_id}/",
            f"topics/{fish.public_id}/",
            f"topics/{water.public_id}/in/KE/",
            "places/KE/",
            "places/009/",
            "compare/",
            "compare/?place=KE&place=UG&place=FJ",
            "glossary/",
            "glossary/?q=nothing-like-it",
            f"glossary/entry/?concept={water.public_id}",
        ],
    )


def test_pages_of_those_who_look_after_them_are_sound(
    page: Page, live_server: LiveServer, house: House, assets: list[Asset]
) -> None:
    water = Concept.objects.get(notation="water")
    sign_in(page, house.amina, live_server.url)
    visit_all(
        page,
        live_server.url,
        [f"topics/{water.public_id}/", "places/014/", f"portals/first/?topic={water.public_id}"],
    )


def test_a_word_is_looked_up_where_it_stands_and_by_keyboard(
    page: Page, live_server: LiveServer, assets: list[Asset]
) -> None:
    watch = Watch(page)
    page.goto(f"{live_server.url}/en/assets/{assets[2].public_id}/")
    look = page.get_by_role("button", name="What “Water” means")
    look.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("What rivers carry.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("What rivers carry.")).to_be_hidden()
    assert watch.take() == []


def test_without_scripts_a_word_leads_to_the_glossary(
    plain_page: Page, live_server: LiveServer, assets: list[Asset]
) -> None:
    plain_page.goto(f"{live_server.url}/en/assets/{assets[2].public_id}/")
    plain_page.get_by_role("button", name="What “Water” means").click()
    plain_page.get_by_role("link", name="Look it up in the glossary").first.click()
    expect(plain_page.get_by_text("What rivers carry.")).to_be_visible()
