"""The same again changes nothing; what changed at its source changes here; what people did here stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from baobab.assets.actions import change_asset, merge, purge, withdraw
from baobab.assets.classification.queries import given_concepts
from baobab.assets.fields import AssetFields
from baobab.assets.files.actions import attach_file, receive_blob
from baobab.assets.indexing.models import Dirty
from baobab.assets.models import Asset, AssetFile, AssetText, Blob, Origin, Revision, State, Suggestion
from baobab.importing.models import ImportOutcome, ImportRun
from baobab.importing.queries import report_of
from baobab.jobs.models import Job
from baobab.jobs.worker import Worker
from baobab.library.models import Version
from baobab.organisation.readers import PUBLIC, STAFF, anonymous, system
from baobab.search.indexer import catch_up
from baobab.search.queries import SearchRequest, search
from baobab.vocabularies.models import Concept
from tests import factories
from tests.factories import House
from tests.importing.conftest import Import, figures
from tests.importing.made import document

Lines = Callable[..., Path]
RECORDS = [{"id": str(number), "title": f"Report {number}", "body": "Peat and water."} for number in range(5)]


def found(words: str) -> list[str]:
    assert catch_up()
    staff = replace(anonymous(), labels=frozenset({PUBLIC, STAFF}))
    return sorted(hit.asset.title for hit in search(staff, SearchRequest(q=words)).hits)


def test_the_same_again_writes_no_revision_and_no_mark(imported: Import, lines: Lines) -> None:
    assert figures(imported(lines(*RECORDS))) == (5, 0, 0, 0, 0)
    revisions = Revision.objects.count()
    Dirty.objects.all().delete()
    assert figures(imported(lines(*RECORDS))) == (0, 0, 5, 0, 0)
    assert (Asset.objects.count(), Revision.objects.count(), Dirty.objects.count()) == (5, revisions, 0)


def test_a_changed_record_is_a_new_revision_of_the_same_asset(imported: Import, lines: Lines) -> None:
    imported(lines(*RECORDS))
    before = Asset.objects.get(origin__source_id="3")
    changed = [*RECORDS[:3], {**RECORDS[3], "title": "Mangroves", "colour": "green"}, RECORDS[4]]
    assert figures(imported(lines(*changed))) == (0, 1, 4, 0, 0)
    after = Asset.objects.get(pk=before.pk)
    assert (after.title, after.revision, after.public_id) == (
        "Mangroves",
        before.revision + 1,
        before.public_id,
    )
    assert Origin.objects.get(asset=after).extra == {"colour": "green"}
    assert figures(imported(lines(*changed))) == (0, 0, 5, 0, 0)
    assert found("mangroves") == ["Mangroves"]


def test_a_change_far_behind_in_a_long_text_is_noticed(imported: Import, lines: Lines) -> None:
    long = "water " * 10_000
    imported(lines({"id": "1", "title": "a", "body": long + "old"}))
    assert figures(imported(lines({"id": "1", "title": "a", "body": long + "new"}))) == (0, 1, 0, 0, 0)
    assert AssetText.objects.get().body.endswith("new")


def test_records_without_an_id_are_told_apart_by_all_that_they_say(imported: Import, lines: Lines) -> None:
    long = "water " * 10_000
    rows = [{"title": "a", "body": long + "one"}, {"title": "a", "body": long + "two"}]
    assert figures(imported(lines(*rows))) == (2, 0, 0, 0, 0)
    assert figures(imported(lines(*rows))) == (0, 0, 2, 0, 0)


def test_the_key_is_source_and_id_not_the_path(imported: Import, lines: Lines) -> None:
    imported(lines(*RECORDS, name="one.jsonl"), source="reports")
    assert figures(imported(lines(*RECORDS, name="two.jsonl"), source="reports")) == (0, 0, 5, 0, 0)
    assert figures(imported(lines(*RECORDS, name="two.jsonl"), source="others")) == (5, 0, 0, 0, 0)


def test_of_an_id_that_comes_twice_the_first_counts_however_far_apart_they_stand(
    imported: Import, lines: Lines
) -> None:
    many = [{"id": str(number), "title": f"Report {number}"} for number in range(450)]
    rows = [*many, {"id": "7", "title": "Impostor"}, {"id": "7", "title": "Another"}]
    assert figures(imported(lines(*rows))) == (450, 0, 0, 2, 0)
    assert figures(imported(lines(*rows))) == (0, 0, 450, 2, 0)
    assert Asset.objects.get(origin__source_id="7").title == "Report 7"


def test_ids_too_long_for_the_key_stay_apart(imported: Import, lines: Lines) -> None:
    rows = [{"id": "x" * 600 + end, "title": end} for end in "ab"]
    assert figures(imported(lines(*rows))) == (2, 0, 0, 0, 0)
    assert figures(imported(lines(*rows))) == (0, 0, 2, 0, 0)


def test_audience_owner_topics_and_translations_set_here_survive(
    house: House, topics: dict[str, Concept], imported: Import, lines: Lines
) -> None:
    imported(lines(*RECORDS))
    asset = Asset.objects.get(origin__source_id="1")
    asset = change_asset(
        asset,
        AssetFields(
            audience=frozenset({PUBLIC}),
            owner=house.amina.person,
            unit=house.africa,
            concepts=[topics["peat"].pk],
        ),
        by=house.dora.reader,
    )
    changed = [{**record, "body": "Otters."} for record in RECORDS]
    assert figures(imported(lines(*changed))) == (0, 5, 0, 0, 0)
    asset.refresh_from_db()
    assert (asset.owner_id, asset.unit_id) == (house.amina.person.pk, house.africa.pk)
    assert asset.audience.labels == {PUBLIC}
    assert list(given_concepts([asset.pk])[asset.pk]) == [topics["peat"].pk]
    assert AssetText.objects.get(asset=asset).body == "Otters."
    assert Asset.objects.get(origin__source_id="2").audience.labels == {STAFF}


def test_what_was_withdrawn_here_stays_so_and_the_report_says_it(
    house: House, imported: Import, lines: Lines
) -> None:
    imported(lines(*RECORDS))
    asset = Asset.objects.get(origin__source_id="1")
    withdraw(asset, by=house.dora.reader, reason="Wrong figures.")
    run = imported(lines(*[{**record, "body": "Otters."} for record in RECORDS]))
    assert figures(run) == (0, 4, 1, 0, 0)
    asset.refresh_from_db()
    assert asset.state == State.WITHDRAWN
    assert "It was withdrawn here" in report_of(run).read_text()
    assert len(found("otters")) == 4


def test_what_was_merged_into_something_else_is_not_brought_back(
    house: House, imported: Import, lines: Lines
) -> None:
    imported(lines(*RECORDS))
    twin, kept = (Asset.objects.get(origin__source_id=number) for number in "12")
    merge(twin, into=kept, by=house.dora.reader)
    assert figures(imported(lines(*[{**record, "body": "Otters."} for record in RECORDS])))[:2] == (0, 4)
    assert not AssetText.objects.filter(asset=twin, body="Otters.").exists()


def test_a_record_whose_file_changed_is_a_new_version(tmp_path: Path, imported: Import, lines: Lines) -> None:
    (tmp_path / "a.txt").write_text("Herons nest in reeds.")
    records = lines({"id": "1", "title": "Birds", "files": "a.txt"})
    imported(records)
    assert figures(imported(records)) == (0, 0, 1, 0, 0)
    (tmp_path / "a.txt").write_text("Cormorants dive for eels.")
    assert figures(imported(records)) == (0, 1, 0, 0, 0)
    assert figures(imported(records)) == (0, 0, 1, 0, 0)
    assert Version.objects.filter(is_in_force=True).get().number == 2
    assert list(AssetFile.objects.order_by("number").values_list("is_current", flat=True)) == [False, True]
    assert (found("cormorants"), found("herons")) == (["Birds"], [])


def folder_of(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "a.txt").write_text("Herons nest in reeds.")
    (folder / "b.pdf").write_bytes(factories.pdf("Otters fish at dusk", "Second page on newts"))
    document(folder / "deep" / "er" / "c.docx", "Cranes dance.", "They winter in the south.")
    (folder / ".hidden").write_text("No.")
    (folder / "Thumbs.db").write_text("No.")
    (folder / "link.txt").symlink_to(folder / "a.txt")
    return folder


def test_a_folder_becomes_documents_that_are_found_by_their_words(tmp_path: Path, imported: Import) -> None:
    folder = folder_of(tmp_path)
    assert figures(imported(folder)) == (3, 0, 0, 0, 0)
    ids = Origin.objects.order_by("source_id").values_list("source_id", flat=True)
    assert list(ids) == ["a.txt", "b.pdf", "deep/er/c.docx"]
    assert (len(found("newts")), len(found("cranes")), len(found("reeds"))) == (1, 1, 1)
    assert set(Asset.objects.values_list("state", "quality")) == {(State.PUBLISHED, "")}


def test_the_same_folder_again_changes_nothing(tmp_path: Path, imported: Import) -> None:
    folder = folder_of(tmp_path)
    imported(folder)
    before = (Revision.objects.count(), Blob.objects.count(), AssetFile.objects.count())
    Dirty.objects.all().delete()
    assert figures(imported(folder)) == (0, 0, 3, 0, 0)
    assert (Revision.objects.count(), Blob.objects.count(), AssetFile.objects.count()) == before
    assert not Dirty.objects.exists()


def test_a_changed_file_is_a_new_version_and_the_old_one_is_searched_no_more(
    tmp_path: Path, imported: Import
) -> None:
    folder = folder_of(tmp_path)
    imported(folder)
    (folder / "b.pdf").write_bytes(factories.pdf("Beavers build dams"))
    assert figures(imported(folder)) == (0, 1, 2, 0, 0)
    assert figures(imported(folder)) == (0, 0, 3, 0, 0)
    assert (len(found("beavers")), found("newts")) == (1, [])
    assert AssetFile.objects.filter(asset__origin__source_id="b.pdf").count() == 2


def test_the_same_bytes_elsewhere_are_a_duplicate_and_say_of_what(tmp_path: Path, imported: Import) -> None:
    folder = folder_of(tmp_path)
    imported(folder)
    (folder / "copy of b.pdf").write_bytes((folder / "b.pdf").read_bytes())
    run = imported(folder)
    assert figures(run) == (0, 0, 3, 1, 0)
    assert Asset.objects.count() == 3
    title = Asset.objects.get(origin__source_id="b.pdf").title
    assert f"The same file is in the library already: “{title}”." in report_of(run).read_text()


def test_a_withdrawn_document_is_left_alone_when_its_file_changes(
    house: House, tmp_path: Path, imported: Import
) -> None:
    folder = folder_of(tmp_path)
    imported(folder)
    withdraw(Asset.objects.get(origin__source_id="a.txt"), by=house.dora.reader, reason="Wrong.")
    (folder / "a.txt").write_text("Changed.")
    assert figures(imported(folder)) == (0, 0, 3, 0, 0)
    assert AssetFile.objects.filter(asset__origin__source_id="a.txt").count() == 1


def test_files_that_cannot_be_read_are_kept_with_their_status_and_bad_names_refused(
    tmp_path: Path, imported: Import
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing more")
    (folder / "empty.txt").write_bytes(b"")
    with open(bytes(folder) + b"/caf\xe9.txt", "wb") as file:  # noqa: PTH123 - a name that is no text
        file.write(b"Water.")
    run = imported(folder)
    assert figures(run) == (2, 0, 0, 0, 1)
    statuses = dict(AssetFile.objects.values_list("name", "blob__reading__status"))
    assert set(statuses) == {"broken.pdf", "empty.txt"}
    assert "read" not in statuses.values()
    assert "is not valid UTF-8" in report_of(run).read_text()


def test_two_long_paths_with_the_same_beginning_stay_apart(tmp_path: Path, imported: Import) -> None:
    folder = tmp_path / "r"
    deep = folder.joinpath(*["x" * 120] * 5)
    deep.mkdir(parents=True)
    for name in "ab":
        (deep / f"{name}.txt").write_text(f"Water {name}.")
    assert figures(imported(folder)) == (2, 0, 0, 0, 0)
    assert figures(imported(folder)) == (0, 0, 2, 0, 0)


def test_suggestions_are_asked_for_with_the_asset_and_taken_only_when_that_was_said(
    topics: dict[str, Concept], imported: Import, lines: Lines
) -> None:
    imported(lines({"id": "1", "title": "Fisheries", "body": "On fisheries and peatlands. " * 5}))
    asset = Asset.objects.get()
    assert Job.objects.filter(name="assets.suggest", state="waiting").count() == 1
    Worker().work_off()
    assert Suggestion.objects.filter(asset=asset, concept=topics["fish"]).exists()
    assert not given_concepts([asset.pk]).get(asset.pk)
    run = imported(
        lines({"id": "2", "title": "Fisheries", "body": "On fisheries. " * 5}), accept_suggestions=True
    )
    assert figures(run)[0] == 1
    Worker().work_off()
    accepted = Asset.objects.get(origin__source_id="2")
    assert topics["fish"].pk in given_concepts([accepted.pk])[accepted.pk]


def test_the_report_names_row_id_and_reason_and_no_cell_is_a_formula(
    tmp_path: Path, imported: Import
) -> None:
    path = tmp_path / "r.csv"
    path.write_text('id,title,audience\n"=1+1",,\n+2,b,nobody\nthree,c,\n')
    run = imported(path)
    assert figures(run) == (1, 0, 0, 0, 2)
    heading, first, second = report_of(run).read_text(encoding="utf-8-sig").splitlines()
    assert heading == "verdict,file,record,id,message"
    assert first.startswith(f"refused,{path},1,'=1+1,The record has neither")
    assert second.startswith(f"refused,{path},2,'+2,")
    assert "audience: “nobody” is no audience" in second


def test_a_file_that_is_gone_when_its_turn_comes_is_refused_and_the_rest_goes_in(
    tmp_path: Path, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path)
    from baobab.importing import actions

    listing = actions.list_sources

    def list_and_lose(run: ImportRun, found: list[object]) -> None:
        listing(run, found)  # type: ignore[arg-type]
        (folder / "b.pdf").unlink()

    monkeypatch.setattr(actions, "list_sources", list_and_lose)
    run = imported(folder)
    assert figures(run) == (2, 0, 0, 0, 1)
    assert ImportOutcome.objects.get(verdict="refused").message.startswith("The file could not be read")


def test_what_was_removed_for_good_never_comes_back_and_none_of_its_bytes(
    imported: Import, lines: Lines, tmp_path: Path
) -> None:
    imported(lines(*RECORDS))
    purge(Asset.objects.get(origin__source_id="3"), by=system(), reason="asked for by the author")
    assert figures(imported(lines(*RECORDS))) == (0, 0, 4, 0, 1)
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.txt").write_text("Herons nest in the reeds beside the old canal.")
    imported(folder)
    purge(Asset.objects.get(origin__source_id="a.txt"), by=system(), reason="asked for by the author")
    blobs = Blob.objects.count()
    assert figures(imported(folder)) == (0, 0, 0, 0, 1)
    assert (Blob.objects.count(), Asset.objects.exclude(state=State.PURGED).count()) == (blobs, 4)


def test_the_same_bytes_in_somebodys_draft_keep_nothing_out_and_the_draft_is_not_told(
    imported: Import, house: House, tmp_path: Path
) -> None:
    words = b"Herons nest in the reeds beside the old canal."
    draft = factories.draft(house.bruno.reader, title="Not yet for others")
    attach_file(draft, receive_blob([words]), name="mine.txt", by=house.bruno.reader)
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.txt").write_bytes(words)
    assert figures(imported(folder)) == (1, 0, 0, 0, 0)
    assert not ImportOutcome.objects.filter(message__contains="Not yet for others").exists()
