"""The background work of an import: source after source, resumed where it stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baobab.assets.files.storage import sweep_arriving
from baobab.jobs.registry import job
from baobab.jobs.run import Run
from baobab.kernel.errors import BadInput
from baobab.organisation.readers import Reader, system

from . import actions, queries
from .attachments import Ready, with_files
from .documents import take_document
from .mapping import Mapped, map_records
from .models import ImportRun, ImportSource
from .options import Options, Standing, options_from_json, standing
from .records import encoding_of, read_records

# So many records go into one transaction: large enough to be fast, small enough to let others write.
BATCH = 200
# Files are kept and read before their records are written: a batch ends at so many, lest a crash repeat much.
BATCH_FILES = 20
_T = TypeVar("_T")


@job("importing.run", attempts=5, title=gettext_lazy("Import"))
def run_import(run: Run, *, run_id: int) -> Mapping[str, Any]:
    """Take in every source of the import that is not done. Safe to run again after any crash.

    Progress counts documents and records, so that a job that is killed again and again is known to get on.
    """
    imported = ImportRun.objects.get(pk=run_id)
    options = options_from_json(imported.options)
    place = standing(options)
    by = system()
    sweep_arriving()
    taken = _Taken(run, imported)
    for source in queries.sources_to_do(imported):
        taken.tell(Path(source.path).name)
        if source.sort == ImportSource.Sort.DOCUMENT:
            take_document(source, options, place, by=by)
            taken.count(1)
        else:
            _take_records(taken, source, options, place, by=by)
    taken.tell("")
    imported.refresh_from_db()
    report = queries.write_report(imported)
    actions.finish_run(imported)
    return queries.summary(imported) | {"report": str(report or "")}


class _Taken:
    """How many documents and records are taken in, told to whoever looks at the job."""

    def __init__(self, run: Run, imported: ImportRun) -> None:
        self._run = run
        self._done = queries.done_count(imported)
        self._total = queries.document_count(imported)

    def count(self, number: int) -> None:
        self._done += number

    def tell(self, message: str) -> None:
        """Say what the job is at. Raises what ends the job when somebody asked for that."""
        self._run.progress(done=self._done, total=self._total, message=message)


def _take_records(
    taken: _Taken, source: ImportSource, options: Options, place: Standing, *, by: Reader
) -> None:
    path = Path(source.path)
    try:
        if not source.encoding:
            actions.note_encoding(source, encoding_of(path))
        for batch in _batches(read_records(path, start=source.position), BATCH):
            for part in _with_few_files(map_records(batch, options, place)):
                ready = [_ready(one, path, taken) for one in part]
                actions.take_records(source, ready, by=by, accept_suggestions=options.accept_suggestions)
                taken.count(len(ready))
                taken.tell(f"{path.name}: {source.position:,}")
        if not source.position:
            raise BadInput(_("There is no record in “%s”.") % path.name)
        actions.finish_source(source)
    except OSError as error:
        actions.refuse_source(source, f"{path.name}: {error.strerror or type(error).__name__}")
    except BadInput as error:
        actions.refuse_source(source, str(error))


def _ready(mapped: Mapped, path: Path, taken: _Taken) -> Ready:
    return with_files(mapped, path.parent, tell=taken.tell)


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _with_few_files(batch: Sequence[Mapped]) -> Iterator[list[Mapped]]:
    part: list[Mapped] = []
    files = 0
    for mapped in batch:
        part.append(mapped)
        files += len(mapped.files)
        if files >= BATCH_FILES:
            yield part
            part, files = [], 0
    if part:
        yield part
