"""An asset's words in another language, written beside the original."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from baobab.assets.actions import change_asset
from baobab.assets.fields import AssetFields
from baobab.assets.revisions.actions import discard_draft, save_draft
from baobab.assets.revisions.queries import draft_of
from baobab.assets.texts.queries import texts_of
from baobab.kernel.errors import BadInput, Stale
from baobab.vocabularies.languages import CONTENT_LANGUAGES, language_name, read_language

from ..forms import TranslationForm, as_typed
from ..presenting import capital, direction_of, language_choices, shown_body, shown_moment
from .opening import asset_to_change, sent


@require_http_methods(["GET", "POST"])
def translate_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add or change the text in `?language=`; without one, choose it.

    What was typed is kept as the person's draft.
    """
    asset, reader = asset_to_change(request, public_id)
    texts = {text.language: text for text in texts_of([asset.pk]).get(asset.pk, [])}
    asked = request.GET.get("language", "")
    language = read_language(asked) if asked else None
    trail = [
        (_("Library"), reverse("library")),
        (asset.title, reverse("asset_page", args=[asset.public_id])),
        (_("Translate"), ""),
    ]
    if language is None or language == asset.original_language:
        open_tags = [tag for tag in CONTENT_LANGUAGES if tag != asset.original_language]
        context = {
            "asset": asset,
            "languages": [(tag, label, tag in texts) for tag, label in language_choices(open_tags, reader)],
            "unknown": asked[:40] if asked and language is None else "",
            "trail": trail,
        }
        return render(
            request, "web/translate_choice.html", context, status=400 if context["unknown"] else 200
        )
    text = texts.get(language)
    draft = draft_of(reader, asset, language=language)
    stored = (
        {"title": text.title, "summary": text.summary, "body": text.body, "provenance": text.provenance}
        if text
        else {}
    )
    form = TranslationForm(sent(request)[0], initial=draft.content if draft else stored)
    revision = draft.base_revision if draft else asset.revision
    status = 200
    stale = ""
    if request.method == "POST":
        given = request.POST.get("revision", "")
        revision = int(given[:9]) if given.isdecimal() else asset.revision
        kept = save_draft(
            as_typed(request.POST),
            by=reader,
            kind=asset.kind,
            language=language,
            asset=asset,
            base_revision=revision,
        )
        if request.headers.get("X-Autosave"):
            return HttpResponse(status=204)
        status = 400
        if form.is_valid():
            try:
                words = form.words(provenance=form.cleaned_data["provenance"])
                change_asset(asset, AssetFields(texts={language: words}), by=reader, revision=revision)
            except Stale as error:
                status, stale, revision = 409, str(error), asset.revision
            except BadInput as error:
                form.take_problems(error)
            else:
                discard_draft(kept, by=reader)
                messages.success(request, _("The translation is saved."))
                return redirect(f"{reverse('asset_page', args=[asset.public_id])}?text={language}")
    context = {
        "asset": asset,
        "form": form,
        "revision": revision,
        "stale": stale,
        "kept_at": shown_moment(draft.updated_at, reader) if draft and request.method == "GET" else "",
        "language": language,
        "direction": direction_of(language),
        "language_name": capital(language_name(language, reader.language)),
        "original": (original := texts.get(asset.original_language)),
        "original_body": shown_body(original.body_html) if original else "",
        "original_direction": direction_of(asset.original_language),
        "trail": trail,
    }
    return render(request, "web/translate.html", context, status=status)
