"""Processes that never outlive the one that started them, and locks that say who runs."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import sys
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with_parent(*, parent: int) -> None:
    """Have this process killed as soon as `parent` is gone (Linux; elsewhere nothing happens).

    Called in the child. A parent that died before the call is noticed too: then the child ends here.
    """
    if sys.platform != "linux":
        return
    if (
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) == 0
        and os.getppid() != parent
    ):
        os._exit(1)


class RoleLock:
    """The right to be the only one of a role on a data folder; the system drops it when the process dies."""

    def __init__(self, folder: Path, role: str) -> None:
        self._place = folder / f"serve-{role}.lock"
        self._file: IO[str] | None = None

    def take(self, note: str) -> str:
        """Take the lock and leave `note` in it. Returns "" or, when another holds it, that one's note."""
        file = self._place.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            return holder or "another process"
        file.truncate(0)
        file.write(note)
        file.flush()
        self._file = file
        return ""

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
