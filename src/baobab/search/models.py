"""The tables of search, each kept where it is used."""

from .saved.models import Arrival, CountedFile, FailedSearch, News, SavedSearch

__all__ = ["Arrival", "CountedFile", "FailedSearch", "News", "SavedSearch"]
