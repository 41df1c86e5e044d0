"""The address of a cluster, as `SEARCH_URL` gives it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

SCHEME = "opensearch"
FORM = "opensearch://USER:PASSWORD@HOST:9200/PREFIX?tls=1"
_PREFIX = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?")
_USUAL_PORT = 9200
_OPTIONS = frozenset({"tls", "ca", "shards"})
_MOST_SHARDS = 64


@dataclass(frozen=True, slots=True)
class Address:
    """`hosts` are those of one cluster, as HOST:PORT. All its indexes begin with `prefix`.

    `ca` is a file of certificates to trust besides those of the system. `shards`: in how many parts a
    new index is made.
    """

    hosts: tuple[str, ...]
    prefix: str
    user: str = ""
    password: str = field(default="", repr=False)
    has_tls: bool = False
    ca: str = ""
    shards: int = 1


def read_address(url: str) -> Address:
    """What a `SEARCH_URL` of the form `FORM` says; several hosts are separated by commas.

    Raises `ValueError` for anything else, without repeating a password.
    """
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError:
        raise ValueError("it cannot be read") from None
    account, _at, places = parts.netloc.rpartition("@")
    hosts = [place for place in places.split(",") if place]
    prefix = parts.path.strip("/")
    shards = options.get("shards", ["1"])[-1]
    if parts.scheme != SCHEME or not hosts or not all(_HOST.fullmatch(host) for host in hosts):
        raise ValueError("it names no host")
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("after the host stands no prefix of small letters, digits, - and _")
    if options.keys() - _OPTIONS:
        raise ValueError("it has an option that nobody knows")
    if not (shards.isascii() and shards.isdecimal() and 1 <= int(shards) <= _MOST_SHARDS):
        raise ValueError(f"shards must be a number from 1 to {_MOST_SHARDS}")
    user, _colon, password = account.partition(":")
    return Address(
        hosts=tuple(host if _has_port(host) else f"{host}:{_USUAL_PORT}" for host in hosts),
        prefix=prefix,
        user=unquote(user),
        password=unquote(password),
        has_tls=options.get("tls", ["0"])[-1] in ("1", "true", "yes"),
        ca=options.get("ca", [""])[-1],
        shards=int(shards),
    )


def _has_port(host: str) -> bool:
    return host.rpartition(":")[2].isdecimal() and not host.endswith("]")
