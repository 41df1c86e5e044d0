"""Kill -9 at random moments: everything that was asked for still happens, and once where that is promised."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres import Cluster

JOBS = 200
ROUNDS = 10
# Seconds within which a busy machine gets anything done that these tests wait for.
PATIENCE = 120.0

_COUNT = """
import django, json
django.setup()
from django.db import connection
from baobab.jobs.queries import counts
with connection.cursor() as cursor:
    cursor.execute("SELECT kind, count(*), count(DISTINCT number) FROM effects GROUP BY kind")
    effects = {kind: [total, distinct] for kind, total, distinct in cursor.fetchall()}
print(json.dumps({"states": counts(), "effects": effects}))
"""


class Site:
    """One database with processes that work on it."""

    def __init__(self, home: Path, database: str) -> None:
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "BAOBAB_TEST_HOME": str(home),
            "BAOBAB_TEST_DATABASE_URL": database,
            "LOG_LEVEL": "ERROR",
        }
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.jobs.crash", *arguments]
        process = subprocess.Popen(command, env=self._environment, cwd=Path(__file__).parents[2])
        self._started.append(process)
        return process

    def run(self, *arguments: str) -> None:
        assert self.start(*arguments).wait(PATIENCE) == 0

    def ask(self, code: str) -> str:
        asked = subprocess.run(
            [sys.executable, "-c", code],
            env=self._environment,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
        assert asked.returncode == 0, asked.stderr.decode()
        return asked.stdout.decode()

    def end(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    if request.param == "sqlite":
        database = f"sqlite:///{tmp_path / 'jobs.sqlite3'}"
    else:
        cluster: Cluster = request.getfixturevalue("postgres")
        database = cluster.new_database()
    site = Site(tmp_path, database)
    try:
        yield site
    finally:
        site.end()


def waited_for(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.5)
    return False


def counted(site: Site) -> dict[str, dict[str, int | list[int]]]:
    found: dict[str, dict[str, int | list[int]]] = json.loads(site.ask(_COUNT))
    return found


def test_jobs_survive_workers_and_supervisors_being_killed_at_any_moment(site: Site) -> None:
    dice = random.Random(20261120)
    site.run("queue", str(JOBS))
    for number in range(ROUNDS):
        victim = site.start("supervise", "2") if number % 2 else site.start("work")
        time.sleep(0.7 + dice.random())
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    worker = site.start("work")
    assert waited_for(lambda: not (counted(site)["states"]["waiting"] or counted(site)["states"]["running"]))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    assert not counted(site)["states"]["failed"]
    effects = counted(site)["effects"]
    assert effects["once"] == [JOBS // 2, JOBS // 2], (
        "exactly once, where the effect and the end are one transaction"
    )
    repeatable = effects["repeatable"]
    assert isinstance(repeatable, list)
    assert repeatable[1] == JOBS // 2, "at least once, for every other job"


_STATE = """
import django
django.setup()
from baobab.jobs.models import Job
job = Job.objects.get(name="crash.long")
print(job.state, job.attempts, job.deaths, job.done)
"""


_LEASE_HOLDS = """
import django
django.setup()
from baobab.jobs.models import Job
from baobab.kernel.clock import now
print(Job.objects.get(name="crash.long", state="running").lease_until > now())
"""


def state_of_long_job(site: Site) -> list[str]:
    return site.ask(_STATE).split()


def test_a_workers_end_by_sigterm_gives_its_job_back_and_loses_no_attempt(site: Site) -> None:
    site.run("queue", "0")
    site.run("long")
    worker = site.start("work")
    assert waited_for(lambda: state_of_long_job(site)[0] == "running")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0
    assert state_of_long_job(site)[:3] == ["waiting", "0", "0"]


def test_a_killed_workers_job_is_taken_over_without_waiting_for_the_lease(site: Site) -> None:
    site.run("queue", "0")
    site.run("long")
    victim = site.start("work")
    assert waited_for(lambda: state_of_long_job(site)[0] == "running")
    victim.kill()
    victim.wait()
    assert site.ask(_LEASE_HOLDS).strip() == "True", "the lease of the dead worker has not ended"
    site.start("work")
    assert waited_for(lambda: state_of_long_job(site)[2] == "1" or int(state_of_long_job(site)[3]) > 0)
