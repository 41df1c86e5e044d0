"""A program for the crash tests: `python -m tests.jobs.crash queue N | work | supervise WORKERS`.

It uses its own table, so that the effect of a job is a row that can be counted.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from baobab.config.processes import die_with_parent  # noqa: E402
from baobab.jobs.actions import enqueue  # noqa: E402
from baobab.jobs.registry import job  # noqa: E402
from baobab.jobs.run import Run  # noqa: E402
from baobab.jobs.worker import Worker  # noqa: E402


def note(kind: str, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO effects (kind, number) VALUES (%s, %s)", [kind, number])


@job("crash.once")
def once(run: Run, *, number: int) -> None:
    """Its effect and its end are one transaction."""
    note("start", number)
    time.sleep(0.02)
    with transaction.atomic():
        note("once", number)
        run.finish()


@job("crash.repeatable")
def repeatable(run: Run, *, number: int) -> None:
    """Its end is noted after its effect."""
    note("repeatable", number)


@job("crash.long")
def long(run: Run) -> None:
    """Counts on and on, and remembers where it was."""
    for number in range(10_000):
        run.progress(done=number)
        time.sleep(0.01)


def queue(count: int) -> None:
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS effects (kind varchar(20), number integer)")
        for number in range(count):
            enqueue(once if number % 2 else repeatable, number=number)


def supervise(workers: int) -> None:
    """A small supervisor: its workers die with it."""
    parent = os.getpid()
    for _number in range(workers):
        subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.crash", "work"],
            preexec_fn=lambda: die_with_parent(parent=parent),
        )
    signal.pause()


if __name__ == "__main__":
    if sys.argv[1] == "queue":
        queue(int(sys.argv[2]))
    elif sys.argv[1] == "long":
        enqueue(long)
    elif sys.argv[1] == "supervise":
        supervise(int(sys.argv[2]))
    else:
        worker = Worker()
        signal.signal(signal.SIGTERM, lambda signum, frame: worker.close())
        worker.run_forever()
