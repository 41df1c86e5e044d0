"""`baobab import PATH...`: folders, files and records into the library."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from baobab.importing import actions, queries, trial
from baobab.importing.jobs import run_import
from baobab.importing.models import ImportOutcome, ImportRun
from baobab.importing.options import Options, read_mapping, standing
from baobab.importing.sources import find_sources
from baobab.jobs.actions import enqueue
from baobab.jobs.models import Job
from baobab.jobs.worker import Worker
from baobab.kernel.errors import BadInput, BaobabError
from baobab.search.indexer import catch_up

ALL_IN, SOME_REFUSED, UNUSABLE = 0, 1, 2
_MARKS = {"created": "+", "changed": "~", "unchanged": "=", "duplicate": "≡", "refused": "✗", "noted": "·"}


class Command(BaseCommand):
    help = "Import folders and files: documents (PDF, Word, ...) and records (CSV, XLSX, JSON, JSON Lines)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a folder, a document, or a file of records")
        parser.add_argument("--source", default="", help="the name under which records are known again (default: the path)")
        parser.add_argument("--kind", default="product", help="the kind of asset that is made (default: product)")
        parser.add_argument("--audience", default="staff", help="public, staff or unit (default: staff)")
        parser.add_argument("--owner", default="", metavar="EMAIL", help="who owns what is imported (default: the root unit answers)")
        parser.add_argument("--unit", default="", metavar="ID", help="the unit that answers for it (default: the root unit)")
        parser.add_argument("--language", default="", help="the language of everything (default: told from each text)")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="which column feeds a field; repeat it")
        parser.add_argument("--mapping", default="", metavar="NAME", help="use a saved mapping")
        parser.add_argument("--save-mapping", default="", metavar="NAME", help="keep the mapping under a name")
        parser.add_argument("--accept-suggestions", action="store_true", help="take topics and places that are found as given")
        parser.add_argument("--as", dest="form", choices=["records", "documents"], default="", help="read named files as")
        parser.add_argument("--dry-run", action="store_true", help="check everything and write nothing")
        parser.add_argument("--background", action="store_true", help="queue the import for the running server and return")

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            options = self._options(given)
            standing(options)
            found = list(find_sources(given["paths"], options))
            if not found:
                raise BadInput(_("There is no file to import in what you named."))
            if given["save_mapping"]:
                actions.save_mapping(given["save_mapping"], dict(options.mapping))
            if given["dry_run"]:
                sys.exit(trial.dry_run(found, options, say=self.stdout.write))
            with transaction.atomic():
                run = actions.start_run(options)
                actions.list_sources(run, found)
                job = enqueue(run_import, key=run.public_id, run_id=run.pk)
        except BaobabError as error:
            self.stderr.write(str(error))
            sys.exit(UNUSABLE)
        self.stdout.write(
            _("%(count)s files to take in, for the audience “%(audience)s”, marked “not checked”.")
            % {"count": f"{len(found):,}", "audience": options.audience}
        )
        if given["background"]:
            self.stdout.write(_("Import %(id)s is queued; “baobab jobs” tells how far it is.") % {"id": run.public_id})
            return
        sys.exit(self._follow(run, job))

    def _options(self, given: dict[str, Any]) -> Options:
        mapping = queries.saved_mapping(given["mapping"]) if given["mapping"] else {}
        mapping |= read_mapping(given["map"])
        options = Options(
            kind=given["kind"], source=given["source"], audience=given["audience"], owner=given["owner"], unit=given["unit"],
            language=given["language"], mapping=mapping, accept_suggestions=given["accept_suggestions"], form=given["form"],
        )  # fmt: skip
        return actions.checked(options)

    def _follow(self, run: ImportRun, job: Job) -> int:
        """Do the work here, beside a server's workers where there are any, and tell what becomes of each file."""
        teller = _Teller(run, self.stdout.write)
        worker = Worker()
        stop = {"asked": False}

        def asked(*_signal: object) -> None:
            stop["asked"] = True
            worker.close()

        before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            worker.run_until(lambda: teller.tell() or _is_over(job))
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        teller.tell(final=True)
        run.refresh_from_db()
        job.refresh_from_db()
        if stop["asked"] and run.finished_at is None:
            self.stdout.write(_("Stopped. What was taken in is kept; “baobab jobs” shows the rest, and a running server goes on with it."))
            return SOME_REFUSED
        if run.finished_at is None:
            self.stderr.write(job.failure or _("The import could not be finished."))
            return UNUSABLE
        self.stdout.write(_("Indexing …"))
        catch_up()
        return self._summary(run)

    def _summary(self, run: ImportRun) -> int:
        figures = queries.summary(run)
        self.stdout.write(
            _("%(created)s new, %(changed)s changed, %(unchanged)s unchanged, %(duplicates)s duplicates, %(refused)s refused.")
            % {name: f"{value:,}" for name, value in figures.items() if name != "run"}
        )
        for name, encoding in queries.encodings(run):
            self.stdout.write(_("%(name)s was read as %(encoding)s.") % {"name": name, "encoding": encoding})
        audience = run.options.get("audience", "staff")
        self.stdout.write(_("Audience: %s. Topics and places that were found wait as suggestions unless you accepted them.") % audience)
        report = queries.write_report(run, Path(settings.BAOBAB_HOME) / "imports")
        if report is not None:
            self.stdout.write(_("What was refused or noted stands in %s") % report)
        return SOME_REFUSED if run.refused else ALL_IN

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, formatter_class=argparse.HelpFormatter, **kwargs)


def _is_over(job: Job) -> bool:
    state = Job.objects.filter(pk=job.pk).values_list("state", flat=True).first()
    return state not in (Job.State.WAITING, Job.State.RUNNING)


class _Teller:
    """Tells, a line each, what became of documents, and now and then how far records are."""

    def __init__(self, run: ImportRun, say: Callable[[str], Any]) -> None:
        self._run, self._say = run, say
        self._last = 0
        self._figures: dict[str, Any] = {}
        self._next = 0.0

    def tell(self, *, final: bool = False) -> bool:
        """Say what is new; always False, so that it can stand in a condition."""
        now = time.monotonic()
        if not final and now < self._next:
            return False
        self._next = now + 0.5
        for outcome in queries.outcomes_after(self._run, self._last):
            self._last = outcome.pk
            if outcome.row == 0 or outcome.verdict == ImportOutcome.Verdict.REFUSED:
                self._say(_line(outcome))
        return False


def _line(outcome: ImportOutcome) -> str:
    name = Path(outcome.file.path).name + (f" #{outcome.row}" if outcome.row else "")
    title = f" → {outcome.asset.title}" if outcome.asset and outcome.verdict in ("created", "changed") else ""
    return f"{_MARKS[outcome.verdict]} {name}{title}{'  ' + outcome.message if outcome.message else ''}"
