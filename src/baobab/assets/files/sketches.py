"""Sketches of texts, by which near-duplicates are found: MinHash in bands (rensa)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rensa import RMinHash

from baobab.kernel.text import clean_text, fold
from baobab.reading import Metadata

PERMUTATIONS = 128
BANDS = 32
_ROWS = PERMUTATIONS // BANDS
_SEED = 20_260_101
_WORDS_IN_SHINGLE = 4
# A text of fewer words says too little to be called the same as another.
_FEWEST_WORDS = 40
_MOST_CHARACTERS = 400_000
_WORD = re.compile(r"\w+")
# Share of equal rows from which two texts are called near-duplicates; measured: finds 99 % at one word in
# twenty changed.
SAME_FROM = 0.5


def sketch(text: str) -> bytes | None:
    """128 unsigned 32-bit numbers, little endian, alike for texts that share most runs of four words.

    None for short ones.
    """
    words = _WORD.findall(fold(text[:_MOST_CHARACTERS]))
    if len(words) == 1 or (words and sum(map(len, words)) / len(words) > 15):
        # Scripts without spaces: runs of characters stand for words.
        words = list("".join(words))
    if len(words) < _FEWEST_WORDS:
        return None
    maker = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    maker.update(
        [" ".join(words[i : i + _WORDS_IN_SHINGLE]) for i in range(len(words) - _WORDS_IN_SHINGLE + 1)]
    )
    return struct.pack(f"<{PERMUTATIONS}I", *maker.digest())


def bands(sketch: bytes) -> Iterator[int]:
    """A signed 64-bit number per band: texts that are alike share at least one of them nearly always."""
    numbers = struct.unpack(f"<{PERMUTATIONS}I", sketch)
    for start in range(0, PERMUTATIONS, _ROWS):
        mixed = 1_469_598_103_934_665_603
        for number in numbers[start : start + _ROWS]:
            mixed = ((mixed ^ number) * 1_099_511_628_211) & 0xFFFF_FFFF_FFFF_FFFF
        yield mixed - (1 << 64) if mixed >= 1 << 63 else mixed


def likeness(one: bytes, other: bytes) -> float:
    """The estimated share of runs of words that two texts have in common (0 to 1)."""
    left, right = (struct.unpack(f"<{PERMUTATIONS}I", bytes(value)) for value in (one, other))
    return sum(bool(a == b) for a, b in zip(left, right, strict=True)) / PERMUTATIONS


def plain_metadata(metadata: Metadata) -> dict[str, Any]:
    """What the file says of itself, cleaned, as JSON without empty fields."""
    return {key: _plain(value) for key, value in asdict(metadata).items() if value}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
