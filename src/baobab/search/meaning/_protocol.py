"""What every embedder must do, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from baobab.kernel.errors import BaobabError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Unavailable(BaobabError):
    """No vectors can be had now; the sentence says why. Search goes on by words, the job tries again."""

    status = 503
    title = "Texts cannot be compared by meaning at the moment"


class Embedder(Protocol):
    """One model. Vectors are of length 1, or 0 for a text that says nothing to it."""

    # How its vectors are told from those of another model, in at most some hundred characters.
    fingerprint: str

    def passages(self, texts: Sequence[tuple[str, str]]) -> list[Vectors]:
        """For each text, given as (title, words), a row for each piece the model could read at once.

        Raises `Unavailable`.
        """

    def question(self, text: str) -> Vectors:
        """One vector, within the time that somebody waits for a page. Raises `Unavailable`."""
