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
from baobab.vocabularies.languages import language_name
from baobab.web.uploads import receive_uploads
from baobab.web.views.opening import asset_to_change, sent

from .actions import KIND, add_file, add_version, set_edition
from .forms import EditionForm, VersionForm
from .queries import edition_in_force


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
        if request.FILES:
            form.add_error("documents", _("Choose the files again: browsers do not keep them."))
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


@require_http_methods(["GET", "POST"])
def edition_page(request: HttpRequest, public_id: str, language: str) -> HttpResponse:
    """Say the ISBN and date of a translation's edition; those of the original stand in the product's form."""
    asset, reader = asset_to_change(request, public_id)
    if asset.kind != KIND:
        raise NotFound(_("Only knowledge products have editions."))
    edition = edition_in_force(asset, language)
    if edition.language == asset.original_language:
        return redirect("asset_edit", asset.public_id)
    form = EditionForm(
        request.POST if request.method == "POST" else None,
        initial={"isbn": edition.isbn, "issued": edition.issued},
    )
    name = language_name(edition.language, reader.language)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            given = form.cleaned_data
            try:
                set_edition(
                    asset, by=reader, language=edition.language, isbn=given["isbn"], issued=given["issued"]
                )
            except BadInput as error:
                form.take_problems(error)
                status = error.status
            else:
                messages.success(request, _("The edition in %s was changed.") % name)
                return redirect("asset_page", asset.public_id)
    context = {
        "asset": asset,
        "form": form,
        "language_name": name,
        "trail": [
            (_("Library"), reverse("library")),
            (asset.title, reverse("asset_page", args=[asset.public_id])),
            (_("Edition in %(language)s") % {"language": name}, ""),
        ],
    }
    return render(request, "library/edition.html", context, status=status)
