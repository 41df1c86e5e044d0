"""Memory does not grow with the number of records."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from tests.importing.installation import Installation

pytestmark = pytest.mark.slow

_ANONYMOUS = re.compile(r"RssAnon:\s+(\d+) kB")


def peak(installation: Installation, *arguments: str) -> int:
    """The most memory of its own (MB) that the command was seen to hold, mapped files left out (proc(5))."""
    process = installation.start(*arguments)
    status = Path(f"/proc/{process.pid}/status")
    most = 0
    while process.poll() is None:
        found = _ANONYMOUS.search(status.read_text())
        most = max(most, int(found[1]) if found else 0)
        time.sleep(0.05)
    said = process.communicate()[0]
    assert process.returncode == 0, said
    return most >> 10


def records(path: Path, number: int) -> Path:
    with path.open("w") as file:
        for n in range(number):
            file.write(json.dumps({"id": str(n), "title": f"Report {n}", "body": "water " * 20}) + "\n")
    return path


def test_ten_times_the_records_take_hardly_more_memory(tmp_path: Path) -> None:
    small, large = (Installation(tmp_path / name) for name in ("small", "large"))
    try:
        few = peak(small, "import", str(records(tmp_path / "few.jsonl", 2_000)))
        many = peak(large, "import", str(records(tmp_path / "many.jsonl", 20_000)))
    finally:
        small.end()
        large.end()
    print(f"{few} MB for 2,000 records, {many} MB for 20,000")
    assert many < few + 40, f"{few} MB for 2,000 records, {many} MB for 20,000"
