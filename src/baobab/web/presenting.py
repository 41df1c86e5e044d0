"""From what queries give to what templates show.

Cards, dates, sizes, directions, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baobab.assets.models import Asset, State
from baobab.assets.queries import Card, cards
from baobab.kernel import partial_dates
from baobab.organisation.readers import PUBLIC, STAFF, Reader
from baobab.vocabularies.languages import language_name

_MOST_LANGUAGES = 4
# CLDR's plain English is that of one country; most of the world writes the day first.
_DATES_IN = {"en": "en-GB"}


def _date_locale(language: str) -> Locale:
    return Locale.parse(_DATES_IN.get(language, language), sep="-")


def direction_of(tag: str) -> str:
    """`rtl` or `ltr`: how a language is written. Unknown ones are taken to run from left to right."""
    try:
        return str(Locale.parse(tag, sep="-").text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


@lru_cache(maxsize=8192)
def shown_date(edtf: str, language: str) -> str:
    """A partial date as people write it: `2014`, `May 2014`, `3 May 2014`, `about 2014`, `2012–2014`."""
    if "/" in edtf:
        begin, end = edtf.split("/", 1)
        shown = shown_date(begin, language)
        return f"{shown}–" if end in ("", "..") else f"{shown}–{shown_date(end, language)}"
    plain = edtf.rstrip("?~%")
    locale = _date_locale(language)
    parts = plain.split("-")
    if "X" in plain:
        meant = partial_dates.parse(plain)
        shown = f"{meant.first.year}–{meant.last.year}"
    elif len(parts) == 1:
        shown = plain
    elif len(parts) == 2:
        shown = str(format_skeleton("yMMMM", date(int(parts[0]), int(parts[1]), 1), locale=locale))
    else:
        shown = shown_day(date(int(parts[0]), int(parts[1]), int(parts[2])), language)
    return _("about %s") % shown if plain != edtf else shown


@lru_cache(maxsize=8192)
def shown_day(day: date, language: str) -> str:
    """A day in full: `3 May 2014`."""
    return str(format_date(day, format="long", locale=_date_locale(language)))


def shown_body(html: str) -> SafeString:
    """A stored text, cleaned when it was rendered, whose tables scroll by themselves, by keyboard too."""
    opening = format_html(
        '<div class="scroller" role="region" tabindex="0" aria-label="{}"><table>', _("Table")
    )
    wrapped = html.replace("<table>", opening).replace("</table>", "</table></div>")
    return mark_safe(wrapped)  # noqa: S308 - `kernel.markdown` cleaned it


def shown_moment(at: datetime, reader: Reader) -> str:
    """The day on which something happened, by the reader's calendar."""
    return shown_day(at.astimezone(ZoneInfo(reader.time_zone)).date(), reader.language)


def shown_instant(at: datetime, reader: Reader) -> str:
    """The day and the minute at which something happened, by the reader's calendar and clock."""
    clock_time = format_time(
        at, format="short", tzinfo=ZoneInfo(reader.time_zone), locale=_date_locale(reader.language)
    )
    return f"{shown_moment(at, reader)}, {clock_time}"


def shown_size(size: int) -> str:
    """Bytes as people say them: `840 kB`, `2.4 MB`."""
    if size < 1_000_000:
        return _("%s kB") % shown_number(max(1, round(size / 1000)))
    return _("%s MB") % shown_number(round(size / 1_000_000, 1))


def shown_number(number: float) -> str:
    """A number as the language of the page writes it: `1,234`, `1 234`."""
    if isinstance(number, int) and 0 <= number < 1000:
        # The same in each; pages show dozens of them.
        return str(number)
    return str(format_decimal(number, locale=_date_locale((get_language() or "en").split("-")[0])))


def listed(words: Iterable[str]) -> str:
    """Words side by side, parted by the comma of the page's script."""
    return ("، " if (get_language() or "en").startswith("ar") else ", ").join(words)


@lru_cache(maxsize=2048)
def named_language(tag: str, language: str) -> str:
    """What a language is called in another, with a capital where its script has one."""
    return capital(language_name(tag, language))


def capital(text: str) -> str:
    """The text with a capital first letter, where its script has capitals."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card as the component `card` takes it."""

    asset_id: int
    public_id: str
    title: str
    url: str
    kind_label: str
    badge: str
    icon: str
    byline: str
    summary: str
    date: str
    language: str
    language_name: str
    quality: str
    state: str
    stale: str
    thumbnail: str
    page_label: str = ""
    page_url: str = ""
    quality_detail: str = ""
    found_by: str = ""


def shown_cards(assets: Iterable[Asset], reader: Reader) -> list[ShownCard]:
    """Cards for lists, in the order given (three queries, however many)."""
    rows = list(assets)
    pictures = {asset.pk: asset.thumbnail_id for asset in rows}
    return [_shown(card, reader, pictures.get(card.id)) for card in cards(rows, reader)]


def _shown(card: Card, reader: Reader, picture: int | None) -> ShownCard:
    names = [named_language(tag, reader.language) for tag in card.languages[:_MOST_LANGUAGES]]
    more = len(card.languages) - len(names)
    return ShownCard(
        asset_id=card.id,
        public_id=card.public_id,
        title=card.title,
        url=reverse("asset_page", args=[card.public_id]),
        kind_label=card.badge or capital(str(card.kind_label)),
        badge="",
        icon=card.icon,
        byline=card.byline,
        summary=_shortened(card.summary),
        date=shown_date(card.issued, reader.language) if card.issued else "",
        language=card.language,
        language_name=listed(names) + (f" +{more}" if more > 0 else ""),
        quality=capital(str(card.quality_label)),
        state="" if card.state == State.PUBLISHED else str(State(card.state).label),
        stale=_("review overdue") if card.is_stale else "",
        thumbnail=thumbnail_address(card.public_id, picture) if picture else "",
    )


def thumbnail_address(public_id: str, picture: int) -> str:
    """Where the picture of a card is.

    The address changes with the picture, so that it can be kept for long.
    """
    return f"{reverse('thumbnail', args=[public_id])}?v={picture}"


def _shortened(summary: str) -> str:
    return summary if len(summary) <= 320 else summary[:320].rsplit(" ", 1)[0] + "…"


def with_snippet(
    card: ShownCard, *, snippet: SafeString, language: str, page_label: str, page_url: str
) -> ShownCard:
    """The card of a search hit: the words found in place of the summary, and where they stand.

    They may be in another language than the card's title: then they say so themselves.
    """
    if snippet and language and language != card.language:
        snippet = format_html('<span lang="{}" dir="{}">{}</span>', language, direction_of(language), snippet)
    return replace(card, summary=snippet or card.summary, page_label=page_label, page_url=page_url)


def language_choices(tags: Sequence[str], reader: Reader) -> list[tuple[str, str]]:
    """Languages for a select, each named in the reader's language."""
    return [(tag, named_language(tag, reader.language)) for tag in tags]


def language_switch(notes: Mapping[str, str], *, current: str, address: str) -> list[dict[str, object]]:
    """The languages of a text for the component `language_links`.

    `notes` maps each to what must be said of it.
    """
    return [
        {
            "code": tag,
            "name": named_language(tag, tag),
            "url": f"{address}?text={tag}",
            "is_current": tag == current,
            "note": note,
        }
        for tag, note in notes.items()
    ]


def audience_sentence(labels: frozenset[str]) -> str:
    """Whom an asset is meant for, in words that name nobody."""
    if PUBLIC in labels:
        return _("Everybody")
    if STAFF in labels:
        return _("Staff")
    return _("Members of some units or groups")
