"""Jobs that exist for these tests only."""

from __future__ import annotations

from baobab.jobs.registry import job
from baobab.jobs.run import Run
from baobab.kernel.errors import BaobabError, NotFound

calls: list[str] = []


@job("tests.note", title="Write a note")
def note(run: Run, *, text: str) -> dict[str, str]:
    calls.append(text)
    return {"text": text}


@job("tests.fail", attempts=2)
def fail(run: Run, *, how: str) -> None:
    calls.append(how)
    if how == "for people":
        raise BaobabError("The disk is full.")
    if how == "for good":
        raise NotFound("The file is not there any more.")
    raise KeyError("an inner matter")


@job("tests.count")
def count(run: Run, *, to: int) -> None:
    for number in range(to):
        run.progress(done=number + 1, total=to, message=f"Number {number + 1}")
