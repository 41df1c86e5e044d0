"""Something new, its form, drafts, translations, versions.

What is typed is kept, what is refused changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.fixtures import Settings

from baobab.assets.actions import change_asset
from baobab.assets.classification.actions import suggest
from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.jobs import read_file
from baobab.assets.models import Asset, AssetFile, AssetText, Contribution, Draft, State, Suggestion
from baobab.jobs.models import Job
from baobab.library.models import Version
from baobab.search.lookalikes.actions import take_in_some
from baobab.vocabularies.models import Concept, Scheme
from tests.factories import House, Somebody, draft, published, with_file

SignIn = Callable[[Somebody], Client]


def typed(asset: Asset, **given: Any) -> dict[str, Any]:
    """A form as a browser sends it, all required fields filled."""
    return {
        "do": "save",
        "revision": str(asset.revision),
        "title": "Reading the water",
        "language": asset.original_language,
        "audience": "staff",
        "unit": str(asset.unit_id),
        **given,
    }


def edit(asset: Asset, rest: str = "edit/") -> str:
    return f"/en/assets/{asset.public_id}/{rest}"


def upload(name: str = "water levels.txt", content: bytes = b"The water rises.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_dropped_files_become_a_draft_with_the_name_of_the_first(client_of: SignIn, house: House) -> None:
    sent = {"documents": [upload("field_notes.txt"), upload("map.csv", b"a,b")], "title": "", "language": ""}
    answer = client_of(house.bruno).post("/en/new/product/", sent)
    asset = Asset.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, edit(asset))
    assert (asset.title, asset.state, asset.owner, asset.unit) == (
        "field notes",
        State.DRAFT,
        house.bruno.person,
        house.africa,
    )
    assert list(asset.files.values_list("name", flat=True)) == ["field_notes.txt", "map.csv"]
    assert Job.objects.filter(name="files.read").count() == 2


def test_a_title_alone_begins_something_too(client_of: SignIn, house: House) -> None:
    assert client_of(house.bruno).post("/en/new/product/", {"title": "An idea"}).status_code == 302
    assert Asset.objects.get().title == "An idea"


def test_visitors_sign_in_first_and_strangers_may_not_add(
    client: Client, client_of: SignIn, house: House
) -> None:
    assert client.get("/en/new/product/")["Location"].startswith("/en/account/login/")
    assert client.post("/en/new/product/", {"title": "x"}).status_code == 302
    refused = client_of(house.chen).post("/en/new/product/", {"title": "x"})
    assert refused.status_code == 403
    assert Asset.objects.count() == 0


def test_members_of_an_outside_unit_add_to_it(client_of: SignIn, house: House) -> None:
    assert client_of(house.esi).post("/en/new/product/", {"title": "Peat news"}).status_code == 302
    assert Asset.objects.get().unit == house.commission


@pytest.mark.parametrize(
    ("files", "status", "sentence"),
    [
        ([], 400, "Choose at least one document"),
        ([("empty.txt", b"")], 400, "it has no bytes at all"),
        ([("good.txt", b"x"), ("big.txt", b"x" * 2000)], 413, "which is the most this site takes"),
    ],
)
def test_files_that_cannot_be_taken_are_named_and_nothing_typed_is_lost(
    client_of: SignIn,
    house: House,
    settings: Settings,
    files: list[tuple[str, bytes]],
    status: int,
    sentence: str,
) -> None:
    settings.UPLOAD_LIMIT_BYTES = 1000
    sent = {"documents": [upload(*file) for file in files], "title": "" if not files else "A title I typed"}
    answer = client_of(house.bruno).post("/en/new/product/", sent)
    assert answer.status_code == status
    page = answer.content.decode()
    assert sentence in page
    assert not files or "A title I typed" in page
    assert Asset.objects.count() == 0


def test_a_title_of_ten_thousand_characters_is_refused_and_kept_in_the_form(
    client_of: SignIn, house: House
) -> None:
    answer = client_of(house.bruno).post("/en/new/product/", {"title": "long " * 2000})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "at most 1,000 fit" in page
    assert "long long long" in page
    assert Asset.objects.count() == 0


def test_what_was_read_is_proposed_and_confirmed(client_of: SignIn, house: House, topics: Scheme) -> None:
    asset = draft(house.bruno.reader, "scan 001")
    peat, fish = Concept.objects.get(notation="peat"), Concept.objects.get(notation="fish")
    suggest(asset, concepts={peat.pk: 0.9, fish.pk: 0.1}, places={}, title="The real title", language="fr")
    client = client_of(house.bruno)
    page = client.get(edit(asset)).content.decode()
    assert "The real title" in page
    assert page.index("Peatlands") < page.index("Fisheries")
    assert page.count('name="topic_boxes"') == 2
    assert 'value="fr" selected' in page
    used = client.post(edit(asset), typed(asset, do="use-title", title="scan 001", summary="Kept words"))
    assert 'value="The real title"' in used.content.decode()
    assert "Kept words" in used.content.decode()
    sent = typed(asset, do="publish", title="The real title", language="fr", topic_boxes=[str(peat.pk)])
    assert client.post(edit(asset), sent)["Location"] == f"/en/assets/{asset.public_id}/"
    stored = Asset.objects.get()
    assert (stored.title, stored.original_language, stored.state) == ("The real title", "fr", State.PUBLISHED)
    assert list(AssetText.objects.values_list("language", flat=True)) == ["fr"]
    assert set(stored.concepts.filter(is_given=True).values_list("concept", flat=True)) == {peat.pk}
    assert not Suggestion.objects.filter(is_dismissed=False).exists()


def test_saving_a_draft_dismisses_no_proposal_and_ticks_none_again(
    client_of: SignIn, house: House, topics: Scheme
) -> None:
    asset = draft(house.bruno.reader)
    peat, fish, water = (Concept.objects.get(notation=name) for name in ("peat", "fish", "water"))
    suggest(asset, concepts={peat.pk: 0.9, fish.pk: 0.8, water.pk: 0.7}, places={}, language="fr")
    client = client_of(house.bruno)
    offered = f"topic_boxes:{peat.pk},topic_boxes:{fish.pk}"
    sent = typed(asset, offered=offered, topic_boxes=[str(peat.pk)])
    assert client.post(edit(asset), sent).status_code == 302
    page = client.get(edit(asset)).content.decode()
    boxes = re.findall(r'name="topic_boxes" value="(\d+)"[^>]*?( checked)?>', page)
    assert boxes == [(str(water.pk), " checked"), (str(fish.pk), "")]
    assert "Peatlands" in page
    assert 'value="en" selected' in page
    now = Asset.objects.get()
    client.post(edit(asset), typed(now, do="publish"))
    assert not Suggestion.objects.filter(is_dismissed=False).exists()


def test_proposals_can_be_dismissed_and_those_ticked_stay(
    client_of: SignIn, house: House, topics: Scheme
) -> None:
    asset = draft(house.bruno.reader)
    peat, fish = Concept.objects.get(notation="peat"), Concept.objects.get(notation="fish")
    suggest(asset, concepts={peat.pk: 0.9, fish.pk: 0.8}, places={})
    offered = f"topic_boxes:{peat.pk},topic_boxes:{fish.pk}"
    sent = typed(asset, do="dismiss", offered=offered, topic_boxes=[str(peat.pk)], summary="Words I typed")
    page = client_of(house.bruno).post(edit(asset), sent).content.decode()
    assert re.findall(r'name="topic_boxes" value="(\d+)"[^>]*?( checked)?>', page) == [
        (str(peat.pk), " checked")
    ]
    assert "Words I typed" in page
    assert client_of(house.chen).post(edit(asset), typed(asset, do="dismiss")).status_code == 404
    assert [row.concept_id for row in Suggestion.objects.filter(is_dismissed=False)] == [peat.pk]
    assert Asset.objects.get().revision == asset.revision


def test_a_proposal_once_unticked_stays_so_while_one_goes_on_typing(
    client_of: SignIn, house: House, topics: Scheme
) -> None:
    asset = draft(house.bruno.reader)
    peat, fish = Concept.objects.get(notation="peat"), Concept.objects.get(notation="fish")
    suggest(asset, concepts={peat.pk: 0.9}, places={})
    client = client_of(house.bruno)
    ticked = f'name="topic_boxes" value="{peat.pk}" id="id_topic_boxes_0" checked'
    assert ticked in client.get(edit(asset)).content.decode()
    sent = typed(asset, do="preview", offered=f"topic_boxes:{peat.pk}")
    assert ticked not in client.post(edit(asset), sent).content.decode()
    suggest(asset, concepts={fish.pk: 0.9, peat.pk: 0.8}, places={})
    later = client.post(edit(asset), sent).content.decode()
    assert f'value="{fish.pk}" id="id_topic_boxes_0" checked' in later
    assert f'value="{peat.pk}" id="id_topic_boxes_1" checked' not in later


def test_everything_typed_is_stored_and_shown_again(client_of: SignIn, house: House, topics: Scheme) -> None:
    asset = draft(house.bruno.reader)
    sent = typed(
        asset,
        title="Wet again",
        summary="How.",
        body="# Dams",
        authors="Ana Peat\nBo Moss",
        issued="2018-09",
        topics="mires\nFisheries",
        audience="unit",
        audience_unit=str(house.africa.pk),
        review_by="2030-01-02",
        series="Handbooks",
        licence="CC-BY-4.0",
        doi="https://doi.org/10.1234/WET",
        note="First words",
    )
    client = client_of(house.bruno)
    assert client.post(edit(asset), sent).status_code == 302
    stored = Asset.objects.get()
    assert (stored.byline, stored.issued, stored.audience.text) == (
        "Ana Peat, Bo Moss",
        "2018-09",
        f"unit:{house.africa.pk}",
    )
    assert stored.state == State.DRAFT
    page = client.get(edit(asset)).content.decode()
    for shown in ("Wet again", "Bo Moss", "Peatlands\nFisheries", "10.1234/wet", "Handbooks", "2030-01-02"):
        assert shown in page or "\n".join(reversed(shown.split("\n"))) in page, shown


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"title": ""}, "Give a title."),
        ({"title": "x" * 1001}, "at most 1,000 fit"),
        ({"title": "a\0b"}, "Null characters"),
        ({"topics": "Peatlands\nAlchemy"}, "“Alchemy” is no topic"),
        ({"places": "Atlantis"}, "“Atlantis” is no country or region"),
        ({"issued": "yesterday"}, "is not a date"),
        ({"review_by": "2030-02-31"}, "no day that a calendar has"),
        ({"doi": "nonsense"}, "is not a DOI"),
        ({"isbn": "123"}, "is not an ISBN"),
        ({"authors": "Ana 0000-0002-1825-0098"}, "is not an ORCID"),
        ({"audience": "group:77"}, "Select a valid choice"),
        ({"audience": "unit"}, "Say which unit."),
        ({"audience": "unit", "audience_unit": "999999"}, "Select a valid choice"),
        ({"language": "klingon"}, "Select a valid choice"),
        ({"unit": "999999"}, "Select a valid choice"),
    ],
)
def test_bad_input_says_what_is_wrong_keeps_what_was_typed_and_changes_nothing(
    client_of: SignIn, house: House, topics: Scheme, given: dict[str, str], sentence: str
) -> None:
    asset = draft(house.bruno.reader, "As it was")
    client = client_of(house.bruno)
    answer = client.post(edit(asset), typed(asset, **{"summary": "Words I typed", **given}))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert sentence in page
    assert "Words I typed" in page
    assert Asset.objects.get().title == "As it was"
    assert Asset.objects.get().revision == asset.revision
    assert "Words I typed" in client.get(edit(asset)).content.decode()


def test_somebody_elses_change_is_never_overwritten(client_of: SignIn, house: House) -> None:
    asset = draft(house.bruno.reader, "Mine")
    sent = typed(asset, title="What I typed")
    change_asset(asset, AssetFields(texts={"en": Words("What she wrote")}), by=house.amina.reader)
    client = client_of(house.bruno)
    answer = client.post(edit(asset), sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "What I typed" in page
    mine, theirs = page.partition("<h3>What is stored now</h3>")[::2]
    assert "What I typed" in mine.partition("<h3>What you typed</h3>")[2]
    assert ">What she wrote</div>" in theirs
    assert Asset.objects.get().title == "What she wrote"
    now = Asset.objects.get()
    assert f'name="revision" value="{now.revision}"' in page
    assert client.post(edit(asset), typed(now, title="Both")).status_code == 302
    assert Asset.objects.get().title == "Both"


def test_what_is_published_stays_as_it_is_until_the_changes_are(client_of: SignIn, house: House) -> None:
    asset = published(house.bruno.reader, "In force")
    client = client_of(house.bruno)
    assert client.post(edit(asset), typed(asset, title="Coming")).status_code == 302
    assert Asset.objects.get().title == "In force"
    assert "Coming" in client.get(edit(asset)).content.decode()
    assert "Coming" not in Client().get(f"/en/assets/{asset.public_id}/").content.decode()
    assert client.post(edit(asset), typed(asset, title="Coming", do="publish")).status_code == 302
    assert Asset.objects.get().title == "Coming"
    assert not Draft.objects.exists()


def test_typing_is_kept_quietly_and_can_be_thrown_away(client_of: SignIn, house: House) -> None:
    asset = draft(house.bruno.reader, "As it was")
    client = client_of(house.bruno)
    kept = client.post(edit(asset), typed(asset, title="Half a thou"), headers={"X-Autosave": "1"})
    assert kept.status_code == 204
    page = client.get(edit(asset)).content.decode()
    assert "Half a thou" in page
    assert "You began this on" in page
    assert "Half a thou" not in client_of(house.amina).get(edit(asset)).content.decode()
    for _again in range(2):
        assert client.post(edit(asset, "edit/discard/")).status_code == 302
    assert "Half a thou" not in client.get(edit(asset)).content.decode()


def test_the_text_can_be_looked_at_before_it_is_saved(client_of: SignIn, house: House) -> None:
    asset = draft(house.bruno.reader)
    answer = client_of(house.bruno).post(edit(asset), typed(asset, do="preview", body="**strong** <b>x</b>"))
    page = answer.content.decode()
    assert "<strong>strong</strong> &lt;b&gt;" in page
    assert Asset.objects.get().revision == asset.revision


@pytest.mark.parametrize("rest", ["edit/", "translate/?language=fr", "files/", "versions/new/"])
def test_forms_are_for_those_who_may_change_it(
    client: Client, client_of: SignIn, house: House, rest: str
) -> None:
    asset = published(house.amina.reader)
    assert client.get(edit(asset, rest)).status_code == 302
    assert client_of(house.bruno).get(edit(asset, rest)).status_code == 403
    assert client_of(house.bruno).post(edit(asset, rest), typed(asset, title="Mine now")).status_code == 403
    assert client_of(house.amina).get(edit(asset, rest)).status_code == 200
    assert Asset.objects.get().title == asset.title


def test_the_same_document_again_is_noticed_but_only_where_one_may_read_it(
    client_of: SignIn, house: House
) -> None:
    amina, text = house.amina.reader, " ".join(f"word{n} of the long report" for n in range(60))
    with_file(published(amina, "The known one"), text, by=amina)
    with_file(draft(amina, "A hidden one"), text, by=amina, name="hidden.txt")
    take_in_some()
    asset = draft(house.bruno.reader, "Again")
    with_file(asset, text, by=house.bruno.reader, name="copy.txt")
    page = client_of(house.bruno).get(edit(asset)).content.decode()
    assert "The known one" in page
    assert "A hidden one" not in page


def test_a_file_that_is_still_read_says_so_and_renews_itself(client_of: SignIn, house: House) -> None:
    client = client_of(house.bruno)
    client.post(
        "/en/new/product/", {"documents": [upload("notes.txt", b"The water of the delta rises each June.")]}
    )
    asset = Asset.objects.get()
    waiting = client.get(edit(asset)).content.decode()
    assert "This file is being read." in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert client.get(edit(asset, "edit/reading/"))["Location"] == edit(asset)
    read_file(_Silent(), blob_id=AssetFile.objects.get().blob_id)  # type: ignore[arg-type]
    part = client.get(edit(asset, "edit/reading/"), headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    assert "Show what is suggested" in part
    assert "<html" not in part


class _Silent:
    """A run whose progress nobody follows."""

    def progress(self, *, done: int = 0, total: int = 0, message: str = "") -> None:
        """Nothing."""


def test_a_translation_is_written_beside_the_original(client_of: SignIn, house: House) -> None:
    asset = published(house.bruno.reader, "Peat", body="Old words")
    client = client_of(house.bruno)
    assert "Into which language?" in client.get(edit(asset, "translate/")).content.decode()
    assert client.get(edit(asset, "translate/?language=klingonish")).status_code == 400
    page = client.get(edit(asset, "translate/?language=ar")).content.decode()
    assert "Old words" in page
    sent = {"title": "خث", "provenance": "human", "revision": asset.revision}
    assert client.post(edit(asset, "translate/?language=ar"), {**sent, "title": ""}).status_code == 400
    answer = client.post(edit(asset, "translate/?language=ar"), sent)
    assert answer["Location"] == f"/en/assets/{asset.public_id}/?text=ar"
    assert AssetText.objects.get(language="ar").title == "خث"
    stale = client.post(edit(asset, "translate/?language=ar"), {**sent, "title": "خثّ"})
    assert stale.status_code == 409
    assert "خثّ" in stale.content.decode()
    assert AssetText.objects.get(language="ar").title == "خث"


def test_more_files_are_added_and_the_same_again_change_nothing(client_of: SignIn, house: House) -> None:
    asset = published(house.bruno.reader)
    client = client_of(house.bruno)
    for _again in range(2):
        assert client.post(edit(asset, "files/"), {"documents": [upload()]}).status_code == 302
    assert AssetFile.objects.count() == 1
    assert client.post(edit(asset, "files/"), {}).status_code == 400


def test_a_new_version_takes_the_place_of_the_old_one_which_stays_reachable(
    client: Client, client_of: SignIn, house: House
) -> None:
    asset = published(house.bruno.reader)
    with_file(asset, "Old words", by=house.bruno.reader, name="first.txt")
    sent = {"note": "Figures of 2024", "label": "2nd edition", "documents": [upload("second.txt")]}
    assert client_of(house.bruno).post(edit(asset, "versions/new/"), {**sent, "note": ""}).status_code == 400
    assert Version.objects.count() == 1
    sent["documents"] = [upload("second.txt")]
    assert client_of(house.bruno).post(edit(asset, "versions/new/"), sent).status_code == 302
    page = client.get(f"/en/assets/{asset.public_id}/").content.decode()
    assert page.index("second.txt") < page.index("2nd edition") < page.index("first.txt")
    old = client.get(f"/en/assets/{asset.public_id}/files/1/")
    assert "This file belongs to an earlier version." in old.content.decode()


def test_people_in_other_roles_stay_when_authors_are_changed(client_of: SignIn, house: House) -> None:
    asset = draft(house.bruno.reader)
    people = [Contributor("Ana", person=house.amina.person), Contributor("Ed", Contribution.Role.EDITOR)]
    asset = change_asset(asset, AssetFields(contributors=people), by=house.bruno.reader)
    client_of(house.bruno).post(edit(asset), typed(asset, authors="Ana\nBo"))
    kept = list(asset.contributions.values_list("name", "role", "person"))
    assert kept == [("Ana", "author", house.amina.person.pk), ("Bo", "author", None), ("Ed", "editor", None)]
