"""All benchmarks, one after the other, each in a process of its own: `python -m bench [NAME...]`.

The sizes are small, so that the whole takes some minutes; each says in its own text how to run it larger.
One that cannot run here says why, and the others go on.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

# Module, and the arguments that keep it short.
BENCHES: dict[str, tuple[str, ...]] = {
    "importing": ("--records", "2000"),
    "lookalikes": ("--assets", "1000"),
    "meaning": ("--vectors", "50000"),
    "reading": ("--rounds", "1"),
    "relevance": ("--typos",),
    "search": ("--records", "20000", "--questions", "20"),
    "search_pages": ("--records", "2000", "--questions", "10"),
    "web": ("--requests", "200"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run those named, or all; the status is that of the last that failed."""
    names = list(sys.argv[1:] if argv is None else argv) or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(
            f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(BENCHES)}.", file=sys.stderr
        )
        return 2
    status = 0
    for name in names:
        print(f"\n== {name} ==", flush=True)
        begun = time.monotonic()
        ended = subprocess.run([sys.executable, "-m", f"bench.{name}", *BENCHES[name]], check=False)
        print(f"({time.monotonic() - begun:.0f} s)", flush=True)
        status = ended.returncode or status
    return status


if __name__ == "__main__":
    sys.exit(main())
