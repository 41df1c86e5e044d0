"""The sample organisation as typed records, read from TOML and checked before anything is loaded."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import babel
import rdflib
from rdflib.namespace import SKOS

from baobab.config.sample.tables import SampleContentError, Table, read_table

CONTENT_FOLDER = Path(__file__).parent
STARTER_FOLDER = Path(__file__).parents[2] / "vocabularies" / "starter"

LANGUAGES = frozenset({"en", "fr", "es", "ar"})
UNIT_KINDS = frozenset(
    {"headquarters", "division", "regional-office", "country-office", "programme", "commission", "member"}
)
ROLES = frozenset({"member", "editor", "steward", "knowledge-manager", "administrator"})
STEWARD_ROLES = frozenset({"steward", "knowledge-manager", "administrator"})
AUDIENCES = frozenset({"public", "staff", "unit"})
STATES = frozenset({"published", "draft", "withdrawn", "archived"})
RELATIONS = frozenset(
    {"derived-from", "evidence-for", "applied-in", "supersedes", "part-of", "about", "translation-companion"}
)
CHECKS = frozenset({"peer-review", "editorial", "legal-clearance", "data-check"})
FORMATS = frozenset({"pdf", "pptx", "docx", "csv"})
EDTF_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class SampleOrganisation:
    """The organisation itself; mappings go from language to text. `notice` says that it is invented."""

    name: Mapping[str, str]
    tagline: Mapping[str, str]
    description: Mapping[str, str]
    notice: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SampleUnit:
    """An office, division, commission or member. `steward` is the key of the person it answers through."""

    key: str
    name: Mapping[str, str]
    kind: str
    parent: str | None
    country: str
    description: str
    steward: str


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Someone who works for the organisation or volunteers in it."""

    key: str
    name: str
    sort_name: str
    email: str
    languages: tuple[str, ...]
    unit: str
    role: str
    title: str
    orcid: str


@dataclass(frozen=True, slots=True)
class SampleAuthor:
    """An author as printed; `person` is None for people from outside."""

    name: str
    person: str | None


@dataclass(frozen=True, slots=True)
class SampleLink:
    """A typed link to another asset, by slug."""

    relation: str
    to: str


@dataclass(frozen=True, slots=True)
class SampleCheck:
    """One thing that was checked about an asset: what, by whom (a person's key) and when."""

    check: str
    by: str
    on: datetime.date
    note: str


@dataclass(frozen=True, slots=True)
class SampleText:
    """The words of an asset in one language; `body` is Markdown."""

    title: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file to be made: `text` is Markdown (in pptx `---` separates slides) or, for csv, the rows."""

    language: str
    format: str
    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SampleAsset:
    """One knowledge product of the sample. `date` is EDTF (a year, a month or a day)."""

    slug: str
    type: str
    date: str
    authors: tuple[SampleAuthor, ...]
    unit: str
    audience: str
    topics: tuple[str, ...]
    places: tuple[str, ...]
    original: str
    licence: str
    series: str
    isbn: str
    links: tuple[SampleLink, ...]
    quality: tuple[SampleCheck, ...]
    review_by: datetime.date | None
    state: str
    reason: str
    texts: Mapping[str, SampleText]
    files: tuple[SampleFile, ...]


@dataclass(frozen=True, slots=True)
class SampleContent:
    """All of the sample; parents come before their children, assets in the order of their file names."""

    organisation: SampleOrganisation
    units: tuple[SampleUnit, ...]
    persons: tuple[SamplePerson, ...]
    assets: tuple[SampleAsset, ...]


def load_content(folder: Path = CONTENT_FOLDER) -> SampleContent:
    """Read and check `organisation.toml` and `assets/*.toml` below `folder`.

    Raises `SampleContentError` with one sentence for each problem: a key that points nowhere, an unknown
    topic, type, place or language, a wrong ISBN check digit, a unit without a steward, a misspelt key.
    """
    problems: list[str] = []
    root = read_table(folder / "organisation.toml", problems=problems)
    organisation = _organisation(root.table("organisation"))
    units = tuple(_unit(table) for table in root.tables("units"))
    persons = tuple(_person(table) for table in root.tables("persons"))
    root.finish()
    names = {person.key: person.name for person in persons}
    paths = sorted((folder / "assets").glob("*.toml"))
    assets = tuple(_asset(read_table(path, problems=problems), names=names) for path in paths)
    content = SampleContent(organisation=organisation, units=units, persons=persons, assets=assets)
    problems.extend(_broken_people(content))
    problems.extend(_broken_assets(content))
    if problems:
        raise SampleContentError(problems)
    return content


def is_valid_isbn(isbn: str) -> bool:
    """Whether this is an ISBN-13, hyphens allowed, with the right check digit (ISO 2108)."""
    digits = isbn.replace("-", "")
    if not re.fullmatch(r"97[89]\d{10}", digits):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def notations(path: Path) -> frozenset[str]:
    """The `skos:notation` of every concept in a Turtle file."""
    graph = rdflib.Graph().parse(path, format="turtle")
    return frozenset(str(value) for value in graph.objects(None, SKOS.notation))


def _organisation(table: Table) -> SampleOrganisation:
    organisation = SampleOrganisation(
        name=table.by_language("name"),
        tagline=table.by_language("tagline"),
        description=table.by_language("description"),
        notice=table.by_language("notice"),
    )
    for key in ("name", "tagline", "description", "notice"):
        if set(getattr(organisation, key)) != LANGUAGES:
            table.complain(f"“{key}” must be given in exactly these languages: {_listed(LANGUAGES)}.")
    table.finish()
    return organisation


def _unit(table: Table) -> SampleUnit:
    unit = SampleUnit(
        key=table.text("key"),
        name=table.by_language("name"),
        kind=_one_of(table, "kind", UNIT_KINDS),
        parent=table.text("parent", default="") or None,
        country=table.text("country"),
        description=table.text("description"),
        steward=table.text("steward"),
    )
    if set(unit.name) != LANGUAGES:
        table.complain(f"“name” must be given in exactly these languages: {_listed(LANGUAGES)}.")
    table.finish()
    return unit


def _person(table: Table) -> SamplePerson:
    person = SamplePerson(
        key=table.text("key"),
        name=table.text("name"),
        sort_name=table.text("sort_name"),
        email=table.text("email"),
        languages=table.listed("languages"),
        unit=table.text("unit"),
        role=_one_of(table, "role", ROLES),
        title=table.text("title"),
        orcid=table.text("orcid", default=""),
    )
    if not person.email.endswith(".example"):
        table.complain(
            f"The address “{person.email}” must end in .example, so that no mail can reach anyone."
        )
    table.finish()
    return person


def _asset(table: Table, *, names: Mapping[str, str]) -> SampleAsset:
    texts = table.table("texts")
    asset = SampleAsset(
        slug=table.text("slug"),
        type=table.text("type"),
        date=table.text("date"),
        authors=tuple(_authors(table, names=names)),
        unit=table.text("unit"),
        audience=_one_of(table, "audience", AUDIENCES),
        topics=table.listed("topics"),
        places=table.listed("places"),
        original=_one_of(table, "original", LANGUAGES),
        licence=table.text("licence"),
        series=table.text("series", default=""),
        isbn=table.text("isbn", default=""),
        links=tuple(_link(link) for link in table.tables("links")),
        quality=tuple(check for row in table.tables("quality") if (check := _check(row)) is not None),
        review_by=table.day("review_by"),
        state=_one_of(table, "state", STATES, default="published"),
        reason=table.text("reason", default=""),
        texts={language: _text(texts.table(language)) for language in texts.languages()},
        files=tuple(_file(row) for row in table.tables("files")),
    )
    if not EDTF_DATE.fullmatch(asset.date):
        table.complain(f"“{asset.date}” is not a year, a month or a day such as 2021, 2021-05 or 2021-05-31.")
    if asset.isbn and not is_valid_isbn(asset.isbn):
        table.complain(f"The ISBN {asset.isbn} is not an ISBN-13 with a right check digit.")
    if asset.original not in asset.texts:
        table.complain(f"There is no text in the original language, {asset.original}.")
    for language in sorted({*asset.texts, *(file.language for file in asset.files)} - LANGUAGES):
        table.complain(f"The language “{language}” is not one of {_listed(LANGUAGES)}.")
    if (asset.state == "withdrawn") != bool(asset.reason):
        table.complain("A withdrawn asset, and no other, gives a “reason”.")
    table.finish()
    return asset


def _authors(table: Table, *, names: Mapping[str, str]) -> Iterable[SampleAuthor]:
    for item in table.items("authors"):
        if isinstance(item, str):
            if item not in names:
                table.complain(f"The author “{item}” is not a person of organisation.toml.")
            yield SampleAuthor(name=names.get(item, item), person=item)
        elif isinstance(item, dict):
            outside = Table(item, where=f"{table.where} [authors]", problems=table.problems)
            yield SampleAuthor(name=outside.text("name"), person=None)
            outside.finish()


def _link(table: Table) -> SampleLink:
    link = SampleLink(relation=_one_of(table, "relation", RELATIONS), to=table.text("to"))
    table.finish()
    return link


def _check(table: Table) -> SampleCheck | None:
    check = _one_of(table, "check", CHECKS)
    by, note, on = table.text("by"), table.text("note", default=""), table.day("on")
    table.finish()
    if on is None:
        table.complain("A check needs the day “on” which it was made.")
        return None
    return SampleCheck(check=check, by=by, on=on, note=note)


def _text(table: Table) -> SampleText:
    text = SampleText(title=table.text("title"), summary=table.text("summary"), body=table.text("body"))
    table.finish()
    return text


def _file(table: Table) -> SampleFile:
    file = SampleFile(
        language=table.text("language"),
        format=_one_of(table, "format", FORMATS),
        name=table.text("name"),
        title=table.text("title"),
        text=table.text("text"),
    )
    if not file.name.endswith(f".{file.format}"):
        table.complain(f"The file name “{file.name}” must end in .{file.format}.")
    table.finish()
    return file


def _one_of(table: Table, key: str, allowed: frozenset[str], *, default: str | None = None) -> str:
    value = table.text(key, default=default)
    if value not in allowed:
        table.complain(f"“{key}” is “{value}”, but must be one of {_listed(allowed)}.")
    return value


def _broken_people(content: SampleContent) -> Iterable[str]:
    yield from _doubled("organisation.toml: unit", (unit.key for unit in content.units))
    yield from _doubled("organisation.toml: person", (person.key for person in content.persons))
    yield from _doubled("organisation.toml: address", (person.email for person in content.persons))
    persons = {person.key: person for person in content.persons}
    seen: set[str] = set()
    for unit in content.units:
        if unit.parent is not None and unit.parent not in seen:
            yield f"organisation.toml: the unit “{unit.key}” must come after its parent “{unit.parent}”."
        seen.add(unit.key)
        steward = persons.get(unit.steward)
        if steward is None or steward.role not in STEWARD_ROLES:
            yield f"organisation.toml: the unit “{unit.key}” has no steward: “{unit.steward}” is none."
    if sum(unit.parent is None for unit in content.units) != 1:
        yield "organisation.toml: exactly one unit has no parent."
    for person in content.persons:
        if person.unit not in seen:
            yield f"organisation.toml: “{person.key}” belongs to “{person.unit}”, which is not a unit."


def _broken_assets(content: SampleContent) -> Iterable[str]:
    slugs = {asset.slug for asset in content.assets}
    units = {unit.key for unit in content.units}
    persons = {person.key for person in content.persons}
    topics = notations(STARTER_FOLDER / "topics.ttl")
    types = notations(STARTER_FOLDER / "product-types.ttl")
    places = frozenset(babel.Locale("en").territories)
    yield from _doubled("assets: slug", (asset.slug for asset in content.assets))
    yield from _doubled("assets: ISBN", (asset.isbn for asset in content.assets if asset.isbn))
    yield from _doubled("assets: file name", (file.name for asset in content.assets for file in asset.files))
    for asset in content.assets:
        pointers = (
            ("unit", {asset.unit}, units),
            ("person", {check.by for check in asset.quality}, persons),
            ("topic", set(asset.topics), topics),
            ("type", {asset.type}, types),
            ("place", set(asset.places), places),
            ("asset", {link.to for link in asset.links}, slugs - {asset.slug}),
        )
        for what, used, known in pointers:
            for key in sorted(used - known):
                yield f"{asset.slug}: “{key}” is not a known {what}."


def _doubled(what: str, keys: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            yield f"{what} “{key}” is given twice."
        seen.add(key)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
