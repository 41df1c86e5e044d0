"""A fresh index for each test of search."""

from __future__ import annotations

import itertools

import pytest
from pytest_django import Settings

from .opensearch import opensearch_hosts, opensearch_url

__all__ = ["opensearch_hosts", "opensearch_url"]

_names = itertools.count()


@pytest.fixture(autouse=True)
def own_index(settings: Settings) -> None:
    """An index in memory that no other test sees."""
    settings.SEARCH_URL = f"memory://{next(_names)}"
