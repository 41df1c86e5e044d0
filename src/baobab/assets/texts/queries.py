"""All reads of texts: which language a reader gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .models import AssetText


def preferred_languages(language: str, *, original: str) -> tuple[str, ...]:
    """The languages in which a reader would like an asset, best first.

    Hers, its base, the original's, English.
    """
    wanted = (language, language.split("-")[0], original, "en")
    return tuple(dict.fromkeys(tag for tag in wanted if tag))


def best_text(texts: Sequence[AssetText], language: str, *, original: str) -> AssetText | None:
    """The text that serves a reader of `language` best; None only where there is no text at all."""
    by_language = {text.language: text for text in texts}
    for tag in preferred_languages(language, original=original):
        if tag in by_language:
            return by_language[tag]
    return texts[0] if texts else None


def texts_of(asset_ids: Iterable[int]) -> dict[int, list[AssetText]]:
    """All texts of each asset, by language tag (one query)."""
    found: dict[int, list[AssetText]] = {}
    for text in AssetText.objects.filter(asset__in=list(asset_ids)).order_by("language"):
        found.setdefault(text.asset_id, []).append(text)
    return found


def titles_of(asset_ids: Iterable[int]) -> dict[int, list[AssetText]]:
    """As `texts_of`, without the bodies: enough for cards (one query)."""
    found: dict[int, list[AssetText]] = {}
    for text in (
        AssetText.objects.filter(asset__in=list(asset_ids)).defer("body", "body_html").order_by("language")
    ):
        found.setdefault(text.asset_id, []).append(text)
    return found
