"""The indexer: current within a moment, whatever is killed, and rebuilt while it is in use."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from pytest_django import Settings

from baobab.assets.indexing.actions import mark_dirty
from baobab.assets.models import Asset, Dirty
from baobab.search import indexer
from baobab.search.queries import SearchRequest, search
from baobab.search.shelf import FolderShelf, shelf

from .factory import add_file, asset, reader

ROOT = Path(__file__).resolve().parents[2]


def count(q: str = "") -> int:
    return search(reader(), SearchRequest(q=q)).count


@pytest.mark.django_db
def test_catching_up_forgets_the_marks_it_took_in() -> None:
    asset("Peat")
    assert indexer.catch_up()
    assert not Dirty.objects.filter(consumer=indexer.CONSUMER).exists()
    assert count("peat") == 1


@pytest.mark.django_db
def test_a_title_without_words_below_it_is_found_beside_its_translations() -> None:
    asset("Peat", translations={"fr": ("Tourbe", "Un corps")})
    asset("Moss", translations={"ar": ("طحلب", "")})
    assert indexer.catch_up()
    assert [count(word) for word in ("peat", "tourbe", "moss", "طحلب")] == [1, 1, 1, 1]


@pytest.mark.django_db
def test_a_mark_made_again_meanwhile_stays() -> None:
    made = asset("Peat")
    assert indexer.catch_up()
    mark_dirty([made.pk])
    with shelf().lock(), indexer.Writer(shelf()) as writer:
        (row,) = Dirty.objects.filter(consumer=indexer.CONSUMER)
        mark_dirty([made.pk])
        assert writer.take_in_some() == 1
    assert not Dirty.objects.filter(stamp=row.stamp).exists()


@pytest.mark.django_db
def test_an_edit_is_taken_in_before_a_bulk_that_waits_and_the_bulk_waits_for_no_end_of_edits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indexer, "BATCH_SECONDS", 0.0)  # a batch takes one of each sort
    many = [asset(f"Peat {number}") for number in range(30)]
    edited = asset("Moss")
    assert indexer.catch_up()
    mark_dirty([made.pk for made in many])
    mark_dirty([edited.pk])

    def waiting() -> set[int]:
        return set(Dirty.objects.filter(consumer=indexer.CONSUMER).values_list("asset_id", flat=True))

    with shelf().lock(), indexer.Writer(shelf()) as writer:
        assert writer.take_in_some() == 2
        assert edited.pk not in waiting()
        assert len(waiting()) == 29
        last = max(waiting())
        mark_dirty([last])
        mark_dirty([made.pk for made in many])  # a bulk does not put an edit back into its line
        assert writer.take_in_some() == 2
        assert last not in waiting()
        while waiting():
            mark_dirty([edited.pk])
            writer.take_in_some()
            Dirty.objects.filter(asset_id=edited.pk, is_in_bulk=False).delete()
    assert indexer.catch_up()


@pytest.mark.django_db
def test_catching_up_gives_up_when_another_writes_and_time_is_over() -> None:
    asset("Peat")
    with shelf().lock():
        assert not indexer.catch_up(timeout=0.2)
    assert indexer.catch_up()


@pytest.mark.django_db
def test_a_rebuild_holds_everything_and_reports_progress(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_URL = f"tantivy://{tmp_path}"
    for number in range(250):
        asset(f"Peat {number}")
    told: list[tuple[int, int]] = []
    indexer.rebuild(report=lambda done, total: told.append((done, total)))
    assert told == [(200, 250), (250, 250)]
    assert indexer.catch_up()
    before = (tmp_path / "current").read_text()
    indexer.rebuild()
    assert (tmp_path / "current").read_text() != before
    assert count("peat") == 250


@pytest.mark.django_db
def test_changes_during_a_rebuild_are_in_both_indexes(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_URL = f"tantivy://{tmp_path}"
    made = [asset(f"Peat {number}") for number in range(450)]
    assert indexer.catch_up()

    def change(done: int, total: int) -> None:
        if done == 200:  # the first is in the new index already, the last is not yet
            for some, title in ((made[0], "Moss"), (made[-1], "Fen")):
                some.texts.update(title=title)
                Asset.objects.filter(pk=some.pk).update(title=title)
                mark_dirty([some.pk])
            made[1].delete()
            mark_dirty([made[1].pk or 0])
            Dirty.objects.filter(asset_id=0, consumer=indexer.CONSUMER).update(asset_id=removed)
        elif done == 400:
            assert (count("moss"), count("fen"), count("peat")) == (1, 1, 447)

    removed = made[1].pk
    indexer.rebuild(report=change)
    assert (count("moss"), count("fen"), count("peat")) == (1, 1, 447)


class Died(Exception):
    """The process is gone."""


def _die_at(number: int) -> Callable[[int, int], None]:
    def report(done: int, total: int) -> None:
        if done == number:
            raise Died

    return report


@pytest.mark.django_db
def test_a_rebuild_goes_on_where_a_dead_process_left_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCH_URL = f"tantivy://{tmp_path}"
    monkeypatch.setattr(indexer, "_KEEP_SECONDS", 0)
    made = [asset(f"Peat {number}") for number in range(700)]
    assert indexer.catch_up()
    with pytest.raises(Died):
        indexer.rebuild(report=_die_at(400))
    assert count("peat") == 700  # the one in use
    told: list[tuple[int, int]] = []
    made[0].texts.update(title="Moss")
    Asset.objects.filter(pk=made[0].pk).update(title="Moss")
    mark_dirty([made[0].pk])
    indexer.rebuild(report=lambda done, total: told.append((done, total)))
    assert told == [(600, 700), (700, 700)]
    assert indexer.catch_up()
    assert (count("peat"), count("moss")) == (699, 1)


@pytest.mark.django_db
def test_an_unfinished_index_that_missed_a_change_is_not_gone_on_with(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SEARCH_URL = f"tantivy://{tmp_path}"
    monkeypatch.setattr(indexer, "_KEEP_SECONDS", 0)
    made = [asset(f"Peat {number}") for number in range(450)]
    assert indexer.catch_up()
    with pytest.raises(Died):
        indexer.rebuild(report=_die_at(400))
    made[0].texts.update(title="Moss")
    Asset.objects.filter(pk=made[0].pk).update(title="Moss")
    mark_dirty([made[0].pk])
    assert indexer.catch_up()  # into the one in use, and forgotten
    told: list[tuple[int, int]] = []
    indexer.rebuild(report=lambda done, total: told.append((done, total)))
    assert told[0] == (200, 450)
    assert (count("peat"), count("moss")) == (449, 1)


@pytest.mark.django_db
def test_an_index_of_another_version_is_replaced_by_the_indexer(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_URL = f"tantivy://{tmp_path}"
    (tmp_path / "index-0-abcd").mkdir()
    (tmp_path / "current").write_text("index-0-abcd")
    asset("Peat")
    assert search(reader(), SearchRequest(q="peat")).is_building
    assert indexer.catch_up()
    assert count("peat") == 1
    asset("Moss")
    assert indexer.catch_up()
    assert not (tmp_path / "index-0-abcd").exists()


@pytest.mark.django_db
def test_a_deleted_index_is_built_again(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_URL = f"tantivy://{tmp_path / 'a'}"
    asset("Peat")
    assert indexer.catch_up()
    settings.SEARCH_URL = f"tantivy://{tmp_path / 'b'}"
    assert indexer.catch_up()
    assert count("peat") == 1


def test_the_right_to_write_is_held_once(tmp_path: Path) -> None:
    with FolderShelf(tmp_path).lock() as first, FolderShelf(tmp_path).lock() as second:
        assert (first, second) == (True, False)
    with FolderShelf(tmp_path).lock() as third:
        assert third


@pytest.mark.django_db
def test_a_file_of_three_thousand_pages_is_taken_in_and_found_by_its_last() -> None:
    add_file(asset("Atlas"), [f"page number{page} about peat" for page in range(1, 3001)])
    assert indexer.catch_up()
    (hit,) = search(reader(), SearchRequest(q="number3000")).hits
    assert hit.page == 3000


class Installation(NamedTuple):
    """A data folder with a database of its own, and real processes on it."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        ours = ("DATABASE_URL", "SEARCH_URL", "BAOBAB_TEST_HOME")
        return {name: value for name, value in os.environ.items() if name not in ours} | {
            "BAOBAB_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
            "CACHE_URL": "locmemcache://",
        }

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "django", *command], env=self.environment, cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def run(self, code: str) -> str:
        """The output of Python code that runs with Django set up and the factory at hand."""
        begin = "import django; django.setup()\nfrom tests.search.factory import *\n"
        done = subprocess.run(
            [sys.executable, "-c", begin + code], env=self.environment, cwd=ROOT, text=True,
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def found(self, q: str) -> int:
        code = "from baobab.search.queries import *\nprint(search(reader(), SearchRequest(q={q!r})).count)"
        return int(self.run(code.format(q=q)))


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    migrate = made.start("migrate", "-v0")
    output, _ = migrate.communicate(timeout=120)
    assert migrate.returncode == 0, output
    return made


def wait_until(is_so: Callable[[], bool], *, seconds: float = 60, pause: float = 0.1) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "It did not happen."
        time.sleep(pause)


_WAITING = "from baobab.assets.models import Dirty\nprint(Dirty.objects.filter(consumer='search').count())"


@pytest.mark.slow
def test_killed_at_any_moment_the_indexer_loses_and_doubles_nothing(installation: Installation) -> None:
    chance = random.Random(1)
    expected = 0
    for _ in range(8):
        process = installation.start("indexer")
        installation.run("for n in range(150):\n    add_file(asset(f'Peat {n}'), ['moss', 'bog'])")
        expected += 150
        time.sleep(chance.random() * 0.4)
        process.send_signal(signal.SIGKILL)
        process.wait()
    process = installation.start("indexer")
    wait_until(lambda: installation.run(_WAITING) == "0")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert installation.found("peat") == expected
    held = installation.run(
        "from baobab.search.shelf import shelf\nprint(len(list(shelf().current().asset_ids())))"
    )
    assert int(held) == expected


@pytest.mark.slow
def test_another_process_sees_what_the_indexer_took_in(installation: Installation) -> None:
    process = installation.start("indexer")
    # A process that began before the change and asks again and again, as a web process does.
    output = installation.run(
        "import time\n"
        "from baobab.search.queries import *\n"
        "asset('Fen'); n = 0\n"
        "ask = lambda q: search(reader(), SearchRequest(q=q)).count\n"
        "while not ask('fen') and n < 600: time.sleep(.05); n += 1\n"
        "made = asset('Peat'); add_file(made, ['moss'])\n"
        "while not ask('moss') and n < 600: time.sleep(.05); n += 1\n"
        "print(ask('peat'), ask('moss'), ask('fen'))"
    )
    process.terminate()
    assert process.wait(timeout=30) == 0
    assert output == "1 1 1"


@pytest.mark.slow
def test_reindex_beside_a_running_indexer_and_a_killed_reindex(installation: Installation) -> None:
    installation.run("for n in range(300): asset(f'Peat {n}')")
    process = installation.start("indexer")
    wait_until(lambda: installation.run(_WAITING) == "0")
    before = (installation.home / "search" / "current").read_text()
    reindex = installation.start("reindex")
    output, _ = reindex.communicate(timeout=60)
    assert reindex.returncode == 0, output
    assert (installation.home / "search" / "current").read_text() != before
    process.send_signal(signal.SIGKILL)
    process.wait()
    killed = installation.start("reindex")
    asked = installation.home / "search" / "rebuild-asked"
    # On a fast machine it may be done before anybody looks: then there is nothing left to finish.
    wait_until(lambda: asked.exists() or killed.poll() is not None, pause=0.002)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert installation.found("peat") == 300
    # Whoever writes next finishes what was asked for.
    process = installation.start("indexer")
    wait_until(lambda: not asked.exists())
    process.terminate()
    assert process.wait(timeout=30) == 0
    assert installation.found("peat") == 300
