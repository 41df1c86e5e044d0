"""The developer guide's example of a kind is run as it is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tools.rules import findings
from tools.rules.project import Project

ROOT = Path(__file__).resolve().parents[2]
FILE = re.compile(r"^`(src/baobab/experience/\w+\.py)`.*?^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
TRY = """
import sys
import baobab
baobab.__path__.append(sys.argv[1])
from baobab.config import settings
settings.INSTALLED_APPS.insert(0, "baobab.experience")
import django
django.setup()
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)

from baobab.assets import actions
from baobab.assets.fields import AssetFields, Words
from baobab.assets.kinds import kind_named
from baobab.kernel.errors import BadInput
from baobab.organisation import install
from baobab.organisation.readers import system

install.install()
kind = kind_named("lesson")
fields = AssetFields(texts={"en": Words("Ask the ferryman")}, detail={"situation": "Flood", "advice": "Ask"})
asset = actions.create_asset("lesson", fields, by=system())
print(kind.read_details([asset.pk])[asset.pk])
print(kind.index_words([asset.pk])[asset.pk])
print(kind.describe(asset, "en").title)
actions.change_asset(asset, AssetFields(detail={"advice": "Ask twice"}), by=system())
print(kind.read_details([asset.pk])[asset.pk]["advice"])
try:
    actions.change_asset(asset, AssetFields(detail={"advice": " "}), by=system())
except BadInput as error:
    print(sorted(error.fields))
print(list(kind.form().fields))
"""


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    """The files that the guide prints, by path."""
    return dict(FILE.findall((ROOT / "docs" / "developer-guide.md").read_text()))


def test_the_guide_prints_every_file_of_the_kind(example: dict[str, str]) -> None:
    names = {Path(path).name for path in example}
    assert names == {"apps.py", "models.py", "queries.py", "actions.py", "forms.py", "kind.py"}


def test_the_kind_keeps_the_house_rules(example: dict[str, str]) -> None:
    assert findings(Project.of(example)) == []


def test_the_kind_works_as_printed(example: dict[str, str], tmp_path: Path) -> None:
    for path, text in example.items():
        place = tmp_path / Path(path).relative_to("src")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    (tmp_path / "baobab" / "experience" / "__init__.py").touch()
    ended = subprocess.run(
        [sys.executable, "-c", TRY, str(tmp_path / "baobab")],
        env={
            "PATH": os.environ["PATH"],
            "BAOBAB_HOME": str(tmp_path / "home"),
            "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.stderr == ""
    assert ended.stdout.splitlines() == [
        "{'situation': 'Flood', 'advice': 'Ask'}",
        "Flood Ask",
        "Ask the ferryman",
        "Ask twice",
        "['advice']",
        "['situation', 'advice']",
    ]
