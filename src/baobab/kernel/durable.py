"""Small files between processes: a right that goes with its holder, and words that are there whole or not."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(place: Path) -> Iterator[bool]:
    """The right that the file stands for, held by one process at a time; False when another holds it.

    The folder and the file are made where they are missing. The lock is the operating system's: it is
    gone with the process, however that ends.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def write_whole(place: Path, words: str) -> None:
    """Replace what the file says, at once and for good: whoever reads it sees all of it, before or after.

    For one writer at a time; a draft that a dead one left is overwritten by the next.
    """
    draft = place.with_name(f".{place.name}.draft")
    with draft.open("w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)
