"""`baobab import` as people run it."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from baobab.importing.models import SavedMapping
from tests.factories import House
from tests.importing.installation import Installation, waited_for

COUNTS = """
from baobab.assets.models import Asset, Dirty, Origin
print(Asset.objects.count(), Origin.objects.count(), Dirty.objects.filter(consumer="search").count())
"""


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path / "home")
    try:
        yield installation
    finally:
        installation.end()


def records(path: Path, number: int) -> Path:
    rows = ({"id": str(n), "title": f"Report {n}", "body": f"Peat word{n}."} for n in range(number))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def test_an_empty_folder_is_prepared_filled_and_searchable_when_the_command_returns(
    installation: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text("Herons nest in reeds.")
    status, said = installation.run("import", str(folder), str(records(tmp_path / "r.jsonl", 30)))
    assert status == 0, said
    assert "+ a.txt → " in said
    assert "31 new, 0 changed, 0 unchanged, 0 duplicates, 0 refused." in said
    assert "Audience: staff." in said
    assert installation.ask(COUNTS) == "31 31 0"
    status, said = installation.run("import", str(folder), str(tmp_path / "r.jsonl"))
    assert (status, "0 new, 0 changed, 31 unchanged" in said) == (0, True)


def test_status_is_one_with_a_report_when_some_was_refused_and_two_when_nothing_could_begin(
    installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("id,title,audience\n1,Water,\n2,Peat,everybody\n")
    status, said = installation.run("import", str(path))
    assert status == 1, said
    assert "✗ r.csv #2" in said
    report = Path(said.rsplit("stands in ", 1)[1].strip())
    assert "everybody" in report.read_text()
    for wrong in (
        [str(tmp_path / "missing")],
        [str(path), "--audience", "everybody"],
        [str(path), "--owner", "nobody@house.example"],
        [str(path), "--unit", "NONE"],
        [str(path), "--kind", "spell"],
        [str(path), "--language", "Klingonese"],
        [str(path), "--map", "colour=Colour"],
        [str(path), "--mapping", "unknown"],
    ):
        status, said = installation.run("import", *wrong)
        assert status == 2, said
        assert "Traceback" not in said
        assert len(said.strip().splitlines()) == 1


def test_an_import_in_the_background_is_done_by_the_server(
    installation: Installation, tmp_path: Path
) -> None:
    status, said = installation.run("import", str(records(tmp_path / "r.jsonl", 30)), "--background")
    assert status == 0
    assert "Queued as job" in said
    assert installation.ask(COUNTS).split()[0] == "0"
    installation.serve(free_port())
    assert waited_for(lambda: installation.ask(COUNTS) == "30 30 0")


def test_an_import_beside_a_running_server_arrives_once_and_at_the_first_attempt(
    installation: Installation, tmp_path: Path
) -> None:
    # More documents than rows are fetched at once, while the server's worker writes suggestions.
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(120):
        (folder / f"{number}.txt").write_text(f"Heron number {number}.")
    installation.serve(free_port())
    assert waited_for(lambda: (installation.home / "run" / "prepared").exists())
    status, said = installation.run("import", str(records(tmp_path / "r.jsonl", 600)), str(folder))
    assert status == 0, said
    assert "720 new" in said
    assert installation.ask(COUNTS) == "720 720 0"
    attempts = "from baobab.jobs.models import Job; print(Job.objects.get(name='importing.run').attempts)"
    assert installation.ask(attempts) == "1"


def test_ctrl_c_keeps_what_is_in_and_the_next_import_goes_on(
    installation: Installation, tmp_path: Path
) -> None:
    path = records(tmp_path / "r.jsonl", 3000)
    assert installation.run("jobs")[0] == 0
    process = installation.start("import", str(path))
    assert waited_for(lambda: int(installation.ask(COUNTS).split()[0]) > 0 or process.poll() is not None)
    os.kill(process.pid, signal.SIGINT)
    said, _nothing = process.communicate(timeout=120)
    if process.returncode == 0:  # a fast machine was done before
        return
    assert process.returncode == 130, said
    assert "Stopped. What was taken in is kept." in said
    assert 0 < int(installation.ask(COUNTS).split()[0]) < 3000
    status, said = installation.run("import", str(path))
    assert status == 0, said
    assert installation.ask(COUNTS) == "3000 3000 0"
    assert installation.ask(
        "from baobab.jobs.models import Job\n"
        "print(Job.objects.filter(name='importing.run', state='done').count())"
    ) == "2"  # fmt: skip


def test_two_imports_of_the_same_at_once_both_end_and_nothing_is_doubled(
    installation: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.txt").write_text(f"Herons nest in reed number {number}.")
    path = records(tmp_path / "r.jsonl", 1000)
    assert installation.run("jobs")[0] == 0
    both = [installation.start("import", str(folder), str(path)) for _number in range(2)]
    for process in both:
        said, _nothing = process.communicate(timeout=180)
        assert process.returncode == 0, said
    assert installation.ask(COUNTS) == "1012 1012 0"


@pytest.mark.django_db
def test_a_dry_run_says_what_would_be_refused_and_writes_no_row(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text("Herons.")
    (folder / "b.bin").write_bytes(bytes(range(256)))
    path = tmp_path / "r.csv"
    path.write_text('id,title,files,authors\n1,Water,,A\n2,Peat,gone.txt,B\n3,"",,\n')

    def rows() -> dict[str, int]:
        models = apps.get_models(include_auto_created=True)
        with connection.cursor() as cursor:
            counted = {}
            for model in models:
                cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')  # noqa: S608 - our own names
                counted[model._meta.db_table] = cursor.fetchone()[0]
        return counted

    before = rows()
    with pytest.raises(SystemExit) as ended:
        call_command("import", str(folder), str(path), dry_run=True, save_mapping="kept", map=["title=title"])
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert rows() == before
    assert not SavedMapping.objects.exists()
    assert "3 would be taken in, 2 refused." in said
    assert "r.csv #2" in said
    assert "would be kept without text" in said


def test_a_mapping_is_kept_and_used_by_its_name(installation: Installation, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("no,subject\n1,Water\n")
    mapping = ["--map", "id=no", "--map", "title=Subject", "--save-mapping", "subjects"]
    assert installation.run("import", str(path), *mapping)[0] == 0
    status, said = installation.run("import", str(path), "--mapping", "subjects")
    assert (status, "1 unchanged" in said) == (0, True), said


def test_the_help_names_every_field_and_status(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("import", "--help")
    said = capsys.readouterr().out
    for word in ("id, kind, title", "topics", "Exit status", "Examples:", "--accept-suggestions"):
        assert word in said


def test_records_without_any_words_are_refused_at_once_with_the_names_of_their_fields(
    installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"id": "1", "dc_title": "Water"}\n')
    status, said = installation.run("import", str(path))
    assert status == 2
    assert "dc_title, id" in said
    assert "--map title=FIELD" in said
    status, said = installation.run("import", str(path), "--map", "title=dc_title")
    assert status == 0, said


def test_of_many_refused_records_the_first_get_a_line_and_the_report_has_all(
    installation: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    path.write_text("id,title,audience\n" + "".join(f"{n},Water {n},everybody\n" for n in range(50)))
    status, said = installation.run("import", str(path))
    assert status == 1
    assert said.count("✗ r.csv #") == 20
    assert "the report names every one" in said
    (report,) = (tmp_path / "home" / "imports").glob("*.csv")
    assert report.read_text(encoding="utf-8-sig").count("refused,") == 50


def test_what_looks_like_something_that_was_there_is_counted(
    installation: Installation, tmp_path: Path
) -> None:
    words = " ".join(f"heron{number} reed{number * 7 % 31}" for number in range(60))
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "birds.txt").write_text(words)
    status, said = installation.run("import", str(tmp_path / "one"))
    assert status == 0, said
    assert "What may be there twice" not in said
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "scan.txt").write_text(words.upper() + " And one line more.")
    (tmp_path / "two" / "other.txt").write_text("Peat grows a millimetre a year.")
    status, said = installation.run("import", str(tmp_path / "two"))
    assert status == 0, said
    assert "1 of them looks like something else in the library" in said
