"""Rows of tables for imports: exact, streamed, and safe to read in any process."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from baobab.reading import Refused, detect_encoding, rows, sheet_names
from tests.reading import made


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_rows_in_any_dialect_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "a.csv"
    lines = [["name", "région"], ["Delta", "Évaluation à mi-parcours"], ['say "yes"', "two\nlines"]]
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    path.write_bytes("\r\n".join(quoted).encode(encoding))
    assert list(rows(path, "csv")) == lines


def test_detected_encoding_says_whether_it_was_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,name\n" * 20_000 + "Évaluation à mi-parcours".encode("cp1252"))
    assert detect_encoding(path) == ("cp1252", True)
    path.write_bytes("id,région\n".encode())
    assert detect_encoding(path) == ("utf-8", False)


def test_nul_bytes_and_unclosed_quotes_do_not_stop_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\n1\0,2\n"open,3\n')
    assert list(rows(path, "csv")) == [["a", "b"], ["1", "2"], ["open,3\n"]]


def test_workbook_rows_keep_their_columns(tmp_path: Path) -> None:
    cells = (
        "<row><c r='B1' t='inlineStr'><is><t>b</t></is></c><c r='D1'><v>4</v></c></row><row/>"
        "<row><c r='A3'><v>1</v></c></row>"
    )
    path = made.xlsx(
        tmp_path / "a.xlsx", {"First": cells, "Second": "<row><c><v>7</v></c><c><v>8</v></c></row>"}
    )
    assert list(rows(path, "xlsx")) == [["", "b", "", "4"], [], ["1"]]
    assert list(rows(path, "xlsx", sheet="Second")) == [["7", "8"]]
    assert sheet_names(path) == ("First", "Second")
    with pytest.raises(KeyError):
        list(rows(path, "xlsx", sheet="Third"))


def test_long_workbook_is_read_in_constant_memory(tmp_path: Path) -> None:
    cells = (f"<c><v>{n * 7919}</v></c><c t='inlineStr'><is><t>site {n}</t></is></c>" for n in range(40_000))
    path = made.xlsx(tmp_path / "a.xlsx", {"Long": "".join(f"<row>{two}</row>" for two in cells)})
    tracemalloc.start()
    count = sum(1 for _ in rows(path, "xlsx"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 40_000
    assert peak < 8 << 20


def test_cell_at_the_far_corner_costs_nothing(tmp_path: Path) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", {"A": "<row><c r='A1'><v>1</v></c><c r='XFD1'><v>2</v></c></row>"})
    assert list(rows(path, "xlsx")) == [["1"]]


def test_swelling_workbook_is_refused(tmp_path: Path) -> None:
    path = made.xlsx(tmp_path / "a.xlsx", {"A": "<row/>" + " " * (40 << 20)})
    with pytest.raises(Refused, match="unpacked"):
        list(rows(path, "xlsx"))


def test_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 and then nothing of the kind")
    with pytest.raises(Refused, match="broken"):
        list(rows(path, "xlsx"))
