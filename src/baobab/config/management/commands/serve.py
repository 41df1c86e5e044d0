"""`baobab serve`: the whole site in one command."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from baobab.config.serve import ROLES, Supervisor


class Command(BaseCommand):
    help = "Serve the site: web, background workers and the search indexer, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        cores = os.cpu_count() or 1
        parser.add_argument("--port", type=int, default=8000, help="default 8000")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on; default 127.0.0.1")
        parser.add_argument(
            "--workers", type=int, default=min(2, cores), help="processes for background jobs"
        )
        parser.add_argument("--web-processes", type=int, default=min(2, cores), help="processes for pages")
        parser.add_argument(
            "--only", choices=ROLES, help="only this role, where several machines share the work"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        def say(line: str) -> None:
            self.stdout.write(line)
            self.stdout.flush()

        Supervisor(
            host=options["host"],
            port=options["port"],
            roles=[options["only"]] if options["only"] else ROLES,
            workers=max(1, options["workers"]),
            web_processes=max(1, options["web_processes"]),
            say=say,
        ).run()
