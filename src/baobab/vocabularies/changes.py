"""What apps above want to hear of: a callback they register runs inside the transaction."""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[set[int]], None]

_concept_listeners: list[Listener] = []
_place_listeners: list[Listener] = []


def on_hierarchy_changed(callback: Listener) -> None:
    """Call `callback` with the ids of concepts whose ancestors changed; what it raises undoes the change."""
    if callback not in _concept_listeners:
        _concept_listeners.append(callback)


def on_places_changed(callback: Listener) -> None:
    """Call `callback` with the ids of places whose ancestors changed; what it raises undoes the change."""
    if callback not in _place_listeners:
        _place_listeners.append(callback)


def announce_hierarchy(concept_ids: set[int]) -> None:
    """Tell all who asked that the ancestors of these concepts changed."""
    for callback in _concept_listeners:
        callback(concept_ids)


def announce_places(place_ids: set[int]) -> None:
    """Tell all who asked that the ancestors of these places changed."""
    for callback in _place_listeners:
        callback(place_ids)
