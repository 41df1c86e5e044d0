"""`baobab jobs`: what goes on in the background, and doing something about it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from baobab.jobs import actions, queries, registry
from baobab.jobs.models import Job


class Command(BaseCommand):
    help = "List background jobs; stop one (jobs stop NUMBER), or try a failed one again (jobs retry NUMBER)."

    def add_arguments(self, parser: CommandParser) -> None:
        tasks = parser.add_subparsers(dest="task")
        listing = tasks.add_parser("list", help="list jobs, the newest last")
        listing.add_argument("--state", choices=Job.State.values, default="", help="only jobs in this state")
        listing.add_argument("--number", type=int, default=20, help="how many; default 20")
        for task, meaning in (("stop", "stop a job"), ("retry", "queue a failed or stopped job again")):
            tasks.add_parser(task, help=meaning).add_argument("job", type=int, metavar="NUMBER")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["task"] == "stop":
            job = actions.request_stop(options["job"])
            self.stdout.write(
                f"Job {job.pk} stops at its next step."
                if job.state == "running"
                else f"Job {job.pk} is {job.state}."
            )
        elif options["task"] == "retry":
            job = actions.retry(options["job"])
            self.stdout.write(f"Job {job.pk} is {job.state}.")
        else:
            self._list(state=options.get("state", ""), number=options.get("number", 20))

    def _list(self, *, state: str, number: int) -> None:
        jobs = list(queries.recent_jobs(state=state)[: max(1, number)])
        for job in reversed(jobs):
            far = f"{job.done} of {job.total}" if job.total else ""
            said = job.failure or job.message
            parts = (
                f"{job.pk:>6}",
                f"{job.state:<8}",
                f"{job.created_at:%Y-%m-%d %H:%M}",
                str(registry.title_of(job.name)),
                far,
                said,
            )
            self.stdout.write("  ".join(part for part in parts if part))
        counted = ", ".join(f"{count} {name}" for name, count in queries.counts().items())
        self.stdout.write(counted)
