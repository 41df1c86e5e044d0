"""Where the indexes of an installation stand, and who may write them."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from baobab.kernel.durable import held, write_whole

from ._tantivy import TantivyEngine
from ._tantivy_schema import SCHEMA_VERSION
from .address import FORM, SCHEME, read_address
from .engine import Engine, Shelf

_PREFIX = f"index-{SCHEMA_VERSION}-"


def shelf() -> Shelf:
    """The indexes named by `SEARCH_URL`: `tantivy:///folder`, a cluster, or `memory://name` for tests.

    That of a cluster is written as `address.FORM` says. Raises `ImproperlyConfigured` for any other address.
    """
    return _shelf_at(settings.SEARCH_URL)


@cache
def _shelf_at(url: str) -> Shelf:
    scheme, _, place = url.partition("://")
    if scheme == "memory":
        return MemoryShelf()
    if scheme == "tantivy" and place:
        return FolderShelf(Path(place))
    if scheme == SCHEME:
        # Loaded only where it is used: it needs the extra `opensearch`.
        from ._opensearch.shelf import OpenSearchShelf

        return OpenSearchShelf(read_address(url))
    raise ImproperlyConfigured(
        f"SEARCH_URL begins with {scheme}://. It must be tantivy:///a/folder or {FORM}."
    )


class FolderShelf:
    """Indexes in folders of one folder on a local disk, which holds besides:

    `current`, the name of the index in use (`index-<schema version>-<random>`); `writer.lock`, locked by
    the one process that writes; `building`, the name of an unfinished index and the last asset in it;
    `rebuild-asked` and `rebuild-progress`, words between processes. Deleting all of it costs a rebuild and
    nothing else.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: tuple[str, TantivyEngine] | None = None
        self._built: str = ""
        self._opening = threading.Lock()

    def current(self) -> Engine | None:
        """See `engine.Shelf.current`. Reads one small file."""
        name = self._name_of_current()
        if not name.startswith(_PREFIX):
            return None
        opened = self._opened
        if opened and opened[0] == name:
            return opened[1]
        with self._opening:
            if not (self._folder / name / "meta.json").exists():
                return None
            self._opened = (name, TantivyEngine(self._folder / name))
            return self._opened[1]

    def build(self) -> tuple[Engine, int]:
        """See `engine.Shelf.build`. To be called under the lock only."""
        self.tidy()
        self._built, last = self._unfinished()
        if not self._built:
            self._built = _PREFIX + secrets.token_hex(4)
            (self._folder / self._built).mkdir(parents=True)
        return TantivyEngine(self._folder / self._built), last

    def keep(self, last: int) -> None:
        """See `engine.Shelf.keep`."""
        write_whole(self._folder / "building", f"{self._built} {last}")

    def abandon(self) -> None:
        """See `engine.Shelf.abandon`."""
        (self._folder / "building").unlink(missing_ok=True)

    def adopt(self) -> None:
        """See `engine.Shelf.adopt`: a new pointer is renamed over the old one."""
        write_whole(self._folder / "current", self._built)
        self.abandon()
        (self._folder / "rebuild-asked").unlink(missing_ok=True)
        (self._folder / "rebuild-progress").unlink(missing_ok=True)

    def lock(self) -> AbstractContextManager[bool]:
        """See `engine.Shelf.lock`: a lock of the operating system, gone with the process however it ends."""
        return held(self._folder / "writer.lock")

    def tidy(self) -> None:
        """See `engine.Shelf.tidy`: unfinished indexes, and the one that was in use before."""
        kept = {self._name_of_current(), self._unfinished()[0]}
        for folder in self._folder.glob("index-*"):
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)

    def ask_for_rebuild(self) -> None:
        """See `engine.Shelf.ask_for_rebuild`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "rebuild-asked").touch()

    def is_rebuild_asked(self) -> bool:
        """See `engine.Shelf.is_rebuild_asked`."""
        return (self._folder / "rebuild-asked").exists()

    def tell_progress(self, done: int, total: int) -> None:
        """See `engine.Shelf.tell_progress`."""
        write_whole(self._folder / "rebuild-progress", f"{done} {total}")

    def progress(self) -> tuple[int, int] | None:
        """See `engine.Shelf.progress`."""
        try:
            done, total = (self._folder / "rebuild-progress").read_text().split()
        except FileNotFoundError:
            return None
        return int(done), int(total)

    def _unfinished(self) -> tuple[str, int]:
        """The name of an index that this version began and did not finish, and the last asset in it."""
        try:
            name, last = (self._folder / "building").read_text().split()
        except FileNotFoundError:
            return "", 0
        is_ours = name.startswith(_PREFIX) and (self._folder / name / "meta.json").exists()
        return (name, int(last)) if is_ours else ("", 0)

    def _name_of_current(self) -> str:
        try:
            return (self._folder / "current").read_text().strip()
        except FileNotFoundError:
            return ""


class MemoryShelf:
    """Indexes in the memory of this process: for tests."""

    def __init__(self) -> None:
        self._current: TantivyEngine | None = None
        self._built: TantivyEngine | None = None
        self._kept = 0
        self._is_asked = False
        self._progress: tuple[int, int] | None = None
        self._lock = threading.Lock()

    def current(self) -> Engine | None:
        """See `engine.Shelf.current`."""
        return self._current

    def build(self) -> tuple[Engine, int]:
        """See `engine.Shelf.build`."""
        self._built = self._built or TantivyEngine()
        return self._built, self._kept

    def keep(self, last: int) -> None:
        """See `engine.Shelf.keep`."""
        self._kept = last

    def abandon(self) -> None:
        """See `engine.Shelf.abandon`."""
        self._built, self._kept = None, 0

    def adopt(self) -> None:
        """See `engine.Shelf.adopt`."""
        self._current = self._built
        self.abandon()
        self._is_asked, self._progress = False, None

    @contextmanager
    def lock(self) -> Iterator[bool]:
        """See `engine.Shelf.lock`."""
        is_mine = self._lock.acquire(blocking=False)
        try:
            yield is_mine
        finally:
            if is_mine:
                self._lock.release()

    def tidy(self) -> None:
        """See `engine.Shelf.tidy`: memory goes by itself."""

    def ask_for_rebuild(self) -> None:
        """See `engine.Shelf.ask_for_rebuild`."""
        self._is_asked = True

    def is_rebuild_asked(self) -> bool:
        """See `engine.Shelf.is_rebuild_asked`."""
        return self._is_asked

    def tell_progress(self, done: int, total: int) -> None:
        """See `engine.Shelf.tell_progress`."""
        self._progress = (done, total)

    def progress(self) -> tuple[int, int] | None:
        """See `engine.Shelf.progress`."""
        return self._progress
