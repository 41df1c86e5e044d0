"""The indexes of an installation in a cluster, and the right to write them.

One small document says everything: which index is in use, which one is being built, who may write and
under which number, and what processes left word of. It is changed by compare and set only (`if_seq_no`),
so that of two processes that act at once one is told that it came second.
"""

from __future__ import annotations

import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from .._tantivy_schema import SCHEMA_VERSION
from ..address import Address
from ..away import RightLost, SearchAway
from ..engine import Engine
from .cluster import WORK_SECONDS, Cluster, Json
from .engine import OpenSearchEngine
from .index import FIELDS_VERSION, settings_and_fields

logger = logging.getLogger(__name__)

# How often the holder of the right to write says that it lives, and how long it may be silent. Nobody
# compares clocks: whoever wants the right watches for so long that nothing was said.
BEAT_SECONDS = 2.0
SILENCE_SECONDS = 15.0
# The holder itself stops earlier than others may take over.
_DOUBT_SECONDS = 9.0
_VERSION = f"{SCHEMA_VERSION}-{FIELDS_VERSION}"
_STATE_FIELDS: Json = {
    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
    "mappings": {"enabled": False},
}
_MISSING, _CONFLICT = 404, 409


@dataclass(frozen=True, slots=True)
class _State:
    """What the document says. `holder` is a random word; `term` counts how often the right changed hands."""

    current: str = ""
    building: str = ""
    kept: int = 0
    holder: str = ""
    term: int = 0
    beat: int = 0
    is_asked: bool = False
    done: int = 0
    total: int = 0


class _Held:
    """The right to write, from `begin` to `end`: a thread says every `BEAT_SECONDS` that its holder lives."""

    def __init__(
        self, change: Callable[[Callable[[_State], _State]], _State], holder: str, term: int
    ) -> None:
        self.holder = holder
        self._change = change
        self._term = term
        self._said = time.monotonic()
        self._is_lost = False
        self._over = threading.Event()
        self._beating = threading.Thread(target=self._beat, name="search-right", daemon=True)

    def begin(self) -> None:
        """Begin to say so."""
        self._beating.start()

    def number(self) -> int:
        """The number under which this holder writes. Raises `RightLost` when others may have taken over."""
        if self._is_lost or time.monotonic() - self._said > _DOUBT_SECONDS:
            raise RightLost("this process could not say for too long that it holds the right to write")
        return self._term

    def end(self) -> None:
        """Give it back, if it is still held; others take over after a while when that cannot be said."""
        self._over.set()
        self._beating.join()
        try:
            self._change(lambda state: replace(state, holder="") if state.holder == self.holder else state)
        except SearchAway as error:
            logger.warning("The right to write the search index was not given back: %s", error.reason)

    def _beat(self) -> None:
        while not self._over.wait(BEAT_SECONDS) and not self._is_lost:
            asked = time.monotonic()
            try:
                state = self._change(self._louder)
            except SearchAway:
                continue
            self._is_lost = state.holder != self.holder
            self._said = self._said if self._is_lost else asked

    def _louder(self, state: _State) -> _State:
        return replace(state, beat=state.beat + 1) if state.holder == self.holder else state


class OpenSearchShelf:
    """See `engine.Shelf`. Indexes are called PREFIX.VERSION.RANDOM, the document stands in PREFIX.state.

    Deleting all of it costs a rebuild and nothing else.
    """

    def __init__(self, address: Address) -> None:
        self.cluster = Cluster(address)
        self._prefix = address.prefix
        self._begin = f"{address.prefix}.{_VERSION}."
        self._index_of_state = f"{address.prefix}.state"
        self._is_index = re.compile(re.escape(address.prefix) + r"\.\d+-\d+\.[0-9a-f]{8}").fullmatch
        self._built = ""
        self._held: _Held | None = None
        self._watched: tuple[tuple[str, int], float] | None = None

    def current(self) -> Engine | None:
        """See `engine.Shelf.current`. One small request; raises `SearchAway`."""
        name = self._state().current
        return self._engine(name) if name.startswith(self._begin) else None

    def build(self) -> tuple[Engine, int]:
        """See `engine.Shelf.build`. To be called under the lock only."""
        self.tidy()
        state = self._state()
        self._built, last = state.building, state.kept
        if not self._built.startswith(self._begin):
            self._built, last = self._begin + secrets.token_hex(4), 0
            body = settings_and_fields(self._built, shards=self.cluster.address.shards)
            self._make(self._built, body)
        return self._engine(self._built), last

    def keep(self, last: int) -> None:
        """See `engine.Shelf.keep`."""
        self._change(lambda state: replace(state, building=self._built, kept=last), is_holders=True)

    def abandon(self) -> None:
        """See `engine.Shelf.abandon`."""
        self._change(lambda state: replace(state, building="", kept=0), is_holders=True)

    def adopt(self) -> None:
        """See `engine.Shelf.adopt`. Raises `RightLost` if another process may write by now."""
        self._change(
            lambda state: replace(
                state, current=self._built, building="", kept=0, is_asked=False, done=0, total=0
            ),
            is_holders=True,
        )

    @contextmanager
    def lock(self) -> Iterator[bool]:
        """See `engine.Shelf.lock`: held while its holder says that it lives, see `SILENCE_SECONDS`."""
        held = None if self._held else self._taken()
        if held is None:
            yield False
            return
        self._held = held
        held.begin()
        try:
            yield True
        finally:
            self._held = None
            held.end()

    def tidy(self) -> None:
        """See `engine.Shelf.tidy`: unfinished indexes, the one in use before; forgets what is not there."""
        state = self._state()
        names = set(self.cluster.ask("GET", f"/{self._prefix}.*/_alias?expand_wildcards=all"))
        if {state.current, state.building} - names - {""}:
            state = self._change(lambda now: _without_missing(now, names), is_holders=True)
        for name in names - {state.current, state.building}:
            if self._is_index(name):
                self.cluster.ask("DELETE", f"/{name}", also=(_MISSING,), seconds=WORK_SECONDS)

    def ask_for_rebuild(self) -> None:
        """See `engine.Shelf.ask_for_rebuild`."""
        self._change(lambda state: replace(state, is_asked=True))

    def is_rebuild_asked(self) -> bool:
        """See `engine.Shelf.is_rebuild_asked`."""
        return self._state().is_asked

    def tell_progress(self, done: int, total: int) -> None:
        """See `engine.Shelf.tell_progress`."""
        self._change(lambda state: replace(state, done=done, total=total), is_holders=True)

    def progress(self) -> tuple[int, int] | None:
        """See `engine.Shelf.progress`."""
        state = self._state()
        return (state.done, state.total) if state.total else None

    def _engine(self, name: str) -> Engine:
        return OpenSearchEngine(self.cluster, name, self._right)

    def _right(self) -> int:
        """The number under which this process writes. Raises `RightLost` where it may not."""
        if self._held is None:
            raise RightLost("this process does not hold the right to write")
        return self._held.number()

    def _taken(self) -> _Held | None:
        """The right to write, if it is free or its holder has been silent for long enough."""
        state, place = self._read()
        if state.holder:
            seen = (state.holder, state.beat)
            now = time.monotonic()
            if self._watched is None or self._watched[0] != seen:
                self._watched = (seen, now)
            if now - self._watched[1] < SILENCE_SECONDS:
                return None
        mine = replace(state, holder=secrets.token_hex(8), term=state.term + 1, beat=0)
        if not self._written(mine, place):
            return None
        return _Held(self._change, mine.holder, mine.term)

    def _change(self, change: Callable[[_State], _State], *, is_holders: bool = False) -> _State:
        """Change the document, again when somebody else was faster; nothing is written that is so already."""
        while True:
            state, place = self._read()
            if is_holders and (self._held is None or state.holder != self._held.holder):
                raise RightLost("another process holds the right to write")
            changed = change(state)
            if changed == state or self._written(changed, place):
                return changed

    def _state(self) -> _State:
        return self._read()[0]

    def _read(self) -> tuple[_State, str]:
        """The document and the condition under which it may be replaced; always the newest, never a copy."""
        found = self.cluster.ask("GET", f"/{self._index_of_state}/_doc/shelf", also=(_MISSING,))
        if not found.get("found"):
            return _State(), "op_type=create"
        place = f"if_seq_no={found['_seq_no']}&if_primary_term={found['_primary_term']}"
        return _State(**found["_source"]), place

    def _written(self, state: _State, place: str) -> bool:
        """Write the document under that condition; False when it no longer holds."""
        if place == "op_type=create":
            self._make(self._index_of_state, _STATE_FIELDS)
        path = f"/{self._index_of_state}/_doc/shelf?{place}"
        return bool(self.cluster.ask("PUT", path, asdict(state), also=(_CONFLICT,))["status"] != _CONFLICT)

    def _make(self, name: str, body: Json) -> None:
        made = self.cluster.ask("PUT", f"/{name}", body, also=(400,), seconds=WORK_SECONDS)
        error = made.get("error") or {}
        if made["status"] == 400 and error.get("type") != "resource_already_exists_exception":
            raise SearchAway(f"the index {name} could not be made: {error.get('reason')}")


def _without_missing(state: _State, names: set[str]) -> _State:
    """The state without indexes that somebody deleted."""
    if state.current not in names:
        state = replace(state, current="")
    return state if state.building in names else replace(state, building="", kept=0)
