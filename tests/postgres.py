"""A private PostgreSQL cluster for tests: its own folder, a Unix socket, no network."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, the newest if there are several, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda place: int(place.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    return Path(on_path).resolve().parent if on_path and shutil.which("initdb") else None


class Cluster:
    """Started by `with`, stopped and deleted at its end. Root may not run a server: `postgres` does."""

    def __enter__(self) -> Self:
        folder = binaries()
        if folder is None:
            raise RuntimeError("No PostgreSQL server is installed.")
        self._binaries = folder
        self._home = Path(tempfile.mkdtemp(prefix="baobab-pg-"))
        self._as: Sequence[str] = ()
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            os.chown(self._home, account.pw_uid, account.pw_gid)
            self._as = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
        self._run(
            "initdb", "-D", f"{self._home}/data", "-U", "baobab", "-A", "trust", "-E", "UTF8", "--no-sync"
        )
        options = (
            f"-c listen_addresses= -c unix_socket_directories={self._home} -c fsync=off -c max_connections=60"
        )
        self._run(
            "pg_ctl", "-D", f"{self._home}/data", "-w", "-l", f"{self._home}/log", "-o", options, "start"
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "-D", f"{self._home}/data", "-m", "immediate", "stop")
        shutil.rmtree(self._home, ignore_errors=True)

    def new_database(self) -> str:
        """Make an empty database; returns its `DATABASE_URL`."""
        name = f"t{uuid.uuid4().hex[:12]}"
        import psycopg

        with psycopg.connect(
            host=str(self._home), user="baobab", dbname="postgres", autocommit=True
        ) as server:
            server.execute(f"CREATE DATABASE {name}")
        return f"postgres://baobab@/{self._home}/{name}"

    def _run(self, tool: str, *arguments: str) -> None:
        ended = subprocess.run(
            [*self._as, str(self._binaries / tool), *arguments],
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if ended.returncode:
            raise RuntimeError(f"{tool} ended with status {ended.returncode}; its folder is {self._home}.")
