"""All writes of an import: each source a piece at a time, each piece whole or not at all, the same again without effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from baobab.assets.actions import Change, change_assets, create_assets
from baobab.assets.classification.actions import ask_for_suggestions
from baobab.assets.fields import AssetFields
from baobab.assets.files.actions import receive_blob_from
from baobab.assets.kinds import kind_named
from baobab.assets.models import LISTED_STATES, Asset, Origin, State
from baobab.assets.texts.actions import clean_language
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, BaobabError
from baobab.organisation.readers import Reader

from .mapping import Mapped
from .models import ImportOutcome, ImportRun, ImportSource, SavedMapping
from .options import Options
from .sources import Found

Verdict = ImportOutcome.Verdict
_COUNTERS = {
    Verdict.CREATED: "created",
    Verdict.CHANGED: "changed",
    Verdict.UNCHANGED: "unchanged",
    Verdict.DUPLICATE: "duplicates",
    Verdict.REFUSED: "refused",
}


def checked(options: Options) -> Options:
    """The options, or `BadInput` when kind, language or audience are none."""
    kind_named(options.kind)
    language = clean_language(options.language) if options.language else ""
    return replace(options, language=language)


def start_run(options: Options) -> ImportRun:
    """Open an import."""
    return ImportRun.objects.create(options=options.as_json(), started_at=clock.now())


def list_sources(run: ImportRun, found: Iterable[Found]) -> None:
    """Write down what the run takes in, all of it or nothing, so that a crash never leaves half a list."""
    with transaction.atomic():
        ImportSource.objects.filter(run=run).delete()
        ImportSource.objects.bulk_create(
            (
                ImportSource(run=run, sort=f.sort, path=str(f.path.resolve()), source=f.source, source_id=f.source_id)
                for f in found
            ),
            batch_size=500,
        )
        ImportRun.objects.filter(pk=run.pk).update(is_listed=True)
        run.is_listed = True


def save_mapping(name: str, fields: dict[str, str]) -> SavedMapping:
    """Keep a mapping under a name; the same name again replaces it."""
    if not name.strip():
        raise BadInput(_("Give the mapping a name."))
    mapping, _made = SavedMapping.objects.update_or_create(name=name.strip()[:100], defaults={"fields": fields})
    return mapping


def take_records(source: ImportSource, batch: Sequence[Mapped], *, by: Reader, accept_suggestions: bool) -> None:
    """Take in a batch of records and note in the same transaction how far the source is.

    Goes in whole; where one record of it is refused, each is tried by itself, so that one bad record
    never keeps out the rest.
    """
    usable = [mapped for mapped in batch if not mapped.problem]
    refused = [mapped for mapped in batch if mapped.problem]
    last = batch[-1].record.number
    try:
        with transaction.atomic():
            _write_records(source, usable, by=by, accept_suggestions=accept_suggestions)
            _note_refused(source, refused)
            ImportSource.objects.filter(pk=source.pk).update(position=last)
    except BaobabError:
        with transaction.atomic():
            for mapped in usable:
                try:
                    with transaction.atomic():
                        _write_records(source, [mapped], by=by, accept_suggestions=accept_suggestions)
                except BaobabError as error:
                    _refuse(source, mapped, _sentence(error))
            _note_refused(source, refused)
            ImportSource.objects.filter(pk=source.pk).update(position=last)
    source.position = last


def _sentence(error: BaobabError) -> str:
    if isinstance(error, BadInput) and error.fields:
        return " ".join(f"{name}: {sentence}" if name else sentence for name, all_ in error.fields.items() for sentence in all_)
    return str(error)


def _note_refused(source: ImportSource, refused: Sequence[Mapped]) -> None:
    for mapped in refused:
        _refuse(source, mapped, mapped.problem)


def _refuse(source: ImportSource, mapped: Mapped, message: str) -> None:
    ImportOutcome.objects.create(
        run_id=source.run_id, file=source, row=mapped.record.number, record_id=mapped.source_id, verdict=Verdict.REFUSED, message=message
    )
    count(source.run_id, {Verdict.REFUSED: 1})


def count(run_id: int, verdicts: dict[str, int]) -> None:
    """Add to the run's figures."""
    added = {_COUNTERS[Verdict(v)]: F(_COUNTERS[Verdict(v)]) + n for v, n in verdicts.items() if n}
    if added:
        ImportRun.objects.filter(pk=run_id).update(**added)


def _write_records(source: ImportSource, batch: Sequence[Mapped], *, by: Reader, accept_suggestions: bool) -> None:
    run = source.run.public_id
    known = {
        origin.source_id: origin
        for origin in Origin.objects.filter(source=source.source, source_id__in=[m.source_id for m in batch]).select_related("asset")
    }
    first: dict[str, Mapped] = {}
    repeats: list[Mapped] = []
    for mapped in batch:
        seen = mapped.source_id in known and known[mapped.source_id].last_run == run
        if seen or mapped.source_id in first:
            repeats.append(mapped)
        else:
            first[mapped.source_id] = mapped
    new = [mapped for mapped in first.values() if mapped.source_id not in known]
    again = [mapped for mapped in first.values() if mapped.source_id in known]
    changed = [m for m in again if known[m.source_id].digest != m.digest and known[m.source_id].asset.state in LISTED_STATES]
    _add(source, new, by=by, accept_suggestions=accept_suggestions)
    _refresh(source, changed, known, by=by)
    for mapped in again:
        known[mapped.source_id].last_run = run
    Origin.objects.bulk_update([known[m.source_id] for m in again], ["last_run"], batch_size=500)
    count(
        source.run_id,
        {
            Verdict.CREATED: len(new),
            Verdict.CHANGED: len(changed),
            Verdict.UNCHANGED: len(again) - len(changed),
            Verdict.DUPLICATE: len(repeats),
        },
    )
    withdrawn = [m for m in again if known[m.source_id].digest != m.digest and m not in changed]
    _note(source, withdrawn, _("It was withdrawn here; the changed record was left out."))
    _note(source, repeats, _("The source gives this id more than once; the first record counts."))
    for mapped in (*new, *changed):
        if mapped.notes:
            _note(source, [mapped], " ".join(mapped.notes))


def _note(source: ImportSource, records: Sequence[Mapped], message: str) -> None:
    ImportOutcome.objects.bulk_create(
        [
            ImportOutcome(
                run_id=source.run_id, file=source, row=m.record.number, record_id=m.source_id, verdict=Verdict.NOTED, message=message
            )
            for m in records
        ],
        batch_size=200,
    )


def _add(source: ImportSource, new: Sequence[Mapped], *, by: Reader, accept_suggestions: bool) -> None:
    for kind in {mapped.kind.name for mapped in new}:
        of_kind = [mapped for mapped in new if mapped.kind.name == kind]
        assets = create_assets(kind, [m.fields for m in of_kind], by=by, state=State.PUBLISHED, note=_("Imported from %s.") % source.source)
        Origin.objects.bulk_create(
            [
                Origin(
                    asset=asset, source=source.source, source_id=m.source_id, url=m.url, digest=m.digest,
                    last_run=source.run.public_id, extra=m.extra,
                )
                for asset, m in zip(assets, of_kind, strict=True)
            ],
            batch_size=200,
        )  # fmt: skip
        _attach(source, list(zip(assets, of_kind, strict=True)), by=by)
        ask_for_suggestions([asset.pk for asset in assets], accept=accept_suggestions)


def _refresh(source: ImportSource, changed: Sequence[Mapped], known: dict[str, Origin], *, by: Reader) -> None:
    if not changed:
        return
    assets = change_assets(
        [Change(known[m.source_id].asset, _without_standing(m.fields)) for m in changed],
        by=by,
        note=_("Imported again from %s.") % source.source,
    )
    for mapped in changed:
        origin = known[mapped.source_id]
        origin.digest, origin.url, origin.extra = mapped.digest, mapped.url, mapped.extra
    Origin.objects.bulk_update([known[m.source_id] for m in changed], ["digest", "url", "extra"], batch_size=200)
    _attach(source, list(zip(assets, changed, strict=True)), by=by)


def _without_standing(fields: AssetFields) -> AssetFields:
    """What a source may say again: not the audience, owner or unit, which people may have set here since."""
    return AssetFields(
        texts=fields.texts,
        original_language=fields.original_language,
        issued=fields.issued,
        contributors=fields.contributors,
        concepts=fields.concepts,
        places=fields.places,
        detail=fields.detail,
    )


def _attach(source: ImportSource, pairs: Sequence[tuple[Asset, Mapped]], *, by: Reader) -> None:
    folder = Path(source.path).parent
    for asset, mapped in pairs:
        for name in mapped.files:
            path = _inside(folder, name)
            mapped.kind.add_file(asset, receive_blob_from(path), name=path.name, by=by, language="")


def _inside(folder: Path, name: str) -> Path:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BadInput(_("The file “%s” lies outside the folder of the records.") % name[:120])
    if not path.is_file():
        raise BadInput(_("The file “%s” does not exist beside the records.") % name[:120])
    return path


def finish_source(source: ImportSource) -> None:
    """Say that the source is taken in."""
    ImportSource.objects.filter(pk=source.pk).update(is_done=True)


def refuse_source(source: ImportSource, sentence: str) -> None:
    """Say that the source, or the rest of it, cannot be taken in, and why. Once only."""
    with transaction.atomic():
        if ImportSource.objects.select_for_update().filter(pk=source.pk, is_done=True).exists():
            return
        ImportOutcome.objects.create(run_id=source.run_id, file=source, record_id=source.source_id, verdict=Verdict.REFUSED, message=sentence)
        count(source.run_id, {Verdict.REFUSED: 1})
        finish_source(source)


def finish_run(run: ImportRun) -> None:
    """Say that the import is over."""
    ImportRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=clock.now())


def note_encoding(source: ImportSource, encoding: str) -> None:
    """Keep how the source's bytes were read as letters."""
    source.encoding = encoding[:40]
    ImportSource.objects.filter(pk=source.pk).update(encoding=source.encoding)
