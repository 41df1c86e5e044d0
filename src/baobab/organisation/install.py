"""What must exist before the organisation's first asset: a root unit."""

from __future__ import annotations

from . import actions
from .models import Unit
from .readers import system


def install() -> None:
    """Make the root unit where there is none. Safe to repeat."""
    if not Unit.objects.exists():
        names = {
            "en": "Our organisation",
            "fr": "Notre organisation",
            "es": "Nuestra organización",
            "ar": "منظمتنا",
        }
        actions.add_unit(names, level=Unit.Level.HEADQUARTERS, parent=None, by=system())
