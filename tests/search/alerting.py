"""A program for the crash test of alerts: `python -m tests.search.alerting fill | publish N | alert`.

It works on the data folder that `BAOBAB_HOME` names.
"""

from __future__ import annotations

import sys

import django

django.setup()

from baobab.accounts.models import User  # noqa: E402
from baobab.jobs.actions import enqueue  # noqa: E402
from baobab.jobs.worker import Worker  # noqa: E402
from baobab.organisation.readers import reader_of  # noqa: E402
from baobab.search.indexer import catch_up  # noqa: E402
from baobab.search.saved.actions import save_search  # noqa: E402
from baobab.search.saved.jobs import send_alerts  # noqa: E402
from tests import factories  # noqa: E402

SEARCHES = ("q=peat", "q=atlas", "", "q=peat+atlas")


def fill() -> None:
    """Three people who each save a few searches and want to hear of everything at once."""
    house = factories.house()
    assert catch_up()
    for who in (house.bruno, house.chen, house.esi):
        for query in SEARCHES:
            save_search(query, by=who.reader, rhythm="immediate")


def publish(number: int) -> None:
    """So many assets that all of them fit."""
    amina = reader_of(User.objects.get(email="amina@house.example"))
    for each in range(number):
        factories.published(amina, f"Peat atlas {each}")
    assert catch_up()


def alert() -> None:
    """One run of the schedule, and of what a dead worker left behind."""
    enqueue(send_alerts, key="schedule")
    print("ready", flush=True)
    Worker(names=["search.alerts"]).work_off()


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill()
    elif sys.argv[1] == "publish":
        publish(int(sys.argv[2]))
    else:
        alert()
