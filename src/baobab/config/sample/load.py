"""Loads the sample organisation through the same actions as everybody; safe to repeat and to interrupt."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction

from baobab.accounts.actions import add_user
from baobab.accounts.models import User
from baobab.assets.actions import archive, create_asset, withdraw
from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.files.actions import receive_blob
from baobab.assets.links.actions import add_link
from baobab.assets.models import Asset, AssetText, Origin, State
from baobab.assets.origins.actions import write_origins
from baobab.assets.quality.actions import mark_quality
from baobab.kernel.errors import Refused
from baobab.library.actions import add_file
from baobab.organisation.actions import add_membership, add_person, add_unit, link_user, rename_unit
from baobab.organisation.models import Membership, Person, Unit
from baobab.organisation.queries import root_unit
from baobab.organisation.readers import PUBLIC, STAFF, Reader, system, unit_label
from baobab.vocabularies.queries import find_concepts, find_places

from .content import LANGUAGES, SampleAsset, SampleContent, SamplePerson, load_content
from .documents import make_document

SOURCE = "sample"
Say = Callable[[str], None]


def marker() -> Path:
    """The file that says that this data folder holds the sample, and may hold it."""
    return Path(settings.BAOBAB_HOME) / "sample.json"


def mark_folder() -> None:
    """Say that the sample may be loaded into this folder; done before its database is made."""
    marker().write_text(json.dumps({"is_loaded": False}))


def is_sample() -> bool:
    """Whether the data folder holds the sample organisation."""
    return marker().exists()


def is_loaded() -> bool:
    """Whether the sample is loaded whole."""
    return is_sample() and bool(json.loads(marker().read_text()).get("is_loaded"))


def load_sample(*, say: Say) -> int:
    """Bring the sample into the database and give the number of its assets. What is there already stays.

    Raises `Refused` in a data folder that was not made for it, so that nobody's own library is mixed with it.
    """
    if not is_sample():
        raise Refused(
            "This data folder is in use. The sample loads only into a new one: "
            "set BAOBAB_HOME to an empty folder."
        )
    content = load_content()
    by = system()
    say(f"Loading {content.organisation.name['en']} ...")
    with transaction.atomic():
        units = _units(content, by)
        persons = _persons(content, units, by)
    known = set(Origin.objects.filter(source=SOURCE).values_list("source_id", flat=True))
    for number, asset in enumerate(content.assets, start=1):
        if asset.slug not in known:
            with transaction.atomic():
                _asset(asset, content, units, persons, by)
        if number % 10 == 0 or number == len(content.assets):
            say(f"  {number} of {len(content.assets)} assets")
    with transaction.atomic():
        _links(content, by)
    marker().write_text(json.dumps({"is_loaded": True}))
    return len(content.assets)


def _units(content: SampleContent, by: Reader) -> dict[str, Unit]:
    existing = {unit.group.names.get("en"): unit for unit in Unit.objects.select_related("group")}
    units: dict[str, Unit] = {}
    for sample in content.units:
        unit = existing.get(sample.name["en"])
        if unit is None and sample.parent is None:
            names = dict(content.organisation.name)
            unit = rename_unit(root_unit(), names, by=by, descriptions=dict(content.organisation.description))
        elif unit is None:
            unit = add_unit(
                sample.name, level=sample.kind, parent=units[sample.parent or ""], by=by,
                country=sample.country, descriptions={"en": sample.description},
            )  # fmt: skip
        units[sample.key] = unit
    return units


def _persons(content: SampleContent, units: Mapping[str, Unit], by: Reader) -> dict[str, Person]:
    existing = {person.email: person for person in Person.objects.exclude(email=None)}
    stewards = {(unit.steward, unit.key) for unit in content.units}
    persons: dict[str, Person] = {}
    for sample in content.persons:
        person = existing.get(sample.email)
        if person is None:
            person = add_person(sample.name, by=by, sort_name=sample.sort_name, email=sample.email)
            _account(sample, person, by)
        persons[sample.key] = person
        role = Membership.Role.MEMBER if sample.role == "administrator" else Membership.Role(sample.role)
        add_membership(units[sample.unit].group, person, by=by, role=role, title=sample.title)
    for key, unit_key in stewards:
        if key:
            add_membership(units[unit_key].group, persons[key], by=by, role=Membership.Role.STEWARD)
    return persons


def _account(sample: SamplePerson, person: Person, by: Reader) -> None:
    """An account without a password, entered by one-time links only."""
    spoken = next((language for language in sample.languages if language in LANGUAGES), "")
    user = User.objects.filter(email=sample.email).first() or add_user(
        sample.email, by_user_id=None, is_administrator=sample.role == "administrator", language=spoken
    )
    link_user(person, user, by=by)


def _asset(
    sample: SampleAsset,
    content: SampleContent,
    units: Mapping[str, Unit],
    persons: Mapping[str, Person],
    by: Reader,
) -> None:
    unit = units[sample.unit]
    steward = next(u.steward for u in content.units if u.key == sample.unit)
    owner_key = next((author.person for author in sample.authors if author.person), steward)
    audience = {"public": PUBLIC, "staff": STAFF, "unit": unit_label(unit.pk)}[sample.audience]
    topics, places = find_concepts(list(sample.topics), scheme_use="topics"), find_places(list(sample.places))
    texts = {
        language: Words(
            text.title, text.summary, text.body,
            AssetText.Provenance.ORIGINAL if language == sample.original else AssetText.Provenance.HUMAN,
        )
        for language, text in sample.texts.items()
    }  # fmt: skip
    fields = AssetFields(
        texts=texts,
        original_language=sample.original,
        audience=frozenset({audience}),
        owner=persons[owner_key] if owner_key else None,
        unit=unit,
        issued=sample.date,
        review_by=sample.review_by,
        contributors=[
            Contributor(a.name, person=persons[a.person] if a.person else None) for a in sample.authors
        ],
        concepts=[topics[slug].pk for slug in sample.topics],
        places=[places[code].pk for code in sample.places],
        detail={"type": sample.type, "series": sample.series, "licence": sample.licence, "isbn": sample.isbn},
    )
    state = State.DRAFT if sample.state == "draft" else State.PUBLISHED
    asset = create_asset("product", fields, by=by, state=state)
    write_origins([Origin(asset=asset, source=SOURCE, source_id=sample.slug)])
    for file in sample.files:
        content_bytes = make_document(
            file, title=file.title, authors=[a.name for a in sample.authors], date=sample.date,
            organisation=content.organisation,
        )  # fmt: skip
        add_file(asset, receive_blob([content_bytes]), name=file.name, by=by, language=file.language)
    for check in sample.quality:
        mark_quality(
            asset, check=check.check, by=by, checked_by=persons.get(check.by), on=check.on, note=check.note
        )
    if sample.state == "withdrawn":
        withdraw(asset, by=by, reason=sample.reason)
    elif sample.state == "archived":
        archive(asset, by=by, reason=sample.reason)


def _links(content: SampleContent, by: Reader) -> None:
    assets: dict[str, Asset] = {
        origin.source_id: origin.asset
        for origin in Origin.objects.filter(source=SOURCE).select_related("asset")
    }
    for sample in content.assets:
        for link in sample.links:
            add_link(assets[sample.slug], assets[link.to], relation=link.relation, by=by)
