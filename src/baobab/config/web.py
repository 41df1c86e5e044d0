"""The web server as a process of its own: `python -m baobab.config.web HOST PORT PROCESSES`."""

from __future__ import annotations

import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

# Measured: four threads per process give the best throughput at the least memory.
_THREADS = 4


def serve(host: str, port: int, processes: int) -> None:
    """Serve until SIGTERM; a process that dies is replaced."""
    os.environ["BAOBAB_WEB_PARENT"] = str(os.getpid())
    Granian(
        "baobab.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
