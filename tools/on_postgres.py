"""Runs a command with `BAOBAB_TEST_DATABASE_URL` naming a private PostgreSQL, thrown away afterwards."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.postgres import Cluster


def main(command: list[str]) -> int:
    """The command's exit status, or 2 where no command is given."""
    if not command:
        print("Say what to run: python -m tools.on_postgres COMMAND...", file=sys.stderr)
        return 2
    with Cluster() as cluster:
        environment = {**os.environ, "BAOBAB_TEST_DATABASE_URL": cluster.new_database()}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
