"""What a file says of itself, as it is stored."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from baobab.kernel.text import clean_text
from baobab.reading import Metadata


def plain_metadata(metadata: Metadata) -> dict[str, Any]:
    """What the file says of itself, cleaned, as JSON without empty fields."""
    return {key: _plain(value) for key, value in asdict(metadata).items() if value}


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
