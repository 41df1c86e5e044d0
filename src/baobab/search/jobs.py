"""The background work of search, gathered where the registry of jobs looks for it."""

from .lookalikes.jobs import look_for_lookalikes, look_over_all

__all__ = ["look_for_lookalikes", "look_over_all"]
