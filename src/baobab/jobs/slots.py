"""Who a worker is, and whether it still lives: a file lock, which the system drops when the process dies.

A worker is called `<node>/<slot>/<process>`. The node is this data folder; the slot is a file in it that
the worker holds locked. Where nobody holds a slot's lock, whatever ran there is dead, without waiting for
a lease to end. The locks are POSIX record locks, which a forked child does not inherit (fcntl(2)).
"""

from __future__ import annotations

import enum
import fcntl
import os
import secrets
from typing import IO

from .waking import run_folder

_MOST_SLOTS = 200


def node_name() -> str:
    """The name of this data folder among all that share the database; made once."""
    place = run_folder() / "node"
    if not place.exists():
        draft = run_folder() / f".node-{os.getpid()}-{secrets.token_hex(4)}"
        draft.write_text(secrets.token_hex(6))
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return place.read_text().strip()


class Slot:
    """A place for one worker process, held until `release` or the process's death."""

    def __init__(self) -> None:
        """Take the first free slot. Raises RuntimeError when all are taken."""
        for number in range(1, _MOST_SLOTS + 1):
            file = _locked(f"w{number}")
            if file is not None:
                self._file = file
                self.name = f"w{number}"
                break
        else:
            raise RuntimeError(f"{_MOST_SLOTS} workers already run on this data folder.")
        self.node = node_name()
        self.worker = f"{self.node}/{self.name}/{os.getpid()}-{secrets.token_hex(4)}"
        _held.add(self.name)

    def release(self) -> None:
        _held.discard(self.name)
        self._file.close()


# Slots of this very process: closing a second handle on one of them would drop its lock.
_held: set[str] = set()


def _locked(slot: str) -> IO[str] | None:
    if slot in _held:
        return None
    file = (run_folder() / f"worker-{slot}.lock").open("a")
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


class Life(enum.Enum):
    """What can be known of a worker from here."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


def life_of(worker: str, *, beside: Slot) -> Life:
    """Whether the worker lives, as the idle holder of `beside` sees it; unknown for other data folders."""
    if worker.count("/") != 2:
        return Life.UNKNOWN
    node, slot, _process = worker.split("/")
    if node != beside.node:
        return Life.UNKNOWN
    if slot == beside.name:
        return Life.DEAD  # a predecessor, or a job that this worker could not note the end of
    file = _locked(slot)
    if file is None:
        return Life.ALIVE
    file.close()
    return Life.DEAD
