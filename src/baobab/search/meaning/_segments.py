"""Files of vectors, written once: the vectors as faiss keeps them, and what each stands for."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._vectors import Codes, faiss

# What a row stands for: the asset, its set of readers, where the passage is (`engine.PassageAt`; -1 for None;
# `language` is a position in the store's list), and a digest of the words that the vector was made from.
ROW = np.dtype(
    [
        ("asset", "<i8"), ("digest", "<u8"), ("readers", "<i4"), ("file", "<i4"), ("position", "<i4"),
        ("start", "<i4"), ("language", "<u2"),
    ]
)  # fmt: skip
Rows = NDArray[np.void]


class Segment:
    """A file of vectors and one of rows, mapped into memory: processes share what the system holds."""

    def __init__(self, folder: Path, name: str) -> None:
        """Raises `FileNotFoundError` when they were thrown away meanwhile."""
        self.name = name
        self._vectors = _vectors_file(folder, name)
        rows = np.load(_rows_file(folder, name), mmap_mode="r")
        if not self._vectors.exists():
            raise FileNotFoundError(self._vectors)
        self.rows: Rows = rows
        self._mapped_codes: Codes | None = None
        self.index: Any = faiss().read_index(str(self._vectors), faiss().IO_FLAG_MMAP_IFC)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def _codes(self) -> Codes:
        if self._mapped_codes is None:
            self._mapped_codes = self._mapped("r")
        return self._mapped_codes

    def codes(self, among: NDArray[Any]) -> Codes:
        """The vectors of these rows, as bytes."""
        return np.asarray(self._codes[among])

    def forget(self, dead: NDArray[np.intp]) -> None:
        """Overwrite what these rows hold, on disk: what was withdrawn or purged leaves no trace."""
        places = np.lib.format.open_memmap(self.rows.filename, mode="r+")  # type: ignore[attr-defined]
        remembered = dead[places["digest"][dead] != 0]
        if len(remembered):
            codes = self._mapped("r+")
            codes[remembered] = 0
            codes.flush()
            places[remembered] = np.zeros(1, ROW)
            places.flush()

    def _mapped(self, mode: Any) -> np.memmap[Any, np.dtype[np.uint8]]:
        # faiss writes the vectors last, one after the other.
        width = self.index.d
        size = self._vectors.stat().st_size
        return np.memmap(self._vectors, np.uint8, mode, size - len(self) * width, (len(self), width))


def write_segment(folder: Path, name: str, template: Any, rows: Rows, codes: Codes) -> None:
    """Write the files of a segment; they are on the disk when this returns."""
    library = faiss()
    index = library.clone_index(template)
    index.add_sa_codes(np.ascontiguousarray(codes))
    library.write_index(index, str(_vectors_file(folder, name)))
    np.save(_rows_file(folder, name), rows)
    for place in (_vectors_file(folder, name), _rows_file(folder, name)):
        _sync(place)


def remove_segments(folder: Path, keep: Sequence[str]) -> None:
    """Throw away the files of all other segments; who has them open keeps them until it looks again."""
    kept = {place for name in keep for place in (_vectors_file(folder, name), _rows_file(folder, name))}
    for place in {*folder.glob("vectors-*"), *folder.glob("rows-*")} - kept:
        place.unlink(missing_ok=True)


def _vectors_file(folder: Path, name: str) -> Path:
    return folder / f"vectors-{name}.faiss"


def _rows_file(folder: Path, name: str) -> Path:
    return folder / f"rows-{name}.npy"


def _sync(place: Path) -> None:
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
