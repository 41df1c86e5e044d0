"""What every page shows of the organisation: its name, and whether all of this is a sample."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from baobab.kernel.errors import NotFound
from baobab.organisation.queries import name_in, root_unit

# The file that marks a data folder as holding the sample, with the notice that pages show per language.
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


def sample_notices() -> dict[str, str]:
    """What pages say of the sample, per language; empty where the data folder holds no sample."""
    mark = Path(settings.BAOBAB_HOME) / SAMPLE_MARK
    if not mark.exists():
        return {}
    notices: dict[str, str] = json.loads(mark.read_text()).get("notice") or {}
    return notices or {
        "en": _("This is a sample. The organisation, its people and its documents are invented.")
    }


def forget() -> None:
    """Ask again at the next page."""
    _known.clear()


def site(request: HttpRequest) -> dict[str, str]:
    """`site_name` in the page's language, and `sample_notice` where the data folder holds the sample."""
    language = (get_language() or "en").split("-")[0]
    notices = sample_notices()
    return {
        "site_name": name_in(_remembered("names", organisation_names), language),
        "sample_notice": name_in(notices, language),
    }
