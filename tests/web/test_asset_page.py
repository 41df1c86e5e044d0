"""The page of an asset: who sees it, what it says, and the acts of its life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from baobab.accounts.models import AuditEntry
from baobab.assets.actions import archive, change_asset, merge, withdraw
from baobab.assets.fields import AssetFields, Words
from baobab.assets.links.actions import add_link
from baobab.assets.models import Asset, Revision, State
from baobab.assets.quality.actions import mark_quality
from baobab.vocabularies.models import Concept, Scheme
from baobab.web.presenting import shown_instant
from tests.factories import House, Somebody, draft, published, with_file

SignIn = Callable[[Somebody], Client]


def address(asset: Asset, rest: str = "") -> str:
    return f"/en/assets/{asset.public_id}/{rest}"


def test_a_page_says_everything_in_few_queries(
    client: Client, house: House, topics: Scheme, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    amina = house.amina.reader
    asset = published(
        amina,
        "Wet again",
        summary="How to raise the water.",
        body="# Dams\n\nBuild *many*.",
        authors=["Ana Peat", "Bo Moss"],
        issued="2018-09",
        concepts=[Concept.objects.get(notation="peat").pk],
        detail={
            "series": "Handbooks",
            "licence": "CC-BY-4.0",
            "doi": "10.1234/wet",
            "isbn": "978-2-8317-0821-8",
        },
        translations={"fr": Words("De nouveau humide")},
    )
    with_file(asset, "One page", by=amina, name="wet-again.txt")
    add_link(asset, published(amina, "Older dams"), relation="supersedes", by=amina)
    mark_quality(asset, check="peer-review", by=amina, note="Two reviewers")
    with django_assert_max_num_queries(15):
        page = client.get(address(asset)).content.decode()
    for said in (
        "Wet again", "How to raise the water.", "<em>many</em>", "Ana Peat, Bo Moss", "September 2018",
        "Peatlands", "Handbooks", "CC-BY-4.0", "10.1234/wet", "9782831708218", "wet-again.txt",
        "Older dams", "Peer reviewed", "Two reviewers", "Français", f"http://testserver/assets/{asset.public_id}",
    ):  # fmt: skip
        assert said in page, said


def test_signed_in_people_cost_five_queries_more(
    client_of: SignIn, house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    asset = published(house.bruno.reader)
    client = client_of(house.bruno)
    client.get("/en/")
    with django_assert_max_num_queries(20):
        client.get(address(asset))


def test_what_is_absent_and_what_is_closed_look_the_same(
    client: Client, client_of: SignIn, house: House
) -> None:
    closed = published(house.amina.reader, "For the staff", audience=["staff"])
    unfinished = draft(house.amina.reader, "Not yet")
    absent = client.get("/en/assets/zzzzzzzzzz/")
    for asset in (closed, unfinished):
        for who in (client, client_of(house.chen)):
            answer = who.get(address(asset))
            assert answer.status_code == 404
            assert asset.title not in answer.content.decode()
    as_stranger = client.get(address(closed))
    assert absent.status_code == 404
    assert as_stranger.content.replace(closed.public_id.encode(), b"") == absent.content.replace(
        b"zzzzzzzzzz", b""
    )


def test_each_language_is_one_click_away_and_says_when_it_is_behind(client: Client, house: House) -> None:
    amina = house.amina.reader
    asset = published(amina, "Peat", body="Old", translations={"ar": Words("خث", body="قديم")})
    arabic = client.get(f"/ar/assets/{asset.public_id}/").content.decode()
    assert '<h1 class="in-line" lang="ar" dir="rtl">خث</h1>' in arabic
    assert (
        '<h1 class="in-line" lang="en" dir="ltr">Peat</h1>'
        in client.get(f"/fr/assets/{asset.public_id}/").content.decode()
    )
    assert "خث" in client.get(address(asset, "?text=ar")).content.decode()
    change_asset(asset, AssetFields(texts={"en": Words("Peat", body="New")}), by=amina)
    assert "The original has changed" in client.get(address(asset, "?text=ar")).content.decode()
    assert "The original has changed" not in client.get(address(asset)).content.decode()


def test_stale_superseded_and_archived_are_said_on_top(client: Client, house: House) -> None:
    amina = house.amina.reader
    old = published(amina, "Old dams", review_by=date(2020, 1, 1))
    assert "This may be out of date" in client.get(address(old)).content.decode()
    new = published(amina, "New dams")
    add_link(new, old, relation="supersedes", by=amina)
    page = client.get(address(old)).content.decode()
    assert page.index("Something newer stands in its place") < page.index("New dams")
    archive(old, by=amina, reason="Kept for its time.")
    assert "Kept for its time." in client.get(address(old)).content.decode()


def test_a_tombstone_is_for_those_who_could_read_it(client: Client, client_of: SignIn, house: House) -> None:
    open_one = published(house.amina.reader, "Public mistake")
    closed = published(house.amina.reader, "Staff mistake", audience=["staff"])
    for asset in (open_one, closed):
        withdraw(asset, by=house.amina.reader, reason="The figures were wrong.")
    answer = client.get(address(open_one))
    assert answer.status_code == 410
    assert "The figures were wrong." in answer.content.decode()
    assert client.get(address(closed)).status_code == 404
    assert client_of(house.bruno).get(address(closed)).status_code == 410


def test_what_was_merged_leads_to_what_took_its_place(client: Client, house: House) -> None:
    one, other = published(house.amina.reader, "One"), published(house.amina.reader, "Other")
    merge(one, into=other, by=house.amina.reader)
    answer = client.get(address(one))
    assert (answer.status_code, answer["Location"]) == (308, address(other))


@pytest.mark.parametrize(
    ("act", "after"),
    [("publish", State.PUBLISHED), ("submit", State.IN_REVIEW), ("withdraw", State.WITHDRAWN)],
)
def test_an_owner_leads_her_draft_through_its_life(
    client_of: SignIn, house: House, act: str, after: State
) -> None:
    asset = draft(house.bruno.reader)
    client = client_of(house.bruno)
    assert client.get(address(asset, f"act/{act}/")).status_code == 200
    assert Asset.objects.get(pk=asset.pk).state == State.DRAFT
    answer = client.post(address(asset, f"act/{act}/"), {"reason": "Because"})
    assert answer.status_code == 302
    assert Asset.objects.get(pk=asset.pk).state == after


@pytest.mark.parametrize("act", ["publish", "submit", "archive", "withdraw", "purge", "nonsense"])
def test_others_change_nothing(client: Client, client_of: SignIn, house: House, act: str) -> None:
    asset = published(house.amina.reader, audience=["staff", "public"])
    for who, status in ((client_of(house.bruno), 403), (client_of(house.chen), 403), (client, 302)):
        answer = who.post(address(asset, f"act/{act}/"), {"reason": "Because"})
        assert answer.status_code == (404 if act == "nonsense" and status == 403 else status)
    assert Asset.objects.get(pk=asset.pk).state == State.PUBLISHED


def test_withdrawing_without_a_reason_changes_nothing(client_of: SignIn, house: House) -> None:
    asset = published(house.bruno.reader)
    answer = client_of(house.bruno).post(address(asset, "act/withdraw/"), {"reason": "  "})
    assert answer.status_code == 400
    assert "Say why." in answer.content.decode()
    assert Asset.objects.get(pk=asset.pk).state == State.PUBLISHED


def test_an_act_that_does_not_fit_the_state_is_refused_in_a_sentence(client_of: SignIn, house: House) -> None:
    asset = draft(house.bruno.reader)
    answer = client_of(house.bruno).post(address(asset, "act/archive/"))
    assert answer.status_code == 403
    assert "this cannot be done with it" in answer.content.decode()


def test_publishing_again_changes_nothing(client_of: SignIn, house: House) -> None:
    asset = published(house.bruno.reader)
    assert client_of(house.bruno).post(address(asset, "act/publish/")).status_code == 302
    assert Asset.objects.get(pk=asset.pk).revision == asset.revision


def test_only_administrators_remove_for_good_and_the_trail_says_why(client_of: SignIn, house: House) -> None:
    asset = published(house.bruno.reader, "Personal data")
    assert client_of(house.amina).post(address(asset, "act/purge/"), {"reason": "x"}).status_code == 403
    answer = client_of(house.dora).post(address(asset, "act/purge/"), {"reason": "Asked for by the person"})
    assert answer.status_code == 302
    assert Asset.objects.get(pk=asset.pk).title == ""
    assert AuditEntry.objects.get(act="asset.purge").detail["reason"] == "Asked for by the person"


def test_a_check_stands_with_its_day_and_an_owner_cannot_vouch_for_herself(
    client_of: SignIn, house: House
) -> None:
    asset = published(house.bruno.reader)
    given = {"check": "editorial", "on": "2024-05-03", "note": "Spelling"}
    assert client_of(house.bruno).post(address(asset, "checks/"), given).status_code == 403
    assert client_of(house.amina).post(address(asset, "checks/"), given).status_code == 302
    assert "3 May 2024" in client_of(house.amina).get(address(asset)).content.decode()
    for wrong in ({**given, "on": "2999-01-01"}, {**given, "check": "magic"}, {**given, "on": "31.31.2020"}):
        assert client_of(house.amina).post(address(asset, "checks/"), wrong).status_code == 400
    assert asset.quality_marks.count() == 1


def test_history_names_people_only_to_those_who_signed_in(
    client: Client, client_of: SignIn, house: House
) -> None:
    asset = published(house.bruno.reader)
    assert "Bruno Costa" in client_of(house.chen).get(address(asset, "history/")).content.decode()
    seen = client.get(address(asset, "history/")).content.decode()
    assert "Published" in seen
    assert "Bruno Costa" not in seen


def test_history_names_linked_assets_only_to_those_who_may_read_them(
    client: Client, client_of: SignIn, house: House
) -> None:
    amina = house.amina.reader
    asset, closed = published(amina, "Open"), published(amina, "Closed one", audience=["staff"])
    add_link(asset, closed, relation="derived-from", by=amina)
    inside = client_of(house.bruno).get(address(asset, "history/")).content.decode()
    assert "Derived from: \u2068Closed one\u2069" in inside
    outside = client.get(address(asset, "history/")).content.decode()
    assert "Linked" in outside
    assert "Closed one" not in outside


def test_history_tells_the_minute_by_the_readers_own_clock(client: Client, house: House) -> None:
    asset = published(house.amina.reader)
    Revision.objects.filter(asset=asset).update(at=datetime(2024, 5, 3, 23, 30, tzinfo=UTC))
    seen = client.get(address(asset, "history/")).content.decode()
    assert f"{shown_instant(Revision.objects.first().at, house.nobody)}" in seen  # type: ignore[union-attr]
    far = replace(house.nobody, time_zone="Asia/Tokyo")
    assert shown_instant(datetime(2024, 5, 3, 23, 30, tzinfo=UTC), far) == "4 May 2024, 08:30"


def test_a_tombstone_sets_title_and_reason_apart(client: Client, house: House) -> None:
    asset = published(house.amina.reader, "Inventario (2011) <b>")
    withdraw(asset, by=house.amina.reader, reason="The figures were wrong.")
    answer = client.get(address(asset))
    assert answer.status_code == 410
    page = answer.content.decode()
    assert "“<bdi>Inventario (2011) &lt;b&gt;</bdi>” was withdrawn." in page
    assert '<blockquote dir="auto"><p>The figures were wrong.</p></blockquote>' in page


def test_a_citation_is_one_line_with_the_permanent_address(client: Client, house: House) -> None:
    asset = published(house.amina.reader, "Wet again", authors=["Peat, Ana"], issued="2018")
    page = client.get(address(asset, "cite/")).content.decode()
    assert f"Peat, Ana (2018). Wet again. Wetlands House. http://testserver/assets/{asset.public_id}" in page


def test_what_a_reader_may_not_read_is_not_named_among_links(client: Client, house: House) -> None:
    amina = house.amina.reader
    asset, closed = published(amina, "Open"), published(amina, "Closed one", audience=["staff"])
    add_link(asset, closed, relation="derived-from", by=amina)
    assert "Closed one" not in client.get(address(asset)).content.decode()


def test_marks_of_direction_and_markup_in_words_do_no_harm(client: Client, house: House) -> None:
    asset = published(
        house.amina.reader,
        "<script>alert(1)</script> \u202eevil",
        body="<img src=x onerror=alert(1)> [x](javascript:y)",
    )
    page = client.get(address(asset)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page
    assert "\u202e" not in page
