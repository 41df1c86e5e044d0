"""All reads of imports."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from baobab.kernel.errors import BadInput

from .models import ImportOutcome, ImportRun, ImportSource, SavedMapping


def summary(run: ImportRun) -> dict[str, Any]:
    """The figures of a run, by name."""
    names = ("created", "changed", "unchanged", "duplicates", "refused")
    return {"run": run.public_id} | {name: getattr(run, name) for name in names}


def outcomes_after(run: ImportRun, last: int) -> Iterator[ImportOutcome]:
    """What became of documents and noteworthy records, after the outcome with id `last`, in order (one query)."""
    rows = ImportOutcome.objects.filter(run=run, pk__gt=last).select_related("file", "asset").order_by("pk")
    return rows.iterator(chunk_size=200)


def problems(run: ImportRun) -> Iterator[ImportOutcome]:
    """What was refused, noted or a duplicate, in order."""
    worth = (ImportOutcome.Verdict.REFUSED, ImportOutcome.Verdict.NOTED, ImportOutcome.Verdict.DUPLICATE)
    rows = ImportOutcome.objects.filter(run=run, verdict__in=worth).select_related("file").order_by("pk")
    return rows.iterator(chunk_size=500)


def write_report(run: ImportRun, folder: Path) -> Path | None:
    """Write what was refused, noted or a duplicate to a CSV file (UTF-8) and give its path; None when there is nothing."""
    rows = problems(run)
    first = next(rows, None)
    if first is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"import-{run.public_id}.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["verdict", "file", "record", "id", "message"])
        for outcome in (first, *rows):
            cells = [outcome.verdict, outcome.file.path, outcome.row or "", outcome.record_id, outcome.message]
            writer.writerow([_harmless(str(cell)) for cell in cells])
    return path


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def saved_mapping(name: str) -> dict[str, str]:
    """The mapping kept under this name. Raises `BadInput` when there is none."""
    mapping = SavedMapping.objects.filter(name=name).first()
    if mapping is None:
        known = ", ".join(SavedMapping.objects.order_by("name").values_list("name", flat=True)) or "none yet"
        raise BadInput(f"No mapping is kept under “{name}”. There are: {known}.")
    return dict(mapping.fields)


def encodings(run: ImportRun) -> list[tuple[str, str]]:
    """The record files of the run and how their bytes were read as letters (one query)."""
    rows = ImportSource.objects.filter(run=run, sort=ImportSource.Sort.RECORDS).exclude(encoding="").order_by("pk")
    return [(Path(path).name, encoding) for path, encoding in rows.values_list("path", "encoding")]
