"""A dry run: everything an import would do is tried and undone, and what would be refused is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from baobab.assets.actions import create_assets
from baobab.assets.models import State
from baobab.kernel.errors import BadInput, BaobabError
from baobab.kernel.text import storable
from baobab.organisation.readers import system
from baobab.reading import MEDIA_TYPES, sniff

from .attachments import find_file
from .mapping import Mapped, map_records
from .models import ImportSource
from .options import Options, Standing, sentence_of, standing
from .records import read_records
from .sources import Found

_BATCH = 200


def dry_run(found: Iterable[Found], options: Options, *, say: Callable[[str], Any]) -> int:
    """Check every source, write nothing, and give the exit status an import would have (0 or 1)."""
    place = standing(options)
    usable = refused = 0
    for source in found:
        if source.problem:
            say(f"✗ {_name(source)}  {source.problem}")
            good, bad = 0, 1
        elif source.sort == ImportSource.Sort.DOCUMENT:
            good, bad = _try_document(source, say=say)
        else:
            good, bad = _try_records(source, options, place, say=say)
        usable, refused = usable + good, refused + bad
    figures = {"usable": f"{usable:,}", "refused": f"{refused:,}"}
    say(_("A dry run: nothing was written. %(usable)s would be taken in, %(refused)s refused.") % figures)
    return 1 if refused else 0


def _name(source: Found) -> str:
    return storable(source.path.name)


def _try_document(source: Found, *, say: Callable[[str], Any]) -> tuple[int, int]:
    try:
        format_name, _media_type = sniff(source.path, source.path.name)
        is_too_big = source.path.stat().st_size > settings.UPLOAD_LIMIT_BYTES
    except OSError as error:
        why = error.strerror or type(error).__name__
        say(f"✗ {_name(source)}  " + _("The file could not be read from the disk: %s.") % why)
        return 0, 1
    if is_too_big:
        limit = settings.UPLOAD_LIMIT_BYTES >> 20
        say(f"✗ {_name(source)}  " + _("The file has more than %s MB.") % limit)
        return 0, 1
    is_known = format_name in MEDIA_TYPES
    remark = "" if is_known else "  " + _("The kind of file is not known; it would be kept without text.")
    say(f"+ {_name(source)}{remark}")
    return 1, 0


def _try_records(
    source: Found, options: Options, place: Standing, *, say: Callable[[str], Any]
) -> tuple[int, int]:
    usable = refused = 0
    problem = ""
    try:
        records = read_records(source.path)
        while batch := list(islice(records, _BATCH)):
            for mapped in _tried(
                [_with_files_found(one, source) for one in map_records(batch, options, place)]
            ):
                if mapped.problem:
                    refused += 1
                    say(f"✗ {_name(source)} #{mapped.record.number}  {mapped.problem}")
                else:
                    usable += 1
        if not usable and not refused:
            problem = _("There is no record in “%s”.") % _name(source)
    except OSError as error:
        problem = error.strerror or type(error).__name__
    except BadInput as error:
        problem = str(error)
    if problem:
        say(f"✗ {_name(source)}  {problem}")
        refused += 1
    return usable, refused


def _with_files_found(mapped: Mapped, source: Found) -> Mapped:
    try:
        for name in mapped.files:
            find_file(source.path.parent, name)
    except BadInput as error:
        return replace(mapped, problem=mapped.problem or str(error))
    return mapped


def _tried(batch: Sequence[Mapped]) -> list[Mapped]:
    try:
        _create_and_undo([mapped for mapped in batch if not mapped.problem])
    except BaobabError:
        return [
            mapped if mapped.problem else replace(mapped, problem=_problem_alone(mapped)) for mapped in batch
        ]
    return list(batch)


def _problem_alone(mapped: Mapped) -> str:
    try:
        _create_and_undo([mapped])
    except BaobabError as error:
        return sentence_of(error)
    return ""


def _create_and_undo(batch: Sequence[Mapped]) -> None:
    with transaction.atomic():
        for kind in {mapped.kind.name for mapped in batch}:
            fields = [mapped.fields for mapped in batch if mapped.kind.name == kind]
            create_assets(kind, fields, by=system(), state=State.PUBLISHED)
        transaction.set_rollback(True)
