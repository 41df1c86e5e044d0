"""Bytes and the files of assets: kept once, whole, under harmless names."""

from __future__ import annotations

import pytest

from baobab.assets.files import storage
from baobab.assets.files.actions import attach_file, clean_file_name, receive_blob, set_file_details
from baobab.assets.files.queries import file_of
from baobab.assets.models import (
    AssetFile,
    Blob,
)
from baobab.kernel.errors import BadInput, Refused
from tests.factories import House, draft, with_file

pytestmark = pytest.mark.django_db


def test_the_same_bytes_are_kept_once_and_asked_for_by_many(house: House) -> None:
    one, other = draft(house.bruno.reader, "One"), draft(house.bruno.reader, "Other")
    for asset in (one, other, one):
        with_file(asset, "The same", by=house.bruno.reader, content=b"the same bytes")
    blob = Blob.objects.get()
    assert storage.path_of(blob.sha256).read_bytes() == b"the same bytes"
    assert AssetFile.objects.count() == 2


def test_a_crash_between_bytes_and_row_leaves_no_row_and_the_next_try_works(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from baobab.assets.files import actions

    def crash(sha256: str, size: int) -> Blob:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(actions, "_blob_row", crash)
        with pytest.raises(KeyboardInterrupt):
            receive_blob([b"cut off"])
    assert not Blob.objects.exists()
    blob = receive_blob([b"cut", b" off"])
    assert storage.path_of(blob.sha256).read_bytes() == b"cut off"
    assert list((storage.folder() / "arriving").iterdir()) == []


def test_too_many_bytes_are_refused_and_none_kept() -> None:
    with pytest.raises(BadInput, match="more than"):
        receive_blob([b"x" * 600, b"x" * 600], limit=1000)
    assert not Blob.objects.exists()
    assert list((storage.folder() / "arriving").iterdir()) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\report.pdf", "report.pdf"),
        ("re\x00port\n.pdf", "report .pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        (" .. report.pdf. ", "report.pdf"),
        ("تقرير.pdf", "تقرير.pdf"),
        ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
        ("x" * 400, "x" * 255),
    ],
)
def test_names_of_files_are_made_harmless(given: str, kept: str) -> None:
    assert clean_file_name(given) == kept


@pytest.mark.parametrize("name", ["", "..", "/", "a/", "\x00", "\u202e", "\u200b"])
def test_a_file_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(BadInput):
        clean_file_name(name)


def test_only_those_who_may_change_an_asset_add_and_describe_files(house: House) -> None:
    asset = draft(house.bruno.reader)
    blob = receive_blob([b"x"])
    for by in (house.chen.reader, house.esi.reader, house.nobody):
        with pytest.raises(Refused):
            attach_file(asset, blob, name="x.txt", by=by)
    assert not AssetFile.objects.exists()
    file = attach_file(asset, blob, name="x.txt", by=house.bruno.reader)
    with pytest.raises(BadInput):
        attach_file(asset, blob, name="x.txt", by=house.bruno.reader, language="klingonese")
    with pytest.raises(BadInput):
        set_file_details(file, by=house.bruno.reader, language="klingonese", title="")
    set_file_details(file, by=house.bruno.reader, language="French", title=" The\x00 guide ")
    kept = file_of(asset, 1)
    assert (kept.language, kept.title) == ("fr", "The guide")
