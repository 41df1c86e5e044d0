"""`baobab vocabulary`: what it says and how it ends."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from .schemes import concept, turtle

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("vocabulary", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_a_sound_file_ends_with_0_and_says_what_came_in(tmp_path: Path) -> None:
    file = tmp_path / "water.ttl"
    file.write_bytes(turtle())
    status, out, _err = run("import", str(file), "--use", "reference")
    assert status == 0
    assert "5 concepts are new." in out
    status, out, _err = run("list")
    assert status == 0
    assert "Waters" in out
    status, out, _err = run("import", str(file))
    assert "5 concepts are as before." in out


def test_a_file_with_problems_ends_with_1_and_names_them(tmp_path: Path) -> None:
    file = tmp_path / "circle.ttl"
    file.write_bytes(
        turtle(concept("a", "A", "; skos:broader :b ") + concept("b", "B", "; skos:broader :a "))
    )
    status, out, _err = run("import", str(file))
    assert status == 1
    assert "B → A" in out


def test_an_unusable_file_ends_with_2_and_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "broken.ttl"
    file.write_text("not a vocabulary")
    status, _out, err = run("import", str(file))
    assert status == 2
    assert "broken.ttl" in err
    assert "line 1" in err
    assert run("import", str(tmp_path / "none.ttl"))[0] == 2


def test_an_empty_list_says_so() -> None:
    assert run("list")[1].strip().endswith(".")
