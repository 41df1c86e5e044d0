"""SKOS out of RDF: schemes and concepts as plain values, put right where the source is careless."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from rdflib import DC, DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line, clean_text, shorten

from . import rdf
from .languages import normal_tag

# As wide as the columns; 2,400 bytes is what PostgreSQL takes in an index with the rest of the row.
LONGEST_URI = 500
LONGEST_LABEL = 800
LONGEST_LABEL_BYTES = 2400
LONGEST_NOTATION = 120
LONGEST_NOTE = 20_000

PREFERRED, ALTERNATIVE, HIDDEN = "pref", "alt", "hidden"

SKOSXL = Namespace("http://www.w3.org/2008/05/skos-xl#")
ISOTHES = Namespace("http://purl.org/iso25964/skos-thes#")
CC = Namespace("http://creativecommons.org/ns#")

_LABELS = {SKOS.prefLabel: PREFERRED, SKOS.altLabel: ALTERNATIVE, SKOS.hiddenLabel: HIDDEN}
_XL_LABELS = {SKOSXL.prefLabel: PREFERRED, SKOSXL.altLabel: ALTERNATIVE, SKOSXL.hiddenLabel: HIDDEN}
_NOTES = {SKOS.definition: "definition", SKOS.scopeNote: "scope", SKOS.note: "note"}
_BROADER = (SKOS.broader, ISOTHES.broaderGeneric, ISOTHES.broaderInstantial, ISOTHES.broaderPartitive)
_NARROWER = (SKOS.narrower, ISOTHES.narrowerGeneric, ISOTHES.narrowerInstantial, ISOTHES.narrowerPartitive)
_MAPPINGS = {
    SKOS.exactMatch: "exact",
    SKOS.closeMatch: "close",
    SKOS.broadMatch: "broad",
    SKOS.narrowMatch: "narrow",
    SKOS.relatedMatch: "related",
}
_TITLES = (DCTERMS.title, DC.title, SKOS.prefLabel, RDFS.label)
_DESCRIPTIONS = (DCTERMS.description, DC.description, SKOS.definition, RDFS.comment)
_LICENCES = (DCTERMS.license, CC.license, DCTERMS.rights, DC.rights)


@dataclass(frozen=True, order=True)
class Label:
    language: str
    role: str
    text: str


@dataclass(frozen=True, order=True)
class Note:
    language: str
    role: str
    text: str


@dataclass
class SkosScheme:
    """A concept scheme; titles and descriptions by language tag."""

    uri: str
    titles: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    licence: str = ""


@dataclass
class SkosConcept:
    """A concept with all that the file says of it; every list is sorted, so that equal concepts are equal."""

    uri: str
    schemes: tuple[str, ...]
    notation: str
    labels: tuple[Label, ...]
    notes: tuple[Note, ...]
    broader: tuple[str, ...]
    related: tuple[str, ...]
    mappings: tuple[tuple[str, str], ...]
    is_deprecated: bool


@dataclass
class Vocabulary:
    """What a file holds. `replacements` maps the URI of a concept given up to its successor's."""

    schemes: dict[str, SkosScheme]
    concepts: dict[str, SkosConcept]
    replacements: dict[str, str]
    problems: list[str]


def read_skos(content: bytes, *, name: str = "") -> Vocabulary:
    """The schemes and concepts of an RDF file (SKOS Reference, 2009; SKOS-XL labels too).

    What can be put right is, and `problems` says so in sentences. Raises BadInput when the file is
    broken, unsafe, too large, or holds no concept with a label.
    """
    return _Reading(rdf.parse(content, name=name), name).vocabulary()


class _Reading:
    """One pass over the graph: statements by predicate, then concepts out of them."""

    def __init__(self, graph: Graph, name: str) -> None:
        self.name = name or _("The vocabulary")
        self.graph = graph
        self.problems: list[str] = []
        self.cut_labels = 0
        self.cut_notes = 0
        self.cut_notations = 0
        self.too_long_uris = 0
        self.doubled_labels: list[str] = []
        self.other_notations = 0

    def vocabulary(self) -> Vocabulary:
        members = self._memberships()
        broader = self._links(_BROADER, _NARROWER)
        related = self._links((SKOS.related,), (SKOS.related,))
        labels = self._labels()
        concepts: dict[str, SkosConcept] = {}
        unlabelled = 0
        for node in sorted(self._concept_nodes(broader), key=str):
            uri = str(node)
            if len(uri) > LONGEST_URI:
                self.too_long_uris += 1
            elif not labels.get(uri):
                unlabelled += 1
            else:
                concepts[uri] = self._concept(node, members, labels[uri], broader, related)
        if not concepts:
            raise BadInput(
                _("%(name)s holds no SKOS concept with a label, so there is nothing to import.")
                % {"name": self.name}
            )
        self._report(unlabelled)
        return Vocabulary(self._schemes(members), concepts, self._replacements(), self.problems)

    def _concept(
        self,
        node: URIRef,
        members: dict[str, set[str]],
        labels: set[Label],
        broader: dict[str, set[str]],
        related: dict[str, set[str]],
    ) -> SkosConcept:
        uri = str(node)
        return SkosConcept(
            uri=uri,
            schemes=tuple(sorted(members.get(uri, ()))),
            notation=self._notation(node),
            labels=self._ordered(uri, labels),
            notes=self._notes(node),
            broader=tuple(sorted(broader.get(uri, set()) - {uri})),
            related=tuple(sorted(related.get(uri, set()) - {uri})),
            mappings=tuple(
                sorted(
                    {
                        (role, str(target))
                        for predicate, role in _MAPPINGS.items()
                        for target in self.graph.objects(node, predicate)
                        if isinstance(target, URIRef) and len(target) <= LONGEST_URI
                    }
                )
            ),
            is_deprecated=any(
                str(value).lower() in ("true", "1") for value in self.graph.objects(node, OWL.deprecated)
            ),
        )

    def _concept_nodes(self, broader: dict[str, set[str]]) -> set[URIRef]:
        """All that is said to be a concept, or can be nothing else (SKOS §4.6.1, §8.6.1)."""
        graph = self.graph
        said: set[Node] = set(graph.subjects(RDF.type, SKOS.Concept))
        said.update(graph.objects(None, SKOS.hasTopConcept))
        said.update(graph.subjects(SKOS.topConceptOf, None))
        said.update(URIRef(uri) for uri in broader)
        said.update(URIRef(uri) for parents in broader.values() for uri in parents)
        nodes = {node for node in said if isinstance(node, URIRef)}
        nameless = len(said) - len(nodes)
        if nameless:
            self.problems.append(
                _("Concepts left out because without a URI they could not be recognised again: %(count)d.")
                % {"count": nameless}
            )
        return nodes

    def _memberships(self) -> dict[str, set[str]]:
        members: dict[str, set[str]] = defaultdict(set)
        for predicate in (SKOS.inScheme, SKOS.topConceptOf):
            for concept, scheme in self.graph.subject_objects(predicate):
                members[str(concept)].add(str(scheme))
        for scheme, concept in self.graph.subject_objects(SKOS.hasTopConcept):
            members[str(concept)].add(str(scheme))
        return members

    def _links(self, there: Iterable[URIRef], back: Iterable[URIRef]) -> dict[str, set[str]]:
        links: dict[str, set[str]] = defaultdict(set)
        for predicate in there:
            for one, other in self.graph.subject_objects(predicate):
                if isinstance(one, URIRef) and isinstance(other, URIRef):
                    links[str(one)].add(str(other))
        for predicate in back:
            for one, other in self.graph.subject_objects(predicate):
                if isinstance(one, URIRef) and isinstance(other, URIRef):
                    links[str(other)].add(str(one))
        return links

    def _labels(self) -> dict[str, set[Label]]:
        labels: dict[str, set[Label]] = defaultdict(set)
        for predicate, role in _LABELS.items():
            for node, value in self.graph.subject_objects(predicate):
                self._add_label(labels[str(node)], value, role)
        for predicate, role in _XL_LABELS.items():
            for node, label in self.graph.subject_objects(predicate):
                for value in self.graph.objects(label, SKOSXL.literalForm):
                    self._add_label(labels[str(node)], value, role)
        return labels

    def _add_label(self, labels: set[Label], value: Node, role: str) -> None:
        if not isinstance(value, Literal):
            return
        text = clean_line(str(value))
        cut = shorten(text, characters=LONGEST_LABEL)
        if len(cut.encode()) > LONGEST_LABEL_BYTES:
            cut = shorten(cut, characters=LONGEST_LABEL_BYTES // 4)
        self.cut_labels += cut != text
        if cut:
            labels.add(Label(_tag(value), role, cut))

    def _ordered(self, uri: str, labels: set[Label]) -> tuple[Label, ...]:
        """One preferred label per language, the others alternative; no text in two roles of a language."""
        preferred: dict[str, Label] = {}
        others: dict[tuple[str, str], Label] = {}
        for label in sorted(labels, key=lambda label: (label.language, label.text)):
            if label.role == PREFERRED and preferred.setdefault(label.language, label) is not label:
                self.doubled_labels.append(
                    f"{preferred[label.language].text} / {label.text} ({label.language})"
                )
                others[label.language, label.text] = Label(label.language, ALTERNATIVE, label.text)
        for role in (ALTERNATIVE, HIDDEN):
            for label in labels:
                if label.role == role:
                    others.setdefault((label.language, label.text), label)
        if not preferred:
            first = min(others.values(), key=lambda label: (label.role == HIDDEN, label))
            preferred[first.language] = Label(first.language, PREFERRED, first.text)
            self.problems.append(
                _("The concept %(uri)s has no preferred label; “%(label)s” stands in for it.")
                % {"uri": uri, "label": first.text}
            )
        kept = [
            label
            for label in others.values()
            if label.language not in preferred or preferred[label.language].text != label.text
        ]
        return tuple(sorted([*preferred.values(), *kept]))

    def _notes(self, node: URIRef) -> tuple[Note, ...]:
        notes: set[Note] = set()
        for predicate, role in _NOTES.items():
            for value in self.graph.objects(node, predicate):
                # A note may be a thing of its own that holds the text as its value (SKOS Primer §4.2).
                literals = [value] if isinstance(value, Literal) else self.graph.objects(value, RDF.value)
                for literal in literals:
                    if isinstance(literal, Literal) and (text := clean_text(str(literal))):
                        self.cut_notes += len(text) > LONGEST_NOTE
                        notes.add(Note(_tag(literal), role, shorten(text, characters=LONGEST_NOTE)))
        return tuple(sorted(notes))

    def _notation(self, node: URIRef) -> str:
        found = sorted(
            {clean_line(str(value)) for value in self.graph.objects(node, SKOS.notation)} - {""},
            key=lambda text: (len(text), text),
        )
        if not found:
            return ""
        self.other_notations += len(found) > 1
        self.cut_notations += len(found[0]) > LONGEST_NOTATION
        return shorten(found[0], characters=LONGEST_NOTATION)

    def _schemes(self, members: dict[str, set[str]]) -> dict[str, SkosScheme]:
        uris = {
            str(node)
            for node in self.graph.subjects(RDF.type, SKOS.ConceptScheme)
            if isinstance(node, URIRef)
        }
        uris.update(scheme for schemes in members.values() for scheme in schemes)
        return {uri: self._scheme(URIRef(uri)) for uri in sorted(uris) if len(uri) <= LONGEST_URI}

    def _scheme(self, node: URIRef) -> SkosScheme:
        licences = (str(value) for predicate in _LICENCES for value in self.graph.objects(node, predicate))
        licence = clean_line(next(iter(sorted(licences)), ""))
        return SkosScheme(
            str(node),
            self._texts(node, _TITLES),
            self._texts(node, _DESCRIPTIONS),
            shorten(licence, characters=200),
        )

    def _texts(self, node: URIRef, predicates: Iterable[URIRef]) -> dict[str, str]:
        texts: dict[str, str] = {}
        for predicate in predicates:
            for value in sorted(self.graph.objects(node, predicate), key=str):
                if isinstance(value, Literal) and (text := clean_line(str(value))):
                    texts.setdefault(_tag(value), shorten(text, characters=LONGEST_NOTE))
        return texts

    def _replacements(self) -> dict[str, str]:
        return {
            str(gone): str(heir)
            for gone, heir in sorted(self.graph.subject_objects(DCTERMS.isReplacedBy), key=str)
        }

    def _report(self, unlabelled: int) -> None:
        counted = Counter(
            {
                _("Concepts left out because they have no label: %(count)d."): unlabelled,
                _(
                    "%(count)d concepts with a URI of more than 500 characters were left out."
                ): self.too_long_uris,
                _("Labels cut because they have more than 800 characters: %(count)d."): self.cut_labels,
                _("Notes cut because they have more than 20,000 characters: %(count)d."): self.cut_notes,
                _("Notations cut because they have more than 120 characters: %(count)d."): self.cut_notations,
                _(
                    "Concepts with several notations, of which the shortest was kept: %(count)d."
                ): self.other_notations,
            }
        )
        self.problems += [sentence % {"count": count} for sentence, count in counted.items() if count]
        if self.doubled_labels:
            self.problems.append(
                _(
                    "Preferred labels that are second ones in their language, kept as alternatives "
                    "(%(count)d): %(labels)s."
                )
                % {"count": len(self.doubled_labels), "labels": listed(self.doubled_labels)}
            )


def listed(items: list[str], *, at_most: int = 5) -> str:
    """The first few of a list for a sentence, and how many more there are."""
    shown = "; ".join(items[:at_most])
    more = len(items) - at_most
    return shown if more <= 0 else _("%(items)s and %(count)d more") % {"items": shown, "count": more}


def _tag(value: Literal) -> str:
    return (normal_tag(value.language) or "") if value.language else ""
