"""The running account of one reading: readers draw on it, and it stops them in time."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from baobab.reading.model import Limits
from baobab.reading.reasons import Refused

# A reader stops by itself with this share of the wall spent, so that what it has can still be handed over.
SOFT_SHARE = 0.6


@dataclass(slots=True)
class Budget:
    """What is left of `limits`. Methods raise Refused for what no honest file does; `full` tells a
    reader to stop and keep what it has, `stopped_by` being the reason code of the partial reading."""

    limits: Limits
    characters: int = 0
    events: int = 0
    cells: int = 0
    unpacked: int = 0
    stopped_by: str = ""
    started: float = field(default_factory=time.monotonic)

    @property
    def full(self) -> bool:
        """Whether to stop here: too much text, or too little time left to go on."""
        if not self.stopped_by:
            if self.characters >= self.limits.characters or self.cells >= self.limits.cells:
                self.stopped_by = "partly_pages"
            elif self.late:
                self.stopped_by = "partly_time"
        return bool(self.stopped_by)

    @property
    def late(self) -> bool:
        """Whether most of the time is gone."""
        return time.monotonic() - self.started > self.limits.seconds * SOFT_SHARE

    def add_text(self, text: str) -> str:
        """Count `text` and return what of it still fits."""
        room = self.limits.characters - self.characters
        if len(text) > room:
            text = text[: max(room, 0)]
            self.stopped_by = self.stopped_by or "partly_pages"
        self.characters += len(text)
        return text

    def add_unpacked(self, size: int) -> None:
        """Count bytes that came out of a compressed part; Refused("unpacked") beyond the limit."""
        self.unpacked += size
        if self.unpacked > self.limits.unpacked:
            raise Refused("unpacked")
