"""All reads of saved searches, of what they found, and of the questions that found nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from baobab.assets.indexing.queries import narrowed_ids
from baobab.assets.models import Asset, Dirty
from baobab.assets.queries import assets_in_order, listed
from baobab.kernel import clock
from baobab.kernel.errors import NotFound
from baobab.kernel.identifiers import LENGTH
from baobab.organisation.readers import Reader

from .. import indexer
from . import CONSUMER
from .failed import files_to_count
from .matching import found_among
from .models import FailedSearch, News, SavedSearch
from .rhythms import months_kept

# What a feed and the page of news show; a reader of feeds keeps older entries itself.
MOST_NEWS = 50
# A feed looks through so many of the latest finds for those that still answer and may still be read.
_LOOKED_THROUGH = 200


def saved_searches_of(reader: Reader) -> list[SavedSearch]:
    """The reader's own saved searches by name (one query)."""
    rows = SavedSearch.objects.filter(owner=reader.user_id) if reader.user_id else SavedSearch.objects.none()
    return list(rows.defer("known").order_by("name", "pk"))


def saved_search_of(reader: Reader, public_id: str) -> SavedSearch:
    """One of the reader's own; for everybody else there is none: raises `NotFound` (one query)."""
    found = SavedSearch.objects.defer("known").filter(
        owner=reader.user_id or 0, public_id=public_id[:LENGTH].replace("\x00", "?")
    )
    saved = found.first()
    if saved is None:
        raise NotFound(_("There is nothing at this address, or nothing that you may read."))
    return saved


def saved_search_of_feed(secret: str) -> SavedSearch:
    """The search whose private feed has this secret (one query). Raises `NotFound`, if its owner left too."""
    found = SavedSearch.objects.select_related("owner").defer("known")
    saved = found.filter(feed_secret=secret[:64].replace("\x00", "?"), owner__is_active=True).first()
    if saved is None:
        raise NotFound(_("There is no feed at this address. Its owner may have renewed the address."))
    return saved


def new_counts(reader: Reader, searches: Sequence[SavedSearch]) -> dict[int, int]:
    """For each, how much was found since its owner last looked that she may read now (two queries)."""
    news = _readable_news(reader).filter(
        saved__in=[saved.pk for saved in searches], found_at__gt=F("saved__looked_at")
    )
    return dict(news.values_list("saved").annotate(number=Count("pk")))


@dataclass(frozen=True, slots=True)
class Found:
    """An asset that a saved search found, and when."""

    asset: Asset
    found_at: datetime


def news_of(reader: Reader, saved: SavedSearch) -> list[Found]:
    """What was found last and still answers under the reader's rights, the newest first: some ten queries."""
    rows = dict(
        _readable_news(reader)
        .filter(saved=saved)
        .order_by("-found_at", "-pk")
        .values_list("asset_id", "found_at")[:_LOOKED_THROUGH]
    )
    (answering,) = found_among(reader, [saved.query], list(rows))
    shown = [asset_id for asset_id in rows if asset_id in answering][:MOST_NEWS]
    return [Found(asset, rows[asset.pk]) for asset in assets_in_order(reader, shown)]


def _readable_news(reader: Reader) -> QuerySet[News]:
    closed = narrowed_ids(indexer.CONSUMER)
    return News.objects.filter(asset__in=listed(reader).order_by()).exclude(asset__in=closed)


def untold_ids(saved: SavedSearch, *, limit: int) -> list[int]:
    """What its owner was not told of, as it was found (one query)."""
    rows = News.objects.filter(saved=saved, told_at=None).order_by("pk")
    return list(rows.values_list("asset_id", flat=True)[:limit])


def owners() -> list[int]:
    """The ids of the open accounts that saved searches (one query)."""
    rows = SavedSearch.objects.filter(owner__is_active=True).order_by("owner").values_list("owner", flat=True)
    return list(rows.distinct())


def searches_of_owner(owner_id: int) -> list[SavedSearch]:
    """Every saved search of an account, with what was known when it was saved (one query)."""
    return list(SavedSearch.objects.filter(owner=owner_id).order_by("pk"))


def searches_to_tell(now: datetime) -> list[int]:
    """The ids of the searches whose mail may be due: at once where there is news, else at their hour."""
    has_news = Q(pk__in=News.objects.filter(told_at=None).values("saved"))
    immediate = Q(rhythm=SavedSearch.Rhythm.IMMEDIATE) & has_news
    rows = SavedSearch.objects.filter(immediate | Q(due_at__lte=now)).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def arrivals(*, limit: int = 1000) -> list[Dirty]:
    """Marks of assets that changed, that the index took in, and that no search was compared with since."""
    behind = Dirty.objects.filter(consumer=indexer.CONSUMER).values("asset_id")
    waiting = Dirty.objects.filter(consumer=CONSUMER).exclude(asset_id__in=behind)
    return list(waiting.order_by("is_in_bulk", "marked_at", "pk")[:limit])


def is_alerting_needed() -> bool:
    """Whether anything changed, any mail is due, or any file waits to be counted (two queries at most)."""
    return (
        Dirty.objects.filter(consumer=CONSUMER).exists()
        or bool(searches_to_tell(clock.now()))
        or bool(files_to_count())
    )


@dataclass(frozen=True, slots=True)
class FailedLine:
    """A question that found nothing, over the last twelve months; `languages` the most frequent first."""

    number: int
    question: str
    count: int
    first_month: str
    last_month: str
    languages: tuple[str, ...]
    filters: tuple[str, ...]


def failed_searches(*, is_resolved: bool = False, most: int = 5000) -> list[FailedLine]:
    """What enough different people looked for in vain, the most frequent first (one query).

    Nobody alone stands behind a line, and no line says who does.
    """
    kept = months_kept(clock.today())
    rows = FailedSearch.objects.exclude(question="").filter(
        resolved_at__isnull=not is_resolved, last_month__gte=kept[-1]
    )
    lines = [_line(row, kept) for row in rows.order_by("-last_month", "pk")[:most]]
    return sorted(lines, key=lambda line: (-line.count, line.question))


def _line(row: FailedSearch, kept: Sequence[str]) -> FailedLine:
    months = sorted(set(row.months) & set(kept)) or [row.last_month]
    languages: Counter[str] = Counter()
    filters: Counter[str] = Counter()
    for month in months:
        languages.update(row.months.get(month, {}).get("languages", {}))
        filters.update(row.months.get(month, {}).get("filters", {}))
    return FailedLine(
        number=row.pk,
        question=row.question,
        count=sum(int(row.months.get(month, {}).get("count", 0)) for month in months),
        first_month=months[0],
        last_month=months[-1],
        languages=tuple(name for name, _count in languages.most_common()),
        filters=tuple(name for name, _count in filters.most_common()),
    )
