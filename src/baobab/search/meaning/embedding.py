"""Taking passages in: what changed is cut, embedded where its words are new, and put into the store.

Whatever kills it loses nothing: an asset's mark goes only after the commit that took it in. Vectors
of words that did not change are kept, so that an asset with other readers costs no embedding.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from baobab.assets.indexing.actions import settle
from baobab.assets.indexing.queries import dirty_batch
from baobab.assets.models import Asset, Dirty
from baobab.search.engine import Passage
from baobab.search.entries import entries

from . import CONSUMER
from ._protocol import Embedder, Unavailable
from ._unrelated import UNRELATED
from ._vectors import Codes
from .embedders import embedder
from .store import Store, store

# Assets looked at together, and passages embedded together: a model is quicker with many of like length.
_ASSETS_AT_ONCE = 100
_PASSAGES_AT_ONCE = 128
# A commit holds so many passages at most, unless a single asset has more.
_PASSAGES_PER_COMMIT = 2_000

Check = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _New:
    """A passage that is to be held. `readers` is the id of its asset's set of labels."""

    asset_id: int
    passage: Passage
    readers: int
    digest: int


@dataclass(frozen=True, slots=True)
class Progress:
    """`taken_in` assets were looked at, `embedded` passages had new words; `is_done` when no more wait."""

    taken_in: int = 0
    embedded: int = 0
    is_done: bool = False


def embed_some(*, seconds: float, check: Check) -> Progress | None:
    """Take in what waits until there is no more or so many seconds passed; None while another process does.

    `check` is told the number of assets taken in, between pieces, and may raise: what was ready by then is
    kept. Raises `Unavailable` when the model cannot be used now.
    """
    place = store()
    with place.lock() as is_mine:
        if not is_mine:
            return None
        return _Taker(place, embedder(), time.monotonic() + seconds, check).work()


class _Taker:
    """One turn of taking in, under the lock."""

    def __init__(self, place: Store, model: Embedder, until: float, check: Check) -> None:
        self._place = place
        self._model = model
        self._until = until
        self._check = check
        self._taken_in = self._embedded = 0
        self._pending: list[_New] = []
        state = place.state()
        if state is None or state.model != model.fingerprint or place.snapshot() is None:
            self._begin()
        else:
            self._writing = place.writing()

    def _begin(self) -> None:
        sample = np.concatenate(self._model.passages([("", text) for text in UNRELATED]))
        self._writing = self._place.begin(model=self._model.fingerprint, sample=sample)

    def work(self) -> Progress:
        while time.monotonic() < self._until:
            single = dirty_batch(CONSUMER, in_bulk=False, limit=_ASSETS_AT_ONCE)
            rows = single or dirty_batch(CONSUMER, in_bulk=True, limit=_ASSETS_AT_ONCE)
            if rows:
                self._take_in_changed(rows)
            elif self._writing.snapshot.state.is_whole:
                return Progress(self._taken_in, self._embedded, is_done=True)
            else:
                self._take_in_next()
        return Progress(self._taken_in, self._embedded)

    def _take_in_changed(self, rows: Sequence[Dirty]) -> None:
        taken = self._take_in([row.asset_id for row in rows])
        self._writing.commit()
        settle([row for row in rows if row.asset_id in taken])

    def _take_in_next(self) -> None:
        """Those that were there before the store: one after the other, in order of id."""
        swept = self._writing.snapshot.state.swept
        ids = list(
            Asset.objects.filter(pk__gt=swept).order_by("pk").values_list("pk", flat=True)[:_ASSETS_AT_ONCE]
        )
        taken = self._take_in(ids)
        self._writing.commit(swept=max(taken, default=swept), is_whole=not ids)

    def _take_in(self, asset_ids: Sequence[int]) -> set[int]:
        """Hold the present passages of these assets, from the first on; those that there was time for.

        A commit in the midst of an asset shows some of its passages; its mark stays until it is whole.
        """
        readers = dict(Asset.objects.filter(pk__in=asset_ids).values_list("pk", "readers_id"))
        known = self._writing.known(asset_ids)
        present: list[int] = []
        is_early = False
        for entry in entries(asset_ids):
            present.append(entry.asset_id)
            self._writing.replace(entry.asset_id)
            for passage in entry.passages:
                digest = _digest(passage)
                held = known.get((entry.asset_id, digest))
                new = _New(entry.asset_id, passage, readers[entry.asset_id], digest)
                if held is None:
                    self._pending.append(new)
                else:
                    self._hold(new, held)
                if len(self._pending) >= _PASSAGES_AT_ONCE:
                    self._embed()
                if self._writing.waiting >= _PASSAGES_PER_COMMIT:
                    self._writing.commit()
            self._taken_in += 1
            if time.monotonic() > self._until:
                is_early = True
                break
        self._embed()
        taken = {pk for pk in asset_ids if not is_early or pk <= present[-1]}
        for gone in taken.difference(present):
            self._writing.replace(gone)
        return taken

    def _embed(self) -> None:
        self._check(self._taken_in)
        if not self._pending:
            return
        vectors = self._model.passages([(new.passage.title, new.passage.text) for new in self._pending])
        for new, rows in zip(self._pending, vectors, strict=True):
            if rows.shape[1] != self._writing.snapshot.state.dimension:
                self._begin()
                raise Unavailable(
                    _("The model gives vectors of another length than before: everything is embedded again.")
                )
            self._hold(new, self._writing.encoded(rows))
        self._embedded += len(self._pending)
        self._pending.clear()

    def _hold(self, new: _New, codes: Codes) -> None:
        self._writing.add(new.asset_id, new.passage.at, readers=new.readers, digest=new.digest, codes=codes)


def _digest(passage: Passage) -> int:
    words = f"{passage.title}\n{passage.text}".encode()
    # 0 stands for what was overwritten.
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest(), "little") or 1
