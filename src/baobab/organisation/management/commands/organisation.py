"""`baobab organisation`: what the organisation is called."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from baobab.organisation.actions import rename_unit
from baobab.organisation.queries import root_unit
from baobab.organisation.readers import system


class Command(BaseCommand):
    help = "Name the organisation: organisation name NAME [--language TAG]."

    def add_arguments(self, parser: CommandParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True)
        name = tasks.add_parser("name", help="give the organisation, which is the root unit, its name")
        name.add_argument("name")
        name.add_argument(
            "--language",
            default="",
            metavar="TAG",
            help="the language of this name; without it, the name replaces those in all languages",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        root = root_unit()
        kept = root.group.names if options["language"] else {}
        names = {**kept, options["language"] or "en": options["name"]}
        for tag, name in sorted(rename_unit(root, names, by=system()).group.names.items()):
            self.stdout.write(f"{tag}  {name}")
