"""What is kept of a text to find its like: the smallest hashes of its runs of words, a fixed share of them.

A share of all runs, unlike a MinHash of fixed length, also shows that a short text stands inside a long one
(FracMinHash: Irber et al. 2022, doi:10.1101/2022.01.11.475838). Two sketches are compared below the smaller
of their ceilings: what lies there is a fair sample of both texts.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .. import _analysis

# A run of so many words is one fact about a text; of so many characters in scripts without spaces.
WORDS_IN_RUN = 4
CHARACTERS_IN_RUN = 8
# One run in so many is kept, but never fewer than FEWEST (where there are) nor more than MOST.
SHARE = 250
FEWEST = 48
MOST = 256
# Longer texts are looked at so far: some 600 pages.
MOST_CHARACTERS = 2_000_000

_BITS = 63  # what a signed column of 64 bits holds
_FULL = (1 << _BITS) - 1
_MASK = (1 << 64) - 1
_FACTOR = 0x9E37_79B9_7F4A_7C15
_FACTORS = {n: pow(_FACTOR, n - 1, 1 << 64) for n in (WORDS_IN_RUN, CHARACTERS_IN_RUN)}
_SAMPLE = 400


@dataclass(frozen=True, slots=True)
class Sketch:
    """The sketch of one text. `hashes`: sorted, all of the text's that are not above `ceiling` (63 bits).

    `digest` is equal for texts of the same words in the same order, whatever their case and accents.
    """

    digest: str
    word_count: int
    ceiling: int
    hashes: tuple[int, ...]

    def packed(self) -> bytes:
        """The hashes as bytes: unsigned numbers of 64 bits, little endian."""
        return struct.pack(f"<{len(self.hashes)}Q", *self.hashes)


def unpacked(packed: bytes) -> tuple[int, ...]:
    """The hashes that `Sketch.packed` made bytes of."""
    return struct.unpack(f"<{len(packed) // 8}Q", packed)


def words_of(text: str) -> list[str]:
    """The words by which texts are compared: as written, without case, accents and punctuation."""
    return _analysis.exact(text[:MOST_CHARACTERS])


def runs_of(words: Sequence[str]) -> list[int]:
    """The hash of each run of words, in the order of the text; one for all of a text shorter than a run."""
    length = _run_length(words)
    hashes = [_word_hash(word) for word in words]
    if not hashes:
        return []
    oldest = _FACTORS[length]
    value = 0
    for number in hashes[:length]:
        value = (value * _FACTOR + number) & _MASK
    runs = [_mixed(value)]
    for leaving, entering in zip(hashes, hashes[length:], strict=False):
        value = ((value - leaving * oldest) * _FACTOR + entering) & _MASK
        runs.append(_mixed(value))
    return runs


def _run_length(words: Sequence[str]) -> int:
    some = words[:_SAMPLE]
    dense = sum(_analysis.is_dense(word) for word in some)
    return CHARACTERS_IN_RUN if dense * 2 > len(some) else WORDS_IN_RUN


@lru_cache(maxsize=100_000)
def _word_hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")


def _mixed(value: int) -> int:
    # The low bits of a rolling hash say little of its first words: stir them (MurmurHash3's finisher).
    value = ((value ^ (value >> 33)) * 0xFF51_AFD7_ED55_8CCD) & _MASK
    return (value ^ (value >> 33)) >> 1


def sketch_of_runs(words: Sequence[str], runs: Sequence[int]) -> Sketch:
    """The sketch of a text from its words and their runs."""
    ordered = sorted(set(runs))
    kept = [value for value in ordered if value <= _FULL // SHARE]
    if len(kept) < FEWEST:
        kept = ordered[:FEWEST]
    kept = kept[:MOST]
    ceiling = _FULL if len(kept) == len(ordered) else max(kept[-1], _FULL // SHARE if len(kept) < MOST else 0)
    digest = hashlib.blake2b(" ".join(words).encode(), digest_size=16).hexdigest()
    return Sketch(digest, len(words), ceiling, tuple(kept))


def containments(one: Sketch, other: Sketch) -> tuple[float, float]:
    """The estimated share of the runs of the first that the second has, and the other way round (0 to 1)."""
    ceiling = min(one.ceiling, other.ceiling)
    left = {value for value in one.hashes if value <= ceiling}
    right = {value for value in other.hashes if value <= ceiling}
    common = len(left & right)
    return (common / len(left) if left else 0.0, common / len(right) if right else 0.0)


def sketch_of_hashes(hashes: Iterable[int], *, digest: str) -> Sketch:
    """A sketch that keeps all of a few hashes, the smallest `MOST` of more."""
    kept = tuple(sorted(set(hashes))[:MOST])
    return Sketch(digest, 0, _FULL, kept)
