"""What the program declares to need is what an installation gets."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from .project import Finding, Project

NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*")


def dependencies_locked(project: Project) -> Iterator[Finding]:
    """Each dependency in `pyproject.toml` stands in the locks: a fresh clone installs from those alone.

    The group `maps` has a lock of its own, as an installation goes on without it.
    """
    declared = tomllib.loads(project.text("pyproject.toml"))
    needed = declared.get("project", {}).get("dependencies", [])
    groups = dict(declared.get("dependency-groups", {}))
    maps = groups.pop("maps", [])
    developers = [name for group in groups.values() for name in group]
    locks = [("requirements.lock", needed), ("requirements-dev.lock", [*needed, *developers])]
    for lock, wanted in (*locks, *([("requirements-maps.lock", maps)] if maps else [])):
        held = {_normal(line) for line in project.text(lock).splitlines() if NAME.match(line)}
        for requirement in wanted:
            if _normal(requirement) not in held:
                yield Finding(
                    lock, 1, f"`{requirement}` is declared in pyproject.toml but not locked: `make lock`."
                )


def _normal(requirement: str) -> str:
    """The name at the start of a requirement, in the one form that compares (PEP 503)."""
    found = NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", found.group()).lower() if found else ""
