"""The pages of saved searches, their private feeds, and the link in a mail that stops it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from baobab.accounts.models import User
from baobab.assets.actions import change_asset
from baobab.assets.fields import AssetFields
from baobab.jobs.actions import enqueue
from baobab.jobs.worker import Worker
from baobab.kernel import clock
from baobab.notifications.models import QueuedMail
from baobab.organisation.queries import root_unit
from baobab.organisation.readers import PUBLIC, STAFF
from baobab.search.indexer import catch_up
from baobab.search.saved.actions import save_search
from baobab.search.saved.actions.searches import stop_token
from baobab.search.saved.jobs import send_alerts
from baobab.search.saved.models import FailedSearch, SavedSearch
from tests.factories import House, Somebody, draft, published, somebody

SignIn = Callable[[Somebody], Client]
ATOM = "{http://www.w3.org/2005/Atom}"


def look() -> None:
    """What the schedule does, once the index has taken in what changed."""
    assert catch_up()
    enqueue(send_alerts)
    Worker(names=["search.alerts"]).work_off()


def saved_by(who: Somebody, query: str = "q=peat", rhythm: str = "none", name: str = "") -> SavedSearch:
    assert catch_up()
    return save_search(query, by=who.reader, rhythm=rhythm, name=name)


def feed(client: Client, saved: SavedSearch) -> ElementTree.Element:
    answer = client.get(f"/feeds/saved/{saved.feed_secret}.atom")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def titles(root: ElementTree.Element) -> list[str]:
    return [entry.findtext(f"{ATOM}title", "") for entry in root.iter(f"{ATOM}entry")]


def test_a_search_is_saved_from_its_page_and_stands_in_the_list(client_of: SignIn, house: House) -> None:
    client = client_of(house.bruno)
    form = client.get("/en/saved/new/?query=q%3Dpeat%26kind%3Dproduct").content.decode()
    assert 'name="query" value="q=peat&amp;kind=product"' in form
    sent = {"query": "q=peat&kind=product", "name": "Peat products", "rhythm": "daily"}
    assert client.post("/en/saved/new/", sent).status_code == 302
    saved = SavedSearch.objects.get()
    assert (saved.query, saved.name, saved.rhythm) == ("q=peat&kind=product", "Peat products", "daily")
    page = client.get("/en/saved/").content.decode()
    assert "Peat products" in page
    assert 'href="/en/search/?q=peat&amp;kind=product"' in page


def test_the_search_page_leads_to_saving_with_filters_and_words(
    client: Client, client_of: SignIn, house: House
) -> None:
    published(house.amina.reader, "Peat & bog")
    assert catch_up()
    path = "/en/search/?q=peat+%26+bog&kind=product&page=1"
    assert "/saved/new/" not in client.get(path).content.decode(), (
        "for visitors there is nothing to save into"
    )
    bruno = client_of(house.bruno)
    found = re.search(r'href="(/en/saved/new/[^"]+)"', bruno.get(path).content.decode())
    assert found
    form = bruno.get(unescape(found[1])).content.decode()
    assert 'name="query" value="q=peat+%26+bog&amp;kind=product"' in form


def test_what_is_refused_is_said_and_nothing_typed_is_lost(client_of: SignIn, house: House) -> None:
    client = client_of(house.bruno)
    answer = client.post("/en/saved/new/", {"query": "q=peat", "name": "Mine", "rhythm": "hourly"})
    assert answer.status_code == 400
    assert 'value="Mine"' in answer.content.decode()
    assert not SavedSearch.objects.exists()


def test_visitors_are_led_to_signing_in_and_strangers_find_nothing(
    client: Client, client_of: SignIn, house: House
) -> None:
    saved = saved_by(house.bruno, name="Secret peat")
    for path in ("", "new/", f"{saved.public_id}/", f"{saved.public_id}/edit/", f"{saved.public_id}/remove/"):
        answer = client.get(f"/en/saved/{path}")
        assert answer.status_code == 302, path
        assert "/account/login/" in answer["Location"]
    stranger = client_of(house.dora)
    assert "Secret peat" not in stranger.get("/en/saved/").content.decode()
    for path in ("", "edit/", "remove/"):
        for method in (stranger.get, stranger.post):
            assert method(f"/en/saved/{saved.public_id}/{path}").status_code == 404, path
    assert stranger.post(f"/en/saved/{saved.public_id}/feed/").status_code == 404
    assert SavedSearch.objects.get().feed_secret == saved.feed_secret


def test_news_is_counted_shown_and_set_aside_by_a_post_only(client_of: SignIn, house: House) -> None:
    saved = saved_by(house.bruno)
    published(house.amina.reader, "Peat atlas")
    look()
    client = client_of(house.bruno)
    assert "1 new" in client.get("/en/saved/").content.decode()
    page = f"/en/saved/{saved.public_id}/"
    for _look in range(2):
        shown = client.get(page).content.decode()
        assert "New since" in shown
        assert "Peat atlas" in shown
    assert client.post(page).status_code == 302
    assert "1 new" not in client.get("/en/saved/").content.decode()
    shown = client.get(page).content.decode()
    assert "Found before" in shown
    assert "New since" not in shown


def test_news_that_was_closed_is_neither_counted_nor_shown(client_of: SignIn, house: House) -> None:
    saved = saved_by(house.chen)
    asset = published(house.amina.reader, "Peat atlas")
    look()
    change_asset(asset, AssetFields(audience=frozenset({STAFF})), by=house.amina.reader)
    client = client_of(house.chen)
    assert "1 new" not in client.get("/en/saved/").content.decode()
    assert "Peat atlas" not in client.get(f"/en/saved/{saved.public_id}/").content.decode()
    assert titles(feed(client, saved)) == []


def test_name_and_rhythm_change_and_a_search_is_removed_after_a_question(
    client_of: SignIn, house: House
) -> None:
    saved = saved_by(house.bruno)
    client = client_of(house.bruno)
    address = f"/en/saved/{saved.public_id}/"
    assert client.post(f"{address}edit/", {"name": "", "rhythm": "weekly"}).status_code == 400
    assert client.post(f"{address}edit/", {"name": "Peat!", "rhythm": "weekly"}).status_code == 302
    saved.refresh_from_db()
    assert (saved.name, saved.rhythm) == ("Peat!", "weekly")
    assert client.get(f"{address}remove/").status_code == 200
    assert SavedSearch.objects.exists()
    assert client.post(f"{address}remove/").status_code == 302
    assert not SavedSearch.objects.exists()
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", [1, 40])
def test_the_list_costs_the_same_however_many_there_are(
    client_of: SignIn, house: House, django_assert_max_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for each in range(number):
        saved_by(house.bruno, f"q=peat{each}")
    client = client_of(house.bruno)
    client.get("/en/saved/")
    with django_assert_max_num_queries(11):
        client.get("/en/saved/")


def test_the_feed_is_atom_with_the_newest_news_first(client: Client, house: House) -> None:
    old = published(house.amina.reader, "Peat manual", summary="Old & <good>", authors=["Ada"])
    saved = saved_by(house.bruno, name="Peat & bog")
    new = published(house.amina.reader, "Peat atlas", issued="1998")
    look()
    root = feed(client, saved)
    assert root.tag == f"{ATOM}feed"
    assert titles(root) == ["Peat atlas", "Peat manual"]
    for name in ("id", "title", "updated", "author"):
        assert root.find(f"{ATOM}{name}") is not None, name
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == f"http://testserver/feeds/saved/{saved.feed_secret}.atom"
    entries = root.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in entries] == [
        f"http://testserver/assets/{asset.public_id}" for asset in (new, old)
    ]
    assert entries[1].findtext(f"{ATOM}summary") == "Old & <good>"
    updated = [entry.findtext(f"{ATOM}updated", "") for entry in entries]
    assert updated[1] == old.updated_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert root.findtext(f"{ATOM}updated") == max(updated)


def test_the_feed_reads_as_its_owner_does_at_this_moment(client: Client, house: House) -> None:
    asset = published(house.amina.reader, "Peat of the staff", audience=["staff"])
    draft(house.bruno.reader, "Peat draft")
    inside, outside = saved_by(house.bruno), saved_by(house.chen)
    assert titles(feed(client, inside)) == ["Peat of the staff"]
    assert titles(feed(client, outside)) == []
    change_asset(asset, AssetFields(audience=frozenset({PUBLIC})), by=house.amina.reader)
    look()
    assert titles(feed(client, outside)) == ["Peat of the staff"]


def test_a_feed_that_did_not_change_is_not_sent_again(client: Client, house: House) -> None:
    published(house.amina.reader, "Peat manual")
    saved = saved_by(house.bruno)
    address = f"/feeds/saved/{saved.feed_secret}.atom"
    first = client.get(address)
    again = client.get(address, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    published(house.amina.reader, "Peat atlas")
    look()
    assert client.get(address, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_a_feed_ends_with_the_account_and_with_a_new_address(
    client: Client, client_of: SignIn, house: House
) -> None:
    saved = saved_by(house.bruno)
    old = f"/feeds/saved/{saved.feed_secret}.atom"
    assert client.get(old).status_code == 200
    assert client_of(house.bruno).post(f"/en/saved/{saved.public_id}/feed/").status_code == 302
    assert client.get(old).status_code == 404
    saved.refresh_from_db()
    new = f"/feeds/saved/{saved.feed_secret}.atom"
    assert client.get(new).status_code == 200
    User.objects.filter(pk=house.bruno.user.pk).update(is_active=False)
    assert client.get(new).status_code == 404
    for secret in ("x", "%00", "x" * 5000):
        assert client.get(f"/feeds/saved/{secret}.atom").status_code == 404


def test_one_click_stops_the_mail_without_signing_in(house: House) -> None:
    saved = saved_by(house.bruno, rhythm="daily")
    address = f"/alerts/stop/{stop_token(saved)}"
    client = Client(enforce_csrf_checks=True)
    asked = client.get(address)
    assert asked.status_code == 200
    assert "Stop the mail about this search?" in asked.content.decode()
    saved.refresh_from_db()
    assert saved.rhythm == "daily", "whoever only looks stops nothing"
    for _time in range(2):
        done = client.post(address, "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded")
        assert done.status_code == 200
        assert "No more mail" in done.content.decode()
    saved.refresh_from_db()
    assert (saved.rhythm, saved.due_at) == ("none", None)


def test_a_forged_link_stops_nothing(client: Client, house: House) -> None:
    saved = saved_by(house.bruno, rhythm="daily")
    for token in (saved.public_id, f"{saved.public_id}:x", f"{stop_token(saved)}x", "%00", "x" * 5000):
        assert client.post(f"/alerts/stop/{token}").status_code == 404, token
    saved.refresh_from_db()
    assert saved.rhythm == "daily"


def test_the_link_in_the_mail_is_the_one_that_stops_it(
    client: Client, house: House, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "baobab.notifications.backend.QueueingBackend"
    settings.SITE_URL = "https://knowledge.example.org/"
    saved = saved_by(house.bruno, rhythm="immediate")
    published(house.amina.reader, "Peat atlas")
    look()
    mail = message_from_bytes(bytes(QueuedMail.objects.get().content), policy=default)
    stop = mail["List-Unsubscribe"].strip(" <>")
    assert stop.startswith("https://knowledge.example.org/alerts/stop/")
    assert client.post(stop.removeprefix("https://knowledge.example.org")).status_code == 200
    saved.refresh_from_db()
    assert saved.rhythm == "none"


# Searches that found nothing ------------------------------------------------------------------------


@pytest.fixture
def missed(house: House, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What three people looked for in vain, asked on the search page, and what one of them did alone."""
    settings.BAOBAB_HOME = tmp_path
    published(house.amina.reader, "Peat manual")
    assert catch_up()
    for who in (house.amina, house.bruno, house.chen):
        client = Client()
        client.force_login(who.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get("/en/search/?q=%3Dzeppelin").status_code == 200
    assert client.get("/en/search/?q=airship").status_code == 200
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=10))
    look()


def manager() -> Client:
    person = somebody("Femi Ade", "femi@house.example", unit=root_unit(), role="knowledge-manager")
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_those_who_look_after_the_knowledge_see_what_several_missed(missed: None) -> None:
    client = manager()
    page = client.get("/en/failed-searches/").content.decode()
    assert "=zeppelin" in page
    assert "airship" not in page
    assert 'href="/en/search/?q=%3Dzeppelin"' in page
    assert "/en/failed-searches/" in client.get("/en/account/").content.decode()


def test_the_table_holds_no_formulas(missed: None) -> None:
    answer = manager().get("/en/failed-searches.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert 'attachment; filename="failed-searches.csv"' in answer["Content-Disposition"]
    header, row = csv.reader(answer.content.decode("utf-8-sig").splitlines())
    assert header[:2] == ["Search", "How often"]
    assert row[:2] == ["'=zeppelin", "3"]


def test_one_is_set_aside_by_a_post(missed: None) -> None:
    client = manager()
    number = FailedSearch.objects.exclude(question="").get().pk
    address = f"/en/failed-searches/{number}/resolve/"
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 302
    assert "zeppelin</bdi>" not in client.get("/en/failed-searches/").content.decode()
    assert "zeppelin</bdi>" in client.get("/en/failed-searches/?state=resolved").content.decode()


def test_others_find_no_such_pages(client: Client, client_of: SignIn, house: House, missed: None) -> None:
    number = FailedSearch.objects.exclude(question="").get().pk
    for path in ("/en/failed-searches/", "/en/failed-searches.csv"):
        assert client.get(path).status_code == 302
        assert client_of(house.bruno).get(path).status_code == 404
    address = f"/en/failed-searches/{number}/resolve/"
    assert client_of(house.bruno).post(address).status_code == 404
    assert FailedSearch.objects.get(pk=number).resolved_at is None


def test_an_empty_log_says_when_something_will_stand_there(house: House) -> None:
    assert "3 different people" in manager().get("/en/failed-searches/").content.decode()
