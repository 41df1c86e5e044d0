"""The tables of search, each kept where it is used."""

from .lookalikes.models import CommonRun, Likeness, SetApart, SketchedRun, TextSketch
from .saved.models import CountedFile, FailedSearch, News, SavedSearch

__all__ = [
    "CommonRun",
    "CountedFile",
    "FailedSearch",
    "Likeness",
    "News",
    "SavedSearch",
    "SetApart",
    "SketchedRun",
    "TextSketch",
]
