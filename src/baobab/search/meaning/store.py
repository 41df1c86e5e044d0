"""The vectors of an installation, in a folder: one process writes, any number search.

`state.json` names the segments in use and is replaced whole at each commit; what it names is on the disk
before. A change writes a small new segment and marks old rows as dead; small segments are merged into larger
ones, so that no change rewrites much. Deleting the folder costs embedding everything again.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from baobab.kernel.durable import held, write_whole
from baobab.search.engine import PassageAt

from ._segments import ROW, Rows, Segment, remove_segments, write_segment
from ._vectors import Codes, empty_index, encoded, faiss

if TYPE_CHECKING:
    from ._protocol import Vectors

FORMAT = 1
# A segment is merged with the one before it until that one is so many times as large: each vector is copied
# as often as the logarithm of all.
_GROWTH = 4
# A segment is written anew without its dead rows when one in so many is dead.
_DEAD_PART = 8
# Larger segments are left alone: merging needs both in memory, 25 MB at 384 dimensions.
MOST_ROWS = 65_536


@dataclass(frozen=True, slots=True)
class State:
    """What `state.json` says. `unrelated` and `spread`: how alike the model finds texts that have nothing
    to do with each other, mean and standard deviation. `swept`: assets up to this id were taken in since
    the store began; `is_whole` once there were no more. `segments`: name and dead rows of each.
    """

    model: str
    dimension: int
    unrelated: float
    spread: float
    template: str
    swept: int = 0
    is_whole: bool = False
    languages: tuple[str, ...] = ()
    segments: tuple[tuple[str, int, tuple[int, ...]], ...] = ()

    @property
    def count(self) -> int:
        """How many vectors there are."""
        return sum(rows - len(dead) for _name, rows, dead in self.segments)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage near a question: `cosine` of the angle between the two."""

    asset_id: int
    cosine: float
    at: PassageAt


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The store as it was at one commit; searching changes nothing."""

    state: State
    segments: tuple[Segment, ...] = ()
    dead: tuple[NDArray[np.intp], ...] = ()

    def is_for(self, model: str, vector: Vectors) -> bool:
        """Whether this vector of that model can be compared with what is held: one of length 0 cannot."""
        return self.state.model == model and len(vector) == self.state.dimension and bool(vector.any())

    def seen(self, *, readers: Collection[int], without: Collection[int]) -> list[NDArray[np.bool_]]:
        """For each segment, the rows that may be searched: those `readers`, and no asset of `without`."""
        allowed, hidden = np.array(sorted(readers), np.int64), np.array(sorted(without), np.int64)
        masks = []
        for segment, dead in zip(self.segments, self.dead, strict=True):
            mask: NDArray[np.bool_] = np.isin(segment.rows["readers"], allowed)
            mask[dead] = False
            if len(hidden):
                mask &= ~np.isin(segment.rows["asset"], hidden)
            masks.append(mask)
        return masks

    def nearest(self, vector: Vectors, masks: Sequence[NDArray[np.bool_]], *, limit: int) -> list[Found]:
        """The passages nearest to the vector among those seen, nearest first."""
        found: list[tuple[float, int, int]] = []
        for number, (segment, mask) in enumerate(zip(self.segments, masks, strict=True)):
            for cosine, row in _nearest(segment, vector, mask, limit):
                found.append((cosine, number, row))
        found.sort(key=lambda one: (-one[0], one[1:]))
        return [
            Found(int(self.segments[number].rows[row]["asset"]), cosine, self._at(number, row))
            for cosine, number, row in found[:limit]
        ]

    def sample(
        self, vector: Vectors, masks: Sequence[NDArray[np.bool_]], *, size: int
    ) -> dict[str, NDArray[np.float32]]:
        """Cosines to some `size` passages seen, evenly chosen: by their language."""
        total = sum(int(mask.sum()) for mask in masks)
        step = max(1, total // size)
        cosines: dict[str, list[NDArray[np.float32]]] = {}
        for segment, mask in zip(self.segments, masks, strict=True):
            chosen = np.flatnonzero(mask)[::step]
            if len(chosen):
                # On one thread, as everything here: a product of matrices would take all cores.
                near = np.einsum("ij,j->i", segment.index.sa_decode(segment.codes(chosen)), vector)
                languages = segment.rows["language"][chosen]
                for language in np.unique(languages):
                    name = self.state.languages[language]
                    cosines.setdefault(name, []).append(near[languages == language])
        return {language: np.concatenate(parts) for language, parts in cosines.items()}

    def _at(self, number: int, row: int) -> PassageAt:
        place = self.segments[number].rows[row]
        return PassageAt(
            self.state.languages[place["language"]],
            int(place["file"]) if place["file"] >= 0 else None,
            int(place["position"]) if place["position"] >= 0 else None,
            int(place["start"]),
        )


def _nearest(
    segment: Segment, vector: Vectors, mask: NDArray[np.bool_], limit: int
) -> Iterator[tuple[float, int]]:
    seen = int(mask.sum())
    if not seen:
        return
    library = faiss()
    asked = np.ascontiguousarray(vector[None, :], np.float32)
    if seen == len(mask):
        cosines, rows = segment.index.search(asked, min(limit, seen))
    else:
        bits = np.packbits(mask, bitorder="little")
        chosen = library.SearchParameters(sel=library.IDSelectorBitmap(bits))
        cosines, rows = segment.index.search(asked, min(limit, seen), params=chosen)
    yield from ((float(c), int(row)) for c, row in zip(cosines[0], rows[0], strict=True) if row >= 0)


class Store:
    """The vectors in one folder. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: tuple[int, ...] = ()
        self._snapshot: Snapshot | None = None
        self._loading = threading.Lock()

    @property
    def exists(self) -> bool:
        """Whether anything was ever embedded here."""
        return self._folder.exists()

    def state(self) -> State | None:
        """What the last commit said, or None before the first. Reads one small file."""
        try:
            said = json.loads((self._folder / "state.json").read_text())
        except FileNotFoundError:
            return None
        if said.pop("format") != FORMAT:
            return None
        said["languages"] = tuple(said["languages"])
        said["segments"] = tuple((name, rows, tuple(dead)) for name, rows, dead in said["segments"])
        return State(**said)

    def snapshot(self) -> Snapshot | None:
        """The store as of the last commit; what did not change since the last call stays open.

        None before the first commit, and where files of it are gone that nobody has replaced.
        """
        with self._loading:
            seen = self._stamp()
            while seen and seen != self._seen:
                state = self.state()
                if state is None:
                    return None
                try:
                    self._snapshot = self._opened(state)
                except FileNotFoundError:
                    # Either a commit came between, and the state names other files by now, or they are lost.
                    before, seen = seen, self._stamp()
                    if seen == before:
                        return None
                else:
                    self._seen = seen
            return self._snapshot if seen else None

    def _stamp(self) -> tuple[int, ...]:
        try:
            place = (self._folder / "state.json").stat()
        except FileNotFoundError:
            return ()
        return place.st_ino, place.st_mtime_ns, place.st_size

    def _opened(self, state: State) -> Snapshot:
        (self._folder / state.template).stat()
        known = {segment.name: segment for segment in self._snapshot.segments} if self._snapshot else {}
        segments = tuple(
            known.get(name) or Segment(self._folder, name) for name, _rows, _dead in state.segments
        )
        dead = tuple(np.array(dead, np.intp) for _name, _rows, dead in state.segments)
        return Snapshot(state, segments, dead)

    def lock(self) -> AbstractContextManager[bool]:
        """The right to write, held by one process at a time and lost with it; False when another holds it."""
        return held(self._folder / "writer.lock")

    def begin(self, *, model: str, sample: Vectors) -> Writing:
        """An empty store for a model, of which `sample` are vectors of texts that have nothing in common.

        What was held before is gone with the first commit. Under the lock only.
        """
        template = f"template-{secrets.token_hex(4)}.faiss"
        faiss().write_index(empty_index(sample), str(self._folder / template))
        alike = (sample @ sample.T)[np.triu_indices(len(sample), 1)]
        state = State(model, sample.shape[1], float(alike.mean()), float(alike.std()), template)
        self.publish(state)
        return self.writing()

    def writing(self) -> Writing:
        """The store opened for changes, under the lock only. Raises `ValueError` before `begin`."""
        snapshot = self.snapshot()
        if snapshot is None:
            raise ValueError("The store was not begun.")
        return Writing(self, self._folder, snapshot)

    def publish(self, state: State) -> None:
        """Put this state in use for every process, and throw away what it does not name."""
        said = {name: getattr(state, name) for name in State.__slots__} | {"format": FORMAT}
        write_whole(self._folder / "state.json", json.dumps(said))
        remove_segments(self._folder, [name for name, _rows, _dead in state.segments])
        for place in self._folder.glob("template-*"):
            if place.name != state.template:
                place.unlink(missing_ok=True)


@dataclass
class Writing:
    """Changes that become visible together at `commit`; what was not committed is dropped."""

    store: Store
    folder: Path
    snapshot: Snapshot
    _changed: set[int] = field(default_factory=set)
    _rows: list[Rows] = field(default_factory=list)
    _codes: list[Codes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._template = faiss().read_index(str(self.folder / self.snapshot.state.template))
        self._languages = {name: i for i, name in enumerate(self.snapshot.state.languages)}
        for segment, dead in zip(self.snapshot.segments, self.snapshot.dead, strict=True):
            # A process that died after its commit may have left some.
            segment.forget(dead)

    def encoded(self, vectors: Vectors) -> Codes:
        """The vectors as they are kept. Raises `ValueError` for vectors of another length."""
        if vectors.shape[1] != self.snapshot.state.dimension:
            raise ValueError("Vectors of another length.")
        return encoded(self._template, vectors)

    def known(self, asset_ids: Collection[int]) -> dict[tuple[int, int], Codes]:
        """The vectors held of these assets: (asset, digest) → in the order they came."""
        wanted = np.array(sorted(asset_ids), np.int64)
        found: dict[tuple[int, int], list[Codes]] = {}
        for segment, dead in zip(self.snapshot.segments, self.snapshot.dead, strict=True):
            mask = np.isin(segment.rows["asset"], wanted)
            mask[dead] = False
            chosen = np.flatnonzero(mask)
            for row, code in zip(segment.rows[chosen], segment.codes(chosen), strict=True):
                found.setdefault((int(row["asset"]), int(row["digest"])), []).append(code)
        return {key: np.array(codes) for key, codes in found.items()}

    def replace(self, asset_id: int) -> None:
        """Forget all vectors of the asset but those that `add` brings."""
        self._changed.add(asset_id)

    def add(self, asset_id: int, at: PassageAt, *, readers: int, digest: int, codes: Codes) -> None:
        """Hold these vectors of one passage; `replace` was said of its asset."""
        language = self._languages.setdefault(at.language, len(self._languages))
        file, position = (-1 if n is None else n for n in (at.file_number, at.position))
        row = (asset_id, digest, readers, file, position, at.start, language)
        self._rows.append(np.array([row] * len(codes), ROW))
        self._codes.append(codes)

    @property
    def waiting(self) -> int:
        """How many passages are held in memory for the next commit."""
        return len(self._rows)

    def commit(self, *, swept: int | None = None, is_whole: bool | None = None) -> None:
        """Make the changes visible and durable; what is replaced is overwritten on the disk."""
        state = self.snapshot.state
        changed = np.array(sorted(self._changed), np.int64)
        segments = [
            (segment, np.union1d(dead, np.flatnonzero(np.isin(segment.rows["asset"], changed))))
            for segment, dead in zip(self.snapshot.segments, self.snapshot.dead, strict=True)
        ]
        if self._rows:
            segments.append(self._new(np.concatenate(self._rows), np.concatenate(self._codes)))
        segments = self._merged([(s, dead) for s, dead in segments if len(dead) < len(s)])
        self.store.publish(
            replace(
                state,
                swept=state.swept if swept is None else swept,
                is_whole=state.is_whole if is_whole is None else is_whole,
                languages=tuple(self._languages),
                segments=tuple((s.name, len(s), tuple(map(int, dead))) for s, dead in segments),
            )
        )
        for segment, dead in segments:
            segment.forget(dead)
        snapshot = self.store.snapshot()
        if snapshot is None:
            raise FileNotFoundError(self.folder)
        self.snapshot = snapshot
        self._changed, self._rows, self._codes = set(), [], []

    def _new(self, rows: Rows, codes: Codes) -> tuple[Segment, NDArray[np.intp]]:
        name = secrets.token_hex(6)
        write_segment(self.folder, name, self._template, rows, codes)
        return Segment(self.folder, name), np.array([], np.intp)

    def _merged(
        self, segments: list[tuple[Segment, NDArray[np.intp]]]
    ) -> list[tuple[Segment, NDArray[np.intp]]]:
        kept: list[tuple[Segment, NDArray[np.intp]]] = []
        for segment, dead in segments:
            if len(dead) * _DEAD_PART > len(segment):
                segment, dead = self._new(*_living([(segment, dead)]))
            kept.append((segment, dead))
            while len(kept) > 1:
                before, last = (len(s) - len(d) for s, d in kept[-2:])
                if before >= _GROWTH * last or before + last > MOST_ROWS:
                    break
                kept[-2:] = [self._new(*_living(kept[-2:]))]
        return kept


def _living(segments: Iterable[tuple[Segment, NDArray[np.intp]]]) -> tuple[Rows, Codes]:
    rows, codes = [], []
    for segment, dead in segments:
        mask = np.ones(len(segment), bool)
        mask[dead] = False
        rows.append(np.asarray(segment.rows[mask]))
        codes.append(segment.codes(mask))
    return np.concatenate(rows), np.concatenate(codes)


def store() -> Store:
    """The vectors of this installation, in `BAOBAB_HOME/meaning`."""
    return _store_at(Path(settings.BAOBAB_HOME) / "meaning")


@cache
def _store_at(folder: Path) -> Store:
    return Store(folder)
