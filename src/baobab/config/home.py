"""The data folder: where it is, and what must exist in it before anything else runs."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The data folder named by `BAOBAB_HOME` (default `var/` below the current folder), made if absent.

    Raises `OSError` when the folder can be neither found nor made.
    """
    folder = Path(os.environ.get("BAOBAB_HOME") or "var").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """The key that signs sessions and links: made once, readable by its owner only (mode 0600).

    Two processes that start at the same time agree on one key: the file is made whole under another
    name and linked into place, which succeeds for exactly one of them.
    """
    place = folder / "secret-key"
    if not place.exists():
        draft = folder / f".secret-key-{os.getpid()}-{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(60))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, place)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return place.read_text().strip()
