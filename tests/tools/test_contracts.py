"""The import contracts of `pyproject.toml` are broken by what they forbid, tried on a small house."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tools.rules.project import Project

ROOT = Path(__file__).resolve().parents[2]
LAYERS = Project.at(ROOT).layers


def is_kept(folder: Path, files: dict[str, str]) -> bool:
    """Whether a house of empty apps with these modules keeps all contracts."""
    apps = {f"{name}/__init__.py": "" for name in LAYERS}
    for name, text in {"__init__.py": "", "assets/card/__init__.py": "", **apps, **files}.items():
        place = folder / "baobab" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    linter = Path(sys.executable).parent / "lint-imports"
    ended = subprocess.run(
        [str(linter), "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts: " in ended.stdout, ended.stdout + ended.stderr
    return ended.returncode == 0


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("web/views.py", "import baobab.library"),
        ("assets/kinds.py", "from baobab.search import engine"),
        ("design/views.py", "import baobab.jobs"),
        ("reading/reader.py", "import baobab.kernel"),
        ("reading/reader.py", "from django.conf import settings"),
        ("kernel/text.py", "from django.db import models"),
        ("library/queries.py", "from . import actions"),
        ("library/actions.py", "from .forms import Form"),
        ("assets/card/models.py", "from .queries import cards"),
        ("weather/__init__.py", ""),
    ],
)
def test_what_is_forbidden_breaks_a_contract(tmp_path: Path, module: str, line: str) -> None:
    others = {
        "search/engine.py": "",
        "library/actions.py": "",
        "library/forms.py": "Form = object",
        "library/queries.py": "",
        "assets/card/queries.py": "cards = object",
    }
    assert not is_kept(tmp_path, {**others, module: line})


def test_what_is_allowed_keeps_them(tmp_path: Path) -> None:
    assert is_kept(
        tmp_path,
        {
            "library/kind.py": "from .views import page",
            "library/views.py": "from django import http\nfrom .actions import add\npage = http",
            "library/actions.py": "from .queries import read\nadd = read",
            "library/queries.py": "from baobab.assets.card import models\nread = models",
            "assets/card/models.py": "import baobab.kernel\nimport baobab.reading",
        },
    )


def test_every_app_keeps_its_inner_order() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    inner = next(contract for contract in contracts if "(actions)" in contract.get("layers", ()))
    apps = {f"baobab.{name}" for name in LAYERS} - {"baobab.config", "baobab.reading", "baobab.kernel"}
    assert apps <= set(inner["containers"])
