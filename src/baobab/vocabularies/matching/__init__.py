"""Which topics and places a text is about, as suggestions for a person to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.db.models import Max

from ..languages import FALLBACK, base_language, normal_tag
from ..models import PlaceName, Scheme
from .places import PlaceFinder, PlaceSuggestion
from .topics import ConceptSuggestion, TopicFinder, neighbours_of_topics

__all__ = ["ConceptSuggestion", "Found", "Matcher", "PlaceSuggestion"]

# How many suggestions of each sort are ever worth a person's look.
MOST_SUGGESTIONS = 20

Version = tuple[datetime | None, int | None]


@dataclass(frozen=True)
class Found:
    """What a text seems to be about, best first."""

    concepts: list[ConceptSuggestion]
    places: list[PlaceSuggestion]


class Matcher:
    """Finds concepts of topic schemes and places in texts: by stem, whole words, the longest label first.

    Abbreviations match with their capitals only, so that `aid` is not AIDS. Labels are those in the
    text's own language. Scores go from 0 to 1 and need no training: occurrences for the length, the title,
    found neighbours in the hierarchy, how specific the words are.
    """

    _current: Matcher | None = None
    _lock = Lock()

    def __init__(self, version: Version) -> None:
        self.version = version
        self._topics: dict[str, TopicFinder] = {}
        self._places: dict[str, PlaceFinder] = {}
        self._neighbours = neighbours_of_topics()

    @classmethod
    def current(cls) -> Matcher:
        """The matcher of this process, made anew when vocabularies or places changed. Two queries else."""
        version = (
            Scheme.objects.aggregate(latest=Max("updated_at"))["latest"],
            PlaceName.objects.aggregate(latest=Max("pk"))["latest"],
        )
        with cls._lock:
            if cls._current is None or cls._current.version != version:
                cls._current = cls(version)
            return cls._current

    def match(self, text: str, *, language: str, title: str = "", limit: int = MOST_SUGGESTIONS) -> Found:
        """Up to `limit` concepts and places for a text in `language` (BCP 47; English where it is none).

        The first text of a language loads its labels, with three queries.
        """
        base = base_language(normal_tag(language) or FALLBACK)
        with self._lock:
            if base not in self._topics:
                self._topics[base] = TopicFinder(base, self._neighbours)
                self._places[base] = PlaceFinder(base)
        return Found(
            self._topics[base].find(text, title=title, limit=limit),
            self._places[base].find(text, title=title, limit=limit),
        )
