"""The kind `note`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from baobab.assets.description import Description
from baobab.assets.files.actions import attach_file
from baobab.assets.kinds import Badge, Kind, register
from baobab.assets.models import Asset, AssetFile
from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line
from baobab.organisation.readers import Reader

from .models import Note, Remark

FIELDS = ("mood", "remark")
MOODS = ("calm", "stormy")


class NoteForm(forms.Form):
    """The note's own fields."""

    mood = forms.CharField(required=False)
    remark = forms.CharField(required=False)


def _clean(given: Mapping[str, object]) -> dict[str, Any]:
    cleaned = {name: clean_line(str(given[name] or "")) for name in FIELDS if name in given}
    if cleaned.get("mood", "calm") not in MOODS:
        raise BadInput(fields={"mood": ["This is no mood."]})
    return cleaned


def _write(pairs: Sequence[tuple[Asset, Mapping[str, Any]]]) -> None:
    for asset, detail in pairs:
        own = {"mood": detail["mood"]} if "mood" in detail else {}
        Note._default_manager.update_or_create(asset=asset, defaults=own)
        if "remark" in detail:
            Remark._default_manager.create(asset=asset, text=detail["remark"])


def _read(asset_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    remarks: dict[int, str] = dict(
        Remark._default_manager.filter(asset__in=asset_ids).order_by("pk").values_list("asset_id", "text")
    )
    return {
        pk: {"mood": mood, "remark": remarks.get(pk, "")}
        for pk, mood in Note._default_manager.filter(pk__in=asset_ids).values_list("pk", "mood")
    }


def _describe(asset: Asset, language: str) -> Description:
    return Description(title=asset.title, language=asset.original_language, issued=asset.issued, genre="note")


def _badges(asset_ids: Sequence[int], language: str) -> dict[int, Badge]:
    moods = Note._default_manager.filter(pk__in=asset_ids).values_list("pk", "mood")
    return {pk: Badge(mood) for pk, mood in moods}


def _words(asset_ids: Sequence[int]) -> dict[int, str]:
    return dict(Remark._default_manager.filter(asset__in=asset_ids).values_list("asset_id", "text"))


def _parts(asset: Asset, reader: Reader, files: Sequence[AssetFile]) -> dict[str, Any]:
    return {"mood": Note._default_manager.get(pk=asset.pk).mood}


KIND = register(
    Kind(
        name="note",
        label=gettext_lazy("note"),
        label_plural=gettext_lazy("notes"),
        icon="publication",
        detail=Note,
        clean_detail=_clean,
        write_details=_write,
        read_details=_read,
        describe=_describe,
        add_file=attach_file,
        form=NoteForm,
        page_template="note/note_page.html",
        page_parts=_parts,
        badges=_badges,
        index_words=_words,
        import_fields=FIELDS,
        tables=((Remark, "asset"),),
    )
)
