"""The search service that cannot be reached: what people are told, and what the indexer waits for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from baobab.kernel.errors import BaobabError


class SearchAway(BaobabError):
    """The search service does not answer. Nothing is lost: what changes meanwhile keeps its mark.

    `reason` is for those who run the site; people are told what they can do.
    """

    status = 503
    title = "Search is away for the moment"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            _("Search is away for the moment; everything else works. Please try again in a minute.")
        )


class RightLost(SearchAway):
    """This process was away for so long that another one writes the index now; it must not write any more."""
