"""Something new: the choice of a kind, files or a title to begin with, and more files later."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from baobab.assets.actions import create_asset
from baobab.assets.fields import UNCHANGED, AssetFields, Unchanged, Words
from baobab.assets.kinds import Kind, kind_named, kind_of, kinds
from baobab.assets.models import Asset, Blob
from baobab.assets.titles import title_from_name
from baobab.kernel.errors import BadInput
from baobab.organisation.models import Unit
from baobab.organisation.readers import Reader

from ..forms import ArrivalForm, FilesForm
from ..presenting import capital
from ..queries import units_open_to
from ..uploads import receive_uploads
from .opening import asset_to_change, sent, signed_in


def new_page(request: HttpRequest) -> HttpResponse:
    """The kinds there are to choose from; straight on where there is one."""
    signed_in(request)
    found = list(kinds())
    if len(found) == 1:
        return redirect("asset_new_of_kind", found[0].name)
    shown = [
        (capital(str(kind.label)), kind.icon, reverse("asset_new_of_kind", args=[kind.name]))
        for kind in found
    ]
    return render(request, "web/new.html", {"kinds": shown})


@require_http_methods(["GET", "POST"])
def new_of_kind_page(request: HttpRequest, kind_name: str) -> HttpResponse:
    """Drop files or type a title.

    A draft is made of them, and the next page asks to confirm what was read.
    """
    reader = signed_in(request)
    kind = kind_named(kind_name)
    form = ArrivalForm(*sent(request), reader=reader)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                asset = _begin(
                    kind, given["documents"], title=given["title"], language=given["language"], by=reader
                )
            except BadInput as error:
                form.take_problems(error)
                status = error.status
            else:
                return redirect("asset_edit", asset.public_id)
    context = {
        "form": form,
        "kind_label": capital(str(kind.label)),
        "trail": [(_("Library"), reverse("library")), (_("New"), "")],
    }
    return render(request, "web/arrive.html", context, status=status)


def _begin(
    kind: Kind, uploads: Sequence[UploadedFile[bytes]], *, title: str, language: str, by: Reader
) -> Asset:
    if not uploads and not title.strip():
        raise BadInput(fields={"documents": [_("Choose at least one document, or type a title.")]})
    received = receive_uploads(uploads)
    title = title.strip() or title_from_name(received[0][1])
    original = language or by.language
    fields = AssetFields(texts={original: Words(title)}, original_language=original, unit=_own_unit(by))
    with transaction.atomic():
        asset = create_asset(kind.name, fields, by=by)
        _add(kind, asset, received, language=language, by=by)
    return asset


def _own_unit(by: Reader) -> Unit | Unchanged:
    units = units_open_to(by)
    return units[0] if units and not by.is_administrator else UNCHANGED


def _add(
    kind: Kind, asset: Asset, received: Sequence[tuple[Blob, str]], *, language: str, by: Reader
) -> None:
    for blob, name in received:
        kind.add_file(asset, blob, name=name, by=by, language=language)


@require_http_methods(["GET", "POST"])
def files_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add files to an asset. The same bytes again change nothing."""
    asset, reader = asset_to_change(request, public_id)
    form = FilesForm(*sent(request), reader=reader)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                if not given["documents"]:
                    raise BadInput(fields={"documents": [_("Choose at least one document.")]})
                received = receive_uploads(given["documents"])
                with transaction.atomic():
                    _add(kind_of(asset), asset, received, language=given["language"], by=reader)
            except BadInput as error:
                form.take_problems(error)
                status = error.status
            else:
                n = len(received)
                messages.success(request, ngettext("%s file was added.", "%s files were added.", n) % n)
                return redirect("asset_page", asset.public_id)
    context = {
        "asset": asset,
        "form": form,
        "trail": [
            (_("Library"), reverse("library")),
            (asset.title, reverse("asset_page", args=[asset.public_id])),
            (_("Add files"), ""),
        ],
    }
    return render(request, "web/add_files.html", context, status=status)
