"""Files of records, one record after the other, in constant memory: CSV, TSV, XLSX, JSON Lines, JSON arrays, gzip or not."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ijson
from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput
from baobab.reading import Refused
from baobab.reading.encoding import detect_encoding
from baobab.reading.encoding import encoding_of as encoding_of_bytes
from baobab.reading.reasons import sentence_of
from baobab.reading.tables import dialect_of, rows, rows_of_text

_TABLES = {".csv": "csv", ".tsv": "tsv", ".xlsx": "xlsx"}
_LINES = (".jsonl", ".ndjson")
RECORD_ENDINGS = tuple(
    ending for plain in (*_TABLES, *_LINES, ".json") for ending in ((plain, plain + ".gz") if plain != ".xlsx" else (plain,))
)
# A line longer than this is no record but an attack on memory.
LONGEST_LINE = 32 << 20
_SAMPLE = 64 << 10


@dataclass(frozen=True, slots=True)
class Record:
    """Record `number` (from 1) of a file; `problem` says why it cannot be used, and then `values` is empty."""

    number: int
    values: dict[str, Any]
    problem: str = ""


def first_record(path: Path) -> dict[str, Any] | None:
    """The first usable record, or None for an empty or unreadable file."""
    with suppress(BadInput):
        return next((record.values for record in read_records(path) if not record.problem), None)
    return None


def encoding_of(path: Path) -> str:
    """The encoding that a text file of records is read with; empty for XLSX."""
    if path.suffix.lower() == ".xlsx":
        return ""
    if path.suffix.lower() == ".gz":
        with _refusing(path), gzip.open(path) as file:
            return encoding_of_bytes(file.read(_SAMPLE * 8), complete=False).name
    return detect_encoding(path).name


def read_records(path: Path, *, start: int = 0) -> Iterator[Record]:
    """Every record after the first `start`, in order. A record that cannot be read is given with its problem.

    Raises `BadInput` for a file that is not what its ending says, possibly after some records.
    """
    with _refusing(path):
        for record in _all_records(path):
            if record.number > start:
                yield record


def _all_records(path: Path) -> Iterator[Record]:
    name = path.name.lower().removesuffix(".gz")
    ending = "." + name.rsplit(".", 1)[-1]
    if ending in _TABLES:
        yield from _table(path, _TABLES[ending])
    elif ending in _LINES:
        with _opened(path) as file:
            yield from _json_lines(file)
    else:
        with _opened(path) as file:
            yield from _json_array(file)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except Refused as error:
        raise BadInput(_("“%(name)s” could not be read as a table. %(why)s") % {"name": path.name, "why": sentence_of(error.code)}) from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise BadInput(_("“%s” is damaged: it ends before it should, or is no gzip file.") % path.name) from None
    except ijson.JSONError as error:
        raise BadInput(_("“%(name)s” is not JSON: %(why)s.") % {"name": path.name, "why": str(error).splitlines()[0][:120]}) from None


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")


def _table(path: Path, format: str) -> Iterator[Record]:
    if path.suffix.lower() == ".gz":
        with gzip.open(path) as raw, io.TextIOWrapper(raw, encoding=encoding_of(path), errors="replace", newline="") as text:  # type: ignore[arg-type]
            sample = text.read(_SAMPLE)
        with gzip.open(path) as raw, io.TextIOWrapper(raw, encoding=encoding_of(path), errors="replace", newline="") as text:  # type: ignore[arg-type]
            yield from _named(rows_of_text(text, dialect_of(sample)))
    else:
        yield from _named(rows(path, format))


def _named(table: Iterator[list[str]]) -> Iterator[Record]:
    header: list[str] | None = None
    number = 0
    for row in table:
        if not any(cell.strip() for cell in row):
            continue
        if header is None:
            header = [cell.strip().lstrip("\ufeff") or f"column {place}" for place, cell in enumerate(row, start=1)]
            continue
        number += 1
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            problem = _("The row has %(cells)s cells, the heading %(names)s.") % {"cells": len(row), "names": len(header)}
            yield Record(number, {}, problem)
        else:
            yield Record(number, {name: value for name, value in zip(header, row, strict=False) if value.strip()})


def _json_lines(file: IO[bytes]) -> Iterator[Record]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        if not line.strip():
            continue
        number += 1
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = file.readline(LONGEST_LINE)
            yield Record(number, {}, _("The line is longer than %s MB.") % (LONGEST_LINE >> 20))
            continue
        yield _json_record(number, line)


def _json_record(number: int, line: bytes) -> Record:
    try:
        value = json.loads(line.lstrip(b"\xef\xbb\xbf").decode("utf-8"))
    except UnicodeDecodeError:
        try:
            value = json.loads(line.decode("cp1252", errors="replace"))
        except ValueError:
            return Record(number, {}, _("The line is neither UTF-8 nor JSON."))
    except (ValueError, RecursionError) as error:
        return Record(number, {}, _("The line is not JSON: %s.") % str(error)[:120])
    return _object(number, value)


def _json_array(file: IO[bytes]) -> Iterator[Record]:
    head = file.read(3)
    if head != b"\xef\xbb\xbf":
        file.seek(0)
    for number, value in enumerate(ijson.items(file, "item", use_float=True), start=1):
        yield _object(number, value)


def _object(number: int, value: object) -> Record:
    if not isinstance(value, dict):
        return Record(number, {}, _("The record is no object with named fields."))
    return Record(number, value)
