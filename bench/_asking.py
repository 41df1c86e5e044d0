"""Asks an installation all questions of a file, through the product's one search; a process of its own.

Run by `bench.relevance` as `python -m bench._asking QUESTIONS SOURCE LIMIT` with BAOBAB_HOME set:
QUESTIONS is a JSON file of id → text. Prints a JSON object: question → ids of records, best first, and
the milliseconds that each question took, hits read from the database included.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import django


def main() -> None:
    """Ask and print."""
    place, source, limit = sys.argv[1:4]
    django.setup()
    from baobab.assets.models import Origin
    from baobab.organisation.readers import anonymous
    from baobab.search.queries import SearchRequest, search

    names = dict(Origin.objects.filter(source=source).values_list("asset_id", "source_id"))
    reader = anonymous()
    rankings: dict[str, list[str]] = {}
    times: list[float] = []
    for key, text in json.loads(Path(place).read_text()).items():
        begun = time.perf_counter()
        found = search(reader, SearchRequest(q=text, size=int(limit)), with_facets=False)
        times.append((time.perf_counter() - begun) * 1000)
        rankings[key] = [names[hit.asset_id] for hit in found.hits if hit.asset_id in names]
    json.dump({"rankings": rankings, "times": times}, sys.stdout)


if __name__ == "__main__":
    main()
