"""Reading TOML tables strictly: every key has a type, and a key nobody asked for is a mistake."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from pathlib import Path


class SampleContentError(Exception):
    """The sample content contradicts itself; the message has one plain sentence per problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Table:
    """One TOML table. Problems are gathered in `problems`, so that an editor sees all of them at once."""

    def __init__(self, values: Mapping[str, object], *, where: str, problems: list[str]) -> None:
        self._values = values
        self._asked: set[str] = set()
        self.where = where
        self.problems = problems

    def complain(self, sentence: str) -> None:
        """Note one problem, with the place it was found in."""
        self.problems.append(f"{self.where}: {sentence}")

    def text(self, key: str, *, default: str | None = None) -> str:
        """A text without surrounding space; without a `default` it must be there and not be empty."""
        value = self._take(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (not value.strip() and default is None):
            self.complain(f"“{key}” must be a text.")
            return ""
        return value.strip()

    def day(self, key: str) -> datetime.date | None:
        """A date written as a TOML text in the form YYYY-MM-DD, or None where the key is absent."""
        written = self.text(key, default="")
        if not written:
            return None
        try:
            return datetime.date.fromisoformat(written)
        except ValueError:
            self.complain(f"“{key}” must be a date such as 2024-05-31, not “{written}”.")
            return None

    def listed(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where the key is absent."""
        return tuple(item for item in self.items(key) if isinstance(item, str))

    def items(self, key: str) -> list[object]:
        """A list of texts and tables as TOML gave it; empty where the key is absent."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, str | dict) for item in value):
            self.complain(f"“{key}” must be a list of texts or tables.")
            return []
        return value

    def by_language(self, key: str) -> dict[str, str]:
        """A table from language to text, such as `name = { en = "…", fr = "…" }`."""
        table = self.table(key)
        return {language: table.text(language) for language in table.languages()}

    def table(self, key: str) -> Table:
        """The table under this key; an absent one is empty."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self.complain(f"“{key}” must be a table.")
            value = None
        return Table(value or {}, where=f"{self.where} [{key}]", problems=self.problems)

    def tables(self, key: str) -> list[Table]:
        """The tables of an array such as `[[units]]`."""
        found = []
        for number, value in enumerate(self.items(key), start=1):
            if isinstance(value, dict):
                where = f"{self.where} [[{key}]] {number}"
                found.append(Table(value, where=where, problems=self.problems))
            else:
                self.complain(f"“{key}” must hold tables.")
        return found

    def languages(self) -> tuple[str, ...]:
        """The keys of a table whose keys are languages."""
        return tuple(self._values)

    def finish(self) -> None:
        """Complain about keys that nobody asked for: they are misspelt or forgotten."""
        for key in self._values:
            if key not in self._asked:
                self.complain(f"“{key}” is not a key that is known here.")

    def _take(self, key: str) -> object:
        self._asked.add(key)
        return self._values.get(key)


def read_table(path: Path, *, problems: list[str]) -> Table:
    """Read a TOML file; a file that is not TOML is noted as a problem and read as empty."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        problems.append(f"{path.name}: this is not valid TOML ({error}).")
        values = {}
    return Table(values, where=path.name, problems=problems)
