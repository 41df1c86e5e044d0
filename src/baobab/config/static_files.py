"""Gathers and compresses style sheets and scripts when they changed, and only then."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from .prepare import locked, run_folder

# Files of libraries that no page loads; compressing them would take longer than everything else.
_UNUSED = ["ext", "htmx-2*", "htmax-*", "htmx-4.js", "facebook", "*.map"]


def gather(*, is_forced: bool = False) -> bool:
    """Fill `STATIC_ROOT`; returns whether there was anything to do. If not, it costs a look at each date."""
    stamp = run_folder() / "static"
    with locked(run_folder() / "static.lock"):
        wanted = _digest()
        is_current = stamp.exists() and stamp.read_text() == wanted
        if is_current and not is_forced and Path(settings.STATIC_ROOT).is_dir():
            return False
        call_command("collectstatic", interactive=False, verbosity=0, clear=True, ignore_patterns=_UNUSED)
        stamp.write_text(wanted)
    return True


def _digest() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(_UNUSED):
            known = Path(storage.path(name)).stat()
            digest.update(f"{name} {known.st_size} {known.st_mtime_ns}\n".encode())
    return digest.hexdigest()
