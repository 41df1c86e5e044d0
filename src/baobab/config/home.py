"""The data folder: where it is, and what must exist in it before anything else runs."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def home() -> Path:
    """The data folder named by `BAOBAB_HOME`, made if absent.

    Without the variable it is `var/` of the checkout that the program runs from, whatever the current
    folder is, so that one checkout has one library; an installed program has no checkout, and takes
    `var/` below the current folder. Raises `OSError` when the folder can be neither found nor made.
    """
    given = os.environ.get("BAOBAB_HOME")
    folder = Path(given).resolve() if given else (_checkout() or Path.cwd()) / "var"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _checkout() -> Path | None:
    """The folder with `pyproject.toml` and, in `src/`, this very module; None where it is installed."""
    source = Path(__file__).resolve().parents[2]
    is_checkout = source.name == "src" and (source.parent / "pyproject.toml").is_file()
    return source.parent if is_checkout else None


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
