"""The registry of kinds: a kind is one folder whose `kind.py` registers a `Kind`, found at start-up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Model
from django.utils.translation import gettext as _

from baobab.kernel.errors import NotFound
from baobab.organisation.readers import Reader

from .card.models import Asset, AssetDetail
from .description import Description
from .files.models import AssetFile
from .policy import Policy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Badge:
    """What a card says and shows in place of its kind.

    A label in the reader's language, and a name of the sprite; an empty one leaves the kind's.
    """

    label: str
    icon: str = ""


def _no_words(asset_ids: Sequence[int]) -> dict[int, str]:
    return {}


def _no_parts(asset: Asset, reader: Reader, files: Sequence[AssetFile]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """All that the rest of the product needs to know of a kind. Functions take many and answer by asset id.

    `clean_detail` turns what a form, a row or a request says of the kind's own fields into what
    `write_details` stores, or raises `BadInput` by field; `read_details` gives it back as JSON.
    `write_details` is told of every asset that is made or changed, with an empty detail where nothing was
    said of the kind's own fields.
    """

    name: str
    label: _StrPromise
    label_plural: _StrPromise
    icon: str
    detail: type[AssetDetail]
    clean_detail: Callable[[Mapping[str, object]], dict[str, Any]]
    write_details: Callable[[Sequence[tuple[Asset, Mapping[str, Any]]]], None]
    read_details: Callable[[Sequence[int]], dict[int, dict[str, Any]]]
    describe: Callable[[Asset, str], Description]
    # How a file is added: (asset, blob, name=, by=, language=); `files.actions.attach_file` where
    # nothing more is to do.
    add_file: Callable[..., AssetFile]
    # The form with the kind's own fields (a `forms.Form` class), and the templates it adds to page and form.
    form: type[Any]
    page_template: str = ""
    # What `page_template` needs of the asset, for this reader; its files are given, to be read once only.
    page_parts: Callable[[Asset, Reader, Sequence[AssetFile]], dict[str, Any]] = _no_parts
    form_template: str = ""
    # What a card says of the asset more closely ("guidance"), and further words to be found by.
    badges: Callable[[Sequence[int], str], dict[int, Badge]] = lambda asset_ids, language: {}
    index_words: Callable[[Sequence[int]], dict[int, str]] = _no_words
    # The concepts that say of what type each is: what search narrows and counts by as "type".
    types: Callable[[Sequence[int]], Mapping[int, Sequence[int]]] = lambda asset_ids: {}
    # Fields that an import may name beyond those every asset has.
    import_fields: tuple[str, ...] = ()
    # How a new version begins before its files are added (asset, by=, note=); None where the kind knows
    # no versions.
    add_version: Callable[..., object] | None = None
    # The kind's tables that hold an asset's content besides `detail`, each with its path to the asset:
    # purge empties them.
    tables: tuple[tuple[type[Model], str], ...] = ()
    policy: Policy = field(default_factory=Policy)

    @property
    def permissions(self) -> tuple[str, ...]:
        """The kind's permission names, as the policy answers them."""
        return tuple(
            f"{self.name}:{verb}"
            for verb in ("create", "change", "publish", "withdraw", "mark-quality", "purge")
        )


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make the kind known. Called once, from the kind's own `kind.py`."""
    if kind.name in _kinds and _kinds[kind.name] is not kind:
        raise ValueError(f"Two kinds are named {kind.name!r}.")
    _kinds[kind.name] = kind
    return kind


def kinds() -> Iterator[Kind]:
    """Every kind, in the order in which they registered."""
    return iter(tuple(_kinds.values()))


def kind_named(name: str) -> Kind:
    """The kind, or `NotFound` with the names of those there are."""
    if name not in _kinds:
        raise NotFound(
            _("There is no kind “%(name)s”. There are: %(kinds)s.")
            % {"name": name[:40], "kinds": ", ".join(sorted(_kinds))}
        )
    return _kinds[name]


def kind_of(asset: Asset) -> Kind:
    """The asset's kind."""
    return kind_named(asset.kind)
