"""How a view comes by its asset: loaded, and asked for, in one step."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from baobab.assets.files.queries import file_of
from baobab.assets.kinds import kind_of
from baobab.assets.models import Asset, AssetFile
from baobab.assets.queries import asset_for
from baobab.organisation.middleware import reader_of_request
from baobab.organisation.readers import Reader

from ..errors import SignInFirst


def sent(request: HttpRequest) -> tuple[QueryDict | None, MultiValueDict[str, UploadedFile[bytes]] | None]:
    """What a form was sent with, files apart.

    Nothing when it is only looked at, something even when all is empty.
    """
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def signed_in(request: HttpRequest) -> Reader:
    """The reader, who must have signed in; others are led to the page for that."""
    reader = reader_of_request(request)
    if not reader.is_signed_in:
        raise SignInFirst(_("Sign in to do this."))
    return reader


def asset_to_read(request: HttpRequest, public_id: str) -> tuple[Asset, Reader]:
    """The asset at this address and who asks (one query). Raises as `asset_for` does."""
    reader = reader_of_request(request)
    return asset_for(reader, public_id), reader


def asset_to_change(request: HttpRequest, public_id: str) -> tuple[Asset, Reader]:
    """The same, for pages that change it.

    Strangers get 404, readers who may not 403, visitors the sign-in page.
    """
    asset, reader = asset_to_read(request, public_id)
    signed_in(request)
    kind_of(asset).policy.may_change(reader, asset).require()
    return asset, reader


def file_to_read(request: HttpRequest, public_id: str, number: int) -> tuple[Asset, AssetFile, Reader]:
    """A file, for whoever may read its asset (two queries)."""
    asset, reader = asset_to_read(request, public_id)
    return asset, file_of(asset, number), reader
