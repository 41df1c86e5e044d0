"""Where bytes are kept: one folder, each blob under its SHA-256, durable before anybody is told of it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import time
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput

_PIECE = 1 << 20
# Between the making of a draft and its lock lies a moment; nobody is so slow that it lasts longer (seconds).
_NEW = 10.0


def folder() -> Path:
    """The folder of all blobs."""
    return Path(settings.BAOBAB_HOME) / "files"


def path_of(sha256: str) -> Path:
    """Where the blob with this digest stands, or would stand."""
    return folder() / sha256[:2] / sha256[2:4] / sha256


def keep(pieces: Iterable[bytes], *, limit: int) -> tuple[str, int]:
    """Store the bytes and give their SHA-256 and size. The same bytes are stored once.

    They are written under another name, fsynced and renamed, and the folder is fsynced: after a crash
    a blob is whole or absent. Raises `BadInput` when they are more than `limit` bytes; nothing is kept then.
    """
    arriving = folder() / "arriving"
    arriving.mkdir(parents=True, exist_ok=True)
    draft = arriving / secrets.token_hex(16)
    digest = hashlib.sha256()
    size = 0
    try:
        with draft.open("xb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # says that somebody writes here; ends with the process
            for piece in pieces:
                size += len(piece)
                if size > limit:
                    raise BadInput(
                        fields={
                            "file": [
                                _("The file has more than %s MB, which is the most this site takes.")
                                % (limit >> 20)
                            ]
                        }
                    )
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        place = path_of(digest.hexdigest())
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            draft.rename(place)
            _fsync_folder(place.parent)
            _fsync_folder(place.parent.parent)
            _fsync_folder(folder())
    finally:
        draft.unlink(missing_ok=True)
    return digest.hexdigest(), size


def sweep_arriving() -> int:
    """Remove what writers that died left half-written; returns how many drafts. Those being written stay."""
    swept = 0
    for draft in (folder() / "arriving").glob("*"):
        try:
            with draft.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if time.time() - draft.stat().st_mtime > _NEW:
                    draft.unlink()
                    swept += 1
        except (BlockingIOError, FileNotFoundError):
            continue  # somebody writes it, or was done with it just now
    return swept


def keep_file(source: Path, *, limit: int) -> tuple[str, int]:
    """Store a copy of a file. Nothing is written when its bytes are there already."""
    with source.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size <= limit:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            if path_of(sha256).exists():
                return sha256, size
            file.seek(0)
        return keep(iter(lambda: file.read(_PIECE), b""), limit=limit)


def forget(sha256: str) -> None:
    """Remove the bytes. Called after the commit that removed the blob's row."""
    path_of(sha256).unlink(missing_ok=True)


def _fsync_folder(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
