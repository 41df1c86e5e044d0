"""A small organisation with a named cast, and assets made by the product's own actions.

Set-up for tests of any app.

| who | is |
|---|---|
| Amina | an editor of the headquarters, and so of everything below it |
| Bruno | a member of the office for Africa, on the staff |
| Chen | signed in, and a member of nothing |
| Dora | an administrator, and steward of the headquarters |
| Esi | a member of an outside commission, not on the staff |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from baobab.accounts.actions import add_user
from baobab.accounts.models import User
from baobab.assets.actions import create_asset, publish
from baobab.assets.fields import AssetFields, Contributor, Words
from baobab.assets.files.actions import receive_blob, store_reading
from baobab.assets.kinds import kind_of
from baobab.assets.models import Asset, AssetFile
from baobab.organisation.actions import add_membership, add_person, add_unit
from baobab.organisation.models import Membership, Person, Unit
from baobab.organisation.readers import PUBLIC, Reader, anonymous, reader_of, system
from baobab.reading import Page, Reading, Status

HEADQUARTERS = {"en": "Wetlands House", "fr": "Maison des zones humides", "ar": "بيت الأراضي الرطبة"}
TOPICS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:test:topics> a skos:ConceptScheme ; skos:prefLabel "Topics"@en .
<urn:test:water> a skos:Concept ; skos:inScheme <urn:test:topics> ;
  skos:notation "water" ;
  skos:prefLabel "Water"@en, "Eau"@fr, "ماء"@ar ; skos:definition "What rivers carry."@en .
<urn:test:peat> a skos:Concept ; skos:inScheme <urn:test:topics> ;
  skos:notation "peat" ; skos:broader <urn:test:water> ;
  skos:prefLabel "Peatlands"@en, "Tourbières"@fr ; skos:altLabel "mires"@en ; skos:related <urn:test:fish> .
<urn:test:fish> a skos:Concept ; skos:inScheme <urn:test:topics> ;
  skos:notation "fish" ; skos:prefLabel "Fisheries"@en .
"""


@dataclass(frozen=True)
class Somebody:
    """One of the cast."""

    user: User
    person: Person

    @property
    def reader(self) -> Reader:
        """Who she is at this moment."""
        return reader_of(User.objects.get(pk=self.user.pk))


@dataclass(frozen=True)
class House:
    """The organisation: two units of its own, one outside it, and the cast."""

    headquarters: Unit
    africa: Unit
    commission: Unit
    amina: Somebody
    bruno: Somebody
    chen: Somebody
    dora: Somebody
    esi: Somebody

    @property
    def nobody(self) -> Reader:
        """A visitor who did not sign in."""
        return anonymous()


def house() -> House:
    """Found the organisation. Once per test."""
    by = system()
    headquarters = add_unit(HEADQUARTERS, level=Unit.Level.HEADQUARTERS, parent=None, by=by)
    africa = add_unit(
        {"en": "Office for Africa"}, level=Unit.Level.REGIONAL_OFFICE, parent=headquarters, by=by
    )
    commission = add_unit({"en": "Peat Commission"}, level=Unit.Level.COMMISSION, parent=headquarters, by=by)
    return House(
        headquarters=headquarters,
        africa=africa,
        commission=commission,
        amina=somebody("Amina Diallo", "amina@house.example", unit=headquarters, role=Membership.Role.EDITOR),
        bruno=somebody("Bruno Costa", "bruno@house.example", unit=africa),
        chen=somebody("Chen Wei", "chen@elsewhere.example"),
        dora=somebody(
            "Dora Novak",
            "dora@house.example",
            unit=headquarters,
            role=Membership.Role.STEWARD,
            is_administrator=True,
        ),
        esi=somebody("Esi Mensah", "esi@commission.example", unit=commission),
    )


def somebody(
    name: str,
    email: str,
    *,
    unit: Unit | None = None,
    role: str = Membership.Role.MEMBER,
    is_administrator: bool = False,
) -> Somebody:
    """An account with its person, a member of `unit` in `role` where one is given."""
    user = add_user(email, by_user_id=None, is_administrator=is_administrator)
    person = add_person(name, by=system(), email=email, user=user)
    if unit is not None:
        add_membership(unit.group, person, by=system(), role=role)
    return Somebody(user, person)


def draft(
    by: Reader,
    title: str = "Reading the water",
    *,
    summary: str = "",
    body: str = "",
    language: str = "en",
    audience: Sequence[str] = (PUBLIC,),
    translations: Mapping[str, Words] | None = None,
    authors: Sequence[str] = (),
    detail: Mapping[str, object] | None = None,
    **fields: Any,
) -> Asset:
    """A product that is not published. `fields` are further ones of `AssetFields`."""
    texts = {language: Words(title, summary, body), **(translations or {})}
    given = AssetFields(
        texts=texts,
        original_language=language,
        audience=frozenset(audience),
        contributors=[Contributor(name) for name in authors],
        detail=detail or {},
        **fields,
    )
    return create_asset("product", given, by=by)


def published(by: Reader, title: str = "Reading the water", **given: Any) -> Asset:
    """A published product; takes what `draft` takes."""
    return publish(draft(by, title, **given), by=by)


def with_file(
    asset: Asset,
    *pages: str,
    by: Reader,
    name: str = "guide.txt",
    content: bytes | None = None,
    language: str = "",
    status: Status = Status.READ,
    reason_code: str = "",
    format: str = "txt",
    unit: str = "page",
    headings: Sequence[str] = (),
) -> AssetFile:
    """A file of the asset, kept and read: its pages are those given, without the sandbox having run."""
    blob = receive_blob([content or f"{name}\n{chr(12).join(pages)}".encode()])
    file = kind_of(asset).add_file(asset, blob, name=name, by=by, language=language)
    reading = Reading(
        status=status,
        reason_code=reason_code,
        format=format,
        media_type="text/plain" if format == "txt" else "application/pdf",
        unit=unit,  # type: ignore[arg-type]
        pages=tuple(
            Page(number if unit == "page" else None, str(number), text, tuple(headings))
            for number, text in enumerate(pages, start=1)
        ),
        page_count=len(pages),
        characters=sum(map(len, pages)),
        language=language or "en",
    )
    store_reading(blob, reading, thumbnail=None)
    return file


def pdf(*pages: str) -> bytes:
    """A small, valid PDF with a line of Latin text on each page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for text in pages:
        words = (
            text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("latin-1", "replace")
        )
        stream = b"BT /F1 14 Tf 60 700 Td 18 TL (" + words.replace(b"\n", b") Tj T* (") + b") Tj ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    made = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(made)
