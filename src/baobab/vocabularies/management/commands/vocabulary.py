"""`baobab vocabulary`: bring SKOS files into the database, and list what is there."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput

from ... import queries
from ...actions import import_scheme
from ...languages import FALLBACK
from ...models import Scheme

# Exit statuses, the same for every command that takes files in.
ALL_IN, WITH_PROBLEMS, UNUSABLE = 0, 1, 2


class Command(BaseCommand):
    """Exit status: 0 all in, 1 taken in with problems that are named, 2 unusable."""

    help = "Import a SKOS vocabulary (Turtle, RDF/XML, N-Triples or JSON-LD), or list those that are here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        importing = acts.add_parser("import", help="take a file in, or bring what came from it up to date")
        importing.add_argument("file", type=Path)
        importing.add_argument(
            "--use",
            choices=Scheme.Use.values,
            help="what it is for; only topics are suggested and counted (default: as before, else topics)",
        )
        importing.add_argument(
            "--scheme", default="", help="the URI of the one scheme to take, where a file has several"
        )
        acts.add_parser("list", help="the vocabularies that are here")

    def handle(self, *_args: Any, **options: Any) -> None:
        status = self._list() if options["act"] == "list" else self._import(**options)
        if status != ALL_IN:
            sys.exit(status)

    def _import(self, *, file: Path, use: str | None, scheme: str, **_options: Any) -> int:
        try:
            report = import_scheme(file, by_user_id=None, use=use, scheme_uri=scheme)
        except BadInput as error:
            self.stderr.write(str(error))
            return UNUSABLE
        for line in queries.schemes(get_language() or FALLBACK):
            if line.scheme in report.schemes:
                self.stdout.write(f"{line.title} ({line.scheme.uri})")
        for sentence in report.sentences():
            self.stdout.write(sentence)
        return WITH_PROBLEMS if report.problems or report.cycles else ALL_IN

    def _list(self) -> int:
        lines = queries.schemes(get_language() or FALLBACK)
        if not lines:
            self.stdout.write(_("There is no vocabulary yet."))
        for line in lines:
            self.stdout.write(
                f"{line.title}\t{line.scheme.get_use_display()}\t{line.concepts}\t{line.scheme.uri}"
            )
        return ALL_IN
