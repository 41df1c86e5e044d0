"""`baobab import PATH...`: folders, files and records into the library."""  # noqa: N999 - a command is called by its module

from __future__ import annotations

import argparse
import signal
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baobab.importing import actions, queries, trial
from baobab.importing.jobs import run_import
from baobab.importing.models import ImportOutcome, ImportRun
from baobab.importing.options import FIELDS, Options, read_mapping, standing
from baobab.importing.sources import find_sources, require_words
from baobab.jobs.actions import enqueue
from baobab.jobs.models import Job
from baobab.jobs.queries import is_due
from baobab.jobs.worker import Worker
from baobab.kernel.errors import BaobabError
from baobab.search.indexer import catch_up
from baobab.search.lookalikes.actions import take_in_some
from baobab.search.lookalikes.queries import with_lookalikes

ALL_IN, SOME_REFUSED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
_MARKS = {"created": "+", "changed": "~", "unchanged": "=", "duplicate": "≡", "refused": "✗", "noted": "·"}
_IMPORTS, _SUGGESTIONS = "importing.run", "assets.suggest"
# Seconds: how often what is new is told, and how often how far a file of records is.
_TELL_EVERY = 0.3
# So long what came in is compared with what was there; a running server goes on with the rest.
_COMPARE_SECONDS = 15.0
# So many refused records of a file get a line each.
_MOST_REFUSED_LINES = 20
_TELL_RECORDS_EVERY = 3.0
_ABOUT = f"""
In a folder every file is a document (PDF, Word, slides, sheets, web pages, mail, images, ...), known again
by its path. A CSV, TSV, XLSX, JSON or JSON Lines file named by itself (gzip or not) holds records, one to a
row or object, known again by their id. The same import again changes nothing; what changed at its source
becomes a new revision or version. What is imported is published for its audience, marked "not checked".

Fields of a record: {", ".join(FIELDS)}, and those of its kind
(for products: series, licence, rights, doi, isbn). Several values stand between semicolons; topics may be
labels or URIs, places ISO 3166 or M49 codes or names, files paths beside the records. All other columns
are kept under their own names.

Exit status: 0 everything is in, 1 some was refused (the report named at the end tells what), 2 nothing
could be begun or finished, 130 stopped by Ctrl-C.

Examples:
  baobab import ~/reports --audience public
  baobab import lessons.csv --source lessons --map title=Subject --map body=Abstract --save-mapping lessons
  baobab import lessons.csv --source lessons --mapping lessons --dry-run
"""


class Command(BaseCommand):
    help = "Import folders and files: documents (PDF, Word, ...) and records (CSV, XLSX, JSON, JSON Lines)."

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("paths", nargs="+", metavar="PATH", help="a folder, a document, or a file of records")
        add(
            "--dry-run",
            action="store_true",
            help="check everything, say what would be refused, write nothing",
        )
        add("--audience", default="staff", help="who may read it: public, staff or unit (default: staff)")
        add(
            "--owner",
            default="",
            metavar="EMAIL",
            help="who owns it (default: nobody; its unit answers for it)",
        )
        add("--unit", default="", metavar="ID", help="the unit that answers for it (default: the topmost)")
        add(
            "--language",
            default="",
            help="language of records and files that do not say theirs, as en or French",
        )
        add(
            "--kind",
            default="product",
            help="what each becomes unless a record says otherwise (default: product)",
        )
        add(
            "--source",
            default="",
            metavar="NAME",
            help="name under which records are known again (default: the path)",
        )
        add(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help="the column that feeds a field; repeat it",
        )
        add("--mapping", default="", metavar="NAME", help="use the mapping kept under this name")
        add("--save-mapping", default="", metavar="NAME", help="keep the mapping under this name")
        add(
            "--accept-suggestions",
            action="store_true",
            help="give each the topics and places found in its text",
        )
        add(
            "--as",
            dest="form",
            choices=["records", "documents"],
            default="",
            help="what the files are, where it is told wrongly",
        )
        add(
            "--background",
            action="store_true",
            help="leave the work to the running server and return at once",
        )

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name,
            subcommand,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            epilog=textwrap.dedent(_ABOUT),
            **kwargs,
        )

    def handle(self, *args: Any, **given: Any) -> None:
        try:
            options = self._options(given)
            standing(options)
            found = list(find_sources(given["paths"], options))
            if not found:
                self.stderr.write(_("There is no file to import in what you named."))
                sys.exit(UNUSABLE)
            require_words(found, options)
            if given["dry_run"]:
                sys.exit(trial.dry_run(found, options, say=self.stdout.write))
            with transaction.atomic():
                if given["save_mapping"]:
                    actions.save_mapping(given["save_mapping"], dict(options.mapping))
                run = actions.start_run(options)
                actions.list_sources(run, found)
                job = enqueue(run_import, key=run.public_id, run_id=run.pk)
        except BaobabError as error:
            self.stderr.write(str(error))
            sys.exit(UNUSABLE)
        self.stdout.write(
            _("Files to take in: %(count)s. Audience: %(audience)s. Marked “not checked”.")
            % {"count": f"{len(found):,}", "audience": options.audience}
        )
        if given["background"]:
            said = {"number": job.pk, "report": queries.report_of(run)}
            self.stdout.write(
                _("Queued as job %(number)s; “baobab jobs” tells how far it is. Its report: %(report)s")
                % said
            )
            return
        sys.exit(self._follow(run, job))

    def _options(self, given: dict[str, Any]) -> Options:
        mapping = queries.saved_mapping(given["mapping"]) if given["mapping"] else {}
        mapping |= read_mapping(given["map"])
        options = Options(
            kind=given["kind"], source=given["source"], audience=given["audience"], owner=given["owner"],
            unit=given["unit"], language=given["language"], mapping=mapping, form=given["form"],
            accept_suggestions=given["accept_suggestions"],
        )  # fmt: skip
        return actions.checked(options)

    def _follow(self, run: ImportRun, job: Job) -> int:
        """Do the work here, beside a server's workers if there are any; tell what becomes of each file."""
        worker = Worker(names=(_IMPORTS, _SUGGESTIONS))
        stop = threading.Event()

        def asked(*_signal: object) -> None:
            stop.set()
            worker.close()

        before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            with _Teller(run, self.stdout.write):
                worker.run_until(lambda: _is_over(job, is_accepting=bool(run.options["accept_suggestions"])))
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        run.refresh_from_db()
        job.refresh_from_db()
        if run.finished_at is None and stop.is_set():
            self.stdout.write(
                _(
                    "Stopped. What was taken in is kept. The next import or a running server goes on "
                    "with the rest; “baobab jobs stop %s” drops it."
                )
                % job.pk
            )
            return INTERRUPTED
        if run.finished_at is None:
            self.stderr.write(job.failure or _("The import was stopped. What was taken in is kept."))
            return UNUSABLE
        self.stdout.write(_("Indexing …"))
        if not catch_up():
            self.stdout.write(_("The search index is not up to date yet; a running server goes on with it."))
        until = time.monotonic() + _COMPARE_SECONDS
        while time.monotonic() < until and take_in_some():
            pass
        return self._summary(run)

    def _summary(self, run: ImportRun) -> int:
        figures = queries.summary(run)
        self.stdout.write(
            _(
                "%(created)s new, %(changed)s changed, %(unchanged)s unchanged, "
                "%(duplicates)s duplicates, %(refused)s refused."
            )
            % {name: f"{value:,}" for name, value in figures.items() if name != "run"}
        )
        for name, encoding in queries.encodings(run):
            self.stdout.write(_("%(name)s was read as %(encoding)s.") % {"name": name, "encoding": encoding})
        self.stdout.write(_("Audience: %s.") % run.options["audience"])
        if run.created or run.changed:
            self.stdout.write(
                _("Topics and places found in the texts were accepted.")
                if run.options["accept_suggestions"]
                else _("Topics and places become suggestions as soon as a server runs.")
            )
        if count := with_lookalikes(queries.assets_of(run)):
            self.stdout.write(
                ngettext(
                    "%s of them looks like something else in the library: see “What may be there twice”.",
                    "%s of them look like something else in the library: see “What may be there twice”.",
                    count,
                )
                % f"{count:,}"
            )
        report = queries.report_of(run)
        if report.exists():
            self.stdout.write(_("What was refused or noted stands in %s") % report)
        return SOME_REFUSED if run.refused else ALL_IN


def _is_over(job: Job, *, is_accepting: bool) -> bool:
    """Whether the import is done, imports that were cut off too, and its suggestions where they count."""
    if Job.objects.filter(pk=job.pk, state__in=(Job.State.WAITING, Job.State.RUNNING)).exists():
        return False
    return not is_due(_IMPORTS) and not (is_accepting and is_due(_SUGGESTIONS, after=job.pk))


class _Teller:
    """Tells, from a thread of its own, what became of each document and now and then how far records are."""

    def __init__(self, run: ImportRun, say: Callable[[str], Any]) -> None:
        self._run, self._say = run, say
        self._last = 0
        self._figures: list[tuple[str, int]] = []
        self._refused: Counter[int] = Counter()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tell_on, name="import-teller", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()
        self._tell()

    def _tell_on(self) -> None:
        next_figures = time.monotonic() + _TELL_RECORDS_EVERY
        while not self._over.wait(_TELL_EVERY):
            self._tell()
            if time.monotonic() > next_figures:
                next_figures = time.monotonic() + _TELL_RECORDS_EVERY
                self._tell_figures()
        connection.close()

    def _tell(self) -> None:
        for outcome in queries.outcomes_after(self._run, self._last):
            self._last = outcome.pk
            if outcome.row == 0:
                self._say(_line(outcome))
            elif outcome.verdict == ImportOutcome.Verdict.REFUSED:
                self._tell_refused(outcome)

    def _tell_refused(self, outcome: ImportOutcome) -> None:
        """A line each for the first refused records of a file; the rest stand in the report."""
        self._refused[outcome.file_id] += 1
        if self._refused[outcome.file_id] <= _MOST_REFUSED_LINES:
            self._say(_line(outcome))
        elif self._refused[outcome.file_id] == _MOST_REFUSED_LINES + 1:
            self._say(_("✗ … and more of this file: the report names every one."))

    def _tell_figures(self) -> None:
        figures = queries.records_taken(self._run)
        if figures != self._figures:
            for name, position in figures:
                self._say(_("… %(name)s: %(count)s records") % {"name": name, "count": f"{position:,}"})
        self._figures = figures


def _line(outcome: ImportOutcome) -> str:
    name = Path(outcome.file.path).name + (f" #{outcome.row}" if outcome.row else "")
    title = f" → {outcome.asset.title}" if outcome.asset and outcome.verdict in ("created", "changed") else ""
    return f"{_MARKS[outcome.verdict]} {name}{title}{'  ' + outcome.message if outcome.message else ''}"
