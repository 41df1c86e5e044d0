"""The interface's sentences in other languages: `.po` files made into what gettext reads, without msgfmt."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent


def catalogues(package: Path = PACKAGE) -> Iterator[Path]:
    """Every `.po` file of the package, app by app."""
    yield from sorted(package.glob("*/locale/*/LC_MESSAGES/*.po"))


def compile_catalogues(package: Path = PACKAGE) -> list[Path]:
    """Makes the `.mo` file beside each `.po` that changed since, and returns those made.

    Costs a few file times when nothing changed. Each file appears whole or not at all, so processes may start
    together. A package folder that cannot be written to (an image made without them) is left as it is: the
    interface then speaks English where no `.mo` file stands.
    """
    made = []
    for source in catalogues(package):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_name(f".{target.name}-{os.getpid()}")
        try:
            draft.write_bytes(polib.pofile(str(source)).to_binary())
            draft.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            continue
        made.append(target)
    return made
