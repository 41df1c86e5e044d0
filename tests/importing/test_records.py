"""Files of records in every format and encoding: each row comes out as it went in, or says why not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from baobab.importing import records
from baobab.importing.records import encoding_of, first_names, read_records
from baobab.kernel.errors import BadInput
from tests.importing.made import workbook

ROWS = [
    {"title": "Rapport annuel sur les zones humides protégées", "note": "vérifié par la région en février"},
    {"title": "Les tourbières et les marées du delta intérieur", "note": "deux\nlignes; et, encore | une"},
]


def values(path: Path) -> list[dict[str, Any]]:
    return [record.values for record in read_records(path)]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def table(delimiter: str) -> str:
    rows = [["title", "note"], *([row["title"], row["note"]] for row in ROWS)]
    return "".join(delimiter.join('"' + cell + '"' for cell in row) + "\r\n" for row in rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["r.csv", "r.csv.gz", "r.tsv"])
def test_a_table_reads_alike_in_every_delimiter_encoding_and_packing(
    tmp_path: Path, delimiter: str, encoding: str, name: str
) -> None:
    path = written(tmp_path / name, table(delimiter).encode(encoding))
    assert [{k: v.replace("\r\n", "\n") for k, v in row.items()} for row in values(path)] == ROWS


def test_arabic_in_the_encoding_of_windows_is_recognised_and_named(tmp_path: Path) -> None:
    title = "تقرير عن حالة الأراضي الرطبة والمياه العذبة في المنطقة العربية"
    path = written(tmp_path / "r.csv", f"title,note\n{title},نعم\n".encode("cp1256"))
    assert encoding_of(path) == "cp1256"
    assert values(path)[0]["title"] == title


@pytest.mark.parametrize("name", ["r.jsonl", "r.ndjson", "r.ndjson.gz", "r.json"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_record_to_a_line_reads_alike_under_every_ending(tmp_path: Path, name: str, encoding: str) -> None:
    content = "\n\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)
    assert values(written(tmp_path / name, content.encode(encoding))) == ROWS


@pytest.mark.parametrize("name", ["r.json", "r.json.gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_an_array_of_records_reads_in_every_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    content = json.dumps(ROWS, ensure_ascii=False, indent=1)
    assert values(written(tmp_path / name, content.encode(encoding))) == ROWS


def test_numbers_too_large_for_a_machine_word_and_fractions_come_through_an_array(tmp_path: Path) -> None:
    path = written(tmp_path / "r.json", b'[{"n": 123456789012345678901, "f": 0.5}, {"n": 1}]')
    assert values(path) == [{"n": 123456789012345678901, "f": 0.5}, {"n": 1}]


def test_an_array_much_longer_than_a_piece_comes_out_whole(tmp_path: Path) -> None:
    rows = [{"title": f"Peat {number}", "body": "«x»" * (number % 7) * 20_000} for number in range(60)]
    path = written(tmp_path / "r.json", json.dumps(rows, ensure_ascii=False).encode())
    assert values(path) == rows


def test_one_line_in_another_encoding_does_not_spoil_the_others(tmp_path: Path) -> None:
    good = [json.dumps({"title": f"Zone humide protégée numéro {n}"}, ensure_ascii=False) for n in range(20)]
    content = "\n".join(good).encode() + b'\n{"title": "Caf\xe9"}\n'
    read = values(written(tmp_path / "r.jsonl", content))
    assert [json.dumps(row, ensure_ascii=False) for row in read[:20]] == good
    assert read[20]["title"].startswith("Caf")


def test_a_workbook_reads_with_its_numbers_and_dates(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [["title", "year", "day"], ["Water", 2014, "2014-05-03"]])
    assert values(path) == [{"title": "Water", "year": "2014", "day": "2014-05-03"}]
    assert encoding_of(path) == ""


def test_reading_begins_after_the_records_that_were_taken_in(tmp_path: Path) -> None:
    path = written(tmp_path / "r.csv", b"title\na\nb\nc\n")
    assert [(r.number, r.values["title"]) for r in read_records(path, start=1)] == [(2, "b"), (3, "c")]


def test_a_column_that_comes_twice_is_kept_twice_and_one_without_a_name_gets_its_place(
    tmp_path: Path,
) -> None:
    path = written(tmp_path / "r.csv", b"title,,Title,note,title\na,b,c,d,e\n")
    assert values(path) == [{"title": "a", "column 2": "b", "Title (2)": "c", "note": "d", "title (3)": "e"}]


def test_a_short_row_is_taken_and_one_with_cells_too_many_is_refused_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "r.csv", b"title,note\na\nb,c,d\ne,f,\n")
    first, second, third = read_records(path)
    assert (first.values, third.values) == ({"title": "a"}, {"title": "e", "note": "f"})
    assert second.problem == "The row has 3 cells, the heading 2."


def test_a_spreadsheets_own_line_about_its_delimiter_is_no_heading(tmp_path: Path) -> None:
    path = written(tmp_path / "r.csv", "sep=;\r\ntitle;note\r\nWater;été\r\n".encode("cp1252"))
    assert values(path) == [{"title": "Water", "note": "été"}]


def test_a_cell_of_fifty_thousand_characters_and_one_with_nul_bytes_come_out_whole(tmp_path: Path) -> None:
    path = written(tmp_path / "r.csv", b"title,body\nWa\0ter," + b"x" * 50_000 + b"\n")
    assert values(path) == [{"title": "Water", "body": "x" * 50_000}]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"title,note\n", b"\xef\xbb\xbf"])
def test_an_empty_table_and_one_with_only_a_heading_have_no_record(tmp_path: Path, content: bytes) -> None:
    assert not first_names(written(tmp_path / "r.csv", content))


def test_lines_that_are_no_records_say_why_and_the_others_go_on(tmp_path: Path) -> None:
    content = (
        b'{"title": "a"}\nnot json\n[1]\n' + b"[" * 100_000 + b'\n{"n": ' + b"9" * 5000 + b'}\n{"title": "b"}'
    )
    read = list(read_records(written(tmp_path / "r.jsonl", content)))
    assert [bool(record.problem) for record in read] == [False, True, True, True, True, False]
    assert read[2].problem == "The record is no object with named fields."


def test_a_line_that_is_too_long_is_refused_without_being_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LONGEST_LINE", 1 << 20)
    content = b'{"title": "' + b"x" * (5 << 20) + b'"}\n{"title": "b"}\n'
    first, second = read_records(written(tmp_path / "r.jsonl.gz", content))
    assert first.problem == "The line is longer than 1 MB."
    assert second.values == {"title": "b"}
    table = written(tmp_path / "r.csv.gz", b"title\na\n" + b"x" * (5 << 20))
    with pytest.raises(BadInput, match="has a line longer than 1 MB"):
        list(read_records(table))


DAMAGED: dict[str, Callable[[], bytes]] = {
    "r.json": lambda: b'[{"title": "a"}, {"title"',
    "number.json": lambda: b'[{"n": ' + b"9" * 5000 + b"}]",
    "nest.json": lambda: b'[{"n": ' + b"[" * 200_000,
    "object.json": lambda: b'{\n "records": []\n}',
    "empty.json": lambda: b"",
    "r.xlsx": lambda: b"PK\x03\x04 nothing more",
    "text.xlsx": lambda: b"title,note\n",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, DAMAGED[name]())
    with pytest.raises(BadInput) as refused:
        list(read_records(path))
    assert name in str(refused.value)


def test_a_gzip_file_that_was_cut_off_gives_what_it_holds_and_then_says_so(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(b'{"title": "%d"}\n' % number for number in range(50_000)))
    path = tmp_path / "r.jsonl.gz"
    path.write_bytes(packed[: len(packed) // 2])
    seen: list[int] = []
    with pytest.raises(BadInput, match="is damaged"):
        seen.extend(record.number for record in read_records(path))
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) > 1000
