"""Originals and pictures.

Each asks its asset's read rule, and no original is ever shown as a page of this site.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from baobab.assets.files import storage
from baobab.assets.models import Asset
from baobab.kernel.errors import NotFound
from baobab.organisation.readers import PUBLIC

from .. import pictures
from ..files import has_pictures, reading_of
from .opening import asset_to_read, file_to_read

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_PIECE = 1 << 18
_LONG = 365 * 24 * 3600


@require_safe
def download(request: HttpRequest, public_id: str, number: int, name: str) -> HttpResponseBase:
    """The original under its own name, whole or in part (RFC 9110 §14): an attachment that runs nothing."""
    _asset, file, _reader = file_to_read(request, public_id, number)
    path = storage.path_of(file.blob.sha256)
    if not path.exists():
        raise NotFound(
            _("The bytes of this file are missing from the store. Tell whoever looks after this site.")
        )
    etag = f'"{file.blob.sha256}"'
    size = path.stat().st_size
    wanted = None
    if request.headers.get("If-Range", etag) == etag:
        wanted = _range(request.headers.get("Range", ""), size)
    response: HttpResponseBase
    if wanted == "beyond":
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    elif isinstance(wanted, tuple):
        first, last = wanted
        response = StreamingHttpResponse(_pieces(path, first, last), status=206)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
        response["Content-Length"] = str(last - first + 1)
    else:
        response = FileResponse(path.open("rb"))
        response["Content-Length"] = str(size)
    response["Content-Type"] = file.blob.media_type or "application/octet-stream"
    if response["Content-Type"].startswith("text/"):
        response["Content-Type"] = "application/octet-stream"
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    # Parts and digests are of the bytes as they are: nothing on the way may pack them.
    response["Content-Encoding"] = "identity"
    return response


def _range(header: str, size: int) -> tuple[int, int] | str | None:
    """First and last byte asked for; "beyond" where there are none such; None to send everything."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if not found[1]:
        length = int(found[2])
        return (max(0, size - length), size - 1) if length and size else "beyond"
    first = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < first:
        return None
    return (first, last) if first < size else "beyond"


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    left = last - first + 1
    with path.open("rb") as file:
        file.seek(first)
        while left and (piece := file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece


@require_safe
def thumbnail(request: HttpRequest, public_id: str) -> HttpResponse:
    """The picture on the asset's card."""
    asset, _reader = asset_to_read(request, public_id)
    picture = asset.thumbnail
    if picture is None or not storage.path_of(picture.sha256).exists():
        raise NotFound()
    return _picture(storage.path_of(picture.sha256).read_bytes(), asset, is_versioned="v" in request.GET)


@require_safe
def page_picture(request: HttpRequest, public_id: str, number: int, position: int) -> HttpResponse:
    """A page of a PDF or an image as a picture, in one of two widths."""
    asset, file, _reader = file_to_read(request, public_id, number)
    reading = reading_of(file)
    if not has_pictures(reading) or not 1 <= position <= max(1, reading.page_count):
        raise NotFound()
    width = pictures.WIDTHS[-1] if request.GET.get("w") == str(pictures.WIDTHS[-1]) else pictures.WIDTHS[0]
    return _picture(pictures.page_picture(file, position, width=width), asset, is_versioned=False)


def _picture(content: bytes, asset: Asset, *, is_versioned: bool) -> HttpResponse:
    response = HttpResponse(content, content_type="image/webp")
    if PUBLIC in asset.readers.labels and is_versioned:
        response["Cache-Control"] = f"public, max-age={_LONG}, immutable"
    else:
        response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for it without being told."""
    return redirect(static("baobab/favicon.svg"))
