"""What is like an asset: a page of its own, whose part the asset's page fetches when somebody comes near."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from baobab.assets.texts.queries import best_text, titles_of
from baobab.search.alike import more_like

from ..presenting import shown_cards
from .opening import asset_to_read


def like_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """Up to six things that the reader may see and that are most like this one (eleven queries)."""
    asset, reader = asset_to_read(request, public_id)
    texts = titles_of([asset.pk]).get(asset.pk, [])
    text = best_text(texts, reader.language, original=asset.original_language)
    title = text.title if text else asset.title
    context = {
        "asset": asset,
        "title": title,
        "cards": shown_cards(more_like(reader, asset), reader),
        "trail": [
            (_("Library"), reverse("library")),
            (title, reverse("asset_page", args=[asset.public_id])),
            (_("More like this"), ""),
        ],
    }
    return render(request, "web/like.html", context)
