"""What can be said of an import as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from baobab.assets.kinds import kinds
from baobab.kernel.errors import BadInput, BaobabError
from baobab.organisation.models import Person, Unit
from baobab.organisation.queries import person_by_email, root_unit, unit_by_public_id
from baobab.organisation.readers import PUBLIC, STAFF, unit_label

# The fields that a record may give whatever its kind. A kind adds its own (`Kind.import_fields`).
FIELDS = (
    "id", "kind", "title", "summary", "body", "text", "language", "type", "date", "authors", "author",
    "topics", "places", "audience", "url", "files",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """`mapping` is {field: column}; `audience` is public, staff or unit; `owner` an e-mail address."""

    kind: str = "product"
    source: str = ""
    audience: str = STAFF
    owner: str = ""
    unit: str = ""
    language: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    accept_suggestions: bool = False
    form: str = ""  # "records" or "documents" where the file's name and content do not decide

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"mapping": dict(self.mapping)}


def options_from_json(stored: Mapping[str, Any]) -> Options:
    """The options that a run was started with."""
    return Options(**stored)


def read_mapping(pairs: list[str]) -> dict[str, str]:
    """{field: column} from texts such as `title=Name of report`.

    Raises `BadInput` for one without a sign or column, and for a field that no kind has.
    """
    fields = tuple(dict.fromkeys((*FIELDS, *(name for kind in kinds() for name in kind.import_fields))))
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, sign, column = pair.partition("=")
        if not sign or not column.strip():
            raise BadInput(_("“%s” maps nothing. Write field=column, for example title=Name.") % pair[:80])
        if name.strip() not in fields:
            raise BadInput(
                _("“%(name)s” is no field of a record. There are: %(fields)s.")
                % {"name": name.strip()[:40], "fields": ", ".join(fields)}
            )
        mapping[name.strip()] = column.strip()
    return mapping


@dataclass(frozen=True, slots=True)
class Standing:
    """The owner, unit and audience that imported assets get unless a record says otherwise."""

    owner: Person | None
    unit: Unit
    audience: frozenset[str]


def standing(options: Options) -> Standing:
    """Find owner and unit. Raises `BadInput` when nobody has the owner's address or there is no such unit."""
    owner = None
    if options.owner:
        owner = person_by_email(options.owner)
        if owner is None:
            raise BadInput(
                _("Nobody in the organisation has the address %s. Add the person first, or name no owner.")
                % options.owner
            )
    unit = unit_by_public_id(options.unit) if options.unit else root_unit()
    return Standing(owner, unit, audience_labels(options.audience, unit))


def audience_labels(text: str, unit: Unit) -> frozenset[str]:
    """The labels of an audience in words: public, staff or unit. Raises `BadInput` for any other word."""
    word = text.strip().lower()
    if word in (PUBLIC, STAFF):
        return frozenset({word})
    if word == "unit":
        return frozenset({unit_label(unit.pk)})
    raise BadInput(
        fields={"audience": [_("“%s” is no audience. Write public, staff or unit.") % text.strip()[:40]]}
    )


def sentence_of(error: BaobabError) -> str:
    """All that an error says, each sentence after the field it is about."""
    if isinstance(error, BadInput) and error.fields:
        said = [(name, sentence) for name, sentences in error.fields.items() for sentence in sentences]
        return " ".join(f"{name}: {sentence}" if name else sentence for name, sentence in said)
    return str(error)
