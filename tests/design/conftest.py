"""The design is tested at addresses of its own, whatever the rest of the site has."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def own_addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.design.urls"
