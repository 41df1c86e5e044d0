"""`baobab check`: whether this installation can do its work, in sentences."""

from __future__ import annotations

from typing import Any

from django.core.management.base import SystemCheckError
from django.core.management.commands import check

from baobab.config.health import findings


class Command(check.Command):
    help = (
        "Check this installation: database, folders, mail, settings. Exit status 1 when something is wrong."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = findings()
        for finding in found:
            mark = "ok    " if finding.is_well else "note  " if finding.is_optional else "WRONG "
            self.stdout.write(f"{mark}{finding.sentence}")
        super().handle(*args, **options)
        if not all(finding.is_well or finding.is_optional for finding in found):
            raise SystemCheckError("Something above needs mending.")
