"""What every search engine must do: the one protocol that adapters fulfil and the contract suite tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

# What answers can be narrowed and counted by. Values are strings: a kind's name, ids of concepts, places
# and units, language tags, years, slugs of checks.
FACETS = ("kind", "type", "topic", "place", "language", "year", "unit", "quality")
# A passage is about this long; a page up to `LONGEST_PASSAGE` characters stays whole.
PASSAGE_CHARACTERS = 1_600
LONGEST_PASSAGE = 4_000
# How many candidates are ordered by their best passage; what comes after keeps the order of whole assets.
RANKED = 200
# A passage in the reader's language stands for the best one when its score is at least this part of it.
GOOD_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class PassageAt:
    """Where a passage stands: in a text of the asset (`file_number` None) or in one of its files.

    `position` is the page's position in the file; `start` the first character within the page or text.
    """

    language: str
    file_number: int | None = None
    position: int | None = None
    start: int = 0


@dataclass(frozen=True, slots=True)
class Passage:
    """A page or a part of one: what is ranked, and what a snippet is taken from."""

    at: PassageAt
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything the engine holds of one asset.

    `passages` is read once, in order, and may be lazy: a file of 3,000 pages is never held whole.
    `titles` are those it has in all languages. `about` are further words to be found by, each with its
    language; `tags` those of its topics and places. `moment` sorts by date: the greater the newer.
    """

    asset_id: int
    labels: frozenset[str]
    facets: Mapping[str, Sequence[str]]
    passages: Iterable[Passage]
    titles: Sequence[str] = ()
    about: Sequence[tuple[str, str]] = ()
    tags: Sequence[tuple[str, str]] = ()
    authors: Sequence[str] = ()
    moment: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """One word: any of `stems` in the streams. `exact`, the word itself, weighs in the order.

    `is_also_exact`: the exact word decides about what is found, too.
    """

    stems: tuple[str, ...]
    exact: str = ""
    is_also_exact: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words side by side, in any of these readings; or, where given, all the exact words anywhere."""

    readings: tuple[tuple[str, ...], ...]
    exact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins so, without case and accents."""

    start: str


@dataclass(frozen=True, slots=True)
class About:
    """What holds this value of a facet, or this exact word in a name (`facet` is "author")."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """Found through the thesaurus: counts as the word it stands beside does, and weighs less in the order."""

    atom: Phrase | About


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these clauses, and none of `excluded`: what stood in brackets."""

    clauses: tuple[Clause, ...]
    excluded: tuple[Atom, ...] = ()


Atom = Term | Phrase | Prefix | About | Alternative | All
Clause = tuple[Atom, ...]  # any of these


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader may see: an entry that holds none of `labels` does not exist, nor do those `without`.

    `without`: assets that must not appear whatever the index holds, as they lost readers and wait for it.
    """

    labels: frozenset[str]
    without: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ByMeaning:
    """How near an asset is to a question by what it means, whatever its words: from 0 to 1, and where.

    `is_answer`: so near that it counts as found without the words. What is less near only moves in the
    order, should it have the words.
    """

    score: float
    passage: PassageAt | None = None
    is_answer: bool = True


class Order(StrEnum):
    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class EngineQuery:
    """A question, analysed, of somebody with this `sight`.

    Found is what has all of `required`, none of
    `excluded`, at least `minimum` of `words` (None: all of them), and all of `authors` (exact words of
    names), under `filters` and `within` (facet → any of these values). A facet is counted without its
    filter, never without what it is within. `neighbours`: pairs of tokens that weigh when they stand
    side by side. `facet_values`: how many values of each facet to count, 0 for none. `language`: that of
    the reader, in which an asset answers where its passages in it score nearly as well as its best
    (`GOOD_ENOUGH`); the order stays that of the best. `among`: nothing but these assets. `by_meaning`:
    how near assets are by meaning, which makes half of the order; those that are answers count as found too,
    under the same narrowing. `leaders`: how many of the best to name, whatever page is asked for.
    `is_without_tags`: what its topics and places are called does not count as words of an asset.
    """

    sight: Sight
    words: tuple[Clause, ...] = ()
    minimum: int | None = None
    required: tuple[Clause, ...] = ()
    excluded: tuple[Atom, ...] = ()
    neighbours: tuple[tuple[str, str], ...] = ()
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    within: Mapping[str, frozenset[str]] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    order: Order = Order.RELEVANCE
    offset: int = 0
    limit: int = 20
    facet_values: int = 0
    language: str = ""
    among: frozenset[int] | None = None
    by_meaning: Mapping[int, ByMeaning] = field(default_factory=dict)
    leaders: int = 0
    is_without_tags: bool = False

    @property
    def answers_by_meaning(self) -> frozenset[int]:
        """The assets that count as found whatever their words."""
        return frozenset(asset_id for asset_id, one in self.by_meaning.items() if one.is_answer)

    @property
    def needs_all_words(self) -> bool:
        return self.minimum is None or self.minimum >= len(self.words)


@dataclass(frozen=True, slots=True)
class EngineHit:
    """An asset, and a passage where words were asked for and one of them occurs in a passage.

    `score` is that of its best passage; `passage` that one, or one nearly as good in the asked language.
    """

    asset_id: int
    score: float
    passage: PassageAt | None = None


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many of the found assets hold this value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class EngineHits:
    """`count` and `facets` are exact, over all that was found: the most frequent values, and those chosen.

    `leaders`: the ids of the best, best first, from the first page on.
    """

    count: int
    hits: tuple[EngineHit, ...]
    facets: Mapping[str, tuple[FacetCount, ...]] = field(default_factory=dict)
    leaders: tuple[int, ...] = ()


class Writing(Protocol):
    """Changes that become visible together at `commit`, and survive the process from then on."""

    def put(self, entry: Entry) -> None:
        """Replace whatever is held of the asset by this."""

    def remove(self, asset_id: int) -> None:
        """Forget the asset; nothing happens if it is not held."""

    def commit(self) -> None:
        """Make the changes since the last commit visible and durable."""


class Engine(Protocol):
    """One index. Any number of processes search; one writes."""

    def search(self, query: EngineQuery) -> EngineHits:
        """The answer, from an index not older than the last commit at the call."""

    def matching(self, query: EngineQuery) -> frozenset[int]:
        """Which of `query.among` are found by it; order, page and facets do not matter."""

    def holders(self, clauses: Sequence[Clause], sight: Sight) -> tuple[int, ...]:
        """For each clause, how many assets in sight hold it."""

    def near_words(self, word: str, *, distance: int) -> tuple[tuple[str, int], ...]:
        """Exact words spelled like `word`, and how many entries or passages hold each; in no order.

        Of the whole index, whoever may read it: a word is not to be shown before `holders` was asked. May
        be a minute behind. `distance`: so many letters added, lost, changed or swapped, at most.
        """

    def titled(self, start: str, sight: Sight, *, limit: int) -> tuple[int, ...]:
        """Assets in sight with a title that has all words of `start`, the last one as a beginning."""

    def written_by(self, start: str, sight: Sight, *, limit: int) -> tuple[int, ...]:
        """The same for the names of authors."""

    def like(
        self, passages: Sequence[Passage], about: Sequence[About], sight: Sight, *, limit: int
    ) -> tuple[EngineHit, ...]:
        """Assets in sight whose passages share telling words with these, or what these are about."""

    def writing(self) -> AbstractContextManager[Writing]:
        """The index opened for changes; those not committed at the end are dropped."""

    def asset_ids(self) -> Iterator[int]:
        """Every asset held, in no order: for checks that compare index and database."""


class Shelf(Protocol):
    """Where the indexes of an installation stand: the one in use, and one that is being built."""

    def current(self) -> Engine | None:
        """The index in use, or None while there is none that this version can read."""

    def build(self) -> tuple[Engine, int]:
        """An index that is not yet in use, and the last asset that `keep` said is safely in it.

        The unfinished one of a process that died, if it kept up with all changes since; else a new one and 0.
        """

    def keep(self, last: int) -> None:
        """Remember that all assets up to this one were committed to the index that is being built."""

    def abandon(self) -> None:
        """Throw away an unfinished index: a change is about to go into the one in use only."""

    def adopt(self) -> None:
        """Put the index that was built in use, at once and for every process."""

    def lock(self) -> AbstractContextManager[bool]:
        """The right to write, held by one process at a time and lost with it; False when another holds it."""

    def tidy(self) -> None:
        """Throw away indexes that are no longer in use. To be called under the lock only."""

    def ask_for_rebuild(self) -> None:
        """Leave word for whoever holds the right to write."""

    def is_rebuild_asked(self) -> bool:
        """Whether somebody left word and no new index was adopted since."""

    def tell_progress(self, done: int, total: int) -> None:
        """Say how far the building is, for other processes."""

    def progress(self) -> tuple[int, int] | None:
        """What was last told, or None when nothing is being built."""
