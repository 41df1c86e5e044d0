"""The cast, topics and places, and clients signed in as each of the cast."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from baobab.vocabularies.actions import import_scheme
from baobab.vocabularies.models import Scheme
from baobab.web import context
from tests import factories
from tests.factories import House, Somebody


@pytest.fixture(autouse=True)
def own_index(settings: Settings, tmp_path: Path) -> None:
    """An index in memory that no other test sees, and names of the organisation that none remembers."""
    settings.SEARCH_URL = f"memory://{tmp_path.name}"
    context.forget()


@pytest.fixture
def house(db: None) -> House:
    """The organisation and its cast."""
    return factories.house()


@pytest.fixture
def topics(db: None, tmp_path: Path) -> Scheme:
    """Three topics: Peatlands below Water, and Fisheries related to the former."""
    file = tmp_path / "topics.ttl"
    file.write_text(factories.TOPICS)
    import_scheme(file, by_user_id=None, use=Scheme.Use.TOPICS)
    return Scheme.objects.get(uri="urn:test:topics")


@pytest.fixture
def client_of() -> Callable[[Somebody], Client]:
    """A browser in which somebody has signed in."""

    def signed_in(somebody: Somebody) -> Client:
        client = Client()
        client.force_login(somebody.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
