"""All writes to texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from baobab.kernel import markdown
from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line, clean_text
from baobab.vocabularies.languages import read_language

from ..card.models import Asset
from ..fields import Words
from .models import AssetText
from .queries import texts_of

TITLE_LENGTH = 1000
SUMMARY_LENGTH = 20_000
BODY_LENGTH = 2_000_000


def clean_words(words: Words) -> Words:
    """The words as they are stored.

    Raises `BadInput` by field when the title is missing or something is too long.
    """
    cleaned = Words(
        clean_line(words.title), clean_text(words.summary), clean_text(words.body), words.provenance
    )
    fields: dict[str, list[str]] = {}
    if words.provenance not in AssetText.Provenance.values:
        fields["provenance"] = [_("“%s” is no way in which a text comes about.") % words.provenance[:40]]
    if not cleaned.title:
        fields["title"] = [_("Give a title.")]
    for name, value, longest in (
        ("title", cleaned.title, TITLE_LENGTH),
        ("summary", cleaned.summary, SUMMARY_LENGTH),
        ("body", cleaned.body, BODY_LENGTH),
    ):
        if len(value) > longest:
            fields[name] = [
                _(
                    "This has %(length)s characters; at most %(longest)s fit. "
                    "Shorten it, or put it into a file."
                )
                % {"length": f"{len(value):,}", "longest": f"{longest:,}"}
            ]
    if fields:
        raise BadInput(fields=fields)
    return cleaned


def clean_language(tag: str) -> str:
    """The language tag as it is stored. Raises `BadInput` when it names no language."""
    language = read_language(tag)
    if language is None:
        raise BadInput(
            fields={
                "language": [
                    _("“%s” is not a language Baobab knows. Write a name or a code, such as fr.") % tag[:40]
                ]
            }
        )
    return language


def relabel_original(asset: Asset, *, language: str) -> None:
    """Say that the original is in another language than was thought.

    Where there is no text in that language, the original's own was only named wrongly. Where there is one, it
    becomes the original, and what was the original its translation; a translation that was behind stays
    behind.
    """
    texts = {text.language: text for text in texts_of([asset.pk]).get(asset.pk, [])}
    was, now = texts.get(asset.original_language), texts.get(language)
    if now is None and was is not None:
        was.language = language
        was.save(update_fields=["language"])
    elif now is not None:
        for text in texts.values():
            is_behind = (
                was is not None and text.follows_version is not None and text.follows_version < was.version
            )
            text.follows_version = 0 if is_behind else now.version
        if was is not None:
            was.provenance = AssetText.Provenance.HUMAN
        now.provenance, now.follows_version = AssetText.Provenance.ORIGINAL, None
        AssetText.objects.bulk_update(texts.values(), ["provenance", "follows_version"])
        asset.title, asset.summary = now.title, now.summary


def write_texts(wanted: Sequence[tuple[Asset, Mapping[str, Words]]]) -> None:
    """Store these texts (cleaned by the caller); languages not named stay. Versions grow when words change.

    A translation follows the original's version of the moment at which its own words are written, or at which
    somebody says of the same words how they came about ("reviewed").
    Two queries and two writes, however many assets.
    """
    stored = texts_of([asset.pk for asset, _words in wanted])
    new: list[AssetText] = []
    changed: list[AssetText] = []
    for asset, texts in wanted:
        existing = {text.language: text for text in stored.get(asset.pk, [])}
        original_first = sorted(texts.items(), key=lambda item: item[0] != asset.original_language)
        for language, words in original_first:
            is_original = language == asset.original_language
            text = existing.get(language)
            if text is None:
                text = AssetText(asset=asset, language=language, version=0)
                existing[language] = text
                new.append(text)
            elif (text.title, text.summary, text.body) == (words.title, words.summary, words.body):
                if not is_original and words.provenance not in (
                    AssetText.Provenance.ORIGINAL,
                    text.provenance,
                ):
                    original = existing.get(asset.original_language)
                    text.provenance = words.provenance
                    text.follows_version = original.version if original else None
                    changed.append(text)
                continue
            else:
                changed.append(text)
            text.title, text.summary, text.body = words.title, words.summary, words.body
            text.body_html = markdown.render(words.body) if words.body else ""
            text.renderer_version = markdown.RENDERER_VERSION
            text.version += 1
            text.provenance = AssetText.Provenance.ORIGINAL if is_original else _provenance(words)
            original = existing.get(asset.original_language)
            text.follows_version = None if is_original or original is None else original.version
    AssetText.objects.bulk_create(new, batch_size=200)
    AssetText.objects.bulk_update(
        changed,
        [
            "title",
            "summary",
            "body",
            "body_html",
            "renderer_version",
            "version",
            "provenance",
            "follows_version",
        ],
        batch_size=100,
    )


def _provenance(words: Words) -> str:
    is_marked = words.provenance != AssetText.Provenance.ORIGINAL
    return words.provenance if is_marked else AssetText.Provenance.HUMAN
