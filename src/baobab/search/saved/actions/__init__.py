"""All writes of saved searches, of alerts and of the log of failed searches."""

from .alerts import compare_arrivals, forget_gone, tell
from .failures import count_noted, forget_old_failures, resolve_failed_search
from .searches import (
    change_saved_search,
    mark_as_seen,
    remove_saved_search,
    renew_feed,
    save_search,
    stop_alert,
)

__all__ = [
    "change_saved_search",
    "compare_arrivals",
    "count_noted",
    "forget_gone",
    "forget_old_failures",
    "mark_as_seen",
    "remove_saved_search",
    "renew_feed",
    "resolve_failed_search",
    "save_search",
    "stop_alert",
    "tell",
]
