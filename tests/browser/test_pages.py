"""Every page in a real browser, in both directions; a document's way from hand to reader without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from baobab.assets.actions import withdraw
from baobab.assets.classification.actions import suggest
from baobab.assets.fields import Words
from baobab.assets.files.actions import receive_blob
from baobab.assets.jobs import read_blob
from baobab.assets.kinds import kind_of
from baobab.assets.links.actions import add_link
from baobab.assets.models import Asset, AssetFile
from baobab.assets.quality.actions import mark_quality
from baobab.organisation.actions import rename_unit
from baobab.organisation.readers import system
from baobab.search.indexer import catch_up
from baobab.vocabularies.actions import import_scheme
from baobab.vocabularies.models import Concept, Scheme
from baobab.web import context
from tests import factories
from tests.browser.visiting import DESK, PHONE, Watch, accessibility, too_wide, visit_all
from tests.factories import House, Somebody, draft, pdf, published, with_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "# Dams\n\nBuild *many*.\n\n| Depth | What to expect |\n|---|---|\n| 10 cm | peat grows or stays |\n"


@pytest.fixture
def house(transactional_db: None, settings: Settings, tmp_path: Path) -> Iterator[House]:
    """The organisation, three topics, and an index of its own."""
    settings.SEARCH_URL = f"memory://{tmp_path.name}"
    context.forget()
    file = tmp_path / "topics.ttl"
    file.write_text(factories.TOPICS)
    import_scheme(file, by_user_id=None, use=Scheme.Use.TOPICS)
    yield factories.house()
    context.forget()


def sign_in(page: Page, somebody: Somebody, base: str) -> None:
    """Let the browser be somebody's."""
    client = Client()
    client.force_login(somebody.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    name = django_settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])


@pytest.fixture
def asset(house: House) -> Asset:
    """A product with everything that a page can show."""
    amina = house.amina.reader
    peat = Concept.objects.get(notation="peat")
    made = published(
        amina,
        "Wet again: a field manual",
        summary="How to raise the water and keep it there.",
        body=TEXT,
        authors=["Ana Peat", "Bo Moss"],
        issued="2018-09",
        review_by=date(2020, 1, 1),
        concepts=[peat.pk],
        detail={"series": "Handbooks", "licence": "CC-BY-4.0", "doi": "10.1234/wet"},
        translations={"fr": Words("De nouveau humide"), "ar": Words("رطبة من جديد", "كيف نرفع الماء", "نص")},
    )
    file = with_file(made, by=amina, name="manual.pdf", content=pdf("Dams in Riau", "Spillways and boats"))
    read_blob(file.blob, name=file.name)
    with_file(made, "Some words", by=amina, name="notes.txt", reason_code="partly_time")
    mark_quality(made, check="peer-review", by=amina)
    add_link(published(amina, "Newer dams"), made, relation="supersedes", by=amina)
    catch_up()
    return made


def test_pages_for_everybody_are_sound(page: Page, live_server: LiveServer, asset: Asset) -> None:
    topic = Concept.objects.get(notation="water").public_id
    gone = published(system(), "Gone")
    withdraw(gone, by=system(), reason="Wrong figures")
    one = f"assets/{asset.public_id}/"
    visit_all(
        page,
        live_server.url,
        [
            "",
            "library/",
            "library/?year=1900",
            "search/?q=water",
            "search/?q=zeppelin",
            "topics/",
            f"topics/{topic}/",
            "places/",
            one,
            f"{one}?text=ar",
            f"{one}history/",
            f"{one}cite/",
            f"{one}files/1/",
            f"{one}files/1/?view=text",
            f"{one}files/2/",
            f"{one}files/1/search/?q=boats",
            f"{one}files/1/search/?q=zeppelin",
            f"assets/{gone.public_id}/",
            "assets/zzzzzzzzzz/",
        ],
    )


def test_pages_of_those_who_work_are_sound(
    page: Page, live_server: LiveServer, house: House, asset: Asset
) -> None:
    unfinished = draft(house.amina.reader, "scan 001")
    with_file(unfinished, "Words", by=house.amina.reader)
    peat = Concept.objects.get(notation="peat")
    suggest(unfinished, concepts={peat.pk: 0.9}, places={}, title="The real title")
    sign_in(page, house.amina, live_server.url)
    one = f"assets/{asset.public_id}/"
    visit_all(
        page,
        live_server.url,
        [
            "",
            "work/",
            "new/product/",
            one,
            f"{one}edit/",
            f"{one}translate/",
            f"{one}translate/?language=ar",
            f"{one}files/",
            f"{one}checks/",
            f"{one}versions/new/",
            f"{one}links/",
            f"{one}links/?q=dams",
            f"{one}links/?q=zeppelin",
            f"{one}act/withdraw/",
            f"assets/{unfinished.public_id}/edit/",
            f"assets/{unfinished.public_id}/",
        ],
    )


def test_a_conflict_shows_both_texts_soundly(
    page: Page, live_server: LiveServer, house: House, asset: Asset
) -> None:
    watch = Watch(page)
    sign_in(page, house.amina, live_server.url)
    for language, width in (("en", DESK), ("ar", PHONE)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}/{language}/assets/{asset.public_id}/edit/")
        page.evaluate("document.querySelector('input[name=revision]').value = '0'")
        page.locator("textarea[name=body]").fill("My own words. " * 200)
        page.locator(".form-actions button[value=publish]").click()
        expect(page.locator(".version.title").first).to_be_visible()
        assert [*watch.take(), *accessibility(page, Axe()), *too_wide(page)] == []
    boxes = [page.locator(".side-by-side section").nth(index).bounding_box() for index in (0, 1)]
    first, second = (box["y"] if box else 0 for box in boxes)
    assert 0 < first < second


def test_a_long_name_stays_clear_of_the_buttons_on_a_phone(
    page: Page, live_server: LiveServer, house: House
) -> None:
    name = "Internationalsumpfschutzorganisation of the Wetlands, Rivers, Deltas and Shores of the World"
    rename_unit(house.headquarters, {"en": name, "ar": f"{name} {name}"}, by=system())
    for language in ("en", "ar"):
        context.forget()
        page.goto(f"{live_server.url}/{language}/")
        brand = page.locator(".brand > span").bounding_box()
        assert brand
        for button in page.locator(".masthead .menu > summary").all():
            box = button.bounding_box()
            assert box
            apart = box["x"] >= brand["x"] + brand["width"] or box["x"] + box["width"] <= brand["x"]
            assert apart, language
        assert too_wide(page) == []


def test_a_document_comes_in_and_is_found_without_scripts(
    plain_page: Page, live_server: LiveServer, house: House, tmp_path: Path
) -> None:
    page = plain_page
    house.bruno.user.set_password("a long walk along the dyke")
    house.bruno.user.save()
    document = tmp_path / "spillway_notes.pdf"
    document.write_bytes(pdf("Cover of the notes", "The spillway of Sanghi holds"))

    page.goto(f"{live_server.url}/en/new/product/")
    page.get_by_label("Email").fill("bruno@house.example")
    page.get_by_label("Password").fill("a long walk along the dyke")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_label("Drop documents here").set_input_files(document)
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("heading", name="Confirm and publish")).to_be_visible()
    expect(page.get_by_text("This file is being read.")).to_be_visible()
    file = AssetFile.objects.get()
    read_blob(file.blob, name=file.name)
    page.get_by_label("Summary").fill("What I learned about spillways.")
    page.get_by_role("button", name="Look again").click()
    expect(page.get_by_text("This file is being read.")).to_have_count(0)
    expect(page.get_by_label("Summary")).to_have_value("What I learned about spillways.")
    page.get_by_label("Title").fill("Spillway notes")
    page.get_by_label("Topics", exact=False).last.fill("mires")
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Spillway notes")).to_be_visible()
    catch_up()

    page.context.clear_cookies()
    page.goto(f"{live_server.url}/en/")
    page.get_by_role("main").or_(page.locator(".hero")).get_by_role("searchbox").last.fill("sanghi spillways")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Spillway notes")).to_be_visible()
    page.get_by_role("link", name="Page 2").click()
    expect(page.locator(".sheet mark").first).to_be_visible()
    expect(page.locator(".sheet")).to_contain_text("The spillway of Sanghi holds")


def test_reading_finishes_while_the_form_stays_as_it_is_typed(
    page: Page, live_server: LiveServer, house: House
) -> None:
    asset = draft(house.bruno.reader, "notes")
    blob = receive_blob([pdf("One line of text")])
    file = kind_of(asset).add_file(asset, blob, name="notes.pdf", by=house.bruno.reader, language="")
    sign_in(page, house.bruno, live_server.url)
    page.goto(f"{live_server.url}/en/assets/{asset.public_id}/edit/")
    page.get_by_label("Summary").fill("Typed meanwhile")
    read_blob(file.blob, name=file.name)
    expect(page.get_by_role("button", name="Show what is suggested")).to_be_visible(timeout=10_000)
    expect(page.get_by_label("Summary")).to_have_value("Typed meanwhile")
    expect(page.locator("[data-autosave-status]")).to_have_text("What you typed is kept.", timeout=10_000)
