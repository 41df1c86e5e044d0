"""Makes the data folder and the database ready for whatever command comes first, once per version."""

from __future__ import annotations

import fcntl
import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from baobab import __version__
from baobab.kernel import clock
from baobab.kernel.errors import BaobabError

Say = Callable[[str], None]

# Copies of a SQLite database from before an upgrade; older ones are deleted.
BACKUPS_KEPT = 5
# Two machines that meet the same empty PostgreSQL agree by this number (any constant would do).
_ADVISORY_LOCK = 0x62616F62
# What `install` functions and migrations are made of. A changed file means: prepare again.
_MATTERS = ("*.py", "*.json", "*.ttl", "*.toml")


class NotPrepared(BaobabError):
    """The database cannot be used as it is."""

    status = 503
    title = "The database is not ready"


def run_folder() -> Path:
    """Where locks and marks of this data folder live."""
    folder = Path(settings.BAOBAB_HOME) / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def prepare(*, say: Say) -> bool:
    """Bring the database to this version, and what each app needs into it; returns whether that took work.

    An empty database is filled. One of an older version is upgraded: on SQLite after a copy was kept in
    `BAOBAB_HOME/backups`, on a server only by `baobab migrate`, and until then `NotPrepared` is raised.
    Then every app's `install.install()` runs, lowest app first; it must be safe to repeat. Any number of
    processes may call this at once: one works, the others wait. Costs one query when there is nothing to do.
    """
    stamp = run_folder() / "prepared"
    wanted = _digest()
    if _is_prepared(stamp, wanted):
        return False
    with locked(run_folder() / "prepare.lock"):
        if _is_prepared(stamp, wanted):
            return False
        with _agreed_by_all_machines():
            _migrate(say)
            if settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
                call_command("createcachetable", verbosity=0)
            _install()
        stamp.write_text(f"{wanted} {_migrations_made()}")
    return True


def pending_migrations() -> list[str]:
    """The names of migrations that this version has and the database has not, in order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Hold a file's lock, waiting for it; the system drops it when the process dies."""
    with place.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _digest() -> str:
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(f"{__version__} {settings.DATABASES['default']}".encode())
    for pattern in _MATTERS:
        for place in sorted(package.rglob(pattern)):
            known = place.stat()
            digest.update(f"{place} {known.st_size} {known.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _is_prepared(stamp: Path, wanted: str) -> bool:
    try:
        return stamp.read_text() == f"{wanted} {_migrations_made()}"
    except FileNotFoundError:
        return False


def _migrations_made() -> str:
    """What the database itself says: it may have been replaced since the stamp was written."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), max(id), max(applied) FROM django_migrations")
            return str(cursor.fetchone())
    except DatabaseError:
        return "empty"


@contextmanager
def _agreed_by_all_machines() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])


def _migrate(say: Say) -> None:
    executor = MigrationExecutor(connection)
    of_newer = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if any(label in executor.loader.migrated_apps for label, _name in of_newer):
        raise NotPrepared(
            _(
                "The database was made by a newer version of Baobab than this one (%(version)s). "
                "Nothing was changed. Install the newer version again, or restore a backup."
            )
            % {"version": __version__}
        )
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    is_empty = not executor.loader.applied_migrations
    if is_empty:
        say(_("Preparing the data folder %(folder)s ...") % {"folder": settings.BAOBAB_HOME})
    elif connection.vendor == "sqlite":
        say(
            _("Upgrading the database; a copy is kept in %(place)s ...")
            % {"place": back_up(reason=__version__)}
        )
    else:
        raise NotPrepared(_("The database is of an older version. Keep a backup, then run: baobab migrate"))
    call_command("migrate", interactive=False, verbosity=0)


def back_up(*, reason: str) -> Path:
    """Copy a SQLite database, consistent while others write, to `BAOBAB_HOME/backups`; returns the place."""
    folder = Path(settings.BAOBAB_HOME) / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"baobab-{clock.now():%Y%m%d-%H%M%S-%f}-before-{reason}.sqlite3"
    draft = place.with_suffix(".part")
    connection.ensure_connection()
    with closing(sqlite3.connect(draft)) as copy:
        connection.connection.backup(copy)
    draft.rename(place)
    for old in sorted(folder.glob("baobab-*.sqlite3"))[:-BACKUPS_KEPT]:
        old.unlink()
    return place


def _install() -> None:
    for app in reversed(list(apps.get_app_configs())):
        name = f"{app.name}.install"
        if app.name.startswith("baobab.") and find_spec(name) is not None:
            import_module(name).install()
