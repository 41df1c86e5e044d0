"""Where the site is reached, for links that are printed on a terminal."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from .prepare import run_folder

DEFAULT = "http://127.0.0.1:8000"


def _note() -> Path:
    return run_folder() / "address"


def remember_address(address: str) -> None:
    """Note where this data folder was last served."""
    _note().write_text(address)


def site_address() -> str:
    """`SITE_URL` where it is set, else where it was last served, else the default; no slash at its end."""
    if settings.SITE_URL:
        return str(settings.SITE_URL).rstrip("/")
    return _note().read_text() if _note().exists() else DEFAULT
