"""What a worker does when the database fails it."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from django.db import OperationalError, connection

from baobab.jobs import actions
from baobab.jobs.worker import Worker


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has another error for this")
def test_a_statement_that_the_database_will_never_understand_ends_the_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def look_into_a_missing_table(*_given: object, **_named: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")

    monkeypatch.setattr(actions, "claim", look_into_a_missing_table)
    monkeypatch.setattr("baobab.jobs.worker.close_old_connections", lambda: None)
    with pytest.raises(OperationalError, match="no such table"):
        Worker().run_until(lambda: False)


@pytest.mark.django_db
def test_a_database_that_is_busy_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    worker = Worker()

    def find_it_locked(*_given: object, **_named: object) -> None:
        asked.append(threading.get_ident())
        if len(asked) == 2:
            worker.close()
            return
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise OperationalError(*error.args) from error

    monkeypatch.setattr(actions, "claim", find_it_locked)
    monkeypatch.setattr("baobab.jobs.worker.close_old_connections", lambda: None)
    monkeypatch.setattr("baobab.jobs.worker.connection", _Left())
    monkeypatch.setattr("baobab.jobs.worker._AFTER_DATABASE_ERROR", 0.01)
    worker.run_until(lambda: False)
    assert len(asked) == 2


class _Left:
    """Stands for the connection, which the test's own transaction needs."""

    def close(self) -> None:
        return
