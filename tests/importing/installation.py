"""An installation of its own for tests that run the command: a data folder, and real processes on it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
# Seconds within which a busy machine gets anything done that these tests wait for.
PATIENCE = 180.0


def waited_for(is_so: Callable[[], object]) -> bool:
    """Whether it became so while anybody would wait."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def family_of(pid: int) -> list[int]:
    """The process and all that it started, as long as they live (proc(5))."""
    parents: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                state, parent = (place / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != "Z":
                parents.setdefault(int(parent), []).append(int(place.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


class Installation:
    """A data folder and the commands that run on it; `end` kills what still runs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._started: list[subprocess.Popen[str]] = []
        left_out = ("DATABASE_URL", "SEARCH_URL", "BAOBAB_TEST_HOME")
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        self.environment = kept | {
            "BAOBAB_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
            "CACHE_URL": "locmemcache://",
            "EMAIL_URL": "dummymail://",
            "PYTHONIOENCODING": "utf-8",
        }

    def start(self, *arguments: str, output: IO[str] | None = None) -> subprocess.Popen[str]:
        """Start a `baobab` command in a session of its own; its output goes into a pipe or `output`."""
        process = subprocess.Popen(
            [sys.executable, "-m", "baobab.config.command", *arguments], env=self.environment, cwd=ROOT,
            text=True, stdout=output or subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self._started.append(process)
        return process

    def serve(self, port: int) -> subprocess.Popen[str]:
        """Start the site, with as few processes as it has and its output thrown away."""
        few = ("--workers", "1", "--web-processes", "1")
        with Path(os.devnull).open("w") as nowhere:
            return self.start("serve", "--port", str(port), *few, output=nowhere)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run a command to its end: status and all that it said."""
        process = self.start(*arguments)
        said, _nothing = process.communicate(timeout=PATIENCE)
        return process.returncode, said

    def ask(self, code: str) -> str:
        """What a program prints that runs in this installation."""
        asked = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"], env=self.environment, cwd=ROOT,
            capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
        assert asked.returncode == 0, asked.stderr
        return asked.stdout.strip()

    def end(self) -> None:
        for process in self._started:
            if process.poll() is None:
                for pid in family_of(process.pid):
                    try:
                        os.kill(pid, 9)
                    except ProcessLookupError:
                        continue
            process.wait()
            if process.stdout:
                process.stdout.close()
