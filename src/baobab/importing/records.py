"""Files of records, read in constant memory: CSV, TSV, XLSX, JSON and JSON Lines, gzip or not."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput
from baobab.reading import Refused
from baobab.reading.encoding import detect_encoding
from baobab.reading.encoding import encoding_of as encoding_of_bytes
from baobab.reading.reasons import sentence_of
from baobab.reading.tables import dialect_of, rows, rows_of_text

_TEXT_TABLES = (".csv", ".tsv")
_LINES = (".jsonl", ".ndjson")
_GZIPPED = (*_TEXT_TABLES, *_LINES, ".json")
RECORD_ENDINGS = (".xlsx", *_GZIPPED, *(ending + ".gz" for ending in _GZIPPED))
# A line longer than this is no record but an attack on memory.
LONGEST_LINE = 32 << 20
_SAMPLE = 64 << 10
_PIECE = 1 << 18
# Cells may be empty: so many records are looked at to tell what the columns are.
_FIRST = 50
_BLANKS = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Record:
    """Record `number` (from 1) of a file; `problem` says why it cannot be used; then `values` is empty."""

    number: int
    values: dict[str, Any]
    problem: str = ""


def first_names(path: Path) -> set[str]:
    """The names of fields that the first records have, in small letters; none without records.

    Raises as `read_records` does.
    """
    first = islice(read_records(path), _FIRST)
    return {name.casefold() for record in first for name in record.values}


def encoding_of(path: Path) -> str:
    """The encoding that a text file of records is read with; empty for XLSX."""
    if path.suffix.lower() == ".xlsx":
        return ""
    if path.suffix.lower() == ".gz":
        sample = b""
        with _refusing(path), gzip.open(path) as file, suppress(EOFError):  # cut off: reading will tell
            while len(sample) < _SAMPLE * 8 and (piece := file.read1(_SAMPLE)):
                sample += piece
        return encoding_of_bytes(sample, complete=False).name
    return detect_encoding(path).name


def read_records(path: Path, *, start: int = 0) -> Iterator[Record]:
    """Every record after the first `start`, in order. A record that cannot be read is given with its problem.

    Raises `BadInput` for a file that is not what its ending says, possibly after some records, and OSError.
    """
    with _refusing(path):
        for record in _all_records(path):
            if record.number > start:
                yield record


def _all_records(path: Path) -> Iterator[Record]:
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".xlsx"):
        return _named(rows(path, "xlsx"))
    if name.endswith(_TEXT_TABLES):
        return _named(_text_rows(path))
    if name.endswith(_LINES):
        return _json_lines(path)
    return _json(path)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except Refused as error:
        said = {"name": path.name, "why": sentence_of(error.code)}
        raise BadInput(_("“%(name)s” could not be read as a table. %(why)s") % said) from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise BadInput(
            _("“%s” is damaged: it ends before it should, or is no gzip file.") % path.name
        ) from None


def _opened(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(path)) if path.suffix.lower() == ".gz" else path.open("rb")


def _text_rows(path: Path) -> Iterator[list[str]]:
    encoding = encoding_of(path)
    with _opened(path) as raw, io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as text:
        dialect = dialect_of(text.read(_SAMPLE))
        text.seek(0)
        yield from rows_of_text(_bounded(text, path), dialect)


def _bounded(text: io.TextIOWrapper, path: Path) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise BadInput(
                _("“%(name)s” has a line longer than %(size)s MB.")
                % {"name": path.name, "size": LONGEST_LINE >> 20}
            )
        yield line


def _named(table: Iterator[list[str]]) -> Iterator[Record]:
    header: list[str] | None = None
    number = 0
    for row in table:
        if not any(cell.strip() for cell in row):
            continue
        if header is None:
            # Spreadsheets may say their delimiter in a line before the heading.
            header = None if row[0].strip().casefold().startswith("sep=") else _heading(row)
            continue
        number += 1
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            said = {"cells": len(row), "names": len(header)}
            yield Record(number, {}, _("The row has %(cells)s cells, the heading %(names)s.") % said)
        else:
            cells = zip(header, row, strict=False)
            yield Record(number, {name: value for name, value in cells if value.strip()})


def _heading(row: list[str]) -> list[str]:
    """The names of the columns: one without a name gets its place, one that comes again its number."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for place, cell in enumerate(row, start=1):
        name = cell.strip().lstrip("\ufeff") or f"column {place}"
        seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        again = seen[name.casefold()]
        names.append(name if again == 1 else f"{name} ({again})")
    return names


def _is_wide(encoding: str) -> bool:
    return encoding.startswith(("utf-16", "utf-32"))


def _lines(file: IO[bytes], encoding: str) -> Iterator[bytes]:
    """The lines, in UTF-8 where their letters were two or four bytes wide; one too long comes in pieces."""
    if not _is_wide(encoding):
        while line := file.readline(LONGEST_LINE + 1):
            yield line
        return
    with io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="\n") as text:
        while letters := text.readline(LONGEST_LINE + 1):
            yield letters.encode()


def _json_lines(path: Path) -> Iterator[Record]:
    encoding = encoding_of(path)
    number = 0
    is_continued = False
    with _opened(path) as file:
        for line in _lines(file, encoding):
            was_continued, is_continued = is_continued, not line.endswith(b"\n")
            if was_continued or not line.strip():
                continue
            number += 1
            if len(line) > LONGEST_LINE:
                yield Record(number, {}, _("The line is longer than %s MB.") % (LONGEST_LINE >> 20))
            else:
                yield _json_record(number, line, encoding)


def _json_record(number: int, line: bytes, encoding: str) -> Record:
    content = line.removeprefix(codecs.BOM_UTF8)
    try:
        try:
            value = json.loads(content.decode())
        except UnicodeDecodeError:
            # One line in another encoding must not change how the others are read.
            value = json.loads(content.decode(encoding, errors="replace"))
    except (ValueError, RecursionError) as error:
        return Record(number, {}, _("The line is not JSON: %s.") % str(error)[:120])
    return _object(number, value)


def _json(path: Path) -> Iterator[Record]:
    """A file with the ending .json: an array of records, or in truth a record to a line."""
    encoding = encoding_of(path)
    with _opened(path) as file:
        first = next((line for line in _lines(file, encoding) if line.strip(b"\xef\xbb\xbf \t\r\n")), b"")
    if first.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        if _json_record(1, first, encoding).problem:
            raise BadInput(
                _("“%s” holds one object. Records stand in an array, or one to a line.") % path.name
            )
        yield from _json_lines(path)
        return
    with _opened(path) as raw, io.TextIOWrapper(raw, encoding=encoding, errors="replace") as text:
        for number, value in enumerate(_elements(text, path), start=1):
            yield _object(number, value)


def _elements(text: io.TextIOWrapper, path: Path) -> Iterator[object]:
    """The elements of a JSON array one by one; no more of it is in memory than one of them and a piece.

    By the standard library: the parsers for streams that were tried end the process, or take ever longer,
    on a number of thousands of digits and on a nest of brackets.
    """
    decoder = json.JSONDecoder(strict=False)
    buffer = text.read(_PIECE).removeprefix("\ufeff").lstrip()
    if not buffer.startswith("["):
        raise BadInput(_("“%s” holds no array of records.") % path.name)
    at = 1
    while True:
        at = _after_blanks(buffer, at)
        try:
            if buffer[at : at + 1] == "]":
                return
            value, end = decoder.raw_decode(buffer, at)
            end = _after_blanks(buffer, end)
            if buffer[end : end + 1] not in (",", "]"):
                raise json.JSONDecodeError("',' or ']' is missing", buffer, end)
        except (ValueError, RecursionError) as error:
            more = text.read(max(_PIECE, len(buffer) - at)) if len(buffer) - at < LONGEST_LINE else ""
            if not more:
                said = {"name": path.name, "why": str(error)[:120]}
                raise BadInput(_("“%(name)s” is not JSON: %(why)s.") % said) from None
            buffer, at = buffer[at:] + more, 0
        else:
            yield value
            at = end + (buffer[end] == ",")


def _after_blanks(buffer: str, at: int) -> int:
    found = _BLANKS.match(buffer, at)
    return found.end() if found else at


def _object(number: int, value: object) -> Record:
    if not isinstance(value, dict):
        return Record(number, {}, _("The record is no object with named fields."))
    return Record(number, value)
