"""What may be meant, while it is typed: titles, topics, places and people, within what the reader may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from baobab.assets.models import Asset, AssetText, Contribution
from baobab.assets.queries import assets_in_order, listed_or_own
from baobab.assets.texts.queries import titles_of
from baobab.kernel.text import clean_line
from baobab.organisation.readers import Reader
from baobab.vocabularies.languages import closeness
from baobab.vocabularies.queries.beginnings import Beginning, concepts_beginning, places_beginning

from . import _analysis
from .away import SearchAway
from .engine import About, All, Engine, Sight
from .queries import sight_of
from .shelf import shelf

# What is typed beyond this is no longer the beginning of a name.
_LONGEST_START = 100
# Fewer letters say nothing yet, but where a single character is a word.
_FEWEST_LETTERS = 2
_MOST_TITLES = 5
_MOST_SUBJECTS = 4
_MOST_PEOPLE = 3
# Candidates for each line that is shown: some are put aside when counts or the database say so.
_CANDIDATES = 3
# Assets whose authors are looked through for names that begin so.
_ASSETS_OF_AUTHORS = 100


@dataclass(frozen=True, slots=True)
class TitleSuggestion:
    """An asset with such a title; `title` is the one that begins so, in `language`."""

    asset: Asset
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class SubjectSuggestion:
    """A topic or a place, and how many assets the reader finds under it, narrower ones included.

    `key` is a topic's public id or a place's code. `matched` is the name in `matched_language` that
    begins so where `label`, in the reader's language, does not.
    """

    key: str
    label: str
    matched: str
    matched_language: str
    count: int


@dataclass(frozen=True, slots=True)
class PersonSuggestion:
    """A name as it is printed, and how many assets the reader finds by `author:"name"`."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What may be meant, the likeliest first in each group."""

    titles: tuple[TitleSuggestion, ...] = ()
    topics: tuple[SubjectSuggestion, ...] = ()
    places: tuple[SubjectSuggestion, ...] = ()
    people: tuple[PersonSuggestion, ...] = ()

    @property
    def count(self) -> int:
        return len(self.titles) + len(self.topics) + len(self.places) + len(self.people)


def suggestions(reader: Reader, start: str) -> Suggestions:
    """What the reader may mean by `start`: all its words occur, the last one as a beginning.

    Titles and names come only from assets that she finds, and are compared with what the database holds
    now: a word that stood in a title before, or stands in one that she may not read, suggests nothing.
    Topics and places are public; those that nothing is about come last, with a count of 0. Nothing for
    less than two letters, nor while the index is away. Fourteen queries at most, however large the library.
    """
    start = clean_line(start[: _LONGEST_START * 2])[:_LONGEST_START]
    words = _analysis.exact(start)
    if not words or (len(start) < _FEWEST_LETTERS and not _analysis.is_dense(start)):
        return Suggestions()
    sight = sight_of(reader)
    try:
        engine = shelf().current()
        return _suggested(engine, start, words, sight, reader) if engine else Suggestions()
    except SearchAway:
        return Suggestions()


def _suggested(engine: Engine, start: str, words: Sequence[str], sight: Sight, reader: Reader) -> Suggestions:
    most = _MOST_SUBJECTS * _CANDIDATES
    return Suggestions(
        titles=_titles(engine, start, words, sight, reader),
        topics=_counted(engine, "topic", concepts_beginning(start, reader.language, limit=most), sight),
        places=_counted(engine, "place", places_beginning(start, reader.language, limit=most), sight),
        people=_people(engine, start, words, sight, reader),
    )


def _begins(text: str, words: Sequence[str]) -> bool:
    """Whether the text has all the words, the last one as a beginning."""
    held = _analysis.exact(text)
    return set(words[:-1]) <= set(held) and any(word.startswith(words[-1]) for word in held)


def _titles(
    engine: Engine, start: str, words: Sequence[str], sight: Sight, reader: Reader
) -> tuple[TitleSuggestion, ...]:
    assets = assets_in_order(reader, engine.titled(start, sight, limit=_MOST_TITLES * _CANDIDATES))
    texts = titles_of([asset.pk for asset in assets])

    def order(text: AssetText) -> tuple[int, str]:
        return (closeness(text.language, wanted=reader.language), text.language)

    found = []
    for asset in assets:
        fitting = [text for text in texts.get(asset.pk, ()) if _begins(text.title, words)]
        if fitting:
            best = min(fitting, key=order)
            found.append(TitleSuggestion(asset, best.title, best.language))
    return tuple(found[:_MOST_TITLES])


def _counted(
    engine: Engine, facet: str, found: Sequence[Beginning], sight: Sight
) -> tuple[SubjectSuggestion, ...]:
    counts = engine.holders([(About(facet, str(one.id)),) for one in found], sight)
    # A name in another language is no help where it leads to nothing, unless it is all that was typed.
    likely = [
        (one, count)
        for one, count in zip(found, counts, strict=True)
        if count or one.is_whole or not one.matched
    ]
    ordered = sorted(likely, key=lambda pair: (not pair[0].is_whole, pair[1] == 0))
    return tuple(
        SubjectSuggestion(one.key, one.label, one.matched, one.matched_language, count)
        for one, count in ordered[:_MOST_SUBJECTS]
    )


def _people(
    engine: Engine, start: str, words: Sequence[str], sight: Sight, reader: Reader
) -> tuple[PersonSuggestion, ...]:
    asset_ids = engine.written_by(start, sight, limit=_ASSETS_OF_AUTHORS)
    if not asset_ids:
        return ()
    visible = listed_or_own(reader).filter(pk__in=asset_ids)
    names = Counter(
        name
        for name in Contribution.objects.filter(asset__in=visible).values_list("name", flat=True)
        if _begins(name, words)
    )
    likeliest = [name for name, _ in names.most_common(_MOST_PEOPLE)]
    clauses = [
        (All(tuple((About("author", word),) for word in _analysis.exact(name))),) for name in likeliest
    ]
    return tuple(
        PersonSuggestion(name, count)
        for name, count in zip(likeliest, engine.holders(clauses, sight), strict=True)
    )
