"""`baobab worker`: one process that does background jobs (`baobab serve` starts and restarts these)."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from baobab.jobs.worker import Worker


class Command(BaseCommand):
    help = "Do background jobs until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--only", nargs="+", metavar="NAME", help="do only jobs of these names")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker(names=options["only"])

        def end(signum: int, frame: FrameType | None) -> None:
            worker.close()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        worker.run_forever()
