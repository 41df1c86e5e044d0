"""Locks that go with their process, and files that are there whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from baobab.kernel.durable import held, write_whole

_HOLDER = """
import sys
from pathlib import Path
from baobab.kernel.durable import held
with held(Path(sys.argv[1])) as is_mine:
    print(is_mine, flush=True)
    sys.stdin.read()
"""


def test_one_process_at_a_time_holds_it_and_killing_it_frees_it(tmp_path: Path) -> None:
    place = tmp_path / "folder" / "writer.lock"
    command = [sys.executable, "-c", _HOLDER, str(place)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        with held(place) as is_mine:
            assert not is_mine
        other.kill()
        other.wait()
    with held(place) as is_mine:
        assert is_mine


def test_an_error_while_it_is_held_gives_it_back(tmp_path: Path) -> None:
    place = tmp_path / "writer.lock"
    with pytest.raises(RuntimeError), held(place):
        raise RuntimeError
    with held(place) as is_mine:
        assert is_mine


def test_words_replace_words_and_a_dead_writers_draft_is_no_obstacle(tmp_path: Path) -> None:
    place = tmp_path / "current"
    (tmp_path / ".current.draft").write_text("half a na")
    write_whole(place, "index-1")
    write_whole(place, "indéx-2")
    assert place.read_text(encoding="utf-8") == "indéx-2"
    assert [file.name for file in tmp_path.iterdir()] == ["current"]
