"""The background work of search, gathered where the registry of jobs looks for it."""

from .lookalikes.jobs import look_for_lookalikes, look_over_all
from .meaning.jobs import embed_passages
from .saved.jobs import forget_old, send_alerts

__all__ = ["embed_passages", "forget_old", "look_for_lookalikes", "look_over_all", "send_alerts"]
