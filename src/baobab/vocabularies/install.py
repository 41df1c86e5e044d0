"""What every new instance begins with: the places of the world and the starter vocabularies."""

from __future__ import annotations

from pathlib import Path

from .actions import import_scheme, write_places
from .models import Scheme

STARTER = Path(__file__).resolve().parent / "starter"

_SCHEMES = {"topics.ttl": Scheme.Use.TOPICS, "product-types.ttl": Scheme.Use.PRODUCT_TYPES}


def install() -> None:
    """Bring places and starter vocabularies up to date with this release; what is in place is left alone.

    Safe to repeat: a second call finds equal digests and writes nothing.
    """
    write_places()
    for name, use in _SCHEMES.items():
        import_scheme(STARTER / name, by_user_id=None, use=use)
