"""What every test can ask for: things that a machine may lack, and a private PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres import Cluster, binaries
from tools import opensearch

DATA = Path(os.environ.get("BAOBAB_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")


def _lacks(what: str) -> str:
    """Why this machine cannot run tests that need `what`; empty when it can."""
    if what == "postgres":
        return "" if binaries() else "no PostgreSQL server is installed"
    if what == "browser":
        return "" if shutil.which("chromium") or shutil.which("google-chrome") else "no Chromium is installed"
    if what == "data":
        return "" if DATA.is_dir() else f"the folder of real documents is not at {DATA} (set BAOBAB_DATA)"
    if what == "tesseract":
        return "" if shutil.which("tesseract") else "Tesseract is not installed"
    if what == "opensearch":
        return opensearch.lacking()
    raise ValueError(f"Nobody knows how to look for {what!r}.")


def needs(what: str) -> None:
    """Skip the test, with the reason, where `what` is absent; fail it when `BAOBAB_REQUIRE` names `what`.

    `what` is "postgres", "browser", "data", "tesseract" or "opensearch".
    """
    reason = _lacks(what)
    if reason and what in os.environ.get("BAOBAB_REQUIRE", "").split(","):
        pytest.fail(f"BAOBAB_REQUIRE asks for {what}, but {reason}.")
    if reason:
        pytest.skip(reason)


@pytest.fixture
def require() -> Callable[[str], None]:
    """The function `needs`, for tests that cannot import it."""
    return needs


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for what in ("postgres", "browser", "data"):
        if item.get_closest_marker(what):
            needs(what)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real documents."""
    needs("data")
    return DATA


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private PostgreSQL on a Unix socket, thrown away afterwards."""
    needs("postgres")
    with Cluster() as cluster:
        yield cluster
