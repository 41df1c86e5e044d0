"""What a process gives up for good before it touches a document: memory, time, network, files, privileges."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from baobab.reading.model import Limits

# Numbers of prctl(2), unshare(2) and landlock(7) on Linux; the same on every architecture since 5.13.
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
RULE_PATH_BENEATH = 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
FILE_ACCESS_FIRST = (1 << 13) - 1  # all of the first version: reading, writing, making, removing
REFER, TRUNCATE = 1 << 13, 1 << 14
NETWORK_ACCESS = 0b11  # bind and connect over TCP
SCOPES = 0b11  # abstract sockets and signals
SIGKILL = 9

OPEN_FILES = 64
OWN_FILES = 256 << 20
SHARE_OF_MACHINE = 0.4
NICENESS = 5


@dataclass(frozen=True, slots=True)
class Confinement:
    """What one child may use: bytes of address space, seconds of processor, and the folders it may write
    to."""

    address_space: int
    seconds: float
    writable: tuple[str, ...]
    readable: tuple[str, ...]


def memory_of_machine() -> int:
    """Bytes of memory that this process could ever have: the machine's, or the container's if that is
    less."""
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):
        whole = min(whole, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return whole


def memory_allowed(limits: Limits) -> int:
    """Bytes above the reader's own size that a document may take."""
    return min(limits.memory, int(memory_of_machine() * SHARE_OF_MACHINE))


def address_space_now() -> int:
    """Bytes of address space that this process maps already; they count against its limit."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmSize:"):
                return int(line.split()[1]) * 1024
    return 512 << 20


def readable_folders() -> tuple[str, ...]:
    """Where the interpreter, its libraries and Tesseract live: all that a child has reason to read."""
    here = Path(__file__).resolve().parents[1]
    system = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/dev/null", "/dev/urandom", "/nix/store"]
    own = [sys.prefix, sys.base_prefix, str(here), os.environ.get("TESSDATA_PREFIX", "")]
    return tuple(dict.fromkeys(path for path in own + system if path and Path(path).exists()))


def confine(confinement: Confinement) -> None:
    """Give up everything that reading needs not. Irrevocable; what the system does not offer is skipped,
    save for the limits on memory, time and files, which every system has."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        # Containers often forbid this; Landlock, below, closes TCP there.
        libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC)
    seconds = int(confinement.seconds) + 1
    for kind, most in (
        (resource.RLIMIT_AS, confinement.address_space),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, OWN_FILES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        lower_limit(kind, most)
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("900")
    if sys.platform == "linux":
        restrict_files(libc, confinement)


def lower_limit(kind: int, most: int) -> None:
    """Set a resource limit, never above the hard limit in force."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(kind, (most, most))


def restrict_files(libc: ctypes.CDLL, confinement: Confinement) -> bool:
    """Landlock: read only programs and libraries, write only to the given folders. False where it is
    absent."""
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    handled = FILE_ACCESS_FIRST | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    attributes = struct.pack("=Q", handled)
    if version >= 4:
        attributes += struct.pack("=Q", NETWORK_ACCESS)
    if version >= 6:
        attributes += struct.pack("=Q", SCOPES)
    rules = libc.syscall(LANDLOCK_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    if rules < 0:
        return False
    for path in confinement.readable:
        add_rule(libc, rules, path, EXECUTE | READ_FILE | READ_DIR)
    add_rule(libc, rules, "/dev/null", READ_FILE | WRITE_FILE)
    for path in confinement.writable:
        add_rule(libc, rules, path, handled & ~EXECUTE)
    done: int = libc.syscall(LANDLOCK_RESTRICT_SELF, rules, 0)
    os.close(rules)
    return done == 0


def add_rule(libc: ctypes.CDLL, rules: int, path: str, allowed: int) -> None:
    """Allow `allowed` beneath `path`; for a plain file only what applies to files."""
    try:
        handle = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except OSError:
        return
    if not Path(path).is_dir():
        allowed &= EXECUTE | READ_FILE | WRITE_FILE | TRUNCATE
    libc.syscall(LANDLOCK_ADD_RULE, rules, RULE_PATH_BENEATH, struct.pack("=Qi", allowed, handle), 0)
    os.close(handle)
