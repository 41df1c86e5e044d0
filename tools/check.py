"""`make check`: everything that can be known about the code without running the product, one line each."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.rules import findings
from tools.rules.project import Project

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
# djlint's advice that is taste or does not fit: line breaks after headings (H015), sizes of pictures that the
# style sheet gives (H006), cells of a row that stay empty (H020), keywords (H031), quotes inside tags that
# stand in quotes (T002), names at the end of blocks (T003).
DJLINT_IGNORES = "H006,H015,H020,H031,T002,T003"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report. `run` returns what is wrong, or nothing."""

    name: str
    run: Callable[[], str]


def tool(*command: str | Path) -> Callable[[], str]:
    """A check by another program: its output, where it ends with another status than 0."""

    def run() -> str:
        try:
            ended = subprocess.run(
                [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            return f"{command[0]} is not installed; `make check` installs it."
        return (
            (ended.stdout + ended.stderr).strip() or "It failed without a word." if ended.returncode else ""
        )

    return run


def templates(*command: str | Path) -> Callable[[], str]:
    """A check over every template, named one by one; nothing where there is none."""
    return lambda: tool(*command, *sorted((ROOT / "src").glob("**/templates/**/*.html")))()


def house_rules() -> str:
    """What breaks a rule of `tools/rules`, a line each."""
    return "\n".join(str(finding) for finding in findings(Project.at(ROOT)))


def checks() -> Sequence[Check]:
    """Everything that is checked, cheap things first."""
    django = (sys.executable, "-m", "django")
    found = [
        Check("format", tool(BIN / "ruff", "format", "--check", "--output-format", "concise", ".")),
        Check("lint", tool(BIN / "ruff", "check", "--output-format", "concise", ".")),
        Check("house rules", house_rules),
        Check("import contracts", tool(BIN / "lint-imports")),
        Check("template format", templates(BIN / "djade", "--check", "--target-version", "5.2")),
        Check(
            "template lint",
            tool(
                BIN / "djlint",
                "src/baobab",
                "--lint",
                "--quiet",
                "--profile",
                "django",
                "--ignore",
                DJLINT_IGNORES,
            ),
        ),
        Check("migrations", tool(*django, "makemigrations", "--check", "--dry-run")),
        Check("types", tool(BIN / "mypy")),
    ]
    if (ROOT / "tools" / "messages.py").exists():
        found.append(Check("catalogues", tool(sys.executable, "-m", "tools.messages", "--check")))
    return found


def report(wanted: Sequence[Check]) -> int:
    """Run these checks, all of them, and print what each found. Returns the exit status."""
    failed: list[str] = []
    for check in wanted:
        began = time.monotonic()
        wrong = check.run()
        seconds = time.monotonic() - began
        print(f"{'FAIL' if wrong else 'ok':<5}{check.name:<18}{seconds:6.1f} s", flush=True)
        if wrong:
            failed.append(check.name)
            print("     " + wrong.replace("\n", "\n     "), flush=True)
    print(f"Not yet right: {', '.join(failed)}." if failed else "Everything is in order.")
    return 1 if failed else 0


def main() -> int:
    """All checks, on settings that touch nobody's data or database: types and migrations load Django."""
    with tempfile.TemporaryDirectory(prefix="baobab-check-") as home:
        os.environ.update(BAOBAB_HOME=home, DJANGO_SETTINGS_MODULE="baobab.config.settings")
        os.environ.pop("DATABASE_URL", None)
        return report(checks())


if __name__ == "__main__":
    sys.exit(main())
