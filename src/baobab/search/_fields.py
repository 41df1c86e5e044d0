"""What `field:value` in a question names: ids of topics, places and units, tags, years, slugs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from baobab.assets.kinds import kinds
from baobab.assets.quality.checks import CHECKS
from baobab.organisation.models import Group
from baobab.organisation.readers import Reader
from baobab.vocabularies.labels import label_key
from baobab.vocabularies.languages import read_language
from baobab.vocabularies.models import Scheme
from baobab.vocabularies.queries import find_concepts, find_places

from . import _analysis
from .engine import About, All, Atom
from .parse import Bracket, Parsed, Part, Tagged, Word, years


def take_fields(parsed: Parsed, reader: Reader) -> tuple[dict[str, frozenset[str]], tuple[str, ...]]:
    """What the fields narrow the whole question to, and the words of authors' names.

    A value that names nothing becomes words of the question.
    """
    narrowing: dict[str, frozenset[str]] = {}
    authors: list[str] = []
    for name, values in parsed.fields.items():
        if name == "author":
            authors += [word for value in values for word in _analysis.exact(value)]
            continue
        named = _named(name, values, reader)
        known = frozenset(value for found in named.values() for value in found)
        if known:
            narrowing[name] = known
        parsed.clauses += [(Word(value),) for value in values if not named.get(value)]
    return narrowing, tuple(authors)


def tags_in(parsed: Parsed, reader: Reader) -> dict[Tagged, tuple[Atom, ...]]:
    """What each field inside the question stands for; those that name nothing are left out."""
    by_name: dict[str, dict[str, Tagged]] = {}
    for clause in (*parsed.clauses, parsed.excluded):
        for tagged in _tagged(clause):
            by_name.setdefault(tagged.name, {})[tagged.value] = tagged
    found: dict[Tagged, tuple[Atom, ...]] = {}
    for name, values in by_name.items():
        named = {} if name == "author" else _named(name, list(values), reader)
        for value, tagged in values.items():
            if name == "author":
                words = tuple((About("author", word),) for word in _analysis.exact(value))
                found[tagged] = (All(words),) if words else ()
            else:
                found[tagged] = tuple(About(name, one) for one in named.get(value, ()))
    return found


def _tagged(parts: Sequence[Part]) -> Iterator[Tagged]:
    for part in parts:
        if isinstance(part, Tagged):
            yield part
        elif isinstance(part, Bracket):
            for clause in (*part.clauses, part.excluded):
                yield from _tagged(clause)


def _named(name: str, values: Sequence[str], reader: Reader) -> Mapping[str, list[str]]:
    if name in ("topic", "type"):
        use = Scheme.Use.PRODUCT_TYPES if name == "type" else None
        concepts = find_concepts(values, language=reader.language, scheme_use=use)
        return {value: [str(concept.pk)] for value, concept in concepts.items()}
    if name == "place":
        return {value: [str(place.pk)] for value, place in find_places(values).items()}
    if name == "unit":
        return units_named(values)
    if name == "language":
        return {value: [tag] for value in values if (tag := read_language(value))}
    if name == "year":
        return {value: years(value) for value in values}
    pairs = CHECKS.items() if name == "quality" else ((kind.name, kind.label) for kind in kinds())
    slugs = {label_key(word): slug for slug, label in pairs for word in (slug, str(label))}
    return {value: [slug] for value in values if (slug := slugs.get(label_key(value)))}


def units_named(values: Sequence[str]) -> dict[str, list[str]]:
    """The ids of units by public id or by a name in any language, each as a facet holds it (one query)."""
    found: dict[str, list[str]] = {}
    wanted = {label_key(value): value for value in values}
    for pk, public_id, names in Group.objects.filter(sort=Group.Sort.UNIT).values_list(
        "pk", "public_id", "names"
    ):
        for word in (public_id, *names.values()):
            if (value := wanted.get(label_key(word))) is not None:
                found.setdefault(value, []).append(str(pk))
    return found
