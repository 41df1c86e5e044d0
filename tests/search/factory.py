"""Assets for the tests of search, made as rows: tested here is what the index makes of them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from baobab.assets.card.access import label_set
from baobab.assets.indexing.actions import mark_dirty
from baobab.assets.models import Asset, AssetFile, AssetText, Blob, Contribution, FilePage, FileReading, State
from baobab.kernel import clock
from baobab.organisation.models import Group, Unit
from baobab.organisation.readers import PUBLIC, Reader


def unit() -> Unit:
    """The root unit, made when it is first asked for."""
    found = Unit.objects.filter(parent=None).first()
    if found is None:
        found = Unit.objects.create(
            group=Group.objects.create(sort=Group.Sort.UNIT, names={"en": "Union"}),
            level=Unit.Level.HEADQUARTERS,
        )
    return found


def asset(
    title: str = "Untitled",
    *,
    body: str = "",
    summary: str = "",
    language: str = "en",
    labels: Iterable[str] = (PUBLIC,),
    kind: str = "product",
    state: str = State.PUBLISHED,
    issued: date | None = None,
    translations: Mapping[str, tuple[str, str]] | None = None,
    authors: Sequence[str] = (),
) -> Asset:
    """A published asset with its texts, marked for the indexer. `translations`: language → title and body."""
    now = clock.now()
    readers = label_set(labels)
    made = Asset.objects.create(
        kind=kind,
        title=title,
        summary=summary,
        original_language=language,
        state=state,
        audience=readers,
        readers=readers,
        unit=unit(),
        issued_from=issued,
        dated_on=issued or now.date(),
        published_at=now,
        created_at=now,
        updated_at=now,
    )
    AssetText.objects.create(asset=made, language=language, title=title, summary=summary, body=body)
    for tag, (translated, text) in (translations or {}).items():
        AssetText.objects.create(asset=made, language=tag, title=translated, body=text)
    for position, name in enumerate(authors):
        Contribution.objects.create(asset=made, position=position, name=name)
    mark_dirty([made.pk])
    return made


def add_file(to: Asset, pages: Sequence[str], *, language: str = "", are_numbered: bool = True) -> AssetFile:
    """A file of the asset with these pages; they carry numbers unless the text flows."""
    now = clock.now()
    blob = Blob.objects.create(sha256=secrets.token_hex(32), size=1, created_at=now)
    FileReading.objects.create(blob=blob, status="read", page_count=len(pages), language=language)
    FilePage.objects.bulk_create(
        FilePage(blob=blob, position=i, number=i if are_numbered else None, label=str(i), text=text)
        for i, text in enumerate(pages, 1)
    )
    number = to.files.count() + 1
    added = AssetFile.objects.create(asset=to, number=number, blob=blob, name=f"{number}.pdf", added_at=now)
    mark_dirty([to.pk])
    return added


def change_readers(of: Asset, labels: Iterable[str]) -> None:
    """Give the asset other readers and mark it, as narrowed where somebody lost sight."""
    before = of.readers.labels
    after = frozenset(labels)
    of.readers = label_set(after)
    of.save(update_fields=["readers"])
    mark_dirty([of.pk], is_narrowed=PUBLIC not in after and not before <= after)


def reader(*labels: str, language: str = "en") -> Reader:
    """Somebody with these labels, and the public one."""
    return Reader(labels=frozenset({PUBLIC, *labels}), language=language)
