"""Waking idle workers on this machine at once: they look at a file's time of change, without any query."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings


def run_folder() -> Path:
    """The folder for locks and marks of running processes."""
    folder = Path(settings.BAOBAB_HOME) / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _mark() -> Path:
    return run_folder() / "jobs-waiting"


def wake_workers() -> None:
    """Tell the workers on this machine that something waits. Those elsewhere find it when they next look."""
    now = time.time_ns()
    mark = _mark()
    try:
        os.utime(mark, ns=(now, now))
    except FileNotFoundError:
        mark.touch()


def last_call() -> int:
    """When the workers were last called, as a number that differs at each call."""
    try:
        return _mark().stat().st_mtime_ns
    except FileNotFoundError:
        return 0
