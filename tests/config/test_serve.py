"""`baobab serve` as a newcomer runs it: a real data folder, real processes, a real port."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

# Seconds within which a busy machine gets anything done that these tests wait for.
PATIENCE = 120.0


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


def waited_for(is_so: Callable[[], object]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def answer(port: int, path: str = "/healthz") -> str:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        asking.request("GET", path)
        return asking.getresponse().read().decode()
    except OSError:
        return ""
    finally:
        asking.close()


def is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def children_of(pid: int) -> dict[int, str]:
    """The living processes that `pid` started, with their command lines (proc(5))."""
    found = {}
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            state, parent = (place / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            if int(parent) == pid and state != "Z":
                found[int(place.name)] = (place / "cmdline").read_text().replace("\0", " ")
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


class Site:
    """A data folder and the commands that run on it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self._started: list[subprocess.Popen[str]] = []
        kept = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CACHE_URL")
        }
        self.environment = {
            **kept,
            "BAOBAB_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
            "EMAIL_URL": "dummymail://",
        }

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "baobab.config.command", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def serve(self) -> subprocess.Popen[str]:
        log = (self.home.parent / "serve.log").open("w")
        command = [
            sys.executable,
            "-m",
            "baobab.config.command",
            "serve",
            "--port",
            str(self.port),
            "--workers",
            "1",
        ]
        process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, text=True)
        log.close()
        self._started.append(process)
        assert waited_for(lambda: "ready at" in self.said() or process.poll() is not None)
        assert process.poll() is None, self.said()
        return process

    def said(self) -> str:
        return (self.home.parent / "serve.log").read_text()

    def end(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "home")
    try:
        yield site
    finally:
        site.end()


def worker_of(server: subprocess.Popen[str]) -> int:
    return next((pid for pid, line in children_of(server.pid).items() if "command worker" in line), 0)


def test_an_empty_folder_is_served_with_a_first_link_and_everything_ends_on_sigterm(site: Site) -> None:
    server = site.serve()
    assert answer(site.port) == "ok"
    link = site.said().split("/account/link/")[1].split("/")[0]
    assert "Sign in with this link" in answer(site.port, f"/en/account/link/{link}/")

    refused = site.command("serve", "--port", str(free_port()))
    assert refused.returncode == 2
    assert "already runs on the data folder" in refused.stderr

    first = worker_of(server)
    os.kill(first, signal.SIGKILL)
    assert waited_for(lambda: worker_of(server) not in (0, first))

    everything = children_of(server.pid)
    server.send_signal(signal.SIGTERM)
    assert server.wait(PATIENCE) == 0
    assert is_free(site.port)
    assert not [pid for pid in everything if Path(f"/proc/{pid}").exists()]


def test_a_killed_supervisor_leaves_nothing_behind_and_the_next_start_serves(site: Site) -> None:
    server = site.serve()
    everything = children_of(server.pid)
    for pid in list(everything):
        everything |= children_of(pid)
    server.kill()
    server.wait()
    assert waited_for(lambda: not [pid for pid in everything if Path(f"/proc/{pid}").exists()])
    assert is_free(site.port)
    again = site.serve()
    assert answer(site.port) == "ok"
    again.send_signal(signal.SIGINT)
    assert again.wait(PATIENCE) == 0


def test_a_taken_port_is_said_in_a_sentence(site: Site) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = site.command("serve", "--port", str(other.getsockname()[1]))
    assert refused.returncode == 2
    assert "is taken. Choose another with --port" in refused.stderr
    assert "Traceback" not in refused.stderr
