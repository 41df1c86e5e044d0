"""Pages of PDF read per second of processor time, beside pypdf on the same files in the same run.

Usage: python -m bench.reading [FOLDER] [--rounds N]

FOLDER holds the PDFs (default: documents of $BAOBAB_DATA or ../shared/data; hostile ones are left out).
"Whole" is fork, confinement, text with repairs, language, title and picture. "Text only" is the same parser
without sandbox, language and picture. pypdf gives raw text, in this process. Times are user + system, with
those of children; the ratio holds on any machine, the figures only on the one named.
"""

from __future__ import annotations

import argparse
import logging
import os
import platform
import resource
from collections.abc import Callable
from pathlib import Path

import pypdf
from pypdf.errors import PyPdfError

from baobab.reading import Limits, Reader
from baobab.reading.budget import Budget
from baobab.reading.content import Source
from baobab.reading.formats import pdf

DEFAULT = Path(os.environ.get("BAOBAB_DATA") or "../shared/data") / "documents"


def processor_seconds() -> float:
    """User and system seconds of this process and of its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def zygote_seconds(reader: Reader) -> float:
    """Seconds of the reader's zygote and its children, which are no children of ours until they end."""
    process = reader._process
    if process is None or not Path(f"/proc/{process.pid}/stat").exists():
        return 0.0
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def read_in_sandbox(reader: Reader, path: Path) -> int:
    """Pages read by the whole reader."""
    return len(reader.read(path).pages)


def read_text_only(path: Path) -> int:
    """Pages read by our PDF reader in this process."""
    with path.open("rb") as file:
        source = Source(file, path.stat().st_size, path.name, "pdf", "application/pdf")
        return len(pdf.read(source, Budget(Limits())).pages)


def read_by_pypdf(path: Path) -> int:
    """Pages read by pypdf."""
    count = 0
    for page in pypdf.PdfReader(path).pages:
        page.extract_text()
        count += 1
    return count


def measured(read: Callable[[Path], int], paths: list[Path], clock: Callable[[], float]) -> tuple[int, float]:
    """Pages and processor seconds of reading all paths; files that the peer cannot read count for nothing."""
    pages, begun = 0, clock()
    for path in paths:
        try:
            pages += read(path)
        except PyPdfError as error:
            print(f"  {path.name}: {error}")
    return pages, clock() - begun


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    paths = sorted(path for path in options.folder.rglob("*.pdf") if "hostile" not in path.parts)
    if not paths:
        raise SystemExit(f"There are no PDFs in {options.folder}. Name a folder that has some.")
    best: dict[str, tuple[int, float]] = {}
    with Reader() as reader:
        reader.read(paths[0])
        ways: dict[str, tuple[Callable[[Path], int], Callable[[], float]]] = {
            "baobab, whole": (
                lambda path: read_in_sandbox(reader, path),
                lambda: processor_seconds() + zygote_seconds(reader),
            ),
            "baobab, text only": (read_text_only, processor_seconds),
            "pypdf, raw text": (read_by_pypdf, processor_seconds),
        }
        for _ in range(options.rounds):
            for name, (read, clock) in ways.items():
                result = measured(read, paths, clock)
                if name not in best or result[1] < best[name][1]:
                    best[name] = result
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}"
    print(
        f"{len(paths)} PDFs, best of {options.rounds} rounds; {machine}, Python {platform.python_version()}\n"
    )
    base = best["pypdf, raw text"]
    print(f"{'':<20}{'pages':>8}{'cpu s':>10}{'pages/cpu s':>14}{'ratio':>9}")
    for name, (pages, seconds) in best.items():
        rate = pages / seconds
        print(f"{name:<20}{pages:>8}{seconds:>10.2f}{rate:>14.0f}{rate / (base[0] / base[1]):>8.1f}x")


if __name__ == "__main__":
    main()
