"""A portal put together: numbers from the index, words from the database, all under the reader's rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from baobab.assets.kinds import kinds
from baobab.assets.models import LISTED_STATES
from baobab.assets.picks.policy import may_choose_picks
from baobab.assets.queries import assets_about
from baobab.kernel import clock
from baobab.organisation.readers import Reader
from baobab.search.overview import Overview, overview
from baobab.vocabularies.languages import base_language
from baobab.vocabularies.models import Concept, Place, Scheme

from ..presenting import ShownCard, capital, named_language, shown_cards, shown_number
from .gaps import Link, Seen, gaps_of, may_mend
from .reading import MOST_BARE, Name, Names, Standing, is_country, names_of, standing_out
from .rows import Row, with_bars, years_shown
from .subjects import Subject

NEWEST = 8
CONNECTED = 5
CHECKED = 3
MOST_TOPICS = 14
MOST_PLACES = 12
MOST_LANGUAGES = 8
# Topics named beside a place: only the most frequent can be among those shown.
_TOPICS_NAMED = 60


@dataclass(frozen=True, slots=True)
class Below:
    """What lies just below the subject: narrower topics and places inside, whether anything is about them."""

    topics: Sequence[Name] = ()
    places: Sequence[Name] = ()


def portal(reader: Reader, subject: Subject, below: Below) -> dict[str, Any]:
    """Everything that a portal shows, for its template (seven queries, eight while there is no index)."""
    found = overview(reader, concept_id=_pk(subject.concept), place_id=_pk(subject.place))
    newest = found.newest[:NEWEST]
    if found.is_building:
        about = assets_about(reader, concept_id=_pk(subject.concept), place_id=_pk(subject.place))
        newest = tuple(about.values_list("pk", flat=True)[:NEWEST])
    is_mending = may_mend(reader) and not found.is_building
    standing = standing_out(reader, subject, newest=newest, with_bare=is_mending)
    cards = {card.asset_id: card for card in shown_cards((one.asset for one in standing.values()), reader)}
    names = _names(reader, subject, found)
    parts = {
        "subject": subject,
        "found": found,
        "count": shown_number(found.count),
        "total": found.count,
        "may_pin": bool(may_choose_picks(reader)),
        "search_url": subject.search_address(),
        "newest_url": subject.search_address(sort="newest"),
        "is_empty": not standing and not found.count,
        "gaps": [],
        **_featured(standing, cards, newest),
        **_counted(reader, subject, found, names, below),
    }
    if is_mending:
        bare = [
            cards[pk]
            for pk, one in standing.items()
            if not one.asset.summary and one.asset.state in LISTED_STATES
        ]
        seen = _seen(reader, subject, found, names, below, bare)
        parts["gaps"] = gaps_of(subject, seen, reader=reader, year=clock.today(reader.time_zone).year)
    return parts


def _pk(row: Concept | Place | None) -> int | None:
    return row.pk if row is not None else None


def _names(reader: Reader, subject: Subject, found: Overview) -> Names:
    """Names of what is counted: types, topics where a place is looked at, places where a topic is."""
    frequent = sorted(found.facets.get("topic", {}).items(), key=lambda item: -item[1])[:_TOPICS_NAMED]
    topics = [int(value) for value, _number in frequent] if subject.concept is None else []
    types = [int(value) for value in found.facets.get("type", {})]
    is_country = subject.place is not None and subject.place.level == Place.Level.COUNTRY
    places = [] if is_country else [int(value) for value in found.facets.get("place", {})]
    return names_of(
        reader.language,
        concept_ids=[*topics, *types],
        place_ids=places,
        within=_pk(subject.place),
        levels=() if subject.place else (Place.Level.REGION,),
    )


def _featured(
    standing: Mapping[int, Standing], cards: Mapping[int, ShownCard], newest: Iterable[int]
) -> dict[str, Any]:
    """The works that stand out: what was chosen, else what was checked; the newest; the most connected."""
    picked = sorted(
        (one for one in standing.values() if one.pick and one.asset.state in LISTED_STATES),
        key=lambda one: one.pick or 0,
    )
    checked = sorted(
        (one for one in standing.values() if one.asset.quality and one.asset.state in LISTED_STATES),
        key=lambda one: (one.asset.dated_on, one.asset.pk),
        reverse=True,
    )
    connected = sorted(
        (one for one in standing.values() if one.links),
        key=lambda one: (-one.links, not one.asset.quality, -one.asset.pk),
    )
    return {
        "picks": [cards[one.asset.pk] for one in picked],
        "checked": [cards[one.asset.pk] for one in checked[:CHECKED]] if not picked else [],
        "newest": [cards[pk] for pk in newest if pk in cards],
        "connected": [
            (cards[one.asset.pk], ngettext("%s link", "%s links", one.links) % shown_number(one.links))
            for one in connected[:CONNECTED]
        ],
    }


def _counted(reader: Reader, subject: Subject, found: Overview, names: Names, below: Below) -> dict[str, Any]:
    """Every sort of number, as rows that lead on."""
    languages = found.facets.get("language", {})
    years = {int(value): n for value, n in found.facets.get("year", {}).items() if value.isdecimal()}
    topics, empty_topics = _parted(
        (name.label, found.number("topic", name.id), subject.under(topic=name.key)) for name in below.topics
    )
    inside, empty_inside = _parted(
        (name.label, found.number("place", name.id), subject.under(place=name.key)) for name in below.places
    )
    countries = [name for name in names.places.values() if is_country(name)]
    return {
        "kinds": with_bars(
            (capital(str(kind.label_plural)), n, subject.search_address(kind=kind.name))
            for kind in kinds()
            if (n := found.number("kind", kind.name))
        ),
        "types": with_bars(
            (capital(name.label), n, subject.search_address(type=name.key))
            for name in names.concepts.values()
            if (n := found.number("type", name.id))
        ),
        "narrower": topics,
        "empty_narrower": empty_topics,
        "inside": inside,
        "empty_inside": empty_inside,
        "is_leaf_region": all(is_country(name) for name in below.places),
        "topics": with_bars(
            (
                (name.label, found.number("topic", name.id), subject.under(topic=name.key))
                for name in names.concepts.values()
                if name.sort == Scheme.Use.TOPICS and found.number("topic", name.id)
            ),
            most=MOST_TOPICS,
        ),
        "countries": with_bars(
            (
                (name.label, found.number("place", name.id), subject.under(place=name.key))
                for name in countries
                if found.number("place", name.id)
            ),
            most=MOST_PLACES,
        ),
        "country_count": len([name for name in countries if found.number("place", name.id)]),
        "counts_by_code": {name.key: found.number("place", name.id) for name in countries},
        "people": [
            (
                person.name,
                ngettext("%s work", "%s works", person.works) % shown_number(person.works),
                subject.search_address(q=f'author:"{person.name.replace(chr(34), " ")}"'),
            )
            for person in found.people
        ],
        "years": years_shown(
            years,
            until=clock.today(reader.time_zone).year,
            addresses={year: subject.search_address(year=year) for year in years},
        ),
        "languages": with_bars(
            (
                (named_language(tag, reader.language), n, subject.search_address(language=tag))
                for tag, n in languages.items()
            ),
            most=MOST_LANGUAGES,
        ),
        "language_count": len(languages),
    }


def _parted(rows: Iterable[tuple[str, int, str]]) -> tuple[list[Row], list[Link]]:
    """Rows for what has something, links for what has nothing."""
    every = list(rows)
    return with_bars(row for row in every if row[1]), [
        (label, address) for label, count, address in every if not count
    ]


def _seen(
    reader: Reader, subject: Subject, found: Overview, names: Names, below: Below, bare: Sequence[ShownCard]
) -> Seen:
    languages = found.facets.get("language", {})
    years = [int(value) for value in found.facets.get("year", {}) if value.isdecimal()]
    places = below.places or [name for name in names.places.values() if name.sort == Place.Level.REGION]
    return Seen(
        count=found.count,
        in_own_language=sum(
            n for tag, n in languages.items() if base_language(tag) == base_language(reader.language)
        ),
        latest_year=max(years, default=None),
        checked=sum(found.facets.get("quality", {}).values()),
        empty_topics=_parted(
            (n.label, found.number("topic", n.id), subject.under(topic=n.key)) for n in below.topics
        )[1],
        empty_places=_parted(
            (n.label, found.number("place", n.id), subject.under(place=n.key)) for n in places
        )[1],
        bare=bare[:MOST_BARE],
    )
