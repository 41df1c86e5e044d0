"""The reads that other apps use most, by one name each."""

from .card.access import listed, readable
from .card.queries import (
    Card,
    MovedTo,
    asset_for,
    assets_about,
    assets_in_order,
    cards,
    contributors_of,
    listed_or_own,
    own_work,
)

__all__ = [
    "Card",
    "MovedTo",
    "asset_for",
    "assets_about",
    "assets_in_order",
    "cards",
    "contributors_of",
    "listed",
    "listed_or_own",
    "own_work",
    "readable",
]
