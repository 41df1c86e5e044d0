"""One reader for all reading tests: its zygote starts once, as in a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from baobab.reading import Reader


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """A reader that outlives every document the tests throw at it."""
    with Reader() as shared:
        yield shared
