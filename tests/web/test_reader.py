"""Reading a document page by page, searching in it, downloading it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from baobab.assets.jobs import read_blob
from baobab.assets.models import Asset, AssetFile
from baobab.reading import Status
from tests.factories import House, Somebody, pdf, published, with_file

SignIn = Callable[[Somebody], Client]


@pytest.fixture
def book(house: House) -> Asset:
    asset = published(house.amina.reader, "A book")
    with_file(
        asset,
        "Introduction\n\nThe wetlands of the north.",
        "Restoring <peat> takes time.",
        "الأراضي الرطبة في الجنوب",
        by=house.amina.reader,
        headings=["Introduction"],
    )
    return asset


def reader(asset: Asset, rest: str = "") -> str:
    return f"/en/assets/{asset.public_id}/files/1/{rest}"


def test_one_page_is_shown_with_ways_on(
    client: Client, book: Asset, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(7):
        page = client.get(reader(book)).content.decode()
    assert "<h2>Introduction</h2>" in page
    assert "The wetlands of the north." in page
    assert "takes time" not in page
    assert "page=2" in page
    second = client.get(reader(book, "?page=2")).content.decode()
    assert "Restoring &lt;peat&gt; takes time." in second


@pytest.mark.parametrize("page", ["0", "4", "-1", "abc", "1.5", str(10**18), "9" * 500, "%00"])
def test_a_page_that_is_not_there_is_a_polite_404(client: Client, book: Asset, page: str) -> None:
    answer = client.get(reader(book, f"?page={page}"))
    assert answer.status_code == 404
    assert "its last page is 3" in answer.content.decode()


@pytest.mark.parametrize("number", ["2", str(10**18), str(10**30)])
def test_a_file_that_is_not_there_is_a_404(client: Client, book: Asset, number: str) -> None:
    assert client.get(f"/en/assets/{book.public_id}/files/{number}/").status_code == 404


def test_words_of_the_search_are_marked_in_every_form(client: Client, book: Asset) -> None:
    assert "<mark>wetlands</mark>" in client.get(reader(book, "?q=wetland")).content.decode()


def test_searching_inside_finds_pages_and_leads_to_them(client: Client, book: Asset) -> None:
    page = client.get(reader(book, "search/?q=restore")).content.decode()
    assert "<mark>Restoring</mark>" in page
    assert "page=2&amp;view=text&amp;q=restore" in page
    assert "Page 1" not in page
    arabic = client.get(reader(book, "search/?q=الاراضي")).content.decode()
    assert "<mark>الأراضي</mark>" in arabic


def test_searching_inside_for_words_that_no_page_holds_together_shows_some(
    client: Client, book: Asset
) -> None:
    page = client.get(reader(book, "search/?q=north+takes")).content.decode()
    assert "No page has all of these words" in page
    assert "Page 1" in page
    assert "Page 2" in page


@pytest.mark.parametrize("q", ["", '"', "-", "%00", "x" * 5000, "a OR", "((("])
def test_any_question_inside_gets_an_answer(client: Client, book: Asset, q: str) -> None:
    assert client.get(reader(book, f"search/?q={q}")).status_code == 200


def test_a_document_is_read_by_those_who_may_read_its_asset(
    client: Client, client_of: SignIn, house: House
) -> None:
    closed = published(house.amina.reader, "Closed", audience=["staff"])
    file = with_file(closed, "Secret words", by=house.amina.reader)
    addresses = [
        reader(closed),
        reader(closed, "search/?q=secret"),
        f"/assets/{closed.public_id}/files/1/download/{file.name}",
        f"/assets/{closed.public_id}/files/1/pages/1.webp",
        f"/assets/{closed.public_id}/thumbnail",
    ]
    for one in addresses:
        answer = client.get(one)
        assert answer.status_code == 404
        assert b"Secret words" not in answer.content
    assert b"Secret words" in client_of(house.bruno).get(addresses[0]).content


@pytest.mark.parametrize(
    ("status", "code", "sentence"),
    [
        (Status.ENCRYPTED, "encrypted", "protected by a password"),
        (Status.NO_TEXT, "no_text", "No text was found"),
        (Status.BROKEN, "broken", "damaged or incomplete"),
        (Status.PARTLY, "partly_pages", "only its first part was read"),
    ],
)
def test_how_reading_went_is_a_sentence_and_the_original_can_be_had(
    client: Client, house: House, status: Status, code: str, sentence: str
) -> None:
    asset = published(house.amina.reader)
    with_file(
        asset,
        "Some" if status == Status.PARTLY else "",
        by=house.amina.reader,
        status=status,
        reason_code=code,
    )
    for page in (client.get(f"/en/assets/{asset.public_id}/"), client.get(reader(asset))):
        assert page.status_code == 200
        assert sentence in page.content.decode()
        assert "/download/guide.txt" in page.content.decode()


@pytest.fixture
def downloadable(house: House) -> tuple[Asset, AssetFile, bytes]:
    asset = published(house.amina.reader)
    content = bytes(range(256)) * 40
    return (
        asset,
        with_file(asset, "x", by=house.amina.reader, name="تقرير المياه.txt", content=content),
        content,
    )


def test_an_original_leaves_as_an_attachment_that_runs_nothing(
    client: Client, downloadable: tuple[Asset, AssetFile, bytes]
) -> None:
    asset, file, content = downloadable
    answer = client.get(
        f"/assets/{asset.public_id}/files/1/download/{file.name}", headers={"Accept-Encoding": "gzip"}
    )
    assert b"".join(answer) == content
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%D8%AA")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Content-Length"] == str(len(content))
    again = client.get(answer.wsgi_request.path, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=10200-", 10200, 10239),
        ("bytes=-40", 10200, 10239),
        ("bytes=5-99999", 5, 10239),
    ],
)
def test_a_part_can_be_asked_for(
    client: Client, downloadable: tuple[Asset, AssetFile, bytes], asked: str, first: int, last: int
) -> None:
    asset, file, content = downloadable
    answer = client.get(f"/assets/{asset.public_id}/files/1/download/{file.name}", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(content)}"
    assert b"".join(answer) == content[first : last + 1]


def test_a_part_that_is_not_there_or_makes_no_sense(
    client: Client, downloadable: tuple[Asset, AssetFile, bytes]
) -> None:
    asset, file, content = downloadable
    address = f"/assets/{asset.public_id}/files/1/download/{file.name}"
    beyond = client.get(address, headers={"Range": f"bytes={len(content)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(content)}")
    for nonsense in ("bytes=9-3", "bytes=-", "lines=1-2", "bytes=0-1,4-5"):
        assert client.get(address, headers={"Range": nonsense}).status_code == 200
    other = client.get(address, headers={"Range": "bytes=0-1", "If-Range": '"another"'})
    assert other.status_code == 200


def test_a_pdf_is_shown_as_pictures_and_as_text(client: Client, house: House) -> None:
    asset = published(house.amina.reader)
    file = with_file(asset, by=house.amina.reader, name="dams.pdf", content=pdf("First page", "Second page"))
    assert read_blob(file.blob, name=file.name).status == Status.READ
    page = client.get(reader(asset, "?page=2")).content.decode()
    assert "pages/2.webp?w=720" in page
    assert "Second page" in client.get(reader(asset, "?page=2&view=text")).content.decode()
    picture = client.get(f"/assets/{asset.public_id}/files/1/pages/2.webp?w=720")
    assert picture["Content-Type"] == "image/webp"
    assert picture.content[:4] == b"RIFF"
    assert "private" in picture["Cache-Control"]
    assert client.get(f"/assets/{asset.public_id}/files/1/pages/3.webp").status_code == 404
    thumbnail = client.get(f"/assets/{asset.public_id}/thumbnail?v=1")
    assert thumbnail["Cache-Control"].startswith("public")
