"""All reads of imports."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from baobab.assets.models import Asset
from baobab.kernel.errors import BadInput

from .models import ImportOutcome, ImportRun, ImportSource, SavedMapping


def summary(run: ImportRun) -> dict[str, Any]:
    """The figures of a run, by name."""
    names = ("created", "changed", "unchanged", "duplicates", "refused")
    return {"run": run.public_id} | {name: getattr(run, name) for name in names}


def sources_to_do(run: ImportRun) -> Iterator[ImportSource]:
    """The sources that are not taken in yet, in order, in constant memory; a query each.

    Never one query for many: while its rows are not all fetched, SQLite reads from the database as it was,
    and refuses at once ("database is locked") to write after anybody else has written.
    """
    last = 0
    while source := ImportSource.objects.filter(run=run, is_done=False, pk__gt=last).order_by("pk").first():
        yield source
        last = source.pk


def assets_of(run: ImportRun) -> QuerySet[Asset]:
    """The assets whose records or documents this run saw last."""
    return Asset.objects.filter(origin__last_run=run.public_id)


def done_count(run: ImportRun) -> int:
    """How many documents and records of the run are taken in (two queries)."""
    sources = ImportSource.objects.filter(run=run)
    documents = sources.filter(sort=ImportSource.Sort.DOCUMENT, is_done=True).count()
    return documents + (sources.aggregate(records=Sum("position"))["records"] or 0)


def document_count(run: ImportRun) -> int | None:
    """How many documents the run takes in; None with files of records, whose records nobody counted."""
    sorts = ImportSource.objects.filter(run=run).values_list("sort", flat=True)
    return None if ImportSource.Sort.RECORDS in set(sorts.distinct()) else sorts.count()


def records_taken(run: ImportRun) -> list[tuple[str, int]]:
    """The files of records that are being taken in, and how many records of each are in (one query)."""
    rows = ImportSource.objects.filter(run=run, sort=ImportSource.Sort.RECORDS, is_done=False, position__gt=0)
    return [(Path(path).name, position) for path, position in rows.values_list("path", "position")]


def outcomes_after(run: ImportRun, last: int) -> Iterator[ImportOutcome]:
    """What became of documents and noteworthy records, after the outcome `last`, in order (one query)."""
    rows = ImportOutcome.objects.filter(run=run, pk__gt=last).select_related("file", "asset").order_by("pk")
    return rows.iterator(chunk_size=200)


def problems(run: ImportRun) -> Iterator[ImportOutcome]:
    """What was refused, noted or a duplicate, in order."""
    worth = (ImportOutcome.Verdict.REFUSED, ImportOutcome.Verdict.NOTED, ImportOutcome.Verdict.DUPLICATE)
    rows = ImportOutcome.objects.filter(run=run, verdict__in=worth).select_related("file").order_by("pk")
    return rows.iterator(chunk_size=500)


def report_of(run: ImportRun) -> Path:
    """Where the report of the run stands, if anything was worth one."""
    return Path(settings.BAOBAB_HOME) / "imports" / f"import-{run.public_id}.csv"


def write_report(run: ImportRun) -> Path | None:
    """Write what was refused, noted or a duplicate to a CSV file (UTF-8); its path, or None without any.

    No cell is taken for a formula by a spreadsheet. Constant memory, however many rows.
    """
    rows = problems(run)
    first = next(rows, None)
    if first is None:
        return None
    path = report_of(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["verdict", "file", "record", "id", "message"])
        for outcome in chain((first,), rows):
            where = (outcome.file.path, str(outcome.row or ""), outcome.record_id)
            writer.writerow([_harmless(cell) for cell in (outcome.verdict, *where, outcome.message)])
    return path


def _harmless(cell: str) -> str:
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def saved_mapping(name: str) -> dict[str, str]:
    """The mapping kept under this name. Raises `BadInput` when there is none."""
    mapping = SavedMapping.objects.filter(name=name.strip()).first()
    if mapping is None:
        known = ", ".join(SavedMapping.objects.order_by("name").values_list("name", flat=True))
        if not known:
            raise BadInput(_("No mapping is kept under “%s”; none has been saved yet.") % name)
        raise BadInput(
            _("No mapping is kept under “%(name)s”. There are: %(known)s.") % {"name": name, "known": known}
        )
    return dict(mapping.fields)


def encodings(run: ImportRun) -> list[tuple[str, str]]:
    """The record files of the run and how their bytes were read as letters (one query)."""
    rows = ImportSource.objects.filter(run=run, sort=ImportSource.Sort.RECORDS).exclude(encoding="")
    return [(Path(path).name, code) for path, code in rows.order_by("pk").values_list("path", "encoding")]
