"""What apps above must do when the tree of units changes.

They register here, we call them in the transaction.
"""

from __future__ import annotations

from collections.abc import Callable

UnitsMoved = Callable[[frozenset[int]], None]
_listeners: list[UnitsMoved] = []


def on_units_moved(listener: UnitsMoved) -> UnitsMoved:
    """Have `listener` called with the ids of all units whose ancestors changed, inside the transaction."""
    _listeners.append(listener)
    return listener


def units_moved(unit_ids: frozenset[int]) -> None:
    """Tell every listener."""
    for listener in _listeners:
        listener(unit_ids)
