"""`baobab user`: accounts from the command line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from baobab.accounts import actions
from baobab.accounts.queries import user_with_address
from baobab.config.addresses import site_address
from baobab.config.newcomers import open_account
from baobab.organisation.models import Membership
from baobab.organisation.queries import unit_by_public_id


class Command(BaseCommand):
    help = "Add an account, or make a one-time sign-in link: user add EMAIL, user link EMAIL."

    def add_arguments(self, parser: CommandParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True)
        add = tasks.add_parser("add", help="add an account and print its one-time sign-in link")
        add.add_argument("email")
        add.add_argument("--name", default="", help="the person's name, as it is shown")
        add.add_argument(
            "--unit",
            default="",
            metavar="ID",
            help="the person's unit (`baobab unit list`); default: the root",
        )
        add.add_argument(
            "--role",
            default="",
            choices=Membership.Role.values,
            help="what the person is in the unit; default: member",
        )
        add.add_argument("--administrator", action="store_true", help="give the rights of an administrator")
        link = tasks.add_parser("link", help="print a one-time sign-in link for an account")
        link.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["task"] == "add":
            user = open_account(
                options["email"],
                name=options["name"],
                is_administrator=options["administrator"],
                unit=unit_by_public_id(options["unit"]) if options["unit"] else None,
                role=options["role"],
            )
        else:
            user = user_with_address(options["email"])
        secret = actions.make_one_time_link(user, by_user_id=None)
        self.stdout.write("This link signs in once, within 24 hours:")
        self.stdout.write(f"  {site_address()}/account/link/{secret}/")
