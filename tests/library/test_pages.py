"""The pages that only products have: what the asset page says of a product, and beginning a new version."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from baobab.assets.models import Asset, AssetFile
from baobab.library.models import Version
from tests import factories
from tests.factories import House, Somebody, published, with_file


@pytest.fixture
def house(db: None) -> House:
    """The organisation and its cast."""
    return factories.house()


def client_of(somebody: Somebody) -> Client:
    """A browser in which somebody has signed in."""
    client = Client()
    client.force_login(somebody.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def new_version(asset: Asset) -> str:
    """Where a new version begins."""
    return f"/en/assets/{asset.public_id}/versions/new/"


def test_identifiers_series_and_licence_stand_on_the_page(client: Client, house: House) -> None:
    detail = {"series": "Handbooks", "licence": "CC-BY-4.0", "doi": "10.1234/wet", "rights": "The union"}
    asset = published(house.amina.reader, detail=detail)
    page = client.get(f"/en/assets/{asset.public_id}/").content.decode()
    assert 'href="https://doi.org/10.1234/wet"' in page
    for said in ("Handbooks", "CC-BY-4.0", "The union"):
        assert said in page


def test_a_version_that_cannot_be_is_refused_with_all_its_files(house: House) -> None:
    published(house.amina.reader, "Another", detail={"doi": "10.1234/taken"})
    asset = published(house.bruno.reader)
    with_file(asset, "Old words", by=house.bruno.reader)
    sent = {
        "note": "Figures of 2024",
        "doi": "10.1234/TAKEN",
        "documents": [SimpleUploadedFile("second.txt", b"New words")],
    }
    answer = client_of(house.bruno).post(new_version(asset), sent)
    assert answer.status_code == 400
    assert "belongs to another version already" in answer.content.decode()
    assert "Figures of 2024" in answer.content.decode()
    assert Version.objects.filter(asset=asset).count() == 1
    assert list(AssetFile.objects.filter(asset=asset).values_list("name", "is_current")) == [
        ("guide.txt", True)
    ]


def test_others_begin_no_version(client: Client, house: House) -> None:
    asset = published(house.amina.reader)
    assert client.post(new_version(asset), {"note": "Mine"}).status_code == 302
    assert client_of(house.bruno).post(new_version(asset), {"note": "Mine"}).status_code == 403
    assert Version.objects.filter(asset=asset).count() == 1
