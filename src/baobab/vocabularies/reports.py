"""What an import of a vocabulary did, as numbers and as sentences for whoever started it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Scheme


@dataclass
class ImportReport:
    """Counts of concepts; `labels` counts those of all concepts in the file.

    `cycles` names each step to something broader that was cut, `problems` are sentences on what could not
    be taken as it stands, `remarks` on what is merely worth knowing.
    """

    schemes: list[Scheme] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deprecated: int = 0
    labels: int = 0
    cycles: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def scheme(self) -> Scheme:
        """The scheme that most of the file's concepts belong to."""
        return self.schemes[0]

    def sentences(self) -> list[str]:
        """The report as a person reads it: what was done, then remarks, then problems."""
        counts = [
            ngettext("%(count)d concept is new.", "%(count)d concepts are new.", self.added),
            ngettext("%(count)d concept changed.", "%(count)d concepts changed.", self.changed),
            ngettext("%(count)d concept is as before.", "%(count)d concepts are as before.", self.unchanged),
            ngettext(
                "%(count)d concept left the source; it is deprecated and stays where it is used.",
                "%(count)d concepts left the source; they are deprecated and stay where they are used.",
                self.deprecated,
            ),
            ngettext("The file has %(count)d label.", "The file has %(count)d labels.", self.labels),
        ]
        numbers = (self.added, self.changed, self.unchanged, self.deprecated, self.labels)
        done = [text % {"count": number} for text, number in zip(counts, numbers, strict=True) if number]
        cycles = [
            _("A circle in the hierarchy was cut: %(step)s is no longer a step upwards.") % {"step": step}
            for step in self.cycles
        ]
        return [*done, *self.remarks, *cycles, *self.problems]
