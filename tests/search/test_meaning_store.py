"""The store of vectors: what it finds is what is nearest, and whatever dies in between, it is whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from baobab.search.engine import PassageAt

from .models_of_meaning import make_model, needs_packages

if TYPE_CHECKING:
    from baobab.search.meaning._protocol import Vectors
    from baobab.search.meaning.store import Store

ROOT = Path(__file__).resolve().parents[2]
DIMENSION = 64


@pytest.fixture
def store(tmp_path: Path) -> Store:
    needs_packages()
    from baobab.search.meaning.store import Store

    return Store(tmp_path / "meaning")


def vectors(count: int, *, seed: int = 1) -> Vectors:
    """Vectors of length 1 that stand in groups, as those of texts do."""
    import numpy as np

    chance = np.random.default_rng(seed)
    centres = chance.standard_normal((20, DIMENSION))
    made = centres[chance.integers(0, 20, count)] + 0.7 * chance.standard_normal((count, DIMENSION))
    rows: Vectors = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return rows


def take_in(store: Store, first: int, rows: Vectors, *, readers: int = 1) -> None:
    """Each vector an asset of its own, numbered from `first`."""
    with store.lock() as is_mine:
        assert is_mine
        writing = store.writing() if store.state() else store.begin(model="m", sample=vectors(24, seed=9))
        for number, row in enumerate(rows, first):
            writing.replace(number)
            writing.add(
                number,
                PassageAt("en"),
                readers=readers,
                digest=number + 1,
                codes=writing.encoded(row[None, :]),
            )
        writing.commit()


def nearest(store: Store, vector: Vectors, *, readers: set[int], without: set[int], limit: int) -> list[int]:
    snapshot = store.snapshot()
    assert snapshot is not None
    masks = snapshot.seen(readers=readers, without=without)
    return [one.asset_id for one in snapshot.nearest(vector, masks, limit=limit)]


def test_the_ten_nearest_are_those_of_exact_vectors_in_99_of_100_cases_under_any_mask(store: Store) -> None:
    import numpy as np

    rows = vectors(6_000)
    for start in range(0, 6_000, 1_500):
        take_in(store, start, rows[start : start + 1_500], readers=start // 1_500)
    same = total = 0
    for number, question in enumerate(vectors(100, seed=2)):
        seen = {number % 4, (number + 1) % 4}
        hidden = set(range(number, 6_000, 7))
        allowed = [n for n in range(6_000) if n // 1_500 in seen and n not in hidden]
        exact = [allowed[i] for i in np.argsort(-(rows[allowed] @ question))[:10]]
        found = nearest(store, question, readers=seen, without=hidden, limit=10)
        assert set(found) <= set(allowed)
        same += len(set(found) & set(exact))
        total += 10
    assert same / total >= 0.98  # of random vectors, which are harder than those of texts


def test_many_small_changes_leave_few_files_and_rewrite_little(store: Store, tmp_path: Path) -> None:
    rows = vectors(900)
    take_in(store, 0, rows[:600])
    large = {place.name for place in (tmp_path / "meaning").glob("vectors-*")}
    for number in range(600, 640):
        take_in(store, number, rows[number : number + 1])
    files = {place.name for place in (tmp_path / "meaning").glob("vectors-*")}
    assert large <= files
    assert len(files) <= 6
    state = store.state()
    assert state is not None
    assert state.count == 640
    assert nearest(store, rows[620], readers={1}, without=set(), limit=1) == [620]


def test_random_changes_leave_what_a_dictionary_would_hold(store: Store) -> None:
    chance = random.Random(3)
    rows = vectors(400)
    held: dict[int, int] = {}
    take_in(store, 0, rows[:100])
    held |= {number: number for number in range(100)}
    for _round in range(40):
        with store.lock():
            writing = store.writing()
            for asset_id in chance.sample(range(150), 10):
                writing.replace(asset_id)
                held.pop(asset_id, None)
                if chance.random() < 0.6:
                    row = chance.randrange(400)
                    codes = writing.encoded(rows[row][None, :])
                    writing.add(asset_id, PassageAt("en"), readers=1, digest=row + 1, codes=codes)
                    held[asset_id] = row
            writing.commit()
        for asset_id in chance.sample(sorted(held), 5):
            alike = {pk for pk, row in held.items() if row == held[asset_id]}
            found = nearest(store, rows[held[asset_id]], readers={1}, without=set(), limit=len(alike))
            assert set(found) == alike
    snapshot = store.snapshot()
    assert snapshot is not None
    masks = snapshot.seen(readers={1}, without=set())
    living = [
        int(pk) for s, mask in zip(snapshot.segments, masks, strict=True) for pk in s.rows["asset"][mask]
    ]
    assert sorted(living) == sorted(held)


def test_what_was_not_committed_is_not_there_and_one_process_writes(store: Store, tmp_path: Path) -> None:
    from baobab.search.meaning.store import Store

    rows = vectors(20)
    take_in(store, 0, rows[:10])
    with store.lock():
        writing = store.writing()
        writing.replace(0)
        with Store(tmp_path / "meaning").lock() as is_mine:
            assert not is_mine
    assert nearest(store, rows[0], readers={1}, without=set(), limit=1) == [0]


def test_a_reader_with_an_older_state_goes_on_while_files_are_replaced(store: Store, tmp_path: Path) -> None:
    from baobab.search.meaning.store import Store

    rows = vectors(300)
    take_in(store, 0, rows[:200])
    other = Store(tmp_path / "meaning")
    before = other.snapshot()
    take_in(store, 200, rows[200:])
    assert before is not None
    masks = before.seen(readers={1}, without=set())
    assert before.nearest(rows[5], masks, limit=1)[0].asset_id == 5
    assert nearest(other, rows[250], readers={1}, without=set(), limit=1) == [250]


_SETTING_UP = """
import django; django.setup()
from django.core.management import call_command
call_command('migrate', verbosity=0)
from tests.search.factory import asset, add_file
for n in range(30):
    add_file(asset(f'wetland {n}'), ['humedal %d %d' % (n, p) + ' nada' * 300 for p in range(40)])
from baobab.search.indexer import catch_up
catch_up()
"""
_ASKING = """
import django; django.setup()
from baobab.search.meaning.queries import how_far
from baobab.search.queries import SearchRequest, search
from tests.search.factory import reader
state = how_far()
print(state.passages, state.waiting, state.is_whole, search(reader(), SearchRequest(q='marais')).count)
"""


@pytest.mark.slow
def test_a_process_killed_again_and_again_while_it_embeds_loses_and_doubles_nothing(tmp_path: Path) -> None:
    needs_packages()
    ours = ("DATABASE_URL", "SEARCH_URL", "BAOBAB_TEST_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in ours} | {
        "BAOBAB_HOME": str(tmp_path / "home"),
        "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
        "CACHE_URL": "locmemcache://",
        "EMBEDDING_URL": make_model(tmp_path / "model"),
    }

    def run(program: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    run(_SETTING_UP)
    chance = random.Random(5)
    command = [sys.executable, "-m", "baobab.config.command", "embed"]
    state = tmp_path / "home" / "meaning" / "state.json"
    for _kill in range(4):
        before = state.stat().st_ino if state.exists() else 0
        process = subprocess.Popen(command, env=environment, cwd=ROOT)
        until = time.monotonic() + 60
        while process.poll() is None and time.monotonic() < until:
            if state.exists() and state.stat().st_ino != before:
                break
            time.sleep(0.005)
        time.sleep(chance.random() / 4)
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)
    assert run(_ASKING) == "1200 0 True 30"
