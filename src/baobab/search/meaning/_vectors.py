"""Vectors as numbers of one byte: a quarter of the room, and nearly the same neighbours."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ._protocol import Vectors

Codes = NDArray[np.uint8]

# Components of vectors of length 1 in so many dimensions spread by 1/√dimensions at most. Four times that to
# either side holds all but a few in a million, and the steps between stay fine.
_SPREADS = 4.0
# Single dimensions of some models spread more: they get room for so many times what a sample showed.
_ROOM = 2.0


def faiss() -> Any:
    """The library, loaded when it is first asked for, and held to one thread."""
    library = import_module("faiss")
    library.omp_set_num_threads(1)
    return library


def normalised(vectors: NDArray[np.float32]) -> Vectors:
    """Vectors of length 1; what has no direction stays 0."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-9)
    return scaled.astype(np.float32, copy=False)


def empty_index(sample: Vectors) -> Any:
    """A faiss index of bytes for vectors like these, which need not be those that go in.

    The range of each dimension is set once for a store, so that codes are copied from one segment into
    another as they are: encoding them anew each time would wear them off.
    """
    library = faiss()
    dimension = sample.shape[1]
    index = library.IndexScalarQuantizer(
        dimension, library.ScalarQuantizer.QT_8bit, library.METRIC_INNER_PRODUCT
    )
    centre = sample.mean(axis=0)
    reach = _ROOM * np.abs(sample - centre).max(axis=0)
    reach = np.minimum(np.maximum(reach, _SPREADS / np.sqrt(dimension)), 1.0 + np.abs(centre))
    ranges = np.concatenate([centre - reach, 2 * reach]).astype(np.float32)
    library.copy_array_to_vector(ranges, index.sq.trained)
    index.is_trained = True
    return index


def encoded(template: Any, vectors: Vectors) -> Codes:
    """The vectors as bytes, a row each."""
    codes: Codes = template.sa_encode(np.ascontiguousarray(vectors, np.float32))
    return codes
