"""All writes of an import: a piece at a time, each whole or not at all, the same again without effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from baobab.assets.actions import Change, change_assets, create_assets
from baobab.assets.classification.actions import ask_for_suggestions
from baobab.assets.fields import UNCHANGED, AssetFields
from baobab.assets.files.queries import has_files
from baobab.assets.kinds import kind_named, kind_of
from baobab.assets.models import LISTED_STATES, Asset, Origin, State
from baobab.assets.origins.actions import refresh_origins, write_origins
from baobab.assets.origins.queries import origins_of, removed_among
from baobab.assets.texts.actions import clean_language
from baobab.kernel import clock
from baobab.kernel.errors import BadInput, BaobabError, Refused
from baobab.kernel.text import storable
from baobab.organisation.readers import Reader

from .attachments import Attachment, Ready
from .mapping import Mapped
from .models import ImportOutcome, ImportRun, ImportSource, SavedMapping
from .options import Options, sentence_of
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


def list_sources(run: ImportRun, found: Sequence[Found]) -> None:
    """Write down what the run takes in, all of it or nothing, so that a crash never leaves half a list.

    A file that cannot be had is refused at once, with its reason.
    """
    with transaction.atomic():
        rows = ImportSource.objects.bulk_create(
            (
                ImportSource(
                    run=run, sort=f.sort, path=storable(f.absolute), source=f.source, source_id=f.source_id,
                )
                for f in found
            ),
            batch_size=500,
        )  # fmt: skip
        for row, one in zip(rows, found, strict=True):
            if one.problem:
                refuse_source(row, one.problem)
        ImportRun.objects.filter(pk=run.pk).update(is_listed=True)
        run.is_listed = True


def save_mapping(name: str, fields: dict[str, str]) -> SavedMapping:
    """Keep a mapping under a name; the same name again replaces it."""
    if not name.strip():
        raise BadInput(_("Give the mapping a name."))
    mapping, _made = SavedMapping.objects.update_or_create(
        name=name.strip()[:100], defaults={"fields": fields}
    )
    return mapping


def take_records(
    source: ImportSource, batch: Sequence[Ready], *, by: Reader, accept_suggestions: bool
) -> None:
    """Take in a batch of records and note in the same transaction how far the source is.

    Goes in whole; where one record of it is refused, each is tried by itself, so that one bad record
    never keeps out the rest.
    """
    usable = [ready for ready in batch if not ready.mapped.problem]
    refused = [ready.mapped for ready in batch if ready.mapped.problem]
    last = max(ready.mapped.record.number for ready in batch)
    try:
        with transaction.atomic():
            _write_records(source, usable, by=by, accept_suggestions=accept_suggestions)
            _refuse(source, refused)
            ImportSource.objects.filter(pk=source.pk).update(position=last)
    except (BaobabError, IntegrityError):
        with transaction.atomic():
            for ready in usable:
                problem = _problem_of_one(source, ready, by=by, accept_suggestions=accept_suggestions)
                if problem:
                    refused.append(replace(ready.mapped, problem=problem))
            _refuse(source, sorted(refused, key=lambda mapped: mapped.record.number))
            ImportSource.objects.filter(pk=source.pk).update(position=last)
    source.position = last


def _problem_of_one(source: ImportSource, ready: Ready, *, by: Reader, accept_suggestions: bool) -> str:
    # The second attempt finds what another import of the same source wrote during the first.
    for is_last in (False, True):
        try:
            with transaction.atomic():
                _write_records(source, [ready], by=by, accept_suggestions=accept_suggestions)
        except BaobabError as error:
            return sentence_of(error)
        except IntegrityError:
            if is_last:
                return _("Another import wrote the same record at the same moment. Import it again.")
        else:
            return ""
    return ""


def _refuse(source: ImportSource, refused: Sequence[Mapped]) -> None:
    _say(source, [(mapped, mapped.problem) for mapped in refused], verdict=Verdict.REFUSED)
    count(source.run_id, {Verdict.REFUSED: len(refused)})


def _say(
    source: ImportSource, said: Sequence[tuple[Mapped, str]], *, verdict: Verdict = Verdict.NOTED
) -> None:
    ImportOutcome.objects.bulk_create(
        [
            ImportOutcome(
                run_id=source.run_id, file=source, row=mapped.record.number, record_id=mapped.source_id,
                verdict=verdict, message=message,
            )
            for mapped, message in said
        ],
        batch_size=200,
    )  # fmt: skip


def count(run_id: int, verdicts: dict[str, int]) -> None:
    """Add to the run's figures."""
    added = {_COUNTERS[Verdict(v)]: F(_COUNTERS[Verdict(v)]) + n for v, n in verdicts.items() if n}
    if added:
        ImportRun.objects.filter(pk=run_id).update(**added)


def refuse_removed(source: str, source_ids: Sequence[str]) -> None:
    """Raises `Refused` when the asset of one of these records was removed here for good."""
    if removed_among(source, source_ids):
        raise Refused(_("It was removed here for good, and is not brought back."))


def _write_records(
    source: ImportSource, batch: Sequence[Ready], *, by: Reader, accept_suggestions: bool
) -> None:
    run = source.run.public_id
    refuse_removed(source.source, [ready.mapped.source_id for ready in batch])
    known = origins_of(source.source, [ready.mapped.source_id for ready in batch])
    first: dict[str, Ready] = {}
    repeats: list[Mapped] = []
    for ready in batch:
        key = ready.mapped.source_id
        if key in first or (key in known and known[key].last_run == run):
            repeats.append(ready.mapped)
        else:
            first[key] = ready
    new = [ready for key, ready in first.items() if key not in known]
    again = [ready for key, ready in first.items() if key in known]
    differing = [ready for ready in again if known[ready.mapped.source_id].digest != ready.mapped.digest]
    changed = [ready for ready in differing if _is_open(known[ready.mapped.source_id])]
    assets = _add(source, new, by=by) + _refresh(source, changed, known, by=by)
    ask_for_suggestions([asset.pk for asset in assets], accept=accept_suggestions)
    for ready in again:
        known[ready.mapped.source_id].last_run = run
    refresh_origins([known[ready.mapped.source_id] for ready in again])
    count(
        source.run_id,
        {
            Verdict.CREATED: len(new),
            Verdict.CHANGED: len(changed),
            Verdict.UNCHANGED: len(again) - len(changed),
            Verdict.DUPLICATE: len(repeats),
        },
    )
    gone = [ready.mapped for ready in differing if not _is_open(known[ready.mapped.source_id])]
    _say(source, [(mapped, _("It was withdrawn here; the changed record was left out.")) for mapped in gone])
    _say(
        source,
        [
            (mapped, _("The source gives this id more than once; the first record counts."))
            for mapped in repeats
        ],
    )
    noted = [ready.mapped for ready in (*new, *changed) if ready.mapped.notes]
    _say(source, [(mapped, " ".join(mapped.notes)) for mapped in noted])


def _is_open(origin: Origin) -> bool:
    return origin.asset.state in LISTED_STATES


def _add(source: ImportSource, new: Sequence[Ready], *, by: Reader) -> list[Asset]:
    made: list[Asset] = []
    note = _("Imported from %s.") % source.source
    for kind in {ready.mapped.kind.name: ready.mapped.kind for ready in new}.values():
        of_kind = [ready for ready in new if ready.mapped.kind is kind]
        assets = create_assets(
            kind.name, [ready.mapped.fields for ready in of_kind], by=by, state=State.PUBLISHED, note=note
        )
        write_origins(
            Origin(
                asset=asset, source=source.source, source_id=mapped.source_id, url=mapped.url,
                digest=mapped.digest, last_run=source.run.public_id, extra=mapped.extra,
            )
            for asset, mapped in zip(assets, (ready.mapped for ready in of_kind), strict=True)
        )  # fmt: skip
        for asset, ready in zip(assets, of_kind, strict=True):
            _attach(asset, ready.attachments, by=by)
        made += assets
    return made


def _refresh(
    source: ImportSource, changed: Sequence[Ready], known: dict[str, Origin], *, by: Reader
) -> list[Asset]:
    if not changed:
        return []
    assets = change_assets(
        [
            Change(known[ready.mapped.source_id].asset, _without_standing(ready.mapped.fields))
            for ready in changed
        ],
        by=by,
        note=_("Imported again from %s.") % source.source,
    )
    for asset, ready in zip(assets, changed, strict=True):
        origin = known[ready.mapped.source_id]
        origin.digest, origin.url, origin.extra = ready.mapped.digest, ready.mapped.url, ready.mapped.extra
        if ready.attachments and not has_files(asset, [one.blob for one in ready.attachments]):
            kind = ready.mapped.kind
            if kind.add_version is not None:
                kind.add_version(asset, by=by, note=_("The files changed at their source."))
            _attach(asset, ready.attachments, by=by)
    return assets


def _without_standing(fields: AssetFields) -> AssetFields:
    """What a source may say again: not the audience, owner or unit, which people may have set here since."""
    return replace(fields, audience=UNCHANGED, owner=UNCHANGED, unit=UNCHANGED)


def _attach(asset: Asset, attachments: Sequence[Attachment], *, by: Reader) -> None:
    for one in attachments:
        kind_of(asset).add_file(asset, one.blob, name=one.name, by=by, language="")


def settle_document(source: ImportSource, verdict: str, asset: Asset, message: str) -> None:
    """Say what became of a document, in the transaction that wrote it."""
    ImportOutcome.objects.create(
        run_id=source.run_id, file=source, record_id=source.source_id, verdict=verdict, message=message,
        asset=asset,
    )  # fmt: skip
    count(source.run_id, {verdict: 1})
    finish_source(source)


def finish_source(source: ImportSource) -> None:
    """Say that the source is taken in."""
    ImportSource.objects.filter(pk=source.pk).update(is_done=True)


def refuse_source(source: ImportSource, sentence: str) -> None:
    """Say that the source, or the rest of it, cannot be taken in, and why. Once only."""
    with transaction.atomic():
        if ImportSource.objects.select_for_update().filter(pk=source.pk, is_done=True).exists():
            return
        ImportOutcome.objects.create(
            run_id=source.run_id, file=source, record_id=source.source_id, verdict=Verdict.REFUSED,
            message=sentence,
        )  # fmt: skip
        count(source.run_id, {Verdict.REFUSED: 1})
        finish_source(source)


def finish_run(run: ImportRun) -> None:
    """Say that the import is over."""
    ImportRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=clock.now())


def note_encoding(source: ImportSource, encoding: str) -> None:
    """Keep how the source's bytes were read as letters."""
    source.encoding = encoding[:40]
    ImportSource.objects.filter(pk=source.pk).update(encoding=source.encoding)
