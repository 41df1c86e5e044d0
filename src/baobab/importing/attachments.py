"""The files that records name: found beside the records, kept and read before the records are written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from baobab.assets.files.actions import clean_file_name, receive_blob_from
from baobab.assets.files.queries import reading_of
from baobab.assets.jobs import read_blob
from baobab.assets.models import Blob
from baobab.kernel.errors import BadInput, BaobabError

from .mapping import Mapped
from .options import sentence_of


@dataclass(frozen=True, slots=True)
class Attachment:
    """Bytes that are kept and read already, and the name under which a record gives them."""

    blob: Blob
    name: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A record with its files: nothing but database work is left to do."""

    mapped: Mapped
    attachments: tuple[Attachment, ...] = ()


def find_file(folder: Path, name: str) -> Path:
    """The file that a record names, relative to the folder of the records.

    Raises `BadInput` when it lies outside that folder, through `..` or a link too, or is not there.
    """
    try:
        path = (folder / name).resolve()
        is_inside = path.is_relative_to(folder.resolve())
        is_there = path.is_file()
    except (OSError, ValueError):
        is_inside, is_there = True, False  # a name that no file can have
    if not is_inside:
        raise BadInput(_("The file “%s” lies outside the folder of the records.") % name[:120])
    if not is_there:
        raise BadInput(_("The file “%s” does not exist beside the records.") % name[:120])
    return path


def with_files(mapped: Mapped, folder: Path, *, tell: Callable[[str], None]) -> Ready:
    """Keep and read the record's files. Safe to repeat: what was kept and read is neither again.

    The record's digest then covers the bytes of its files. A file that cannot be had refuses the
    record, and no other. `tell` is called with each file's name before it is read.
    """
    if mapped.problem or not mapped.files:
        return Ready(mapped)
    attachments = []
    try:
        for name in mapped.files:
            path = find_file(folder, name)
            tell(path.name)
            attachments.append(keep_and_read(path))
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Ready(replace(mapped, problem=_("The file “%(name)s”: %(why)s.") % {"name": name, "why": why}))
    except BaobabError as error:
        return Ready(replace(mapped, problem=sentence_of(error)))
    content = " ".join([mapped.digest, *(attachment.blob.sha256 for attachment in attachments)])
    whole = hashlib.sha256(content.encode()).hexdigest()
    return Ready(replace(mapped, digest=whole), tuple(attachments))


def keep_and_read(path: Path) -> Attachment:
    """Keep a copy of the file and read it, unless both were done. Raises `BadInput` and OSError."""
    name = clean_file_name(path.name)
    blob = receive_blob_from(path, limit=settings.UPLOAD_LIMIT_BYTES)
    if reading_of(blob) is None:
        read_blob(blob, name=name)
    return Attachment(blob, name)
