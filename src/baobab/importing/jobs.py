"""The background work of an import: source after source, resumed where it stood."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from baobab.jobs.registry import job
from baobab.jobs.run import Run
from baobab.kernel.errors import BadInput
from baobab.organisation.readers import Reader, system

from . import actions, queries
from .documents import take_document
from .mapping import map_records
from .models import ImportRun, ImportSource
from .options import Options, Standing, options_from_json, standing
from .records import encoding_of, read_records

# So many records go into one transaction: large enough to be fast, small enough to let others write.
BATCH = 200
_T = TypeVar("_T")


@job("importing.run", attempts=5, title=_("Import"))
def run_import(run: Run, *, run_id: int) -> Mapping[str, Any]:
    """Take in every source of the import that is not done. Safe to run again after any crash."""
    imported = ImportRun.objects.get(pk=run_id)
    options = options_from_json(imported.options)
    place = standing(options)
    by = system()
    sources = ImportSource.objects.filter(run=imported).order_by("pk")
    total, done = sources.count(), sources.filter(is_done=True).count()
    for source in sources.filter(is_done=False).iterator(chunk_size=50):
        run.progress(done=done, total=total, message=Path(source.path).name)
        if source.sort == ImportSource.Sort.DOCUMENT:
            take_document(source, options, place, by=by)
        else:
            _take_records(run, source, options, place, by=by)
        done += 1
    run.progress(done=total, total=total)
    actions.finish_run(imported)
    return queries.summary(ImportRun.objects.get(pk=run_id))


def _take_records(run: Run, source: ImportSource, options: Options, place: Standing, *, by: Reader) -> None:
    path = Path(source.path)
    try:
        if not source.encoding:
            actions.note_encoding(source, encoding_of(path))
        for batch in _batches(read_records(path, start=source.position), BATCH):
            mapped = map_records(batch, options, place)
            actions.take_records(source, mapped, by=by, accept_suggestions=options.accept_suggestions)
            run.progress(message=f"{path.name}: {source.position:,}")
        actions.finish_source(source)
    except OSError as error:
        actions.refuse_source(source, f"{path.name}: {error.strerror or type(error).__name__}")
    except BadInput as error:
        actions.refuse_source(source, str(error))


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
