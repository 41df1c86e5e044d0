"""The writes that other apps use most, by one name each."""

from .lifecycle.actions import (
    Change,
    archive,
    change_asset,
    change_assets,
    create_asset,
    create_assets,
    merge,
    publish,
    publish_many,
    reassign,
    submit_for_review,
    withdraw,
)
from .lifecycle.purging import purge

__all__ = [
    "Change",
    "archive",
    "change_asset",
    "change_assets",
    "create_asset",
    "create_assets",
    "merge",
    "publish",
    "publish_many",
    "purge",
    "reassign",
    "submit_for_review",
    "withdraw",
]
