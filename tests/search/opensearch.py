"""A real OpenSearch for the tests that need one: started once, each test with indexes of its own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest
from tools.opensearch import Server

from baobab.search._opensearch.cluster import Cluster
from baobab.search._opensearch.engine import OpenSearchEngine
from baobab.search._opensearch.index import settings_and_fields
from baobab.search.address import read_address
from tests.conftest import needs


@pytest.fixture(scope="session")
def opensearch_hosts() -> Iterator[str]:
    """The hosts of a cluster: that of `BAOBAB_TEST_OPENSEARCH`, or one that lives as long as the tests."""
    if given := os.environ.get("BAOBAB_TEST_OPENSEARCH"):
        yield given
        return
    needs("opensearch")
    with Server() as server:
        yield ",".join(server.hosts)


@pytest.fixture
def opensearch_url(opensearch_hosts: str) -> Iterator[str]:
    """A `SEARCH_URL` under which there is nothing yet; what a test leaves there is thrown away."""
    url = f"opensearch://{opensearch_hosts}/t{secrets.token_hex(6)}"
    yield url
    clear(url)


def clear(url: str) -> None:
    """Throw away all indexes of this address."""
    address = read_address(url)
    cluster = Cluster(address)
    for name in cluster.ask("GET", f"/{address.prefix}.*/_alias?expand_wildcards=all"):
        cluster.ask("DELETE", f"/{name}")


def engine_at(url: str, *, right: int = 1) -> OpenSearchEngine:
    """An engine on a new index, written under this number."""
    address = read_address(url)
    cluster = Cluster(address)
    name = f"{address.prefix}.0-0.{secrets.token_hex(4)}"
    cluster.ask("PUT", f"/{name}", settings_and_fields(name, shards=address.shards))
    return OpenSearchEngine(cluster, name, lambda: right)
