"""The address of an asset that people cite and programs keep."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def permanent_address(public_id: str, request: HttpRequest) -> str:
    """The asset's address, whole and without a language: it never changes, whatever becomes of the asset."""
    base = settings.SITE_URL.rstrip("/") or f"{request.scheme}://{request.get_host()}"
    return f"{base}/assets/{public_id}"
