"""The cast, topics and places for the tests of assets, and an index of their own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from baobab.vocabularies.actions import import_scheme
from baobab.vocabularies.models import Concept, Place, Scheme
from tests import factories
from tests.factories import House, Somebody

_names = itertools.count()


@pytest.fixture(autouse=True)
def own_index(settings: Settings) -> None:
    """An index in memory that no other test sees."""
    settings.SEARCH_URL = f"memory://assets-{next(_names)}"


@pytest.fixture
def house(db: None) -> House:
    """The organisation and its cast."""
    return factories.house()


@pytest.fixture
def topics(db: None, tmp_path: Path) -> dict[str, Concept]:
    """Three topics by notation: peat below water, and fish."""
    file = tmp_path / "topics.ttl"
    file.write_text(factories.TOPICS)
    import_scheme(file, by_user_id=None, use=Scheme.Use.TOPICS)
    return {concept.notation: concept for concept in Concept.objects.all()}


@pytest.fixture
def places(db: None) -> dict[str, Place]:
    """Three places by code: Kenya in Africa in the world, as the product names them."""
    from baobab.vocabularies.actions import write_places

    if not Place.objects.exists():
        write_places()
    return {place.code: place for place in Place.objects.filter(code__in=("KE", "002", "001", "FR"))}


@pytest.fixture
def client_of() -> Callable[[Somebody], Client]:
    """A browser in which somebody has signed in."""

    def signed_in(somebody: Somebody) -> Client:
        client = Client()
        client.force_login(somebody.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in
