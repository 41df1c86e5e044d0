"""Requests to a cluster: whichever of its hosts answers, with limits on time, one error where none does."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from ..address import Address
from ..away import SearchAway

logger = logging.getLogger(__name__)

_CONNECT_SECONDS = 2.0
# Somebody waits for an answer to a question.
ANSWER_SECONDS = 15.0
# Nobody waits for a bulk, a refresh after it, or a new index.
WORK_SECONDS = 120.0
# What says "not now": too much at once, a gateway without its server, a node that starts.
NOT_NOW = frozenset({429, 502, 503, 504})
# A host that did not answer is asked last for so long.
_REST_SECONDS = 10.0
_CONNECTIONS = 32
_PAUSES = (0.1, 0.5, 2.0)
# After "not now" everything is asked once more.
_MOMENT_SECONDS = 0.3
_LINES = "application/x-ndjson"

Json = dict[str, Any]


class _Busy(SearchAway):
    """A host answered that it cannot now."""


class Refusal(Exception):
    """The cluster answered, and with an error. `kind` is its own name for it."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        self.status = status
        self.kind = kind
        super().__init__(f"{status} {kind}: {reason}")


class Cluster:
    """Safe to share between threads. Every request may be sent twice: none does more the second time."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._rests_until: dict[str, float] = {}
        headers = {}
        if address.user:
            headers = urllib3.make_headers(basic_auth=f"{address.user}:{address.password}")
        self._headers = headers
        self._pools = urllib3.PoolManager(
            maxsize=_CONNECTIONS,
            retries=False,
            ca_certs=address.ca or None,
        )

    def ask(
        self, method: str, path: str, body: Json | None = None, *, seconds: float = ANSWER_SECONDS,
        also: Collection[int] = (),
    ) -> Json:  # fmt: skip
        """The answer to one request. `also`: statuses of errors that are answers here, such as 404.

        Raises `SearchAway` when no host answers in time, or says that it cannot now; `Refusal` otherwise.
        """
        given = None if body is None else json.dumps(body).encode()
        return self._sent(method, path, given, "application/json", seconds, also)

    def ask_many(self, path: str, lines: Iterable[Json]) -> list[Json]:
        """The answers to several searches in one request (`_msearch`). Raises as `ask` does."""
        text = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        answer = self._sent("POST", path, text, _LINES, ANSWER_SECONDS, ())
        for one in answer["responses"]:
            _raise_for(int(one["status"]), one)
        return list(answer["responses"])

    def ask_lines(self, path: str, lines: Sequence[bytes]) -> Json:
        """The answer to many changes in one request (`_bulk`). Raises as `ask` does, after some patience."""
        for pause in (*_PAUSES, None):
            try:
                return self._sent("POST", path, b"".join(lines), _LINES, WORK_SECONDS, ())
            except SearchAway:
                if pause is None:
                    raise
                time.sleep(pause)
        raise AssertionError("The last try returns or raises.")

    def _sent(
        self, method: str, path: str, body: bytes | None, kind: str, seconds: float, also: Collection[int]
    ) -> Json:
        try:
            try:
                return self._tried(method, path, body, kind, seconds, also)
            except _Busy:
                # It is there: an index may be in the making, a copy of it on its way to another node.
                time.sleep(_MOMENT_SECONDS)
                return self._tried(method, path, body, kind, seconds, also)
        except SearchAway as error:
            logger.warning("The search service does not answer: %s", error.reason)
            raise

    def _tried(
        self, method: str, path: str, body: bytes | None, kind: str, seconds: float, also: Collection[int]
    ) -> Json:
        """The answer of the first host that gives one."""
        reason, away = "", SearchAway
        for host in self._hosts():
            scheme = "https" if self.address.has_tls else "http"
            try:
                answer = self._pools.request(
                    method,
                    f"{scheme}://{host}{path}",
                    body=body,
                    headers={**self._headers, "Content-Type": kind} if body else self._headers,
                    timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=seconds),
                )
                found: Json = json.loads(answer.data or b"{}")
            except (HTTPError, ValueError) as error:
                reason = f"{host} {_told(error)}"
                self._rests_until[host] = time.monotonic() + _REST_SECONDS
                continue
            if answer.status in (401, 403):
                raise SearchAway(f"{host} refuses the name and password ({answer.status})")
            if answer.status in NOT_NOW and answer.status not in also:
                reason, away = f"{host} says {answer.status} ({_cause(found)[0]})", _Busy
                continue
            if answer.status not in also:
                _raise_for(answer.status, found)
            return {**found, "status": answer.status} if also else found
        raise away(reason)

    def _hosts(self) -> list[str]:
        """All hosts, those that answer first."""
        now = time.monotonic()
        return sorted(self.address.hosts, key=lambda host: self._rests_until.get(host, 0.0) > now)


def _told(error: Exception) -> str:
    if isinstance(error, MaxRetryError) and error.reason:
        return _told(error.reason)
    if isinstance(error, NewConnectionError):
        return "refuses connections"
    if isinstance(error, ValueError):
        return "is no OpenSearch: it does not answer in JSON"
    return f"does not answer ({type(error).__name__})"


def _cause(found: Json) -> tuple[str, str]:
    error = found.get("error")
    if not isinstance(error, dict):
        return str(error or ""), ""
    causes = error.get("root_cause") or [error]
    return str(causes[0].get("type", "")), str(causes[0].get("reason", ""))


def _raise_for(status: int, found: Json) -> None:
    if status >= 400:
        kind, reason = _cause(found)
        if status in NOT_NOW:
            raise SearchAway(f"it says {status} ({kind})")
        raise Refusal(status, kind, reason)
