"""Portals: everything about a topic, a place, or both; exact for each reader; feeds; what stands first."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from html import unescape
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from baobab.assets.actions import change_asset, withdraw
from baobab.assets.fields import AssetFields
from baobab.assets.links.actions import add_link
from baobab.assets.models import PortalPick
from baobab.assets.picks.actions import pick
from baobab.assets.quality.actions import mark_quality
from baobab.assets.queries import listed
from baobab.search.indexer import catch_up
from baobab.vocabularies.actions import write_places
from baobab.vocabularies.models import Concept, Place, Scheme
from baobab.web.portals.building import Below, portal
from baobab.web.portals.subjects import Subject
from tests.factories import House, Somebody, draft, published

SignIn = Callable[[Somebody], Client]
ROW = re.compile(r'<li><a href="([^"]+)">([^<]*)</a><span class="count">(\d+)</span>')
# How many a search page or another portal says there are.
FOUND = re.compile(r'(?:<strong>(?=\d+ result)|<ul class="figures"><li><strong>)(\d+)')
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def peat(topics: Scheme) -> Concept:
    return Concept.objects.get(notation="peat")


@pytest.fixture
def water(topics: Scheme) -> Concept:
    return Concept.objects.get(notation="water")


@pytest.fixture
def kenya(db: None) -> Place:
    write_places()
    return Place.objects.get(code="KE")


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def counted(page: str, label: str) -> str:
    """The number that stands behind a name in a list of bars; empty where the name is in none."""
    _before, found, after = page.partition(f'">{label}</a><span class="count">')
    return after.split("<", 1)[0] if found else ""


def test_a_topic_shows_what_it_means_and_everything_below_it(
    client: Client, house: House, peat: Concept, water: Concept, kenya: Place
) -> None:
    by = house.amina.reader
    published(
        by, "About mires", concepts=[peat.pk], places=[kenya.pk], authors=["Amara Diallo"], issued="2024"
    )
    published(by, "Sur l’eau", concepts=[water.pk], language="fr", issued="2026")
    catch_up()
    page = page_of(client, f"/en/topics/{water.public_id}/")
    assert "What rivers carry." in page
    assert page.index("Sur l’eau") < page.index("About mires")
    assert counted(page, "Peatlands") == "1"
    assert counted(page, "Kenya") == "1"
    assert counted(page, "French") == "1"
    assert counted(page, "Knowledge products") == "2"
    assert f'href="/en/topics/{peat.public_id}/"' in page
    assert f'href="/en/topics/{water.public_id}/in/KE/"' in page
    assert "Amara Diallo" in page
    assert 'type="application/atom+xml"' in page


def test_a_place_counts_what_lies_in_it_and_its_topics(
    client: Client, house: House, peat: Concept, kenya: Place
) -> None:
    published(house.amina.reader, "Mires of Kenya", concepts=[peat.pk], places=[kenya.pk])
    catch_up()
    country = page_of(client, "/en/places/KE/")
    assert counted(country, "Peatlands") == "1"
    assert f'href="/en/topics/{peat.public_id}/in/KE/"' in country
    region = page_of(client, "/en/places/014/")
    assert "Mires of Kenya" in region
    assert counted(region, "Kenya") == "1"
    assert "without anything yet" in region


def test_a_topic_in_a_place_is_what_is_about_both(
    client: Client, house: House, peat: Concept, water: Concept, kenya: Place
) -> None:
    by = house.amina.reader
    published(by, "Mires of Kenya", concepts=[peat.pk], places=[kenya.pk])
    published(by, "Mires elsewhere", concepts=[peat.pk])
    published(by, "Only Kenya", places=[kenya.pk])
    catch_up()
    page = page_of(client, f"/en/topics/{water.public_id}/in/KE/")
    assert "<h1>Water in Kenya</h1>" in page
    assert "Mires of Kenya" in page
    assert "Mires elsewhere" not in page
    assert "Only Kenya" not in page
    assert counted(page, "Peatlands") == "1"


def test_every_reader_sees_her_own_numbers_names_and_works(
    client: Client, client_of: SignIn, house: House, peat: Concept, water: Concept, kenya: Place
) -> None:
    by = house.amina.reader
    published(by, "For all of you", concepts=[peat.pk])
    closed = published(
        by,
        "For the staff",
        concepts=[peat.pk],
        places=[kenya.pk],
        audience=["staff"],
        authors=["Zoe Closed"],
        language="sw",
        issued="2025",
    )
    pick(closed, concept=water, by=by)
    other = published(by, "Leads to it", audience=["staff"])
    add_link(other, closed, relation="about", by=by)
    catch_up()
    for address in (
        f"/en/topics/{water.public_id}/",
        "/en/places/KE/",
        f"/en/topics/{water.public_id}/in/KE/",
    ):
        page = page_of(client, address)
        for word in ("For the staff", "Zoe Closed", "Swahili", "Start here", "Most connected"):
            assert word not in page, (address, word)
        assert counted(page, "Kenya") == ""
        staff = page_of(client_of(house.bruno), address)
        assert "For the staff" in staff
        assert "Zoe Closed" in staff
        assert "Most connected" in staff
    assert counted(page_of(client, f"/en/topics/{water.public_id}/"), "Peatlands") == "1"
    assert counted(page_of(client_of(house.bruno), f"/en/topics/{water.public_id}/"), "Peatlands") == "2"
    assert "Start here" in page_of(client_of(house.bruno), f"/en/topics/{water.public_id}/")


def test_what_was_closed_is_gone_at_once_without_waiting_for_the_index(
    client: Client, house: House, peat: Concept, kenya: Place
) -> None:
    by = house.amina.reader
    one = published(by, "Soon closed", concepts=[peat.pk], places=[kenya.pk], authors=["Amara Diallo"])
    pick(one, concept=peat, by=by)
    catch_up()
    change_asset(one, AssetFields(audience=frozenset({"staff"})), by=by)
    for address in (f"/en/topics/{peat.public_id}/", "/en/places/KE/", "/en/compare/?place=KE&place=UG"):
        page = page_of(client, address)
        assert "Soon closed" not in page
        assert "Amara Diallo" not in page
    assert b"Soon closed" not in client.get(f"/feeds/topics/{peat.public_id}.atom").content


def test_links_count_only_where_the_reader_may_read_what_leads_here(
    client: Client, client_of: SignIn, house: House, peat: Concept
) -> None:
    by = house.amina.reader
    target = published(by, "Much referred to", concepts=[peat.pk])
    for number, audience in enumerate(["public", "staff", "staff"]):
        add_link(published(by, f"Source {number}", audience=[audience]), target, relation="about", by=by)
    catch_up()
    assert "1 link<" in page_of(client, f"/en/topics/{peat.public_id}/")
    assert "3 links<" in page_of(client_of(house.bruno), f"/en/topics/{peat.public_id}/")


def test_what_was_chosen_stands_first_else_what_was_checked(
    client: Client, house: House, peat: Concept
) -> None:
    by = house.amina.reader
    checked, chosen = (
        published(by, "Checked", concepts=[peat.pk]),
        published(by, "Chosen", concepts=[peat.pk]),
    )
    mark_quality(checked, check="peer-review", by=by)
    catch_up()
    assert "Checked by colleagues" in page_of(client, f"/en/topics/{peat.public_id}/")
    pick(chosen, concept=peat, by=by)
    page = page_of(client, f"/en/topics/{peat.public_id}/")
    assert "Checked by colleagues" not in page
    assert page.index("Start here") < page.index("Chosen") < page.index("Newest")


def test_own_drafts_are_shown_as_drafts_and_to_nobody_else(
    client: Client, client_of: SignIn, house: House, peat: Concept
) -> None:
    draft(house.bruno.reader, "Half a thought", concepts=[peat.pk])
    catch_up()
    own = page_of(client_of(house.bruno), f"/en/topics/{peat.public_id}/")
    assert "Half a thought" in own
    assert "draft" in own
    assert "Half a thought" not in page_of(client, f"/en/topics/{peat.public_id}/")


def test_a_portal_without_anything_says_so_and_what_is_missing_is_said_to_staff_only(
    client: Client, client_of: SignIn, house: House, water: Concept
) -> None:
    catch_up()
    page = page_of(client, f"/en/topics/{water.public_id}/")
    assert "Nothing that you may read is about this yet" in page
    assert "What is missing" not in page
    assert "There is nothing here yet." in page_of(client_of(house.bruno), f"/en/topics/{water.public_id}/")
    assert "What is missing" not in page_of(client_of(house.esi), f"/en/topics/{water.public_id}/")


def test_what_is_missing_is_said_in_plain_words(
    client_of: SignIn, house: House, water: Concept, peat: Concept, kenya: Place
) -> None:
    by = house.amina.reader
    published(by, "Vieille eau", concepts=[water.pk], places=[kenya.pk], language="fr", issued="2009")
    catch_up()
    page = page_of(client_of(house.bruno), f"/en/topics/{water.public_id}/")
    assert "Nothing here is in English." in page
    assert "Nothing here is newer than 2009." in page
    assert "Nothing here is about these narrower topics:" in page
    assert "Nothing here is about these places:" in page
    assert "Nobody has said of 1 work that it was checked." in page
    assert "These have no summary:" in page
    french = page_of(client_of(house.bruno), f"/fr/topics/{water.public_id}/")
    assert "English" not in french.split("<main", 1)[1]


def test_while_there_is_no_index_what_is_listed_is_complete(
    client: Client, house: House, peat: Concept
) -> None:
    published(house.amina.reader, "About mires", concepts=[peat.pk])
    page = page_of(client, f"/en/topics/{peat.public_id}/")
    assert "The index is being built" in page
    assert "About mires" in page


def test_portals_ask_few_questions_however_much_there_is(
    client: Client,
    house: House,
    peat: Concept,
    water: Concept,
    kenya: Place,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    by = house.amina.reader
    for number in range(20):
        asset = published(
            by,
            f"Paper {number}",
            concepts=[peat.pk],
            places=[kenya.pk],
            authors=[f"Author {number}"],
            issued="2020",
        )
        pick(asset, concept=peat, by=by) if number < 5 else mark_quality(asset, check="editorial", by=by)
    catch_up()
    for address in (
        f"/en/topics/{water.public_id}/",
        f"/en/topics/{peat.public_id}/",
        "/en/places/KE/",
        "/en/places/014/",
        f"/en/topics/{peat.public_id}/in/KE/",
        f"/en/topics/{peat.public_id}/in/014/",
        "/en/compare/?place=KE&place=UG&place=TZ&place=ET",
    ):
        client.get(address)
        with django_assert_max_num_queries(12):
            answer = client.get(address)
        assert len(answer.content) < 200_000


def test_topics_that_were_replaced_lead_to_their_successor(
    client: Client, house: House, peat: Concept, water: Concept, kenya: Place
) -> None:
    Concept.objects.filter(pk=peat.pk).update(is_deprecated=True, replaced_by=water)
    for before, after in (
        ("/en/topics/{}/", "/en/topics/{}/"),
        ("/en/topics/{}/in/KE/", "/en/topics/{}/in/KE/"),
        ("/feeds/topics/{}.atom", "/feeds/topics/{}.atom"),
        ("/feeds/topics/{}/in/KE.atom", "/feeds/topics/{}/in/KE.atom"),
    ):
        answer = client.get(before.format(peat.public_id))
        assert answer.status_code == 302
        assert answer.headers["Location"] == after.format(water.public_id)


def test_codes_of_places_are_read_as_people_write_them(
    client: Client, house: House, peat: Concept, kenya: Place
) -> None:
    assert client.get("/en/places/ke/").headers["Location"] == "/en/places/KE/"
    address = f"/en/topics/{peat.public_id}/in/ke/"
    assert client.get(address).headers["Location"] == f"/en/topics/{peat.public_id}/in/KE/"


@pytest.mark.parametrize(
    "address",
    [
        "/en/topics/zzzzzzzzzz/",
        "/en/topics/zzzzzzzzzz/in/KE/",
        "/en/places/XX/",
        "/en/places/%00/",
        "/feeds/places/XX.atom",
        "/feeds/topics/zzzzzzzzzz.atom",
    ],
)
def test_what_is_not_there_is_a_404(client: Client, house: House, kenya: Place, address: str) -> None:
    assert client.get(address).status_code == 404


def test_the_address_without_a_language_leads_to_the_readers_own(
    client: Client, house: House, peat: Concept, kenya: Place
) -> None:
    answer = client.get(f"/topics/{peat.public_id}/in/KE", headers={"Accept-Language": "fr"})
    assert answer.headers["Location"] == f"/fr/topics/{peat.public_id}/in/KE/"


def test_every_number_leads_to_as_many_works(
    client: Client, client_of: SignIn, house: House, peat: Concept, water: Concept, kenya: Place
) -> None:
    chance = random.Random(7)
    by = house.amina.reader
    uganda = Place.objects.get(code="UG")
    for number in range(24):
        published(
            by,
            f"Paper {number}",
            concepts=[chance.choice([peat, water]).pk],
            places=[chance.choice([kenya, uganda]).pk],
            language=chance.choice(["en", "fr"]),
            issued=chance.choice(["2022", "2025", ""]),
            audience=[chance.choice(["public", "staff", f"unit:{house.commission.pk}"])],
        )
    catch_up()
    for browser in (client, client_of(house.bruno), client_of(house.esi)):
        for address in (
            f"/en/topics/{water.public_id}/",
            "/en/places/014/",
            f"/en/topics/{water.public_id}/in/014/",
        ):
            rows = ROW.findall(page_of(browser, address))
            assert len(rows) >= 5
            for link, _label, number_shown in rows:
                there = page_of(browser, unescape(link))
                found = FOUND.search(there)
                assert found is not None, link
                assert found[1] == number_shown, (address, link)


@pytest.mark.slow
def test_under_random_changes_of_audience_nothing_closed_is_named_or_counted(
    house: House, peat: Concept, kenya: Place
) -> None:
    chance = random.Random(11)
    by = house.amina.reader
    audiences = ["public", "staff", f"unit:{house.africa.pk}", f"unit:{house.commission.pk}"]
    assets = [
        published(
            by,
            f"Work-{number:02}-",
            concepts=[peat.pk],
            places=[kenya.pk],
            authors=[f"Writer-{number:02}-"],
            audience=[chance.choice(audiences)],
        )
        for number in range(8)
    ]
    catch_up()
    subject = Subject(concept=peat, place=kenya, topic_name="Peatlands", place_name="Kenya")
    for trial in range(40):
        changed = chance.choice(assets)
        change_asset(changed, AssetFields(audience=frozenset({chance.choice(audiences)})), by=by)
        if trial % 7 == 0:
            catch_up()
        for reader in (house.nobody, house.bruno.reader, house.esi.reader):
            readable = set(listed(reader).values_list("title", flat=True))
            parts = portal(reader, subject, Below())
            shown = {card.title for card in parts["newest"]}
            assert shown <= readable
            assert parts["found"].count <= len(readable)
            assert {name.replace("Writer", "Work") for name, _works, _address in parts["people"]} <= readable


# Feeds --------------------------------------------------------------------------------------------


def test_a_feed_tells_of_what_is_open_to_everybody_newest_first(
    client: Client, client_of: SignIn, house: House, peat: Concept, kenya: Place
) -> None:
    by = house.amina.reader
    published(by, "Older", concepts=[peat.pk], places=[kenya.pk], issued="2001", summary="Long ago.")
    newer = published(by, "Newer", concepts=[peat.pk], places=[kenya.pk], authors=["Amara Diallo"])
    published(by, "For the staff", concepts=[peat.pk], places=[kenya.pk], audience=["staff"])
    for address, title in (
        (f"/feeds/topics/{peat.public_id}.atom", "Peatlands"),
        ("/feeds/places/KE.atom", "Kenya"),
        (f"/feeds/topics/{peat.public_id}/in/KE.atom", "Peatlands in Kenya"),
    ):
        answer = client_of(house.bruno).get(address)
        assert answer.headers["Content-Type"].startswith("application/atom+xml")
        root = ElementTree.fromstring(answer.content)
        assert root.findtext("a:title", namespaces=ATOM) == title
        titles = [one.findtext("a:title", namespaces=ATOM) for one in root.findall("a:entry", ATOM)]
        assert titles == ["Newer", "Older"]
        identifier = root.findtext("a:entry/a:id", namespaces=ATOM)
        assert identifier is not None
        assert identifier.endswith(f"/assets/{newer.public_id}")
        assert root.findtext("a:entry/a:author/a:name", namespaces=ATOM) == "Amara Diallo"


def test_a_feed_that_did_not_change_is_not_sent_again_and_a_withdrawal_changes_it(
    client: Client, house: House, peat: Concept
) -> None:
    asset = published(house.amina.reader, "About mires", concepts=[peat.pk])
    address = f"/feeds/topics/{peat.public_id}.atom"
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    withdraw(asset, by=house.amina.reader, reason="Wrong figures")
    again = client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert b"About mires" not in again.content


def test_a_feed_speaks_the_language_that_its_address_asks_for(
    client: Client, house: House, peat: Concept
) -> None:
    root = ElementTree.fromstring(client.get(f"/feeds/topics/{peat.public_id}.atom?language=fr").content)
    assert root.findtext("a:title", namespaces=ATOM) == "Tourbières"
    assert client.get(f"/feeds/topics/{peat.public_id}.atom?language=%00").status_code == 200


# What stands first --------------------------------------------------------------------------------


def test_editors_put_a_work_first_and_take_it_away(
    client_of: SignIn, house: House, peat: Concept, kenya: Place
) -> None:
    asset = published(house.amina.reader, "About mires", concepts=[peat.pk])
    catch_up()
    browser = client_of(house.amina)
    subject = {"topic": peat.public_id}
    assert "Choose what stands first" in page_of(browser, f"/en/topics/{peat.public_id}/")
    assert "Put it first" in page_of(browser, f"/en/portals/first/?topic={peat.public_id}")
    answer = browser.post("/en/portals/first/", {**subject, "pick": asset.public_id})
    assert answer.status_code == 302
    chosen = PortalPick.objects.get()
    assert (chosen.asset_id, chosen.concept_id, chosen.place_id) == (asset.pk, peat.pk, None)
    shown = page_of(browser, f"/en/portals/first/?topic={peat.public_id}")
    assert "Take away" in shown
    assert "Put it first" not in shown
    browser.post("/en/portals/first/", {**subject, "unpick": asset.public_id})
    assert not PortalPick.objects.exists()


def test_others_choose_nothing_and_nothing_is_changed(
    client: Client, client_of: SignIn, house: House, peat: Concept
) -> None:
    asset = published(house.amina.reader, "About mires", concepts=[peat.pk])
    catch_up()
    sent = {"topic": peat.public_id, "pick": asset.public_id}
    assert client.post("/en/portals/first/", sent).status_code == 302
    for somebody in (house.bruno, house.chen, house.esi):
        assert client_of(somebody).post("/en/portals/first/", sent).status_code == 403
        assert "Choose what stands first" not in page_of(client_of(somebody), f"/en/topics/{peat.public_id}/")
    assert not PortalPick.objects.exists()


def test_what_cannot_be_chosen_is_refused_in_words(client_of: SignIn, house: House, peat: Concept) -> None:
    browser = client_of(house.amina)
    for number in range(6):
        asset = published(house.amina.reader, f"Paper {number}", concepts=[peat.pk])
        answer = browser.post(
            "/en/portals/first/", {"topic": peat.public_id, "pick": asset.public_id}, follow=True
        )
    catch_up()
    assert "stand first here already" in answer.content.decode()
    assert PortalPick.objects.count() == 5
    assert "There is no more room." in page_of(browser, f"/en/portals/first/?topic={peat.public_id}")
    for sent in ({}, {"topic": "zzzzzzzzzz"}, {"topic": peat.public_id, "pick": "\0"}):
        assert browser.post("/en/portals/first/", sent).status_code == 404
