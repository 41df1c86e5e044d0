"""What may be there twice, on pages: who is told, what can be done about it, and that it tells no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from baobab.assets.models import Asset, State
from baobab.organisation.readers import STAFF
from baobab.search.lookalikes import actions
from baobab.search.lookalikes.models import Likeness, SetApart
from tests.factories import House, Somebody, draft, published, somebody, with_file
from tests.search.test_lookalikes import text

SignIn = Callable[[Somebody], Client]
REPORT = "/en/twice/"


def catch_up() -> None:
    while actions.take_in_some():
        pass


def twice(house: House, *titles: str, by: Somebody | None = None, **fields: object) -> list[Asset]:
    """Published products with one text, by Amina unless by somebody else."""
    reader = (by or house.amina).reader
    made = [published(reader, title, **fields) for title in titles]
    for asset in made:
        with_file(asset, text(1), by=reader, name=f"{asset.title}.txt")
    catch_up()
    return made


def pair_of(one: Asset, other: Asset) -> str:
    return f"/en/assets/{one.public_id}/same/{other.public_id}/"


def merging(asset: Asset, into: Asset) -> str:
    return f"/en/assets/{asset.public_id}/merge/{into.public_id}/"


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_report_shows_both_and_what_differs_and_how_to_end_it(client_of: SignIn, house: House) -> None:
    one, other = twice(house, "Herons", "Of birds")
    page = page_of(client_of(house.amina), REPORT)
    assert "The same text" in page
    assert "1 pair" in page
    for link in (merging(one, other), merging(other, one), f"/en/assets/{one.public_id}/"):
        assert f'href="{link}"' in page
    assert "Not the same" in page
    assert "Languages" not in page
    twice_in_french = twice(house, "Hérons", language="fr", audience=[STAFF])
    page = page_of(client_of(house.amina), pair_of(one, twice_in_french[0]))
    assert "Languages" in page
    assert "Who may read it" in page


def test_the_report_is_narrowed_by_kind_and_unit(client_of: SignIn, house: House) -> None:
    twice(house, "Herons", "Of birds", unit=house.africa)
    client = client_of(house.amina)
    assert "Of birds" in page_of(client, f"{REPORT}?kind=product&unit={house.headquarters.pk}")
    assert "Of birds" in page_of(client, f"{REPORT}?unit={house.africa.pk}")
    for nothing in ("kind=note", f"unit={house.commission.pk}", "unit=99999", "unit=x", "kind=%00"):
        assert "Of birds" not in page_of(client, f"{REPORT}?{nothing}")


def test_an_empty_report_says_so_and_a_page_beyond_the_last_is_none(client_of: SignIn, house: House) -> None:
    client = client_of(house.amina)
    assert "Nothing seems to be there twice" in page_of(client, REPORT)
    assert "No pair was set apart yet" in page_of(client, f"{REPORT}apart/")
    assert client.get(f"{REPORT}?page={10**18}").status_code == 404


def test_visitors_sign_in_first_and_who_has_no_say_sees_nothing(
    client: Client, client_of: SignIn, house: House
) -> None:
    one, other = twice(house, "Herons", "Of birds")
    for address in (REPORT, f"{REPORT}apart/", pair_of(one, other), merging(one, other)):
        assert client.get(address).status_code == 302
    bruno = client_of(house.bruno)
    assert "Of birds" not in page_of(bruno, REPORT)
    assert 'name="do"' not in page_of(bruno, pair_of(one, other))
    assert bruno.post(pair_of(one, other), {"do": "apart"}).status_code == 403
    assert bruno.get(merging(one, other)).status_code == 403
    assert bruno.post(merging(one, other)).status_code == 403
    assert not SetApart.objects.exists()
    assert not Asset.objects.filter(state=State.MERGED).exists()


def test_what_one_may_not_read_is_named_nowhere(client_of: SignIn, house: House) -> None:
    (own,) = twice(house, "Herons", by=house.bruno)
    (hidden,) = twice(house, "Secret of birds", audience=[f"editors:{house.headquarters.pk}"])
    assert Likeness.objects.count() == 1
    client = client_of(house.bruno)
    own_page, edit = f"/en/assets/{own.public_id}/", f"/en/assets/{own.public_id}/edit/"
    for address in (REPORT, f"{REPORT}apart/", own_page, edit):
        page = page_of(client, address)
        assert "Secret" not in page
        assert "This may be there twice" not in page
        assert "This looks like" not in page
    for method in (client.get, client.post):
        assert method(pair_of(own, hidden)).status_code == 404
        assert method(merging(own, hidden)).status_code == 404
        assert method(merging(hidden, own)).status_code == 404


def test_a_merge_is_asked_first_and_leaves_the_way_to_what_stays(client_of: SignIn, house: House) -> None:
    one, other = twice(house, "Herons", "Of birds")
    client = client_of(house.amina)
    page = page_of(client, merging(one, other))
    assert page.index("Goes") < page.index("Herons") < page.index("Is kept")
    assert Asset.objects.get(pk=one.pk).state == State.PUBLISHED
    answer = client.post(merging(one, other), {"reason": "The same report"})
    assert answer["Location"] == f"/en/assets/{other.public_id}/"
    one.refresh_from_db()
    assert (one.state, one.merged_into, one.state_reason) == (State.MERGED, other, "The same report")
    assert client.get(f"/en/assets/{one.public_id}/")["Location"].endswith(other.public_id + "/")
    assert "Herons" not in page_of(client, REPORT)
    assert client.post(merging(one, other)).status_code == 308, "it is merged already"


def test_not_the_same_is_remembered_and_can_be_taken_back(client_of: SignIn, house: House) -> None:
    one, other = twice(house, "Herons", "Of birds")
    client = client_of(house.amina)
    assert client.post(pair_of(other, one), {"do": "apart"})["Location"] == REPORT
    assert "Of birds" not in page_of(client, REPORT)
    assert "Compare the two" not in page_of(client, f"/en/assets/{one.public_id}/")
    apart = page_of(client, f"{REPORT}apart/")
    assert "They may be the same after all" in apart
    assert client.post(pair_of(one, other), {"do": "together"})["Location"] == f"{REPORT}apart/"
    assert "Of birds" in page_of(client, REPORT)


def test_the_page_of_an_asset_tells_its_editors_only(client: Client, client_of: SignIn, house: House) -> None:
    one, other = twice(house, "Herons", "Of birds")
    address = f"/en/assets/{one.public_id}/"
    assert pair_of(one, other) in page_of(client_of(house.amina), address)
    for reader in (client, client_of(house.bruno)):
        assert "Of birds" not in page_of(reader, address)


def test_a_file_that_looks_like_another_is_said_on_the_form_with_what_one_can_do(
    client_of: SignIn, house: House
) -> None:
    kept = published(house.bruno.reader, "Of birds")
    with_file(kept, text(1), text(2), by=house.bruno.reader, name="birds.txt")
    catch_up()
    begun = draft(house.bruno.reader, "scan 1")
    with_file(begun, text(1), text(2), text(3, 60), by=house.bruno.reader, name="scan.txt")
    form = f"/en/assets/{begun.public_id}/edit/"
    page = page_of(client_of(house.bruno), form)
    assert "This looks like something we have" in page
    assert "It has nearly the same text." in page
    assert f'href="/en/assets/{kept.public_id}/"' in page
    assert f'href="/en/assets/{kept.public_id}/files/"' in page
    assert f'href="/en/assets/{kept.public_id}/versions/new/"' in page
    assert "This looks like" not in page_of(client_of(house.bruno), f"/en/assets/{kept.public_id}/edit/")


def test_ten_pairs_cost_as_many_queries_as_one(
    client_of: SignIn, house: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(10):
        for name in ("Herons", "Reeds"):
            made = published(house.amina.reader, f"{name} {number}", body=text(number + 10))
            assert made
    catch_up()
    client = client_of(house.amina)
    with django_assert_max_num_queries(26):
        page = page_of(client, REPORT)
    assert page.count('class="pair"') == 10


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_report_is_there_in_every_direction(client_of: SignIn, house: House, language: str) -> None:
    twice(house, "Herons", "Of birds")
    page = page_of(client_of(house.amina), f"/{language}/twice/")
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in page
    assert 'class="pair"' in page


def test_a_knowledge_manager_sees_every_pair_that_she_may_read_and_merges_what_she_may_change(
    client_of: SignIn, house: House
) -> None:
    one, other = twice(house, "Herons", "Of birds")
    (hidden,) = twice(house, "Secret of birds", audience=[f"editors:{house.headquarters.pk}"])
    keeper = somebody("Kofi Mensah", "kofi@house.example", unit=house.africa, role="knowledge-manager")
    client = client_of(keeper)
    page = page_of(client, REPORT)
    assert "Of birds" in page
    assert "Secret" not in page
    assert 'value="apart"' in page
    assert "Keep this one" not in page
    assert client.post(merging(one, other)).status_code == 403, "she may withdraw one, not change the other"
    assert client.post(pair_of(one, hidden)).status_code == 404
    assert client.post(pair_of(one, other), {"do": "apart"}).status_code == 302
    assert SetApart.objects.count() == 1
