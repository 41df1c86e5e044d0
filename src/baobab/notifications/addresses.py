"""Where the site is reached, for links in mail and on a terminal: there is no request that would tell."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from baobab.jobs.waking import run_folder

DEFAULT = "http://127.0.0.1:8000"


def address_note() -> Path:
    """The file that holds the address at which this data folder was last served."""
    return run_folder() / "address"


def site_address() -> str:
    """`SITE_URL` where it is set, else where it was last served, else the default; no slash at its end."""
    if settings.SITE_URL:
        return str(settings.SITE_URL).rstrip("/")
    note = address_note()
    return note.read_text().strip() if note.exists() else DEFAULT
