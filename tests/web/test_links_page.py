"""Connecting assets on pages: who may, with what, and that what is refused changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from baobab.assets.links.actions import add_link
from baobab.assets.models import Asset, AssetLink, Revision
from baobab.organisation.readers import STAFF
from baobab.search.indexer import catch_up
from tests.factories import House, Somebody, draft, published

SignIn = Callable[[Somebody], Client]


def address(asset: Asset, query: str = "") -> str:
    return f"/en/assets/{asset.public_id}/links/{query}"


def said(other: Asset, **given: str) -> dict[str, str]:
    return {"q": other.public_id, "target": other.public_id, "relation": "supersedes", "note": "", **given}


def test_something_is_found_by_title_address_or_id_and_connected(client_of: SignIn, house: House) -> None:
    asset = published(house.bruno.reader, "Peat manual")
    older = published(house.amina.reader, "Peat manual of 1998")
    catch_up()
    client = client_of(house.bruno)
    assert address(asset) in client.get(f"/en/assets/{asset.public_id}/").content.decode()
    for q in ("manual", older.public_id.upper(), f"http://testserver/en/assets/{older.public_id}/?text=fr"):
        page = client.get(address(asset), {"q": q}).content.decode()
        assert page.count('name="target"') == 1, q
        assert f'value="{older.public_id}"' in page, q
    assert client.post(address(asset), said(older, note="Newer figures"))["Location"] == address(asset)
    link = AssetLink.objects.get()
    assert (link.source, link.target, link.relation, link.note) == (
        asset,
        older,
        "supersedes",
        "Newer figures",
    )
    page = client.get(address(asset)).content.decode()
    assert "Newer figures" in page
    assert f'name="remove" value="{link.pk}"' in page
    seen_from_there = client_of(house.amina).get(address(older)).content.decode()
    assert "Superseded by" in seen_from_there
    assert 'name="remove"' not in seen_from_there


def test_what_one_may_not_read_is_neither_found_nor_connected(client_of: SignIn, house: House) -> None:
    asset = published(house.esi.reader, "Peat manual")
    hidden = published(house.amina.reader, "Peat secrets", audience=[STAFF])
    begun = draft(house.esi.reader, "Peat idea")
    catch_up()
    client = client_of(house.esi)
    for q in ("peat", hidden.public_id, f"/assets/{begun.public_id}", asset.public_id):
        page = client.get(address(asset), {"q": q}).content.decode()
        assert 'name="target"' not in page, q
        assert "Peat secrets" not in page, q
    for target in (hidden, begun, asset):
        assert client.post(address(asset), said(target)).status_code == 400
    assert not AssetLink.objects.exists()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"target": ""}, "Choose what it is connected with."),
        ({"relation": "likes"}, "Select a valid choice"),
        ({"note": "x" * 501}, "at most 500 characters"),
    ],
)
def test_bad_input_is_said_and_kept(
    client_of: SignIn, house: House, given: dict[str, str], sentence: str
) -> None:
    asset, older = published(house.bruno.reader), published(house.amina.reader, "Older")
    answer = client_of(house.bruno).post(address(asset), said(older, **given))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert sentence in page
    assert f'value="{older.public_id}"' in page
    assert not AssetLink.objects.exists()


def test_others_may_not_connect_it(client: Client, client_of: SignIn, house: House) -> None:
    asset, older = published(house.amina.reader), published(house.amina.reader, "Older")
    link = add_link(asset, older, relation="about", by=house.amina.reader)
    assert address(asset) not in client_of(house.bruno).get(f"/en/assets/{asset.public_id}/").content.decode()
    for sent in (said(older), {"remove": str(link.pk)}):
        assert client_of(house.bruno).post(address(asset), sent).status_code == 403
        assert client.post(address(asset), sent).status_code == 302
    assert [one.relation for one in AssetLink.objects.all()] == ["about"]


def test_the_same_again_changes_the_note_only_and_what_is_gone_stays_gone(
    client_of: SignIn, house: House
) -> None:
    asset, older = published(house.bruno.reader), published(house.amina.reader, "Older")
    client = client_of(house.bruno)
    for note in ("First", "Second"):
        assert client.post(address(asset), said(older, note=note)).status_code == 302
    link = AssetLink.objects.get()
    assert link.note == "Second"
    assert Revision.objects.filter(act="link").count() == 1
    other = add_link(older, asset, relation="about", by=house.amina.reader)
    for sent in (str(link.pk), str(link.pk), str(other.pk), "nonsense"):
        assert client.post(address(asset), {"remove": sent}).status_code == 302
    assert AssetLink.objects.get() == other
    assert Revision.objects.filter(act="unlink").count() == 1
