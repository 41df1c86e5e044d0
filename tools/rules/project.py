"""The project as the house rules see it: every text file by its path, Python parsed once."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

# What is looked at: these folders, and the files beside them. Data, caches and the environment are not ours.
FOLDERS = ("src", "tests", "bench", "tools", "docs", "deploy", ".ci")
ENDINGS = {
    ".py",
    ".html",
    ".css",
    ".js",
    ".md",
    ".toml",
    ".lock",
    ".txt",
    ".yaml",
    ".yml",
    ".sh",
    ".conf",
    ".ini",
    ".cfg",
    "",
}
PACKAGE = PurePosixPath("src/baobab")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A place that breaks a rule, and a sentence that says what to do about it."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Source:
    """One text file. `path` is relative to the checkout, with forward slashes."""

    path: PurePosixPath
    text: str

    @property
    def app(self) -> str:
        """The app the file belongs to (`library`), or nothing outside the package."""
        parts = self.path.parts
        return parts[2] if self.path.is_relative_to(PACKAGE) and len(parts) > 3 else ""

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module. Raises `SyntaxError` for a file that is not Python."""
        return ast.parse(self.text, filename=str(self.path))

    def finding(self, line: int, message: str) -> Finding:
        return Finding(str(self.path), line, message)

    def line_of(self, offset: int) -> int:
        """The number of the line, from 1, on which this character stands."""
        return self.text.count("\n", 0, offset) + 1


@dataclass(frozen=True)
class Project:
    """All sources of a checkout; tests make one of a few invented files."""

    sources: Mapping[str, Source] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Mapping[str, str]) -> Project:
        """A project of these texts by path."""
        return cls({path: Source(PurePosixPath(path), text) for path, text in files.items()})

    @classmethod
    def at(cls, root: Path) -> Project:
        """The project that stands in a folder. Files that are not UTF-8 text are passed over."""
        places = [place for place in root.iterdir() if place.is_file()]
        for folder in FOLDERS:
            places += [place for place in (root / folder).rglob("*") if place.is_file()]
        files: dict[str, str] = {}
        for place in sorted(places):
            if place.suffix not in ENDINGS or "__pycache__" in place.parts or ".egg-info" in str(place):
                continue
            try:
                files[place.relative_to(root).as_posix()] = place.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
        return cls.of(files)

    def text(self, path: str) -> str:
        """The text of a file, or nothing where there is none."""
        return self.sources[path].text if path in self.sources else ""

    def modules(self, *folders: str) -> Iterator[Source]:
        """The Python modules below these folders, migrations excepted: those are written by a tool."""
        for source in self.sources.values():
            below = any(source.path.is_relative_to(folder) for folder in folders)
            if below and source.path.suffix == ".py" and "migrations" not in source.path.parts:
                yield source

    def templates(self) -> Iterator[Source]:
        """Every template of the package."""
        for source in self.sources.values():
            if (
                source.path.is_relative_to(PACKAGE)
                and "templates" in source.path.parts
                and source.path.suffix == ".html"
            ):
                yield source

    @cached_property
    def layers(self) -> dict[str, int]:
        """How high each app stands (0 is the lowest), as the import contract in `pyproject.toml` says."""
        contracts = (
            tomllib.loads(self.text("pyproject.toml") or "")
            .get("tool", {})
            .get("importlinter", {})
            .get("contracts", [])
        )
        for contract in contracts:
            if contract.get("containers") == ["baobab"]:
                rows = [str(row) for row in contract["layers"]]
                return {
                    name.strip(" ()"): height
                    for height, row in enumerate(reversed(rows))
                    for name in row.replace(":", "|").split("|")
                }
        return {}
