"""What the documents, the contracts and the settings say about the house agrees with the house."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tools.rules.documents import commands_documented, settings_documented
from tools.rules.project import Project

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
import json
from baobab.config import settings
names = [name for name in dir(settings) if name.isupper() and name != "LANGUAGES"]
print(json.dumps({name: getattr(settings, name) for name in names}, default=str))
"""


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.at(ROOT)


def test_the_map_names_every_app_in_the_order_of_the_contract(project: Project) -> None:
    map_of_house = project.text("docs/architecture.md").split("```")[1]
    named = re.findall(r"^  (\w+)/ ", map_of_house, re.MULTILINE)
    assert set(named) == set(project.layers)
    heights = [project.layers[name] for name in named]
    assert heights == sorted(heights, reverse=True)


def test_apps_are_installed_from_the_top_down_so_that_higher_templates_win(project: Project) -> None:
    from baobab.config.settings import INSTALLED_APPS

    ours = [name.split(".")[1] for name in INSTALLED_APPS if name.startswith("baobab.")]
    ours = [name for name in ours if name != "config"]  # brings commands only, no templates
    heights = [project.layers[name] for name in ours]
    assert heights == sorted(heights, reverse=True)
    assert set(ours) == set(project.layers) - {"config", "reading", "kernel"}


def test_every_setting_is_explained_to_operators(project: Project) -> None:
    assert list(settings_documented(project)) == []


def test_every_command_is_explained_in_a_guide(project: Project) -> None:
    assert list(commands_documented(project)) == []


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    """The settings of somebody who set nothing but the data folder, and that folder."""
    home = tmp_path_factory.mktemp("home")
    ended = subprocess.run(
        [sys.executable, "-c", SHOW],
        env={"PATH": os.environ["PATH"], "BAOBAB_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout), home


def test_settings_left_alone_are_safe(untouched: tuple[dict[str, object], Path]) -> None:
    settings, _home = untouched
    assert settings["DEBUG"] is False
    assert settings["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert settings["SESSION_COOKIE_HTTPONLY"] is True
    assert settings["SESSION_COOKIE_SAMESITE"] == settings["CSRF_COOKIE_SAMESITE"] == "Lax"
    assert settings["X_FRAME_OPTIONS"] == "DENY"
    assert settings["SECURE_PROXY_SSL_HEADER"] is None
    assert "unsafe" not in json.dumps(settings["CONTENT_SECURITY_POLICY"])
    assert "://" not in json.dumps(settings["CONTENT_SECURITY_POLICY"])


def test_the_secret_key_is_made_here_and_for_its_owner_only(
    untouched: tuple[dict[str, object], Path],
) -> None:
    settings, home = untouched
    assert settings["SECRET_KEY"] == (home / "secret-key").read_text().strip()
    assert len(str(settings["SECRET_KEY"])) >= 50
    assert stat.S_IMODE((home / "secret-key").stat().st_mode) == 0o600


def test_every_decision_is_in_the_index_and_every_link_leads_somewhere(project: Project) -> None:
    folder = "docs/decisions"
    linked = set(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", project.text(f"{folder}/README.md")))
    written = {Path(path).name for path in project.sources if re.fullmatch(rf"{folder}/\d{{4}}-.+\.md", path)}
    assert linked == written
