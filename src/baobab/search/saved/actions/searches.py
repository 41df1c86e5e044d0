"""Saving a search, changing how its owner hears of it, and ending it. Only its owner can."""

from __future__ import annotations

from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from baobab.accounts.actions import record
from baobab.accounts.models import User
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, NotFound, Refused
from baobab.kernel.text import clean_line
from baobab.organisation.readers import Reader

from ..matching import found_now
from ..models import News, SavedSearch, new_feed_secret
from ..packing import packed
from ..questions import canonical, proposed_name
from ..rhythms import next_mail

Rhythm = SavedSearch.Rhythm
LONGEST_NAME = 200
# More than anybody reads; each is compared with everything that changes.
MOST_OF_ONE = 100
_STOP = "baobab.search.saved.stop"


def save_search(query: str, *, by: Reader, name: str = "", rhythm: str = Rhythm.NONE) -> SavedSearch:
    """Save a question, given as the query string of the search page; from now on what it finds anew is news.

    Whatever it finds already is known and will not be told. Saving the same question again changes name
    and rhythm of the one that is there. Without a name it is called by what it asks for. Raises
    `BadInput` by field, `Refused` without an account; then nothing was written.
    """
    if by.user_id is None:
        raise Refused(_("Sign in to save a search."))
    query = canonical(query)
    name = _clean_name(name) or proposed_name(query, by.language)[:LONGEST_NAME]
    _require_rhythm(rhythm)
    # Before the transaction: what is found while it is being saved is news rather than lost.
    known, is_whole = found_now(by, query)
    now = clock.now()
    with transaction.atomic():
        # The owner's row is held, so that of two who save the same at once one changes the other's.
        User.objects.select_for_update().get(pk=by.user_id)
        own = SavedSearch.objects.filter(owner=by.user_id)
        same = own.filter(query=query).first()
        if same is not None:
            return change_saved_search(same, by=by, name=name, rhythm=rhythm)
        if own.count() >= MOST_OF_ONE:
            raise BadInput(
                _("You have %s saved searches, which is the most there can be. Remove one first.")
                % MOST_OF_ONE
            )
        saved = SavedSearch.objects.create(
            owner_id=by.user_id,
            name=name,
            query=query,
            language=by.language,
            rhythm=rhythm,
            known=packed(known),
            is_known_whole=is_whole,
            created_at=now,
            looked_at=now,
            due_at=next_due(rhythm, zone=by.time_zone, now=now),
        )
        record("search.save", by_user_id=by.user_id, subject=f"search:{saved.public_id}", rhythm=rhythm)
    return saved


def change_saved_search(saved: SavedSearch, *, by: Reader, name: str, rhythm: str) -> SavedSearch:
    """Call it otherwise, or hear of it at another rhythm. What was not told yet is told at the new one.

    Who had no mail until now is told of what is found from now on, not of everything before. Raises
    `BadInput` by field, `Refused` to whoever is not its owner; then nothing was written.
    """
    _require_owner(saved, by)
    name = _clean_name(name)
    if not name:
        raise BadInput(fields={"name": [_("Give it a name.")]})
    _require_rhythm(rhythm)
    with transaction.atomic():
        held = SavedSearch.objects.select_for_update().get(pk=saved.pk)
        held.name = name
        if held.rhythm != rhythm:
            if held.rhythm == Rhythm.NONE:
                News.objects.filter(saved=held, told_at=None).update(told_at=clock.now())
            held.rhythm = rhythm
            held.due_at = next_due(rhythm, zone=by.time_zone, now=clock.now())
        held.save(update_fields=["name", "rhythm", "due_at"])
        record("search.change", by_user_id=by.user_id, subject=f"search:{held.public_id}", rhythm=rhythm)
    return held


def remove_saved_search(saved: SavedSearch, *, by: Reader) -> None:
    """End it: no mail, no feed, and nothing is kept of what it found. Raises `Refused`."""
    _require_owner(saved, by)
    with transaction.atomic():
        SavedSearch.objects.filter(pk=saved.pk).delete()
        record("search.remove", by_user_id=by.user_id, subject=f"search:{saved.public_id}")


def renew_feed(saved: SavedSearch, *, by: Reader) -> SavedSearch:
    """Give the private feed a new address; the old one stops working at once. Raises `Refused`."""
    _require_owner(saved, by)
    saved.feed_secret = new_feed_secret()
    with transaction.atomic():
        saved.save(update_fields=["feed_secret"])
        record("search.renew-feed", by_user_id=by.user_id, subject=f"search:{saved.public_id}")
    return saved


def mark_as_seen(saved: SavedSearch, *, by: Reader) -> SavedSearch:
    """Say that its owner saw what is new; what is found from now on counts as new. Raises `Refused`."""
    _require_owner(saved, by)
    saved.looked_at = clock.now()
    saved.save(update_fields=["looked_at"])
    return saved


def stop_token(saved: SavedSearch) -> str:
    """What stands in the address that stops the mail of this search: signed, and good for nothing else."""
    return signing.Signer(salt=_STOP).sign(saved.public_id)


def search_of_stop_token(token: str) -> SavedSearch:
    """The search whose mail a token stops. Raises `NotFound` (one query)."""
    absent = NotFound(_("This link does not work. The search may have been removed: then no mail comes."))
    try:
        public_id = signing.Signer(salt=_STOP).unsign(token[:200])
    except signing.BadSignature:
        raise absent from None
    saved = SavedSearch.objects.defer("known").filter(public_id=public_id).first()
    if saved is None:
        raise absent
    return saved


def stop_alert(token: str) -> SavedSearch:
    """Stop the mail of the search that the token names, whoever asks; the search itself stays.

    Safe to repeat. Raises `NotFound`.
    """
    saved = search_of_stop_token(token)
    with transaction.atomic():
        stopped = SavedSearch.objects.filter(pk=saved.pk).exclude(rhythm=Rhythm.NONE)
        if stopped.update(rhythm=Rhythm.NONE, due_at=None):
            record("search.stop-alert", by_user_id=saved.owner_id, subject=f"search:{saved.public_id}")
    saved.rhythm, saved.due_at = Rhythm.NONE, None
    return saved


def next_due(rhythm: str, *, zone: str, now: datetime) -> datetime | None:
    """When the next mail of this rhythm leaves; None where no hour is set for it."""
    if rhythm not in (Rhythm.DAILY, Rhythm.WEEKLY):
        return None
    return next_mail(now, zone=zone, is_weekly=rhythm == Rhythm.WEEKLY)


def _require_owner(saved: SavedSearch, by: Reader) -> None:
    if by.user_id is None or saved.owner_id != by.user_id:
        raise Refused(_("Only whoever saved a search can change it."))


def _clean_name(name: str) -> str:
    name = clean_line(name)
    if len(name) > LONGEST_NAME:
        raise BadInput(fields={"name": [_("Give it a shorter name: %s characters at most.") % LONGEST_NAME]})
    return name


def _require_rhythm(rhythm: str) -> None:
    if rhythm not in Rhythm.values:
        raise BadInput(fields={"rhythm": [_("Choose how often you want to hear of it.")]})
