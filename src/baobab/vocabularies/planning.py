"""What an import is going to do, before anything is written: which scheme, which parents, what is new."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput

from . import hierarchy
from .models import ConceptLabel
from .reports import ImportReport
from .skos import SkosConcept, SkosScheme, Vocabulary, listed

# Part of each digest: to be raised when the same source shall be written anew.
_DIGEST_VERSION = 1

# How many cut cycles a report names.
_CYCLES_NAMED = 50


def homes_of(vocabulary: Vocabulary, scheme_uri: str, report: ImportReport) -> dict[str, str]:
    """Each concept's URI → the one scheme it goes to."""
    if scheme_uri:
        chosen = {uri: scheme_uri for uri, c in vocabulary.concepts.items() if scheme_uri in c.schemes}
        if not chosen:
            raise BadInput(
                _("The file has no concepts of the scheme %(uri)s. It has: %(schemes)s.")
                % {"uri": scheme_uri, "schemes": listed(list(vocabulary.schemes)) or _("none")}
            )
        return chosen
    sizes = Counter(s for c in vocabulary.concepts.values() for s in c.schemes if s in vocabulary.schemes)
    largest = sorted(sizes, key=lambda uri: (-sizes[uri], uri))
    fallback = _scheme_for_homeless(vocabulary, largest)
    homes: dict[str, str] = {}
    homeless = 0
    for uri, concept in vocabulary.concepts.items():
        own = [scheme for scheme in concept.schemes if scheme in vocabulary.schemes]
        homeless += not own
        homes[uri] = min(own, key=lambda scheme: (-sizes[scheme], scheme)) if own else fallback
    if homeless and len(largest) > 1:
        report.problems.append(
            _("Concepts that name no scheme, put into the largest one, %(scheme)s: %(count)d.")
            % {"scheme": fallback, "count": homeless}
        )
    unused = len(set(largest) - set(homes.values()))
    if unused:
        report.remarks.append(
            _("Schemes not kept, as a larger one of the file has all their concepts: %(count)d.")
            % {"count": unused}
        )
    return homes


def _scheme_for_homeless(vocabulary: Vocabulary, largest: Sequence[str]) -> str:
    """Where concepts without a scheme go: the largest one, else one named by what the URIs share."""
    if largest:
        return largest[0]
    if vocabulary.schemes:
        return next(iter(vocabulary.schemes))
    first, last = min(vocabulary.concepts), max(vocabulary.concepts)
    shared = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    namespace = first[: max(first.rfind(mark, 0, shared) for mark in "/#:") + 1]
    if namespace.count("/") < 3 and not namespace.startswith("urn:"):
        raise BadInput(_("The file names no concept scheme, and the URIs share no beginning to name one by."))
    vocabulary.schemes[namespace] = SkosScheme(namespace)
    return namespace


def report_notations(
    concepts: Mapping[str, SkosConcept], homes: Mapping[str, str], report: ImportReport
) -> None:
    counted = Counter((homes[uri], c.notation) for uri, c in concepts.items() if c.notation)
    twice = sorted(notation for (_scheme, notation), count in counted.items() if count > 1)
    if twice:
        report.problems.append(
            _("Notations that several concepts share (%(count)d): %(notations)s.")
            % {"count": len(twice), "notations": listed(twice)}
        )


def parents_of(concepts: Mapping[str, SkosConcept], report: ImportReport) -> dict[str, list[str]]:
    """Each concept's broader ones, those in the file, without cycles."""
    outside = sorted({uri for c in concepts.values() for uri in c.broader if uri not in concepts})
    if outside:
        report.problems.append(
            _("Broader concepts that are not in the import, left out (%(count)d): %(uris)s.")
            % {"count": len(outside), "uris": listed(outside)}
        )
    kept, cut = hierarchy.cut_cycles(
        {uri: [parent for parent in c.broader if parent in concepts] for uri, c in concepts.items()}
    )
    report.cycles = [f"{_name(concepts[a])} → {_name(concepts[b])}" for a, b in cut[:_CYCLES_NAMED]]
    if len(cut) > _CYCLES_NAMED:
        report.problems.append(
            _("Further circles that were cut: %(count)d.") % {"count": len(cut) - _CYCLES_NAMED}
        )
    return kept


def _name(concept: SkosConcept) -> str:
    return next(label.text for label in concept.labels if label.role == ConceptLabel.Role.PREFERRED)


def digest_of(
    concept: SkosConcept, home: str, parents: Sequence[str], concepts: Mapping[str, SkosConcept]
) -> str:
    said = [
        _DIGEST_VERSION,
        home,
        concept.notation,
        concept.is_deprecated,
        [[label.language, label.role, label.text] for label in concept.labels],
        [[note.language, note.role, note.text] for note in concept.notes],
        sorted(parents),
        [uri for uri in concept.related if uri in concepts],
        concept.mappings,
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
