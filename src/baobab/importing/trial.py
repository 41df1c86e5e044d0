"""A dry run: everything an import would do is tried and undone, and what would be refused is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from baobab.assets.actions import create_assets
from baobab.assets.models import State
from baobab.kernel.errors import BadInput, BaobabError
from baobab.organisation.readers import system
from baobab.reading import MEDIA_TYPES, sniff

from .mapping import Mapped, map_records
from .models import ImportSource
from .options import Options, Standing, standing
from .records import read_records
from .sources import Found

_BATCH = 200


def dry_run(found: Iterable[Found], options: Options, *, say: Callable[[str], Any]) -> int:
    """Check every source, write nothing, and give the exit status an import would have (0 or 1)."""
    place = standing(options)
    usable = refused = 0
    for source in found:
        if source.sort == ImportSource.Sort.DOCUMENT:
            sentence = _document_problem(source)
            usable, refused = (usable, refused + 1) if sentence else (usable + 1, refused)
            say(f"{'✗' if sentence else '+'} {source.path.name}{'  ' + sentence if sentence else ''}")
            continue
        good, bad = _try_records(source, options, place, say=say)
        usable, refused = usable + good, refused + bad
    say(_("A dry run: nothing was written. %(usable)s would be taken in, %(refused)s refused.") % {"usable": f"{usable:,}", "refused": f"{refused:,}"})
    return 1 if refused else 0


def _document_problem(source: Found) -> str:
    try:
        format_name, _media_type = sniff(source.path, source.path.name)
    except OSError as error:
        return _("The file could not be read from the disk: %s.") % (error.strerror or type(error).__name__)
    known = format_name in MEDIA_TYPES
    return "" if known else _("The kind of file is not known; it would be kept without text.")


def _try_records(source: Found, options: Options, place: Standing, *, say: Callable[[str], Any]) -> tuple[int, int]:
    usable = refused = 0
    try:
        records = read_records(source.path)
        while batch := list(islice(records, _BATCH)):
            for mapped, sentence in _try_batch(map_records(batch, options, place)):
                if sentence:
                    refused += 1
                    say(f"✗ {source.path.name} #{mapped.record.number}  {sentence}")
                else:
                    usable += 1
    except BadInput as error:
        say(f"✗ {source.path.name}  {error}")
        refused += 1
    return usable, refused


def _try_batch(batch: Sequence[Mapped]) -> list[tuple[Mapped, str]]:
    usable = [mapped for mapped in batch if not mapped.problem]
    try:
        _create_and_undo(usable)
    except BaobabError:
        return [(mapped, mapped.problem or _problem_alone(mapped)) for mapped in batch]
    return [(mapped, mapped.problem) for mapped in batch]


def _problem_alone(mapped: Mapped) -> str:
    try:
        _create_and_undo([mapped])
    except BaobabError as error:
        return str(error)
    return ""


def _create_and_undo(batch: Sequence[Mapped]) -> None:
    with transaction.atomic():
        for kind in {mapped.kind.name for mapped in batch}:
            create_assets(kind, [m.fields for m in batch if m.kind.name == kind], by=system(), state=State.PUBLISHED)
        transaction.set_rollback(True)
