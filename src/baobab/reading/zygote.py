"""The zygote: a small process that holds the parsers ready and forks a confined child for every document.

It is started afresh, so it maps nothing of its parent (address space already mapped would count against every
child), and must never import numpy or Django. It parses no document itself: a child that is taken over or
killed
leaves it as it was. Run as `python -m baobab.reading.zygote SOCKET PARENT FOLDER` by `reader.Reader` alone.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

from baobab.reading import child, wire
from baobab.reading.confinement import (
    Confinement,
    address_space_now,
    confine,
    memory_allowed,
    readable_folders,
)
from baobab.reading.model import Limits

# Descriptors as the child sees them.
INPUT, OUTPUT, FOLDER = 3, 4, 5
ABOVE_ALL = 40
PARENT_CHECK = 5.0


@dataclass(slots=True)
class Ending:
    """How a child ended; `code` is a reason where the zygote itself stopped it."""

    code: str = ""
    signal: int = 0
    exit: int = 0
    milliseconds: int = 0
    peak_memory: int = 0
    memory_allowed: int = 0


def serve(connection: socket.socket, parent: int, folder: str) -> None:
    """Answer requests one after the other until the parent goes away."""
    child.warm_up()
    readable = readable_folders()
    connection.sendall(wire.frame(b"ready"))
    while True:
        ready, _, _ = select.select([connection], [], [], PARENT_CHECK)
        if not ready:
            if os.getppid() != parent:
                return
            continue
        try:
            request, descriptors = receive_request(connection)
        except (EOFError, ConnectionError):
            return
        try:
            output, ending = run_child(connection, request, descriptors, folder, readable)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        values = {
            "code": ending.code,
            "signal": ending.signal,
            "exit": ending.exit,
            "milliseconds": ending.milliseconds,
            "peak_memory": ending.peak_memory,
            "memory_allowed": ending.memory_allowed,
        }
        connection.sendall(wire.frame(wire.as_json(values)) + wire.frame(output))


def receive_request(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next request and the open files that came with it."""
    prefix, descriptors, _, _ = socket.recv_fds(connection, wire.LENGTH, 2)
    if len(prefix) < wire.LENGTH:
        if not prefix:
            raise EOFError
        prefix += wire.receive_exactly(connection, wire.LENGTH - len(prefix))
    request: dict[str, Any] = json.loads(wire.receive_exactly(connection, int.from_bytes(prefix, "big")))
    return request, list(descriptors)


def run_child(
    connection: socket.socket,
    request: dict[str, Any],
    descriptors: list[int],
    folder: str,
    readable: tuple[str, ...],
) -> tuple[bytes, Ending]:
    """Fork a child for one request, collect what it says, and end it at the latest when its time is over."""
    limits = Limits(**request["limits"])
    allowed = memory_allowed(limits)
    private = tempfile.mkdtemp(dir=folder)
    writable = (private, request["folder"]) if request.get("folder") else (private,)
    size = os.fstat(descriptors[0]).st_size
    confinement = Confinement(address_space_now() + allowed + size, limits.seconds, writable, readable)
    reading_end, writing_end = os.pipe()
    started = time.monotonic()
    process = os.fork()
    if process == 0:
        try:
            become_child([descriptors[0], writing_end, *descriptors[1:]], private, confinement)
            child.answer(request, limits, INPUT, OUTPUT, FOLDER)
            os._exit(0)
        finally:
            # Whatever went wrong, the child must not go on as a second zygote; its exit code tells.
            os._exit(1)
    os.close(writing_end)
    ending = Ending(memory_allowed=allowed)
    output = collect(connection, reading_end, started + limits.seconds, limits.output, ending)
    os.close(reading_end)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    _, status, usage = os.wait4(process, 0)
    if not ending.code and os.WIFSIGNALED(status) and not finished(output):
        ending.signal = os.WTERMSIG(status)
    ending.exit = os.waitstatus_to_exitcode(status)
    ending.milliseconds = round((time.monotonic() - started) * 1000)
    ending.peak_memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    shutil.rmtree(private, ignore_errors=True)
    return output, ending


def finished(output: bytes) -> bool:
    """Whether the child said all it had to say: its last frame is empty."""
    return output.endswith(wire.frame(b""))


def become_child(descriptors: list[int], private: str, confinement: Confinement) -> None:
    """Turn the forked process into one that has its input, its output, a private folder and nothing else."""
    os.setsid()
    moved = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, ABOVE_ALL) for descriptor in descriptors]
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    for target, descriptor in enumerate(moved, start=INPUT):
        os.dup2(descriptor, target, inheritable=False)
    os.closerange(INPUT + len(moved), os.sysconf("SC_OPEN_MAX"))
    os.chdir(private)
    os.environ.clear()
    os.environ.update(
        PATH="/usr/bin:/bin", HOME=private, TMPDIR=private, LC_ALL="C.UTF-8", OMP_THREAD_LIMIT="1"
    )
    tempfile.tempdir = private
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    confine(confinement)


def collect(connection: socket.socket, pipe: int, deadline: float, at_most: int, ending: Ending) -> bytes:
    """Everything the child writes until it ends, its time is over, it says too much, or the parent has
    gone."""
    pieces = bytearray()
    waiting: list[Any] = [pipe, connection]
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            ending.code = "time"
            return bytes(pieces)
        ready, _, _ = select.select(waiting, [], [], left)
        if pipe in ready:
            piece = os.read(pipe, 1 << 20)
            if not piece:
                return bytes(pieces)
            pieces += piece
            if len(pieces) > at_most:
                ending.code = "output"
                return b""
        elif connection in ready:
            # A parent that waits for an answer sends nothing: this is its end.
            ending.code = "time"
            return b""


def main() -> None:
    """Serve on the inherited socket."""
    descriptor, parent, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as connection:
        serve(connection, parent, folder)
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
