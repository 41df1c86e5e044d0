"""What is missing about a topic or in a place, in plain words, for those who can do something about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from baobab.organisation.readers import STAFF, Reader

from ..presenting import ShownCard, named_language, shown_number
from .subjects import Subject

# What is older says little about today.
YEARS_THAT_COUNT = 5
MOST_NAMED = 8
Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing: a sentence, the topics, places or works it speaks of, and what one can do."""

    sentence: str
    named: tuple[Link, ...] = ()
    more: int = 0
    act: Link | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found of a subject, as far as gaps are read from it."""

    count: int
    in_own_language: int
    latest_year: int | None
    checked: int
    empty_topics: Sequence[Link]
    empty_places: Sequence[Link]
    bare: Sequence[ShownCard]


def may_mend(reader: Reader) -> bool:
    """Whether gaps are the reader's business: staff, editors, knowledge managers and administrators."""
    return (
        STAFF in reader.labels
        or reader.is_knowledge_manager
        or reader.is_administrator
        or bool(reader.edits_units)
    )


def gaps_of(subject: Subject, seen: Seen, *, reader: Reader, year: int) -> list[Gap]:
    """What is missing, what weighs most first. Nothing that the reader may not see is missing for her."""
    add = (_("Add something"), reverse("asset_new"))
    everything = (_("Choose what to translate"), subject.search_address())
    if not seen.count:
        return [Gap(_("There is nothing here yet."), act=add)]
    found = []
    if not seen.in_own_language:
        language = named_language(reader.language, reader.language)
        found.append(Gap(_("Nothing here is in %s.") % language, act=everything))
    if seen.latest_year is None:
        found.append(
            Gap(_("Nothing here says when it appeared."), act=(_("See all of it"), subject.search_address()))
        )
    elif seen.latest_year < year - YEARS_THAT_COUNT:
        found.append(Gap(_("Nothing here is newer than %s.") % seen.latest_year, act=add))
    if seen.empty_topics:
        found.append(_naming(_("Nothing here is about these narrower topics:"), seen.empty_topics))
    if seen.empty_places:
        found.append(_naming(_("Nothing here is about these places:"), seen.empty_places))
    if unchecked := seen.count - seen.checked:
        sentence = ngettext(
            "Nobody has said of %s work that it was checked.",
            "Nobody has said of %s works that they were checked.",
            unchecked,
        )
        found.append(
            Gap(sentence % shown_number(unchecked), act=(_("See all of it"), subject.search_address()))
        )
    if seen.bare:
        works = tuple((card.title, card.url) for card in seen.bare)
        found.append(Gap(_("These have no summary:"), named=works))
    return found


def _naming(sentence: str, links: Sequence[Link]) -> Gap:
    return Gap(sentence, named=tuple(links[:MOST_NAMED]), more=max(0, len(links) - MOST_NAMED))
