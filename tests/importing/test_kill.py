"""Kill -9 of whatever takes part in an import, at random moments, many times: all of it arrives, once."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import factories
from tests.importing.installation import PATIENCE, Installation, family_of, waited_for
from tests.importing.made import document
from tests.importing.test_command import free_port

pytestmark = pytest.mark.slow

RECORDS = 1000
FILES = 100
KILLS = 20

_STATE = f"""
import json
from dataclasses import replace
from baobab.assets.models import Asset, AssetFile, Dirty, Origin
from baobab.jobs.models import Job
from baobab.organisation.readers import PUBLIC, STAFF, anonymous
from baobab.search.queries import SearchRequest, search
staff = replace(anonymous(), labels=frozenset({{PUBLIC, STAFF}}))
def count(words): return search(staff, SearchRequest(q=words)).count
print(json.dumps({{
    "assets": Asset.objects.count(),
    "origins": Origin.objects.values("source", "source_id").distinct().count(),
    "files": AssetFile.objects.count(),
    "blobs of files": AssetFile.objects.values("blob").distinct().count(),
    "unread": AssetFile.objects.exclude(blob__reading__status="read").count(),
    "dirty": Dirty.objects.filter(consumer="search").count(),
    "unfinished": Job.objects.filter(state__in=("waiting", "running")).exclude(key="schedule").count(),
    "failed": list(Job.objects.filter(state="failed").values_list("name", "failure")),
    "found": count(""),
    "records found": count("silt"),
    "files found": count("heron"),
    "found one by one": [count(f"recordword{{n}}") for n in range(0, {RECORDS}, 97)]
        + [count(f"fileword{{n}}") for n in range(0, {FILES}, 9)],
}}))
"""


def material(folder: Path) -> tuple[Path, Path]:
    """A file of records, and a folder with PDF, DOCX and text files, no two alike."""
    rows = ({"id": str(n), "title": f"Report {n}", "body": f"Silt recordword{n}."} for n in range(RECORDS))
    records = folder / "records.jsonl"
    records.write_text("".join(json.dumps(row) + "\n" for row in rows))
    files = folder / "files"
    files.mkdir()
    for number in range(FILES):
        words = f"The heron of fileword{number} stands in the reeds."
        if number % 3 == 0:
            (files / f"{number}.pdf").write_bytes(factories.pdf(words, "A second page."))
        elif number % 3 == 1:
            document(files / f"{number}.docx", words, "A second paragraph.")
        else:
            (files / f"{number}.txt").write_text(words)
    return records, files


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(tmp_path / "home")
    try:
        yield installation
    finally:
        installation.end()


def kill_one_of(process: subprocess.Popen[str], dice: random.Random) -> None:
    """Kill the process, or one that it started, directly or not."""
    victim = dice.choice(family_of(process.pid))
    try:
        os.kill(victim, 9)
    except ProcessLookupError:
        return
    if victim == process.pid:
        process.wait()


def test_an_import_survives_kills_of_any_of_its_processes(installation: Installation, tmp_path: Path) -> None:
    records, files = material(tmp_path)
    dice = random.Random(20261120)
    assert installation.run("jobs")[0] == 0
    log = (tmp_path / "log").open("w")
    started: dict[str, subprocess.Popen[str]] = {}
    for number in range(KILLS):
        # First imports alone, then imports beside a server, of which either may lose a process.
        role = "serve" if number > KILLS // 3 and number % 2 else "import"
        if number > KILLS // 3 and not is_alive(started.get("serve")):
            started["serve"] = installation.start("serve", "--port", str(free_port()), output=log)
        if not is_alive(started.get("import")):
            started["import"] = installation.start("import", str(records), str(files), output=log)
        time.sleep(1.5 + dice.random() * 3)
        kill_one_of(started[role], dice)
    started["import"].wait(PATIENCE)
    status, said = installation.run("import", str(records), str(files))
    assert status == 0, said
    if not is_alive(started.get("serve")):
        installation.start("serve", "--port", str(free_port()), output=log)

    def state() -> dict[str, object]:
        found: dict[str, object] = json.loads(installation.ask(_STATE))
        return found

    assert waited_for(lambda: not state()["unfinished"] and not state()["dirty"]), state()
    at_last = state()
    assert at_last["failed"] == []
    total = RECORDS + FILES
    assert (at_last["assets"], at_last["origins"], at_last["found"]) == (total, total, total)
    assert (at_last["files"], at_last["blobs of files"], at_last["unread"]) == (FILES, FILES, 0)
    assert (at_last["records found"], at_last["files found"]) == (RECORDS, FILES)
    assert set(at_last["found one by one"]) == {1}  # type: ignore[call-overload]
    log.close()


def is_alive(process: subprocess.Popen[str] | None) -> bool:
    return process is not None and process.poll() is None


def test_half_written_files_of_processes_that_died_are_swept_and_those_being_written_stay(
    installation: Installation, tmp_path: Path
) -> None:
    assert installation.run("jobs")[0] == 0
    arriving = installation.home / "files" / "arriving"
    arriving.mkdir(parents=True)
    for name in ("old", "new", "written"):
        (arriving / name).write_bytes(b"half")
    an_hour_ago = time.time() - 3600
    os.utime(arriving / "old", (an_hour_ago, an_hour_ago))
    os.utime(arriving / "written", (an_hour_ago, an_hour_ago))
    writer = (
        subprocess.Popen(["flock", str(arriving / "written"), "sleep", "60"])
        if shutil.which("flock")
        else None
    )
    try:
        assert waited_for(lambda: writer is None or len(family_of(writer.pid)) > 1)
        (tmp_path / "a.txt").write_text("Herons.")
        assert installation.run("import", str(tmp_path / "a.txt"))[0] == 0
    finally:
        if writer is not None:
            for pid in family_of(writer.pid):
                os.kill(pid, 9)
            writer.wait()
    left = {place.name for place in arriving.iterdir()}
    assert left == ({"new", "written"} if writer is not None else {"new"})
