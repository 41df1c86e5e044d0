"""What every page shows of the organisation: its name, and whether all of this is a sample."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baobab.kernel.errors import NotFound
from baobab.organisation.queries import name_in, root_unit

# The file that marks a data folder as holding the sample.
SAMPLE_MARK = "sample.json"
# A renamed organisation shows its new name after so many seconds; until then no page asks for it.
KNOWN_SECONDS = 60.0

_known: dict[str, tuple[float, dict[str, str]]] = {}


def _remembered(what: str, ask: Callable[[], dict[str, str]]) -> dict[str, str]:
    asked, answer = _known.get(what, (float("-inf"), {}))
    if time.monotonic() - asked > KNOWN_SECONDS:
        answer = ask()
        if answer:
            _known[what] = (time.monotonic(), answer)
    return answer


def organisation_names() -> dict[str, str]:
    """The organisation's name per language (one query); empty before it is set up."""
    try:
        return dict(root_unit().group.names)
    except NotFound:
        return {}


def is_sample() -> bool:
    """Whether the data folder holds the invented organisation."""
    return (Path(settings.BAOBAB_HOME) / SAMPLE_MARK).exists()


def forget() -> None:
    """Ask again at the next page."""
    _known.clear()


def site(request: HttpRequest) -> dict[str, str]:
    """`site_name` in the page's language, and `sample_notice` where the data folder holds the sample."""
    language = (get_language() or "en").split("-")[0]
    notice = _("This is a sample: the organisation, its people and its documents are invented.")
    return {
        "site_name": name_in(_remembered("names", organisation_names), language),
        "sample_notice": notice if is_sample() else "",
    }
