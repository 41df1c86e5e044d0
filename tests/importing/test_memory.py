"""Memory does not grow with the number of records."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.importing.installation import Installation

pytestmark = pytest.mark.slow

_PEAK = """
import resource, subprocess, sys
ended = subprocess.run([sys.executable, "-m", "baobab.config.command", *sys.argv[1:]], capture_output=True)
assert ended.returncode == 0, ended.stderr
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def peak(installation: Installation, *arguments: str) -> int:
    """The most memory (MB) that the command held."""
    process = subprocess.run(
        [sys.executable, "-c", _PEAK, *arguments], env=installation.environment, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr
    return int(process.stdout)


def records(path: Path, number: int) -> Path:
    with path.open("w") as file:
        for n in range(number):
            file.write(json.dumps({"id": str(n), "title": f"Report {n}", "body": "water " * 20}) + "\n")
    return path


def test_ten_times_the_records_take_hardly_more_memory(tmp_path: Path) -> None:
    small, large = (Installation(tmp_path / name) for name in ("small", "large"))
    few = peak(small, "import", str(records(tmp_path / "few.jsonl", 2_000)))
    many = peak(large, "import", str(records(tmp_path / "many.jsonl", 20_000)))
    assert many < few + 60, f"{few} MB for 2,000 records, {many} MB for 20,000"
