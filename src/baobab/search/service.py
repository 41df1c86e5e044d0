"""The search service of an installation, where it has one: whether it answers, and how it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from .address import SCHEME, read_address
from .away import SearchAway


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """`status` is that of our indexes: `green`, `yellow` (without a second copy), `red` (a part is gone)."""

    version: str
    nodes: int
    status: str


def is_service() -> bool:
    """Whether the index stands in a service of its own, and not in a folder of this machine."""
    return settings.SEARCH_URL.startswith(f"{SCHEME}://")


def service_health() -> ServiceHealth:
    """How the service is that `SEARCH_URL` names.

    Raises `SearchAway` when it does not answer, or is something else than OpenSearch.
    """
    # Loaded only where it is used: it needs the extra `opensearch`.
    from ._opensearch.cluster import Cluster

    address = read_address(settings.SEARCH_URL)
    cluster = Cluster(address)
    told = cluster.ask("GET", "/")["version"]
    if told.get("distribution") != "opensearch":
        raise SearchAway("it is not OpenSearch")
    # The indexes of others in the same cluster are not our concern.
    health = cluster.ask("GET", f"/_cluster/health/{address.prefix}.*?expand_wildcards=all")
    return ServiceHealth(str(told["number"]), int(health["number_of_nodes"]), str(health["status"]))
