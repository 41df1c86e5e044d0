"""What the guides name exists, what exists is in the guides, and their links lead somewhere."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

ROOT = Path(__file__).resolve().parents[2]
OPERATOR_GUIDE = ROOT / "docs" / "operator-guide.md"
WRITTEN = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "deploy").glob("*.md")),
]
PICTURE_KILOBYTES = 150
# Where settings are read; `tools.rules.documents` sees to it that all that are read anywhere are explained.
SETTINGS = [ROOT / "src" / "baobab" / "config" / name for name in ("settings.py", "home.py")]
READ = re.compile(r'(?:env\.\w+|environ\.get)\("(\w+)"(?:, default=(?:"([^"]+)"|(\d+)))?')
ROW = re.compile(r"^\| `([A-Z][A-Z_]+)` \| (.*?) \|", re.MULTILINE)


def _relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _anchors(text: str) -> set[str]:
    """The anchors that the headings of a Markdown file have."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _code(text: str) -> str:
    """What stands in code, in the line or in blocks."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", rest)])


@pytest.mark.parametrize("document", WRITTEN, ids=_relative)
def test_every_link_inside_the_project_leads_somewhere(document: Path) -> None:
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        name, _sign, anchor = target.partition("#")
        file = (document.parent / name).resolve() if name else document
        assert file.exists(), f"{_relative(document)} leads to {target}"
        if anchor:
            assert anchor in _anchors(file.read_text()), f"{_relative(document)} leads to {target}"


def test_every_guide_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    for guide in (ROOT / "docs").glob("*.md"):
        assert guide.name == "README.md" or f"]({guide.name})" in index


def test_pictures_are_used_and_small() -> None:
    shown = "\n".join(path.read_text() for path in WRITTEN)
    pictures = list((ROOT / "docs" / "images").iterdir())
    assert pictures
    for picture in pictures:
        assert f"images/{picture.name})" in shown
        assert picture.stat().st_size <= PICTURE_KILOBYTES * 1024


def test_settings_in_the_guide_are_those_that_are_read_with_their_defaults() -> None:
    explained = dict(ROW.findall(OPERATOR_GUIDE.read_text()))
    read = {
        name: text or number for path in SETTINGS for name, text, number in READ.findall(path.read_text())
    }
    assert set(explained) == set(read)
    for name, default in read.items():
        if default:
            assert f"`{default}`" in explained[name], f"{name} is {default!r} by default"


@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile", "baobab.service"])
def test_deployments_set_only_what_the_product_or_its_neighbours_read(name: str) -> None:
    explained = set(dict(ROW.findall(OPERATOR_GUIDE.read_text())))
    others = {"DATABASE_PASSWORD", "PYTHONDONTWRITEBYTECODE"}
    said = re.findall(
        r"\b((?:BAOBAB|DATABASE|SITE|EMAIL|ALLOWED|BEHIND|PYTHON)_?[A-Z_]*)\s*[=:]",
        (ROOT / "deploy" / name).read_text(),
    )
    assert said
    assert set(said) <= explained | others


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _parsers(cast(argparse.ArgumentParser, below))


def _options(command: BaseCommand, name: str) -> set[str]:
    return {
        option
        for parser in _parsers(command.create_parser("baobab", name))
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--")
    }


def _ours() -> dict[str, str]:
    return {name: str(app) for name, app in get_commands().items() if str(app).startswith("baobab.")}


def _sections() -> dict[str, str]:
    """The part of the operator guide about each command."""
    sections: dict[str, str] = {}
    for part in re.split(r"^### ", OPERATOR_GUIDE.read_text(), flags=re.MULTILINE)[1:]:
        heading, _newline, text = part.partition("\n")
        for name in re.findall(r"`baobab (\w+)", heading):
            sections[name] = heading + "\n" + text.split("\n## ")[0]
    return sections


def test_the_operator_guide_has_a_part_for_every_command_and_no_other() -> None:
    assert set(_sections()) == set(_ours())


@pytest.mark.parametrize("name", sorted(_ours()))
def test_the_options_of_a_command_are_those_that_its_part_explains(name: str) -> None:
    command = load_command_class(_ours()[name], name)
    # `baobab check` is Django's with more behind it; its options are Django's.
    of_all = _options(BaseCommand(), name) | (_options(command, name) if name == "check" else set())
    own = _options(command, name) - of_all
    told = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", _sections()[name]))
    assert own <= told
    assert told <= _options(command, name)


@pytest.mark.parametrize("document", WRITTEN, ids=_relative)
def test_every_command_that_a_document_runs_exists(document: Path) -> None:
    known = {*get_commands(), "help", "COMMAND", "NAME"}
    for name in re.findall(r"(?:^|[\s/])baobab ([\w-]+)", _code(document.read_text()), re.MULTILINE):
        assert name in known, f"{_relative(document)} runs `baobab {name}`"


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_every_target_of_make_that_a_document_names_exists_and_every_target_is_named() -> None:
    named = {
        target
        for document in WRITTEN
        for target in re.findall(r"(?:^|\s)make ([a-z]+)", _code(document.read_text()), re.MULTILINE)
    }
    assert named == _targets()
