"""Many asset ids in few bytes: sorted, as differences, compressed."""

from __future__ import annotations

import sys
import zlib
from array import array
from collections.abc import Iterable
from itertools import accumulate, pairwise


def packed(ids: Iterable[int]) -> bytes:
    """These ids, each once; a few bytes for each, and none for none."""
    ordered = sorted(set(ids))
    if not ordered:
        return b""
    steps = array("q", [ordered[0], *(after - before for before, after in pairwise(ordered))])
    if sys.byteorder == "big":
        steps.byteswap()
    return zlib.compress(steps.tobytes())


def unpacked(content: bytes | memoryview) -> frozenset[int]:
    """The ids that `packed` made this of."""
    if not content:
        return frozenset()
    steps = array("q")
    steps.frombytes(zlib.decompress(content))
    if sys.byteorder == "big":
        steps.byteswap()
    return frozenset(accumulate(steps))
