"""A real OpenSearch on 127.0.0.1 for tests: started by `with`, gone with whoever started it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

HERE = Path(__file__).resolve().parent
# The name of the folder that keeps the server's libraries; another version is another folder.
_LIBRARIES = "opensearch-2.19.1"
_FETCH_SECONDS = 300
_START_SECONDS = 120
_HEAP = "-Xmx1g"


@cache
def lacking() -> str:
    """Why this machine cannot run the server; empty when it can. The first time it fetches the libraries."""
    missing = [tool for tool in ("java", "javac", "mvn") if shutil.which(tool) is None]
    if missing:
        return f"there is no {' and no '.join(missing)}"
    try:
        libraries()
    except (RuntimeError, subprocess.TimeoutExpired) as error:
        return f"the libraries of OpenSearch cannot be had: {error}"
    return ""


def libraries() -> Path:
    """The folder of the server's libraries, fetched by Maven once (53 MB) and then kept.

    Raises `RuntimeError` with Maven's last words where they cannot be fetched.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "baobab"
    kept = cache / _LIBRARIES
    if kept.is_dir():
        return kept
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        shutil.copy(HERE / "pom.xml", folder)
        command = ("mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib")
        ended = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_FETCH_SECONDS, check=False
        )
        if ended.returncode:
            raise RuntimeError(f"Maven could not fetch OpenSearch: {ended.stdout[-2000:]}")
        if not kept.exists():  # another process may have been faster
            (Path(folder) / "lib").rename(kept)
    return kept


class Server:
    """A cluster of one or two nodes, a process each. `hosts` are their addresses, `log` their messages.

    It ends with the `with`, and with this process however that ends: the nodes' standard input closes then.
    """

    def __init__(self, *, nodes: int = 1) -> None:
        self._count = nodes
        self.hosts: list[str] = []

    def __enter__(self) -> Self:
        self._home = Path(tempfile.mkdtemp(prefix="baobab-opensearch-"))
        self.log = self._home / "log"
        self._nodes: list[subprocess.Popen[bytes]] = []
        port = _free_ports(2 * self._count)
        for number in range(self._count):
            ports = (port + number, port + self._count + number, port + self._count)
            self._nodes.append(self._started(number, ports))
            self.hosts.append(f"127.0.0.1:{ports[0]}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for node in self._nodes:
            _end(node)
        shutil.rmtree(self._home, ignore_errors=True)

    def url(self, prefix: str, *, options: str = "") -> str:
        """A `SEARCH_URL` for this server, under which nobody else keeps an index if `prefix` is new."""
        return f"opensearch://{','.join(self.hosts)}/{prefix}{options}"

    def kill(self, number: int) -> None:
        """End a node as a power cut would."""
        self._nodes[number].kill()
        self._nodes[number].wait()

    def _started(self, number: int, ports: tuple[int, ...]) -> subprocess.Popen[bytes]:
        command = ["java", _HEAP, "-cp", f"{libraries()}/*", str(HERE / "Node.java"), f"node-{number}"]
        with self.log.open("a") as log:
            node = subprocess.Popen(
                [*command, str(self._home / f"node-{number}"), *map(str, ports)],
                cwd=self._home, stdin=subprocess.PIPE, stdout=log, stderr=log,
            )  # fmt: skip
        until = time.monotonic() + _START_SECONDS
        while node.poll() is None and time.monotonic() < until:
            if _is_member(ports[0], of=number + 1):
                return node
            time.sleep(0.2)
        told = self.log.read_text()[-2000:]
        _end(node)
        raise RuntimeError(f"OpenSearch did not start: {told}")


def _is_member(port: int, *, of: int) -> bool:
    """Whether the node answers and sees a cluster of so many."""
    place = f"http://127.0.0.1:{port}/_cluster/health?wait_for_nodes={of}&timeout=1s"
    try:
        with urllib.request.urlopen(place, timeout=5) as answer:
            return not json.load(answer)["timed_out"]
    except (OSError, ValueError):
        return False


def _end(node: subprocess.Popen[bytes]) -> None:
    if node.stdin:
        node.stdin.close()
    try:
        node.wait(timeout=20)
    except subprocess.TimeoutExpired:
        node.kill()
        node.wait()


def _free_ports(count: int) -> int:
    """The first of so many free ports in a row."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = int(probe.getsockname()[1])
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first
