"""From paths to the files that an import takes in: documents, and files of records."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput
from baobab.kernel.text import shorten, storable

from .mapping import shortened_id
from .models import ImportSource
from .options import Options
from .records import RECORD_ENDINGS, first_names

# Files that systems leave behind and nobody means to import.
_LITTER = {"thumbs.db", "desktop.ini", ".ds_store"}
# Fields of which a title can be made.
_WORDS = ("title", "summary", "body", "text")


@dataclass(frozen=True, slots=True)
class Found:
    """A file to take in and the key under which it is known; `problem` says why it cannot be taken in."""

    sort: str
    path: Path
    source: str
    source_id: str = ""
    problem: str = ""

    @property
    def absolute(self) -> str:
        """The path as any process can open it."""
        return str(self.path.resolve())


def find_sources(paths: list[str], options: Options) -> Iterator[Found]:
    """Every file below the paths, in the order of their names.

    In a folder every file is a document. A file named by itself is a file of records when its ending is
    that of one and it is mapped or one of its first records has a title; `options.form` decides otherwise.
    Links in folders are not followed. Raises `BadInput` for a path that does not exist.
    """
    for given in paths:
        path = Path(given)
        source = options.source or shortened_id(storable(os.path.normpath(given)))
        if path.is_dir():
            yield from _in_folder(path, source, options)
        elif path.is_file():
            if holds_records(path, options):
                yield Found(ImportSource.Sort.RECORDS, path, source, problem=_problem_of_name(path))
            else:
                yield _document(path, path.name, source)
        else:
            raise BadInput(_("There is no file or folder “%s”.") % storable(given))


def _in_folder(folder: Path, source: str, options: Options) -> Iterator[Found]:
    closed: list[OSError] = []
    for path in _files_below(folder, closed):
        if options.form != "records":
            yield _document(path, path.relative_to(folder).as_posix(), source)
        elif is_record_file(path):
            yield Found(ImportSource.Sort.RECORDS, path, source, problem=_problem_of_name(path))
    for error in closed:
        reason = _("The folder could not be opened: %s.") % (error.strerror or type(error).__name__)
        place = Path(str(error.filename))
        yield Found(ImportSource.Sort.DOCUMENT, place, source, storable(place.name), reason)


def _document(path: Path, name: str, source: str) -> Found:
    identifier = shortened_id(storable(name))
    return Found(ImportSource.Sort.DOCUMENT, path, source, identifier, _problem_of_name(path))


def _problem_of_name(path: Path) -> str:
    # Names are bytes to the system, which Python shows as lone surrogates where they are not UTF-8.
    if storable(str(path)) == str(path):
        return ""
    return _("The name of the file is not valid UTF-8. Rename it, then import it again.")


def _files_below(folder: Path, closed: list[OSError]) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            is_meant = not name.startswith(".") and name.lower() not in _LITTER
            if is_meant and path.is_file() and not path.is_symlink():
                yield path


def is_record_file(path: Path) -> bool:
    """Whether the file's ending is that of a file of records."""
    return any(path.name.lower().endswith(ending) for ending in RECORD_ENDINGS)


def holds_records(path: Path, options: Options) -> bool:
    """Whether a file named by itself is read as records."""
    if options.form or not is_record_file(path):
        return options.form == "records"
    if options.mapping or ".json" in path.name.lower() or ".ndjson" in path.name.lower():
        return True
    try:
        names = first_names(path)
    except BadInput:
        return False  # kept as a document, with what can be read of it
    return not names or "title" in names


def require_words(found: Iterable[Found], options: Options) -> None:
    """Refuse a file of records that has no column to make a title of: all of its records would be refused.

    Raises `BadInput` that names the file's columns and what to write. A file that cannot be read is left
    to the import, which says so.
    """
    wanted = {options.mapping.get(name, name).casefold() for name in _WORDS}
    for one in found:
        names: set[str] = set()
        if one.sort == ImportSource.Sort.RECORDS:
            with suppress(BadInput, OSError):
                names = first_names(one.path)
        if names and not names & wanted:
            raise BadInput(
                _(
                    "“%(name)s” has no field title, summary, body or text. It has: %(fields)s. "
                    "Say which one holds the title: --map title=FIELD"
                )
                % {"name": one.path.name, "fields": shorten(", ".join(sorted(names)), characters=600)}
            )
