"""Look-alikes as pages show them: in words, and with what two records differ in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from baobab.assets.kinds import kind_of
from baobab.assets.models import LISTED_STATES, Asset, AssetFile, LabelSet, State
from baobab.assets.texts.queries import titles_of
from baobab.design.addresses import address_of
from baobab.organisation.queries import unit_names
from baobab.organisation.readers import Reader
from baobab.search.lookalikes.actions import may_judge
from baobab.search.lookalikes.models import Likeness, SetApart
from baobab.search.lookalikes.queries import Lookalike

from .files import ShownFile, shown_file
from .presenting import ShownCard, audience_sentence, listed, named_language, shown_cards, shown_moment

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

How = Likeness.How
# Told from the asset whose page it is.
SENTENCES: dict[str, _StrPromise] = {
    How.SAME: gettext_lazy("It has the same text."),
    How.NEARLY: gettext_lazy("It has nearly the same text."),
    How.LEFT_HOLDS: gettext_lazy("It is contained in this one."),
    How.RIGHT_HOLDS: gettext_lazy("It contains this one."),
    How.RECORD: gettext_lazy("It seems to be the same work, to judge by title, names, year and summary."),
}
# Told of a pair.
_PAIR_SENTENCES: dict[str, _StrPromise] = {
    How.SAME: gettext_lazy("The same text"),
    How.NEARLY: gettext_lazy("Nearly the same text"),
    How.LEFT_HOLDS: gettext_lazy("The first contains the second"),
    How.RIGHT_HOLDS: gettext_lazy("The second contains the first"),
    How.RECORD: gettext_lazy("Two records of one work, as it seems"),
}


@dataclass(frozen=True, slots=True)
class ShownLike:
    """A look-alike beside an asset.

    `pair_url` compares the two; `add_url` and `version_url` add a file there, empty where the reader may not.
    """

    title: str
    language: str
    url: str
    state: str
    sentence: str
    pair_url: str
    add_url: str = ""
    version_url: str = ""


def shown_likes(found: Iterable[Lookalike], reader: Reader, *, beside: Asset) -> list[ShownLike]:
    """The look-alikes of an asset, in words (no query)."""
    shown = []
    for like in found:
        other = like.asset
        may_change = bool(kind_of(other).policy.may_change(reader, other))
        shown.append(
            ShownLike(
                title=other.title,
                language=other.original_language,
                url=reverse("asset_page", args=[other.public_id]),
                state="" if other.state in LISTED_STATES else str(State(other.state).label),
                sentence=str(SENTENCES[like.found.how]),
                pair_url=reverse("lookalike_pair", args=[beside.public_id, other.public_id]),
                add_url=reverse("asset_files", args=[other.public_id]) if may_change else "",
                version_url=_version_address(other) if may_change else "",
            )
        )
    return shown


def _version_address(asset: Asset) -> str:
    # A kind that knows versions names the page of a new one after itself.
    kind = kind_of(asset)
    return address_of(f"{kind.name}_version", asset.public_id) if kind.add_version is not None else ""


@dataclass(frozen=True, slots=True)
class Side:
    """One of a pair. `merge_url` merges the other into this one; empty where the reader may not."""

    asset: Asset
    card: ShownCard
    facts: list[tuple[str, str]]
    merge_url: str


@dataclass(frozen=True, slots=True)
class ShownPair:
    """Two assets side by side, with what they differ in.

    `can_judge`: she may say that they are not the same. `told`: when somebody said so.
    """

    sentence: str
    sides: tuple[Side, Side]
    url: str
    is_apart: bool
    can_judge: bool
    told: str = ""


def shown_pairs(pairs: Sequence[Likeness | SetApart], reader: Reader) -> list[ShownPair]:
    """Pairs, their `left` and `right` loaded, as the report shows them (eight queries)."""
    assets = list({asset.pk: asset for pair in pairs for asset in (pair.left, pair.right)}.values())
    cards = {card.asset_id: card for card in shown_cards(assets, reader)}
    facts = _facts(assets, cards, reader)
    shown = []
    for pair in pairs:
        left, right = pair.left, pair.right
        differing = {name for name in facts[left.pk] if facts[left.pk][name] != facts[right.pk].get(name)}
        sides = tuple(
            Side(
                asset=one,
                card=cards[one.pk],
                facts=[(name, value) for name, value in facts[one.pk].items() if name in differing],
                merge_url=merge_address(other, one, reader),
            )
            for one, other in ((left, right), (right, left))
        )
        is_apart = isinstance(pair, SetApart)
        shown.append(
            ShownPair(
                sentence="" if isinstance(pair, SetApart) else str(_PAIR_SENTENCES.get(pair.how, "")),
                sides=(sides[0], sides[1]),
                url=reverse("lookalike_pair", args=[left.public_id, right.public_id]),
                is_apart=is_apart,
                can_judge=may_judge(reader, left, right),
                told=shown_moment(pair.at, reader) if isinstance(pair, SetApart) else "",
            )
        )
    return shown


def merge_address(asset: Asset, into: Asset, reader: Reader) -> str:
    """Where the asset is merged into the other; empty where the reader may not."""
    may_leave = kind_of(asset).policy.may_withdraw(reader, asset)
    may_take = kind_of(into).policy.may_change(reader, into)
    return reverse("asset_merge", args=[asset.public_id, into.public_id]) if may_leave and may_take else ""


def _file_in_line(file: ShownFile) -> str:
    # What is there twice often has one title; the names of files tell the two apart.
    return f"\u2068{file.name}\u2069 ({file.format}, {file.extent or file.size})"


def _facts(
    assets: Sequence[Asset], cards: Mapping[int, ShownCard], reader: Reader
) -> dict[int, dict[str, str]]:
    """What cards do not say of each, in words, by what it is called (four queries)."""
    ids = [asset.pk for asset in assets]
    units = unit_names({asset.unit_id for asset in assets}, reader.language)
    audiences = LabelSet.objects.in_bulk({asset.audience_id for asset in assets})
    languages = titles_of(ids)
    files: dict[int, list[AssetFile]] = {}
    rows = AssetFile.objects.filter(asset__in=ids, is_current=True).select_related("blob__reading")
    for file in rows.order_by("asset", "number"):
        files.setdefault(file.asset_id, []).append(file)
    found = {}
    for asset in assets:
        own = [shown_file(asset, file, reader.language) for file in files.get(asset.pk, ())]
        names = [named_language(text.language, reader.language) for text in languages.get(asset.pk, ())]
        found[asset.pk] = {
            _("Quality"): cards[asset.pk].quality or _("Not checked"),
            _("Languages"): listed(names),
            _("Files"): listed(_file_in_line(file) for file in own) or _("none"),
            _("Unit"): units.get(asset.unit_id, ""),
            _("Who may read it"): audience_sentence(audiences[asset.audience_id].labels),
        }
    return found
