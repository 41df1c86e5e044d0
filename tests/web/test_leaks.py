"""Random trials: whatever audiences and memberships become, no page, feed or mail tells of what is closed.

Each asset holds words that nobody else holds: in its title, its text, its file and the name of its author.
At each trial an audience or a membership changes by the product's own actions, mostly without the indexer
having run, and somebody opens something. None of the words of what she may not read may be there, and what
is counted must be what she may read. `BAOBAB_TRIALS` sets how many.
"""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from baobab.accounts.models import User
from baobab.assets.actions import Change, change_assets
from baobab.assets.fields import AssetFields
from baobab.assets.models import Asset
from baobab.organisation.actions import add_group, add_membership, end_membership
from baobab.organisation.models import Group, Membership, UnitAncestor
from baobab.organisation.readers import PUBLIC, STAFF, system
from baobab.search.indexer import catch_up
from baobab.search.lookalikes.actions import take_in_some
from baobab.search.saved.actions import compare_arrivals, save_search, tell
from baobab.search.saved.models import SavedSearch
from baobab.search.saved.queries import arrivals
from baobab.vocabularies.actions import import_scheme, write_places
from baobab.vocabularies.models import Concept, Place

from ..factories import TOPICS, House, Somebody, house, published, somebody, with_file

pytestmark = pytest.mark.django_db

TRIALS = int(os.environ.get("BAOBAB_TRIALS", "600"))
ASSETS = 36
# What everybody may ask for: half of the assets share each.
COMMON = ("peatland", "harbour")
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def own_index(settings: Settings) -> None:
    """An index in memory that no other test sees."""
    settings.SEARCH_URL = f"memory://leaks-{next(_numbers)}"


@dataclass
class Secret:
    """An asset and the words that stand nowhere else."""

    asset: Asset
    common: str
    title: str
    text: str
    page: str
    author: str

    @property
    def words(self) -> tuple[str, ...]:
        return (self.title, self.text, self.page, self.author)


@dataclass
class World:
    """The organisation, what it knows, and who looks."""

    house: House
    people: list[Somebody]
    groups: list[Group]
    secrets: list[Secret]
    chance: random.Random
    clients: dict[int | None, Client] = field(default_factory=dict)

    def labels_of(self, who: Somebody | None) -> set[str]:
        """Her labels, computed anew from her memberships by the rule as it is written down."""
        labels = {PUBLIC}
        if who is None:
            return labels
        labels.add(f"person:{who.person.pk}")
        for group, sort, role in Membership.objects.filter(person=who.person).values_list(
            "group_id", "group__sort", "role"
        ):
            if sort != Group.Sort.UNIT:
                labels.add(f"group:{group}")
                continue
            above = UnitAncestor.objects.filter(unit=group).values_list("ancestor_id", flat=True)
            labels |= {f"unit:{unit}" for unit in above}
            if group != self.house.commission.pk:
                labels.add(STAFF)
            if role in ("editor", "steward"):
                labels.add(f"editors:{group}")
        return labels

    def open_to(self, who: Somebody | None) -> set[int]:
        """The ids of what she may read: all are published, nobody owns them."""
        labels = self.labels_of(who)
        rows = Asset.objects.values_list("pk", "audience__text")
        return {pk for pk, text in rows if labels & set(text.split())}

    def audience(self) -> frozenset[str]:
        chance = self.chance
        choice = chance.random()
        if choice < 0.3:
            return frozenset({PUBLIC})
        if choice < 0.45:
            return frozenset({STAFF})
        labels = [f"group:{group.pk}" for group in self.groups]
        labels += [f"person:{one.person.pk}" for one in self.people]
        labels += [f"unit:{self.house.africa.pk}", f"unit:{self.house.commission.pk}"]
        return frozenset(chance.sample(labels, chance.randint(1, 2)))

    def client(self, who: Somebody | None) -> Client:
        key = who.user.pk if who else None
        if key not in self.clients:
            self.clients[key] = Client()
            if who is not None:
                self.clients[key].force_login(User.objects.get(pk=who.user.pk))
        return self.clients[key]


def _word(chance: random.Random) -> str:
    return "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(5))


@pytest.fixture
def world() -> World:
    chance = random.Random(20261120)
    import_scheme(TOPICS.encode(), by_user_id=None)
    write_places()
    at = house()
    people = [somebody(f"Reader {n}", f"reader{n}@house.example") for n in range(4)]
    people += [at.bruno, at.esi, at.amina]
    groups = [add_group({"en": f"Panel {n}"}, sort=Group.Sort.PANEL, by=system()) for n in range(4)]
    made = World(at, people, groups, [], chance)
    concepts = list(Concept.objects.values_list("pk", flat=True))
    places = list(Place.objects.filter(code__in=["KE", "UG", "FJ"]).values_list("pk", flat=True))
    text = ""
    for number in range(ASSETS):
        common = COMMON[number % len(COMMON)]
        title, own, page, author = (_word(chance) for _ in range(4))
        # Every third is nearly the same text as the one before it.
        text = text if number % 3 == 2 else " ".join(_word(chance) for _ in range(60))
        asset = published(
            system(),
            f"{common} {title}",
            body=f"{common} {own} {text}",
            audience=sorted(made.audience()),
            authors=[f"Ada {author}"],
            concepts=chance.sample(concepts, 1),
            places=chance.sample(places, 1),
            issued=str(chance.randint(2000, 2026)),
            unit=chance.choice([at.headquarters, at.africa]),
        )
        with_file(asset, f"{common} {page} {text}", by=system())
        made.secrets.append(Secret(asset, common, title, own, page, author))
    assert catch_up()
    while take_in_some():
        pass
    for one in people:
        save_search(f"q={COMMON[0]}", by=one.reader, name="Peat", rhythm=SavedSearch.Rhythm.IMMEDIATE)
    return made


def _change_something(world: World) -> None:
    chance = world.chance
    if chance.random() < 0.6:
        secret = chance.choice(world.secrets)
        asset = Asset.objects.get(pk=secret.asset.pk)
        change_assets([Change(asset, AssetFields(audience=world.audience()))], by=system())
        return
    who, group = chance.choice(world.people), chance.choice([*world.groups, world.house.africa.group])
    own = Membership.objects.filter(group=group, person=who.person).first()
    if own is None:
        add_membership(group, who.person, by=system())
    else:
        end_membership(own, by=system())


def _mistyped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _asked(world: World, secret: Secret) -> str:
    """A question that the secret answers, or that is nearly one."""
    chance = world.chance
    word = chance.choice(secret.words)
    return chance.choice(
        [
            word,
            secret.common,
            f"{secret.common} {word}",
            f'"{secret.common} {secret.title}"',
            _mistyped(word, chance),
            f"{_mistyped(secret.text, chance)} {secret.common} of the delta and its people",
            f"{word[:6]}*",
            f"author:{secret.author}",
            f"({word} OR glacier) -tundra",
        ]
    )


def _addresses(
    world: World, who: Somebody | None, secret: Secret, q: str, readable: Secret | None
) -> list[str]:
    saved = list(SavedSearch.objects.filter(owner=who.user)) if who else []
    topics = Concept.objects.values_list("public_id", flat=True)
    topic = world.chance.choice(list(topics))
    found = [
        f"/en/search/?{urlencode({'q': q})}",
        f"/en/search/?{urlencode({'q': q, 'sort': 'newest', 'exact': '1'})}",
        f"/en/search/by/topic/?{urlencode({'q': q})}",
        f"/en/search/suggest/?{urlencode({'q': q})}",
        f"/en/search/suggest/?{urlencode({'q': secret.title[:5]})}",
        f"/en/search/suggest/?{urlencode({'q': 'Ada ' + secret.author[:4]})}",
        f"/api/v1/search?{urlencode({'q': q})}",
        f"/api/v1/suggest?{urlencode({'q': secret.author[:6]})}",
        f"/en/map/?{urlencode({'q': q})}",
        f"/en/topics/{topic}/",
        f"/en/topics/{topic}/in/KE/",
        "/en/topics/",
        "/en/places/KE/",
        "/en/compare/?place=KE&place=UG",
        "/en/glossary/",
        "/en/library/",
        "/en/",
        f"/feeds/topics/{topic}.atom",
        "/feeds/places/KE.atom",
        f"/en/assets/{secret.asset.public_id}/",
        f"/en/assets/{secret.asset.public_id}/like/",
        reverse("saved_searches"),
        *[reverse("saved_search", args=[one.public_id]) for one in saved],
        *[reverse("saved_feed", args=[one.feed_secret]) for one in saved],
        reverse("lookalikes"),
    ]
    if readable is not None:
        found += [
            f"/en/assets/{readable.asset.public_id}/",
            f"/en/assets/{readable.asset.public_id}/like/",
        ] * 2
    return found


def _check_no_secret(body: str, closed: list[Secret], *, asked: str, where: str) -> None:
    echoed = asked.casefold()
    text = body.casefold()
    for secret in closed:
        for word in secret.words:
            if word in text and word not in echoed:
                raise AssertionError(f"{where} tells of “{word}”, which is closed to who looks")


def _check_counts(world: World, who: Somebody | None, open_ids: set[int]) -> None:
    word = world.chance.choice(COMMON)
    answer = world.client(who).get(f"/api/v1/search?{urlencode({'q': word, 'size': 100})}").json()
    # The first is the name of a topic as well: what is about it answers, whatever its words.
    mine = {
        s.asset.public_id: s
        for s in world.secrets
        if s.asset.pk in open_ids and word in (COMMON[0], s.common)
    }
    assert {hit["id"] for hit in answer["hits"]} <= set(mine)
    assert answer["count"] <= len(mine)
    for name, values in answer["facets"].items():
        for value in values:
            assert value["count"] <= len(mine), (name, value)


def _mails() -> Iterator[tuple[str, str]]:
    for message in mail.outbox:
        assert isinstance(message, EmailMultiAlternatives)
        others = [str(other[0]) for other in message.alternatives]
        yield message.to[0], "\n".join([str(message.subject), str(message.body), *others])
    mail.outbox.clear()


def _check_alerts(world: World) -> int:
    """Let alerts go out now; nobody is told of what she may not read now. How many mails there were."""
    assert catch_up()
    arrived = [row.asset_id for row in arrivals()]
    for one in world.people:
        compare_arrivals(one.user.pk, arrived)
    if world.chance.random() < 0.5:
        _change_something(world)  # between the finding and the sending
    for saved_id in SavedSearch.objects.values_list("pk", flat=True):
        tell(saved_id)
    by_address = {one.user.email: one for one in world.people}
    sent = 0
    for address, text in _mails():
        open_ids = world.open_to(by_address[address])
        closed = [secret for secret in world.secrets if secret.asset.pk not in open_ids]
        _check_no_secret(text, closed, asked="", where=f"the mail to {address}")
        sent += 1
    return sent


def test_nothing_anywhere_tells_of_what_is_closed_to_who_looks(world: World) -> None:
    chance = world.chance
    would_leak = mails = shown = 0
    pairs = world.client(world.house.amina).get(reverse("lookalikes")).content.decode()
    assert any(secret.title in pairs for secret in world.secrets), "the report has pairs to tell of"
    for trial in range(TRIALS):
        before = {one.user.pk: world.open_to(one) for one in world.people[:2]}
        _change_something(world)
        would_leak += any(before[one.user.pk] - world.open_to(one) for one in world.people[:2])
        if chance.random() < 0.15:
            assert catch_up()
        if chance.random() < 0.05:
            while take_in_some():
                pass
        if chance.random() < 0.1:
            mails += _check_alerts(world)
        who = chance.choice([None, *world.people])
        open_ids = world.open_to(who)
        closed = [secret for secret in world.secrets if secret.asset.pk not in open_ids]
        mine = [secret for secret in world.secrets if secret.asset.pk in open_ids]
        if chance.random() < 0.2:
            _check_counts(world, who, open_ids)
        secret = chance.choice(closed or mine)
        q = _asked(world, secret)
        address = chance.choice(_addresses(world, who, secret, q, chance.choice(mine) if mine else None))
        answer = world.client(who).get(address, follow=True)
        is_closed = bool(closed) and f"/assets/{secret.asset.public_id}/" in address
        assert answer.status_code == (404 if is_closed else 200), (address, answer.status_code)
        body = answer.getvalue().decode()
        _check_no_secret(body, closed, asked=address, where=f"trial {trial}: {address}")
        shown += any(word in body.casefold() for one in mine for word in one.words)
    # The trials are worth something only when rights were lost, mails went out, and what is open was shown.
    assert would_leak > TRIALS / 20
    assert shown > TRIALS / 5
    assert mails
