"""Places side by side: chosen by name or code, exact for each reader, with what one has and others lack."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from baobab.search.indexer import catch_up
from baobab.vocabularies.actions import write_places
from baobab.vocabularies.models import Concept, Place, Scheme
from tests.factories import House, Somebody, published

SignIn = Callable[[Somebody], Client]


@pytest.fixture
def places(db: None) -> dict[str, Place]:
    write_places()
    return {place.code: place for place in Place.objects.all()}


@pytest.fixture
def library(house: House, topics: Scheme, places: dict[str, Place]) -> None:
    """Kenya has peat in English and, for the staff, fish in French; Uganda has peat only."""
    peat, fish = Concept.objects.get(notation="peat"), Concept.objects.get(notation="fish")
    by = house.amina.reader
    published(by, "Mires of Kenya", concepts=[peat.pk], places=[places["KE"].pk], authors=["Amara Diallo"])
    published(by, "Mires of Uganda", concepts=[peat.pk], places=[places["UG"].pk])
    published(
        by,
        "Poissons du Kenya",
        concepts=[fish.pk],
        places=[places["KE"].pk],
        language="fr",
        audience=["staff"],
        authors=["Zoe Closed"],
    )
    catch_up()


def page_of(client: Client, query: str) -> str:
    answer = client.get(f"/en/compare/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def row(page: str, label: str) -> list[str]:
    """The texts of a row's cells."""
    _before, found, after = page.partition(f'<th scope="row">{label}</th>')
    if not found:
        return []
    cells = after.split("</tr>", 1)[0].split("<td>")[1:]
    return ["".join(part.split(">", 1)[-1] for part in cell.split("<")).strip() for cell in cells]


@pytest.mark.usefixtures("library")
def test_places_stand_side_by_side_with_what_each_reader_may_find(
    client: Client, client_of: SignIn, house: House
) -> None:
    page = page_of(client, "place=KE&place=UG")
    assert row(page, "Works") == ["1", "1"]
    assert row(page, "Peatlands") == ["1", "1"]
    assert row(page, "Fisheries") == []
    assert row(page, "French") == []
    for word in ("Poissons", "Zoe Closed"):
        assert word not in page.split("<main", 1)[1]
    staff = page_of(client_of(house.bruno), "place=KE&place=UG")
    assert row(staff, "Works") == ["2", "1"]
    assert row(staff, "Fisheries") == ["1", "–none"]
    assert row(staff, "French") == ["1", "–none"]
    assert "Zoe Closed" in staff


@pytest.mark.usefixtures("library")
def test_what_one_lacks_and_another_has_is_named(client_of: SignIn, house: House) -> None:
    page = page_of(client_of(house.bruno), "place=KE&place=UG")
    kenya, uganda = row(page, "Missing here, there in others")
    assert kenya == "Nothing that the others have"
    assert "Fisheries" in uganda
    assert "Anything in French" in uganda


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    "query", ["place=Kenya&place=uganda", "place=KEN&place=800", "place=Кения&place=Ouganda"]
)
def test_places_are_named_in_any_way(client: Client, query: str) -> None:
    assert row(page_of(client, query), "Works") == ["1", "1"]


@pytest.mark.usefixtures("library")
def test_a_topic_narrows_the_comparison(client: Client) -> None:
    fish = Concept.objects.get(notation="fish")
    page = page_of(client, f"place=KE&place=UG&topic={fish.public_id}")
    assert "Compare places: Fisheries" in page
    assert row(page, "Works") == ["–none", "–none"]


@pytest.mark.usefixtures("library")
def test_neighbours_are_those_of_the_subregion_that_most_is_about(client: Client) -> None:
    answer = client.get("/en/compare/?place=KE&with=neighbours")
    assert answer.status_code == 302
    codes = answer.headers["Location"].split("?place=", 1)[1].split("&place=")
    assert codes[:2] == ["KE", "UG"]
    assert len(codes) == 4


@pytest.mark.usefixtures("library")
def test_without_two_places_there_is_a_form_and_a_word_of_what_to_do(client: Client) -> None:
    assert "<datalist" in page_of(client, "")
    assert "One place alone cannot be compared" in page_of(client, "place=KE&place=KE")
    unknown = page_of(client, "place=KE&place=Atlantis")
    assert "There is no country or region of this name:" in unknown
    assert "Atlantis" in unknown


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    "query",
    [
        "place=%00&place=%00",
        "&".join(["place=KE"] * 500),
        "place=KE&place=UG&place=TZ&place=ET&place=RW&place=BI",
        "place=KE&place=UG&topic=%00",
        "place=" + "x" * 10_000,
        "place=KE&with=%F0",
    ],
)
def test_bad_input_gets_an_answer(client: Client, query: str) -> None:
    assert client.get(f"/en/compare/?{query}").status_code == 200


@pytest.mark.usefixtures("library")
def test_no_more_than_four_are_compared(client: Client) -> None:
    page = page_of(client, "place=KE&place=UG&place=TZ&place=ET&place=RW")
    assert len(row(page, "Works")) == 4
