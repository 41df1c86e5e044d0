"""The pages that only products have: what the asset page says of a product, versions and editions."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from baobab.assets.files.actions import receive_blob
from baobab.assets.models import Asset, AssetFile
from baobab.library.actions import add_file
from baobab.library.models import Edition, Version
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
    assert "Choose the files again" in answer.content.decode()
    assert Version.objects.filter(asset=asset).count() == 1
    assert list(AssetFile.objects.filter(asset=asset).values_list("name", "is_current")) == [
        ("guide.txt", True)
    ]


def test_others_begin_no_version(client: Client, house: House) -> None:
    asset = published(house.amina.reader)
    assert client.post(new_version(asset), {"note": "Mine"}).status_code == 302
    assert client_of(house.bruno).post(new_version(asset), {"note": "Mine"}).status_code == 403
    assert Version.objects.filter(asset=asset).count() == 1


def test_a_version_says_what_changed_and_is_told_so_before_it_begins(house: House) -> None:
    asset = published(house.amina.reader)
    client = client_of(house.amina)
    assert "What changed</label>" in client.get(new_version(asset)).content.decode()
    answer = client.post(new_version(asset), {"note": " ", "label": "2nd edition"})
    assert answer.status_code == 400
    for said in ("Say what changed in this version.", "2nd edition"):
        assert said in answer.content.decode()
    assert "Choose the files again" not in answer.content.decode()
    assert Version.objects.filter(asset=asset).count() == 1


def edition(asset: Asset, language: str = "fr") -> str:
    """Where an edition is described."""
    return f"/en/assets/{asset.public_id}/editions/{language}/"


def with_translation(house: House) -> Asset:
    """A product of Amina's in English with an edition in French."""
    asset = published(house.amina.reader, detail={"isbn": "9780306406157"})
    add_file(asset, receive_blob([b"Des mots"]), name="guide.fr.txt", by=house.amina.reader, language="fr")
    return asset


def test_the_edition_of_a_translation_gets_its_isbn_and_date_on_a_page(house: House) -> None:
    asset = with_translation(house)
    client = client_of(house.amina)
    page = f"/en/assets/{asset.public_id}/"
    assert edition(asset) in client.get(page).content.decode()
    assert edition(asset) not in Client().get(page).content.decode()
    answer = client.post(edition(asset), {"isbn": "0-8044-2957-X", "issued": "2016-05"}, follow=True)
    for said in ("The edition in French was changed.", "9780804429573", "May 2016"):
        assert said in answer.content.decode()
    assert 'value="9780804429573"' in client.get(edition(asset)).content.decode()
    client.post(edition(asset), {"isbn": "", "issued": ""})
    assert list(Edition.objects.filter(language="fr").values_list("isbn", "issued")) == [(None, "")]


@pytest.mark.parametrize(
    ("field", "value"), [("isbn", "9780306406157"), ("isbn", "12"), ("issued", "soon"), ("issued", "\x00")]
)
def test_what_an_edition_cannot_have_is_refused_and_stays_in_the_form(
    house: House, field: str, value: str
) -> None:
    asset = with_translation(house)
    answer = client_of(house.amina).post(edition(asset), {"isbn": "", "issued": "", field: value})
    assert answer.status_code == 400
    assert value.strip("\x00") in answer.content.decode()
    assert "Nothing was saved yet" in answer.content.decode()
    assert list(Edition.objects.filter(language="fr").values_list("isbn", "issued")) == [(None, "")]


def test_the_original_is_described_in_the_form_of_the_product(house: House) -> None:
    asset = with_translation(house)
    answer = client_of(house.amina).get(edition(asset, "en"))
    assert answer["Location"] == f"/en/assets/{asset.public_id}/edit/"


def test_others_describe_no_edition_and_there_is_none_in_other_languages(house: House) -> None:
    asset = with_translation(house)
    sent = {"isbn": "9780804429573"}
    assert Client().post(edition(asset), sent).status_code == 302
    assert client_of(house.bruno).post(edition(asset), sent).status_code == 403
    for language in ("es", "x" * 99, "%00"):
        assert client_of(house.amina).post(edition(asset, language), sent).status_code == 404
    assert not Edition.objects.filter(isbn="9780804429573").exists()
    assert set(Edition.objects.values_list("language", flat=True)) == {"en", "fr"}
