"""`baobab demo`: the sample organisation in a new data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from baobab.config.sample import load
from baobab.jobs.worker import Worker
from baobab.search.indexer import catch_up


class Command(BaseCommand):
    help = "Load the sample organisation into a new data folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where the folder holds a library already"
        )

    def before_prepare(self) -> None:
        """Called before the folder is prepared: only a folder that this command makes may hold the sample."""
        home = Path(settings.BAOBAB_HOME)
        if (
            not load.is_sample()
            and not (home / "run" / "prepared").exists()
            and not (home / "baobab.sqlite3").exists()
        ):
            load.mark_folder()

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and (load.is_loaded() or not load.is_sample()):
            return
        count = load.load_sample(say=self.stdout.write)
        self.stdout.write("Reading its documents ...")
        Worker().work_off()
        self.stdout.write("Indexing ...")
        catch_up()
        self.stdout.write(f"The sample is ready: {count} assets.")
