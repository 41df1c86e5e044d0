"""Titles made of file names, for what has no better one."""

from __future__ import annotations

from pathlib import PurePath

from baobab.kernel.text import clean_line


def title_from_name(name: str) -> str:
    """A readable title from a file's name: no ending, no underscores."""
    stem = PurePath(name).stem.replace("_", " ").strip(" -") or name
    return clean_line(stem)[:300]
