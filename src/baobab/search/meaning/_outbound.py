"""One request to another server: its address is resolved, checked, and that very one is connected to."""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from ._protocol import Unavailable

# An answer to a hundred texts with vectors of 4,096 numbers stays below this.
_MOST_BYTES = 32 * 2**20


class Refusal(Unavailable):
    """The server answered, and not with what was asked for. `is_passing`: it may do so later."""

    def __init__(self, sentence: str, *, is_passing: bool, retry_after: float = 0.0) -> None:
        super().__init__(sentence)
        self.is_passing = is_passing
        self.retry_after = retry_after


class Unreachable(Unavailable):
    """Nobody answered at that address, or not in time."""


def post_json(url: str, content: object, *, key: str, timeout: float) -> Any:
    """The JSON that the server answers to this. `key` goes as a bearer token; redirects are not followed.

    `timeout`, in seconds, bounds the connection and the whole answer. Private and local addresses are
    connected to only where `BAOBAB_FETCH_ALLOW` holds them, link-local ones never.
    Raises `Refusal` and `Unreachable`.
    """
    until = time.monotonic() + timeout
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "baobab"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    named = {"host": host}
    try:
        connection = _connection(parts.scheme, host, port, timeout)
        try:
            path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request("POST", path, json.dumps(content).encode(), headers)
            answer = connection.getresponse()
            body = _body(answer, until)
        finally:
            connection.close()
    except (TimeoutError, http.client.IncompleteRead):
        raise Unreachable(_("The server %(host)s did not answer in time.") % named) from None
    except (OSError, http.client.HTTPException) as error:
        reason = str(error) or type(error).__name__
        raise Unreachable(
            _("The server %(host)s cannot be reached: %(reason)s") % {**named, "reason": reason}
        ) from None
    if answer.status != 200:
        raise _refusal(answer, body, host)
    try:
        return json.loads(body)
    except ValueError:
        raise Refusal(_("The server %(host)s did not answer with JSON.") % named, is_passing=False) from None


def _connection(scheme: str, host: str, port: int, timeout: float) -> http.client.HTTPConnection:
    until = time.monotonic() + timeout
    failure: OSError = OSError(_("it has no address that may be connected to; see BAOBAB_FETCH_ALLOW"))
    for address in _addresses(host, port):
        try:
            raw = socket.create_connection((address, port), timeout=max(0.1, until - time.monotonic()))
        except OSError as error:
            failure = error
            continue
        # Kept for each read and write from here on; `_body` bounds their sum.
        raw.settimeout(timeout)
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
        connection.sock = (
            ssl.create_default_context().wrap_socket(raw, server_hostname=host) if scheme == "https" else raw
        )
        return connection
    raise failure


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(at[0]) for *_rest, at in found if _is_allowed(str(at[0]))]


def _is_allowed(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    allowed: Sequence[str] = settings.FETCH_ALLOW
    return ip.is_global or any(ip in ipaddress.ip_network(network) for network in allowed)


def _body(answer: http.client.HTTPResponse, until: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(65_536):
        size += len(piece)
        if time.monotonic() > until:
            raise TimeoutError
        if size > _MOST_BYTES:
            raise OSError(_("its answer is too large"))
        pieces.append(piece)
    return b"".join(pieces)


def _refusal(answer: http.client.HTTPResponse, body: bytes, host: str) -> Refusal:
    said: Mapping[str, Any] = {}
    try:
        said = json.loads(body)
        reason = str(said["error"]["message"])[:300]
    except (ValueError, KeyError, TypeError):
        reason = answer.reason
    after = answer.headers.get("Retry-After", "")
    return Refusal(
        _("The server %(host)s answered %(status)s: %(reason)s")
        % {"host": host, "status": answer.status, "reason": reason},
        is_passing=answer.status in (408, 409, 425, 429) or answer.status >= 500,
        retry_after=float(after) if after.isascii() and after.isdecimal() else 0.0,
    )
