"""`baobab unit`: the tree of the organisation's units."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from baobab.organisation.actions import add_unit
from baobab.organisation.models import Unit
from baobab.organisation.queries import root_unit, unit_by_public_id, units_in_order
from baobab.organisation.readers import system

_INDENT = "  "


class Command(BaseCommand):
    help = "List the organisation's units, or add one: unit list, unit add NAME --level LEVEL."

    def add_arguments(self, parser: CommandParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True)
        add = tasks.add_parser("add", help="add a unit and print its id")
        add.add_argument("name")
        add.add_argument("--level", required=True, choices=Unit.Level.values, help="what sort of unit it is")
        add.add_argument("--parent", default="", metavar="ID", help="the unit above it; default: the root")
        add.add_argument("--country", default="", metavar="XX", help="its country, ISO 3166-1 alpha-2")
        add.add_argument(
            "--language", default="en", metavar="TAG", help="the language of its name; default en"
        )
        tasks.add_parser("list", help="list all units, each with its id")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["task"] == "list":
            for unit, depth in units_in_order():
                self._tell(unit, depth=depth)
            return
        parent = unit_by_public_id(options["parent"]) if options["parent"] else root_unit()
        unit = add_unit(
            {options["language"]: options["name"]},
            level=options["level"],
            parent=parent,
            country=options["country"],
            by=system(),
        )
        self._tell(unit, depth=0)

    def _tell(self, unit: Unit, *, depth: int) -> None:
        parts = (unit.group.public_id, unit.level, unit.country)
        self.stdout.write(f"{_INDENT * depth}{unit}  ({', '.join(part for part in parts if part)})")
