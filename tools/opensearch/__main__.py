"""Runs a command with `SEARCH_URL` naming a private OpenSearch; without one keeps it until Ctrl-C.

python -m tools.opensearch [--nodes 2] [COMMAND...]
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys

from tools.opensearch import Server, lacking

_ENDINGS = {signal.SIGINT, signal.SIGTERM}


def main(arguments: list[str]) -> int:
    """The command's exit status, or 2 where the server cannot be run."""
    parser = argparse.ArgumentParser(prog="python -m tools.opensearch")
    parser.add_argument("--nodes", type=int, default=1, choices=(1, 2))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args(arguments)
    if reason := lacking():
        print(f"OpenSearch cannot be run here: {reason}.", file=sys.stderr)
        return 2
    with Server(nodes=asked.nodes) as server:
        url = server.url("baobab")
        if asked.command:
            environment = {**os.environ, "SEARCH_URL": url, "BAOBAB_TEST_OPENSEARCH": ",".join(server.hosts)}
            return subprocess.run(asked.command, env=environment, check=False).returncode
        print(f"SEARCH_URL={url}", flush=True)
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
        signal.sigwait(_ENDINGS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
