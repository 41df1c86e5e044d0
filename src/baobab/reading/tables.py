"""Rows of CSV and XLSX files, one at a time in constant memory, for whoever imports records."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from baobab.reading.budget import Budget
from baobab.reading.encoding import detect_encoding
from baobab.reading.formats.xlsx import RowReader, Workbook
from baobab.reading.model import Limits
from baobab.reading.package import Package
from baobab.reading.reasons import Refused

SAMPLE_LINES = 60
DELIMITERS = ",;\t|"
LONGEST_CELL = 10_000_000
# Importing a table takes as long as it takes; memory stays constant, and a part may not swell beyond honesty.
ROW_LIMITS = Limits(
    seconds=7 * 86_400.0,
    characters=1 << 50,
    events=1 << 50,
    cells=1 << 50,
    part=4 << 30,
    unpacked=8 << 30,
    upload=4 << 30,
)


class Dialect(csv.excel):
    """Excel's CSV with the delimiter found in the file."""

    strict = False


def dialect_of(sample: str) -> type[Dialect]:
    """The delimiter that splits the first lines into most columns, most evenly."""
    lines = sample[:200_000].splitlines()[:SAMPLE_LINES]

    def evenness(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        if not widths or max(widths) < 2:
            return 0.0, 0
        usual = max(set(widths), key=widths.count)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0), usual

    best = max(DELIMITERS, key=evenness)
    return type("Found", (Dialect,), {"delimiter": best})


def rows_of_text(lines: str | Iterable[str], dialect: type[Dialect]) -> Iterator[list[str]]:
    """The rows of CSV text. A quote that is never closed costs at most one huge cell, then
    Refused("broken")."""
    csv.field_size_limit(LONGEST_CELL)
    source = io.StringIO(lines, newline="") if isinstance(lines, str) else lines
    try:
        yield from csv.reader((line.replace("\0", "") for line in source), dialect)
    except csv.Error:
        raise Refused("broken") from None


def rows(path: Path, format: str, *, sheet: str | None = None, encoding: str = "") -> Iterator[list[str]]:
    """The rows of a "csv", "tsv" or "xlsx" file as texts, the first row included, in constant memory.

    May run outside the sandbox: CSV is read by the standard library, XLSX as a stream of XML with the
    reader's
    own guards against bombs, and neither calls a parser that can bring the process down. A workbook's shared
    strings are held in memory, 200 million characters at most. Columns beyond the thousandth are left out.
    `sheet` names a sheet, the first by default (KeyError for an unknown one); `encoding` overrides what is
    detected. Raises Refused with its code for a damaged, locked or swelling file, possibly after some rows,
    and OSError when it cannot be opened.
    """
    if format == "xlsx":
        with path.open("rb") as file:
            workbook = Workbook(Package(file, path.stat().st_size, Budget(ROW_LIMITS)))
            reader = RowReader(workbook)
            yield from reader.rows(workbook.part_of(sheet))
            if reader.damaged:
                raise Refused("broken")
        return
    with path.open(encoding=encoding or detect_encoding(path).name, errors="replace", newline="") as text:
        dialect = dialect_of("".join(line for _, line in zip(range(SAMPLE_LINES), text, strict=False)))
        text.seek(0)
        yield from rows_of_text(text, dialect)


def sheet_names(path: Path) -> tuple[str, ...]:
    """The names of a workbook's sheets in order. Raises as `rows` does."""
    with path.open("rb") as file:
        return tuple(
            name for name, _ in Workbook(Package(file, path.stat().st_size, Budget(ROW_LIMITS))).sheets
        )
