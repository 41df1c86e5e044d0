"""From paths to the files that an import takes in: documents, and files of records."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput

from .models import ImportSource
from .options import Options
from .records import RECORD_ENDINGS, first_record

# Files that systems leave behind and nobody means to import.
_LITTER = {"thumbs.db", "desktop.ini", ".ds_store"}


@dataclass(frozen=True, slots=True)
class Found:
    """A file to take in and the key under which it is known."""

    sort: str
    path: Path
    source: str
    source_id: str = ""


def find_sources(paths: list[str], options: Options) -> Iterator[Found]:
    """Every file below the paths, in the order of their names.

    In a folder every file is a document. A file named by itself is a file of records when its ending is
    that of one and its first record has a title (after mapping); `options.form` decides otherwise.
    Raises `BadInput` for a path that does not exist.
    """
    for given in paths:
        path = Path(given)
        source = options.source or _source_name(given)
        if path.is_dir():
            sort = ImportSource.Sort.RECORDS if options.form == "records" else ImportSource.Sort.DOCUMENT
            for file in _files_below(path):
                if sort == ImportSource.Sort.DOCUMENT or is_record_file(file):
                    yield Found(sort, file, source, file.relative_to(path).as_posix()[:500])
        elif path.is_file():
            if holds_records(path, options):
                yield Found(ImportSource.Sort.RECORDS, path, source)
            else:
                yield Found(ImportSource.Sort.DOCUMENT, path, source, path.name[:500])
        else:
            raise BadInput(_("There is no file or folder “%s”.") % given)


def _source_name(given: str) -> str:
    return os.path.normpath(given)[:500]


def _files_below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if not name.startswith(".") and name.lower() not in _LITTER and path.is_file() and not path.is_symlink():
                yield path


def is_record_file(path: Path) -> bool:
    """Whether the file's ending is that of a file of records."""
    return any(path.name.lower().endswith(ending) for ending in RECORD_ENDINGS)


def holds_records(path: Path, options: Options) -> bool:
    """Whether a file named by itself is read as records."""
    if options.form or not is_record_file(path):
        return options.form == "records"
    if path.name.lower().endswith((".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".json", ".json.gz")) or options.mapping:
        return True
    record = first_record(path)
    return record is not None and options.mapping.get("title", "title") in {name.lower() for name in record}
