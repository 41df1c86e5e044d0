"""The runner of checks hides no failure, and the rules are in force on this very checkout."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tools.check import Check, checks, report, templates, tool
from tools.rules import RULES
from tools.rules.project import Project


def test_every_check_runs_and_every_failure_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    status = report(
        [
            Check("first", lambda: "one is wrong\nand two"),
            Check("second", lambda: ""),
            Check("third", lambda: "three is wrong"),
        ]
    )
    said = capsys.readouterr().out
    assert status == 1
    assert all(sentence in said for sentence in ("one is wrong", "and two", "three is wrong"))
    assert said.endswith("Not yet right: first, third.\n")


def test_all_well_ends_with_status_zero(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([Check("only", lambda: "")]) == 0
    assert capsys.readouterr().out.endswith("Everything is in order.\n")


def test_a_program_that_fails_shows_what_it_said() -> None:
    failing = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    assert tool(sys.executable, "-c", failing)() == "out\nerr"
    assert tool(sys.executable, "-c", "raise SystemExit(1)")() != ""


def test_a_program_that_succeeds_says_nothing() -> None:
    assert tool(sys.executable, "-c", "print('fine')")() == ""


def test_a_program_that_is_missing_is_a_failure_with_a_remedy() -> None:
    assert "make check" in tool("no-such-program-anywhere")()


def test_templates_are_handed_over_one_by_one() -> None:
    listed = templates(sys.executable, "-c", "import sys; print(*sys.argv[1:]); sys.exit(1)")().split()
    assert listed
    assert all(place.endswith(".html") and Path(place).is_file() for place in listed)


def test_every_promised_check_is_made() -> None:
    promised = {"format", "lint", "types", "import contracts", "house rules", "migrations"}
    assert promised <= {check.name for check in checks()}


def test_every_rule_says_what_it_asks() -> None:
    assert all(rule.__doc__ for rule in RULES)


def test_a_checkout_is_read_without_its_environment_and_data(tmp_path: Path) -> None:
    for name in ("src/baobab/web/views.py", ".venv/lib/x.py", "var/secret-key", "Makefile", ".ci/run"):
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x = 1\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "picture.md").write_bytes(b"\xff\xfe\x00")
    assert set(Project.at(tmp_path).sources) == {"src/baobab/web/views.py", "Makefile", ".ci/run"}
