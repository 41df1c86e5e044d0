"""What this system offers for shutting in the readers of documents, tried in a process of its own."""

from __future__ import annotations

import ctypes
import subprocess
import sys

from baobab.reading.confinement import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWUSER,
    LANDLOCK_CREATE_RULESET,
)

# The first version of Landlock that keeps a process from TCP (Linux 6.7; landlock(7)).
LANDLOCK_WITH_NETWORK = 4
_ASK_FOR_VERSION = 1


def landlock_version() -> int:
    """The version of Landlock's interface, 0 where the system has none."""
    if sys.platform != "linux":
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    version: int = libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_FOR_VERSION)
    return max(0, version)


def has_user_namespaces() -> bool:
    """Whether an ordinary process here may leave the network behind (unshare(2), as the readers call it)."""
    if sys.platform != "linux":
        return False
    flags = CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC
    trial = f"import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({flags}) != 0)"
    return subprocess.run([sys.executable, "-I", "-c", trial], check=False).returncode == 0
