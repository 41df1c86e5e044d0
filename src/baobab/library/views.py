"""The pages that only products have."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baobab.kernel.errors import BadInput, NotFound
from baobab.web.uploads import receive_uploads
from baobab.web.views.opening import asset_to_change, sent

from .actions import KIND, add_file, add_version
from .forms import VersionForm


@require_http_methods(["GET", "POST"])
def new_version_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Begin a new version with its files; the version and all files arrive together or not at all."""
    asset, reader = asset_to_change(request, public_id)
    if asset.kind != KIND:
        raise NotFound(_("Only knowledge products have versions."))
    form = VersionForm(*sent(request), reader=reader)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                received = receive_uploads(given["documents"])
                with transaction.atomic():
                    version = add_version(
                        asset, by=reader, note=given["note"], label=given["label"], doi=given["doi"]
                    )
                    for blob, name in received:
                        add_file(asset, blob, name=name, by=reader, language=given["language"])
            except BadInput as error:
                form.take_problems(error)
                status = error.status
            else:
                messages.success(
                    request, _("Version %s is in force now.") % (version.label or version.number)
                )
                return redirect("asset_page", asset.public_id)
    context = {
        "asset": asset,
        "form": form,
        "trail": [
            (_("Library"), reverse("library")),
            (asset.title, reverse("asset_page", args=[asset.public_id])),
            (_("New version"), ""),
        ],
    }
    return render(request, "library/new_version.html", context, status=status)
