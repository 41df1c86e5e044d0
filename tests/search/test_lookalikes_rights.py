"""Look-alikes tell nobody of what she may not read: no names, no counts, not even that there is something."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from baobab.assets.models import Asset
from baobab.assets.queries import listed_or_own
from baobab.organisation.readers import PUBLIC, Reader
from baobab.search.lookalikes import actions
from baobab.search.lookalikes.models import Likeness, SetApart
from baobab.search.lookalikes.queries import lookalikes_now, lookalikes_of, pairs_for, pairs_set_apart

from .factory import add_file, asset, change_readers, reader
from .test_lookalikes import text

pytestmark = pytest.mark.django_db

TRIALS = 500
_LABELS = ("staff", "unit:1", "unit:2", "group:3", "person:4")


def _random_labels(chance: random.Random) -> list[str]:
    return [PUBLIC] if chance.random() < 0.2 else chance.sample(_LABELS, chance.randint(1, 2))


def _everywhere(who: Reader, about: Asset) -> list[set[int]]:
    """The other assets that are told of: by the page of an asset, by its form, by the report."""
    reported = {pk for pair in pairs_for(who) for pk in (pair.left_id, pair.right_id)}
    apart = {pk for pair in pairs_set_apart(who) for pk in (pair.left_id, pair.right_id)}
    return [
        {like.asset.pk for like in lookalikes_of(who, about)},
        {like.asset.pk for like in lookalikes_now(who, about)},
        reported,
        apart,
    ]


def test_nobody_is_told_of_what_she_may_not_read_under_random_changes_of_audience() -> None:
    chance = random.Random(20261120)
    assets: list[Asset] = []
    for family in range(6):
        for member in range(5):
            made = asset(
                text(1000 + 10 * family + member, 3),
                body=text(family) if member % 2 else "",
                labels=_random_labels(chance),
            )
            if not member % 2:
                add_file(made, [text(family), text(100 + family)])
            assets.append(made)
    while actions.take_in_some():
        pass
    assert Likeness.objects.count() >= 30
    for pair in chance.sample(list(Likeness.objects.all()), 5):
        SetApart.objects.create(left=pair.left, right=pair.right, at=pair.left.created_at)
    told = would_have_leaked = 0
    for trial in range(TRIALS):
        changed = chance.choice(assets)
        before = changed.readers.labels
        change_readers(changed, _random_labels(chance))
        who = reader(*chance.sample(_LABELS, chance.randint(0, 3)))
        who = replace(who, is_knowledge_manager=chance.random() < 0.5)
        would_have_leaked += bool(before & who.labels) and not changed.readers.labels & who.labels
        may_read = set(listed_or_own(who).values_list("pk", flat=True))
        about = chance.choice([changed, *assets])
        if about.pk not in may_read:
            continue
        on_page, on_form, reported, apart = _everywhere(who, about)
        for names in (on_page, on_form, reported, apart):
            assert names <= may_read, f"trial {trial}"
        # What is hidden does not even take somebody else's place.
        expected = _partners(about) & may_read
        assert on_page == expected, f"trial {trial}"
        assert on_form == expected, f"trial {trial}"
        told += bool(expected)
        if chance.random() < 0.1:
            actions.take_in_some()
    assert told > TRIALS / 10
    assert would_have_leaked > TRIALS / 20


def _partners(about: Asset) -> set[int]:
    """All that was ever found to be like it, whoever may read it, but what was set apart."""
    apart = set(SetApart.objects.values_list("left_id", "right_id"))
    return {
        left + right - about.pk
        for left, right in Likeness.objects.values_list("left_id", "right_id")
        if about.pk in (left, right) and (left, right) not in apart
    }
