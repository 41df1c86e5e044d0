"""Which piece of a document is about to be read: one that ends the process can then be left out."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

# A single piece that takes this share of a document's time is as good as one that never ends.
SHARE_OF_TIME = 0.4
SAID = re.compile(rb"@(\d{1,9})/(\d{1,9})")


def silent(_: bytes) -> None:
    """Say nothing: nobody listens outside the sandbox."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The pieces (pages, files inside) of one document. `left_out` are the numbers, from 1, of those that
    ended an earlier process; with `seconds`, SIGALRM ends this one when a piece takes too much of them."""

    say: Callable[[bytes], None] = silent
    seconds: float = 0.0
    left_out: frozenset[int] = field(default_factory=frozenset)

    def begin(self, number: int, of: int) -> bool:
        """Whether to read piece `number` of `of`; says so, and starts its time."""
        if number in self.left_out:
            return False
        self.say(b"@%d/%d" % (number, of))
        if of > 1:
            self._alarm(self.seconds * SHARE_OF_TIME)
        return True

    def end(self) -> None:
        """All pieces were read: no more time is kept."""
        self._alarm(0.0)

    def _alarm(self, seconds: float) -> None:
        if self.seconds:
            signal.setitimer(signal.ITIMER_REAL, seconds)


def last_step(frames: list[bytes]) -> tuple[list[bytes], int, int]:
    """The frames without those of steps; the number of the last piece begun and of all, 0 where none is."""
    others = [frame for frame in frames if not frame.startswith(b"@")]
    said = next((found for frame in reversed(frames) if (found := SAID.fullmatch(frame))), None)
    return others, int(said.group(1)) if said else 0, int(said.group(2)) if said else 0
