"""What may be asked of vocabularies and places; each function states its number of queries."""

from .concepts import (
    ConceptLink,
    ConceptPage,
    Mapping,
    Note,
    ancestors_of_concepts,
    concept_labels,
    concept_page,
    find_concept,
    find_concepts,
)
from .glossary import Glossary, Meaning, Term, concepts_called, is_contested, meanings_of
from .places import (
    PlaceLink,
    PlaceNode,
    PlacePage,
    ancestors_of_places,
    find_place,
    find_places,
    place_names,
    place_page,
    place_tree,
)
from .trees import ConceptNode, SchemeLine, concept_tree, schemes, top_concepts

__all__ = [
    "ConceptLink",
    "ConceptNode",
    "ConceptPage",
    "Glossary",
    "Mapping",
    "Meaning",
    "Note",
    "PlaceLink",
    "PlaceNode",
    "PlacePage",
    "SchemeLine",
    "Term",
    "ancestors_of_concepts",
    "ancestors_of_places",
    "concept_labels",
    "concept_page",
    "concept_tree",
    "concepts_called",
    "find_concept",
    "find_concepts",
    "find_place",
    "find_places",
    "is_contested",
    "meanings_of",
    "place_names",
    "place_page",
    "place_tree",
    "schemes",
    "top_concepts",
]
