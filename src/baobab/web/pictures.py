"""Pictures of pages: rendered in the sandbox when first asked for, kept on disk, never kept by others."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from baobab.assets.files import storage
from baobab.assets.jobs import file_reader
from baobab.assets.models import Asset, AssetFile
from baobab.kernel.errors import NotFound

# Pixels across that a page is rendered in; other widths would fill the disk on request.
WIDTHS = (720, 1400)


def address_of(asset: Asset, file: AssetFile, position: int, width: int) -> str:
    """Where the picture of a page is."""
    return reverse("page_picture", args=[asset.public_id, file.number, position]) + f"?w={width}"


def page_picture(file: AssetFile, position: int, *, width: int) -> bytes:
    """A page as WebP, `width` (one of `WIDTHS`) pixels across.

    Raises `NotFound` where there is no such picture.
    """
    kept = _place(file.blob.sha256, position, width)
    if kept.exists():
        return kept.read_bytes()
    original = storage.path_of(file.blob.sha256)
    picture = (
        file_reader().render_page(original, position, width=width, name=file.name)
        if original.exists()
        else None
    )
    if picture is None:
        raise NotFound()
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_name(f"{kept.name}.{os.getpid()}-{secrets.token_hex(4)}")
    draft.write_bytes(picture)
    draft.replace(kept)
    return picture


def _place(sha256: str, position: int, width: int) -> Path:
    return Path(settings.BAOBAB_HOME) / "cache" / "pages" / sha256[:2] / sha256 / f"{position}-{width}.webp"
