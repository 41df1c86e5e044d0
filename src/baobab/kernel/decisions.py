"""The answer to "may she?": allowed, or denied with the reason in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import Refused


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes."""

    def __bool__(self) -> bool:
        return True

    def require(self) -> None:
        """Nothing stands in the way."""


@dataclass(frozen=True, slots=True)
class Denied:
    """No, and why: a whole sentence that a person can act on."""

    reason: str

    def __bool__(self) -> bool:
        return False

    def require(self) -> None:
        """Raises `Refused` with the reason."""
        raise Refused(self.reason)


Decision = Allowed | Denied
