"""What a page costs server and reader: processor time, requests per second, bytes of the first view.

Run: `python -m bench.web [--assets N] [--requests N]`. The sample organisation is loaded into an empty
folder, made-up public records are imported until there are N assets, and `baobab serve` runs with one
web process. One anonymous client asks for each page again and again over one connection. Processor time
is what the system says of the web process and its children (user and system) while they answer, per
request; it depends less on what else the machine does than requests per second. The floor is the page
that tells that the site is up: the framework without query or template. The first view is the page with its
style sheets, scripts and pictures that are not lazy, compressed as a browser asks for it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from bench.importing import made_records

_BAOBAB = (sys.executable, "-m", "baobab.config.command")
_HEADERS = {"Accept-Encoding": "br, gzip", "Accept": "text/html", "Accept-Language": "en"}
_WARM_UP = 20
# Seconds until a site that does not answer is given up.
_PATIENCE = 120.0
_GOALS = {"asset page": 6.0, "list": 8.0, "search": 10.0, "search, one word": 10.0}


class _Parts(HTMLParser):
    """The addresses of what a browser loads with a page at once."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_style = tag == "link" and given.get("rel") in ("stylesheet", "icon")
        if is_style and given.get("href"):
            self.found.append(str(given["href"]))
        elif tag in ("script", "img") and given.get("src") and given.get("loading") != "lazy":
            self.found.append(str(given["src"]))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


@contextmanager
def site(home: Path, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """A running site: its port and the id of its supervisor."""
    port = free_port()
    command = [*_BAOBAB, "serve", "--port", str(port), "--workers", "1", "--web-processes", "1"]
    with (home / "serve.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + _PATIENCE
        while "ready at" not in (home / "serve.log").read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"The site did not start:\n{(home / 'serve.log').read_text()[-2000:]}")
            time.sleep(0.2)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def processes_below(pid: int) -> list[int]:
    """The process and all that it started (proc(5))."""
    parents: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = place.read_text().rpartition(")")[2].split()[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(parent), []).append(int(place.parent.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += parents.get(found[-1], [])
    return found


def web_processes(supervisor: int) -> list[int]:
    """Those of the supervisor's processes that answer requests."""
    for pid in processes_below(supervisor):
        if "baobab.config.web" in Path(f"/proc/{pid}/cmdline").read_text():
            return processes_below(pid)
    raise SystemExit("The site has no web process.")


def processor_seconds(pids: Sequence[int]) -> float:
    """User and system seconds of these processes so far."""
    total = 0.0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def get(connection: http.client.HTTPConnection, path: str) -> tuple[bytes, http.client.HTTPResponse]:
    """The answer as it came over the wire."""
    connection.request("GET", path, headers=_HEADERS)
    answer = connection.getresponse()
    return answer.read(), answer


def first_view(port: int, path: str) -> int:
    """The bytes that a browser with an empty cache loads for the page, compressed."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    total = len(get(connection, path)[0])
    connection.request("GET", path, headers=_HEADERS | {"Accept-Encoding": "identity"})
    parts = _Parts()
    parts.feed(connection.getresponse().read().decode())
    for address in dict.fromkeys(parts.found):
        place = urlsplit(urljoin(path, address))
        if not place.netloc and place.scheme in ("", "http"):
            total += len(get(connection, place.path)[0])
    connection.close()
    return total


def measured(port: int, pids: Sequence[int], path: str, requests: int) -> tuple[float, float]:
    """Milliseconds of processor time per request, and requests per second of one client."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _number in range(_WARM_UP):
        answer = get(connection, path)[1]
        if answer.status != 200:
            raise SystemExit(f"{path} answers {answer.status}.")
    used, begun = processor_seconds(pids), time.monotonic()
    for _number in range(requests):
        get(connection, path)
    seconds = time.monotonic() - begun
    connection.close()
    return (processor_seconds(pids) - used) / requests * 1000, requests / seconds


def filled(home: Path, assets: int, environment: dict[str, str]) -> None:
    """The sample organisation, and made-up public records up to the number of assets."""
    # The folder is made by this command: the sample is loaded only into one of its own.
    subprocess.run([*_BAOBAB, "demo"], env=environment, stdout=subprocess.DEVNULL, check=True)
    records = made_records(home / "records.jsonl", max(1, assets - 60))
    command = [*_BAOBAB, "import", str(records), "--audience", "public"]
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)


def pages(port: int) -> dict[str, str]:
    """The pages that are measured, by what they are called."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    found = json.loads(get_plain(connection, "/api/v1/search?q=barond&size=1"))
    asset = found["hits"][0]["id"]
    connection.close()
    return {
        "floor": "/healthz",
        "home": "/en/",
        "list": "/en/library/",
        "asset page": f"/en/assets/{asset}/",
        "search, one word": "/en/search/?q=wetland",
        "search": "/en/search/?q=barond+kena+litur",
    }


def get_plain(connection: http.client.HTTPConnection, path: str) -> bytes:
    """The answer without compression."""
    connection.request("GET", path, headers={"Accept": "application/json"})
    return connection.getresponse().read()


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assets", type=int, default=2000)
    parser.add_argument("--requests", type=int, default=300)
    options = parser.parse_args(argv)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}"
    print(f"{options.assets:,} assets; {machine}, Python {platform.python_version()}\n")
    with tempfile.TemporaryDirectory(prefix="baobab-bench-") as folder:
        home = Path(folder) / "home"
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
            "BAOBAB_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
        }
        filled(home, options.assets, environment)
        with site(home, environment) as (port, supervisor):
            pids = web_processes(supervisor)
            print(f"{'':<20}{'cpu ms':>9}{'goal':>7}{'x floor':>9}{'requests/s':>12}{'first view kB':>15}")
            floor = 0.0
            for name, path in pages(port).items():
                cpu, rate = measured(port, pids, path, options.requests)
                floor = floor or cpu
                goal = f"{_GOALS[name]:.0f}" if name in _GOALS else ""
                view = "" if name == "floor" else f"{first_view(port, path) / 1000:.1f}"
                print(f"{name:<20}{cpu:>9.1f}{goal:>7}{cpu / floor:>9.1f}{rate:>12.0f}{view:>15}", flush=True)


if __name__ == "__main__":
    main()
