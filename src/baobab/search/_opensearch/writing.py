"""Changes on their way into an index: kept back until committed, refused from a writer of before.

Every document carries the number of the right to write under which it was written (`version_type:
external_gte`): the cluster refuses older ones, so that a process which lost its right without knowing
changes nothing that its successor wrote.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Self

from .._documents import documents
from ..away import RightLost, SearchAway
from ..engine import Entry
from .cluster import NOT_NOW, WORK_SECONDS, Cluster, Json, Refusal
from .index import WRITTEN_AS, JsonDocument

# What waits for a commit is held in memory up to here, then in a file of the temporary folder.
_HELD_BYTES = 8_000_000
# One request to the cluster: the best size for it, well below the 100 MB that it refuses.
_REQUEST_BYTES = 5_000_000
_IDS_AT_ONCE = 1_000
# Changes that the cluster had too much to do for are sent again after each of these.
_PAUSES = (0.1, 0.5, 2.0, 5.0, 10.0)
_TOLD = "errors,items.*.status,items.*.error"
_CONFLICT = 409
_REMOVAL = b'{"delete"'


class OpenSearchWriting:
    """See `engine.Writing`; `right` gives the number of the right to write, or raises `RightLost`."""

    def __init__(self, cluster: Cluster, index: str, right: Callable[[], int]) -> None:
        self._cluster = cluster
        self._index = index
        self._right = right
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._waiting.close()

    def put(self, entry: Entry) -> None:
        """See `engine.Writing.put`. Nothing is sent before the commit."""
        number = 0
        for document in documents(entry, JsonDocument):
            if document.is_whole:
                document.add_integer("passages", number)
            name = _name(entry.asset_id, None if document.is_whole else number)
            number += not document.is_whole
            self._write("index", name, entry.asset_id, document.line())
        self._count(entry.asset_id, number)

    def remove(self, asset_id: int) -> None:
        """See `engine.Writing.remove`."""
        self._write("delete", _name(asset_id, None), asset_id)
        self._count(asset_id, 0)

    def commit(self) -> None:
        """See `engine.Writing.commit`. Raises `SearchAway`; what was sent by then is sent again later."""
        self._right()
        for asset_id, before in self._passages_before().items():
            for number in range(self._passages[asset_id], max(before, self._most[asset_id])):
                self._write("delete", _name(asset_id, number), asset_id)
        for lines in self._requests():
            self._send(lines)
        answer = self._cluster.ask("POST", f"/{self._index}/_refresh", seconds=WORK_SECONDS)
        if answer["_shards"]["failed"]:
            raise SearchAway("a part of the index could not be refreshed")
        self._waiting.close()
        self._begin()

    def _begin(self) -> None:
        self._waiting = SpooledTemporaryFile(max_size=_HELD_BYTES)  # noqa: SIM115 (closed by commit or exit)
        # How many passages each changed asset will have, and the most that it had since the last commit.
        self._passages: dict[int, int] = {}
        self._most: dict[int, int] = {}

    def _count(self, asset_id: int, passages: int) -> None:
        self._passages[asset_id] = passages
        self._most[asset_id] = max(passages, self._most.get(asset_id, 0))

    def _write(self, act: str, name: str, asset_id: int, document: bytes = b"") -> None:
        told = {"_id": name, "routing": str(asset_id), "version_type": "external_gte"}
        self._waiting.write(json.dumps({act: {**told, "version": self._right()}}).encode() + b"\n")
        if document:
            self._waiting.write(document + b"\n")

    def _passages_before(self) -> dict[int, int]:
        """How many documents of passages the index holds of each asset that is about to change."""
        ids = list(self._passages)
        before = dict.fromkeys(ids, 0)
        for start in range(0, len(ids), _IDS_AT_ONCE):
            asked = [{"_id": str(i), "routing": str(i)} for i in ids[start : start + _IDS_AT_ONCE]]
            path = f"/{self._index}/_mget"
            for one in self._cluster.ask("POST", path, {"docs": asked}, seconds=WORK_SECONDS)["docs"]:
                if one.get("found"):
                    before[int(one["_id"])] = int(one["_source"]["passages"])
        return before

    def _requests(self) -> Iterator[list[bytes]]:
        """What waits, in pieces of the right size: changes in their order, each with its document."""
        self._waiting.seek(0)
        changes: list[bytes] = []
        size = 0
        while act := self._waiting.readline():
            change = act if act.startswith(_REMOVAL) else act + self._waiting.readline()
            changes.append(change)
            size += len(change)
            if size > _REQUEST_BYTES:
                yield changes
                changes, size = [], 0
        if changes:
            yield changes

    def _send(self, changes: list[bytes]) -> None:
        # An alias that only this index has: were the index gone, a plain name would make another one.
        path = f"/{self._index}{WRITTEN_AS}/_bulk?require_alias=true&filter_path={_TOLD}"
        for pause in _PAUSES:
            self._right()
            answer = self._cluster.ask_lines(path, changes)
            if not answer.get("errors"):
                return
            again: list[bytes] = []
            for change, item in zip(changes, answer["items"], strict=True):
                ((_act, told),) = item.items()
                if "error" in told:
                    again += _to_send_again(change, told)
            if not again:
                return
            changes = again
            time.sleep(pause)
        raise SearchAway("it has too much to do to take changes in")


def _to_send_again(change: bytes, told: Json) -> list[bytes]:
    status, kind = int(told["status"]), str(told["error"]["type"])
    if status == _CONFLICT:
        raise RightLost("another process has written this asset since")
    if kind == "index_not_found_exception":
        raise RightLost("the index is gone")
    if status not in NOT_NOW:
        raise Refusal(status, kind, str(told["error"].get("reason", "")))
    return [change]


def _name(asset_id: int, number: int | None) -> str:
    """The name of a document: that of the whole asset, or of one of its passages."""
    return str(asset_id) if number is None else f"{asset_id}-{number}"
