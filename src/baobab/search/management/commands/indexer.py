"""`baobab indexer`: the one process that writes the search index (`baobab serve` starts and restarts it)."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from baobab.search import indexer


class Command(BaseCommand):
    help = "Keep the search index current until stopped. A second one waits until the first ends."

    def handle(self, *args: Any, **options: Any) -> None:
        is_over = False

        def end(signum: int, frame: FrameType | None) -> None:
            nonlocal is_over
            is_over = True

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        indexer.run(stop=lambda: is_over)
