"""From what was typed to what the engine is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from . import _analysis
from .engine import All, Alternative, Atom, Clause, Phrase, Prefix, Term
from .highlight import Marks
from .parse import Bracket, Parsed, Part, Quoted, Tagged, Word

# Up to this many words, all must occur, anywhere in the asset.
ALL_OF = 3
# Of longer questions, whatever has so many of the words is an answer ("at least 2 of 9 words"). A share of
# them would cut off right answers: measured, recall@100 .74 → .76 on Cranfield, .38 → .60 in Chinese.
ENOUGH_OF_MANY = 2


@dataclass(frozen=True, slots=True)
class Question:
    """The parts of an `EngineQuery` that come from what was typed; `words` are without stop words."""

    words: tuple[Clause, ...]
    minimum: int
    required: tuple[Clause, ...]
    excluded: tuple[Atom, ...]
    neighbours: tuple[tuple[str, str], ...]

    @property
    def has_words(self) -> bool:
        return bool(self.words or self.required)

    def marks(self) -> Marks:
        """What to mark in a text that answers."""
        stems: set[str] = set()
        exact: set[str] = set()
        starts: list[str] = []
        for atom in _innermost(atom for clause in (*self.words, *self.required) for atom in clause):
            if isinstance(atom, Term):
                stems.update(atom.stems)
                if atom.is_also_exact:
                    exact.add(atom.exact)
            elif isinstance(atom, Prefix):
                starts.append(atom.start)
            elif isinstance(atom, Phrase):
                stems.update(word for reading in atom.readings for word in reading)
                exact.update(atom.exact)
        return Marks(frozenset(stems), frozenset(exact), tuple(starts))

    @property
    def terms(self) -> list[Term]:
        """The single words asked for, quoted ones and those that must not occur left out."""
        atoms = _innermost(atom for clause in (*self.words, *self.required) for atom in clause)
        return list(dict.fromkeys(atom for atom in atoms if isinstance(atom, Term)))


def _innermost(atoms: Iterable[Atom]) -> Iterable[Atom]:
    for atom in atoms:
        if isinstance(atom, All):
            yield from _innermost(inner for clause in atom.clauses for inner in clause)
        else:
            yield atom.atom if isinstance(atom, Alternative) else atom


def understand(parsed: Parsed, *, tagged: Mapping[Tagged, tuple[Atom, ...]] | None = None) -> Question:
    """Analyse what was typed: stop words go, words become all their readings, quoted words become phrases.

    Single words count towards the minimum; phrases, prefixes, brackets and alternatives are always
    required. `tagged`: what `field:value` stands for; where it names nothing its value is words.
    """
    tagged = tagged or {}
    found: list[_analysis.Reading] = []
    plain: list[str] = []
    required: list[Clause] = []
    for clause in parsed.clauses:
        if len(clause) == 1 and isinstance(clause[0], Word) and not clause[0].is_prefix:
            words = _analysis.words(clause[0].text)
            plain += words
            found += [reading for word in words for reading in _analysis.readings(word)]
        else:
            if atoms := _any_of(clause, tagged):
                required.append(atoms)
    kept = {reading.stems: reading for reading in _analysis.without_stop_words(found)}
    terms = tuple((_term(reading),) for reading in kept.values())
    minimum = len(terms) if len(terms) <= ALL_OF else ENOUGH_OF_MANY
    return Question(
        words=terms,
        minimum=minimum,
        required=tuple(required),
        excluded=_any_of(parsed.excluded, tagged),
        neighbours=_neighbours(" ".join(plain)),
    )


def _term(reading: _analysis.Reading) -> Term:
    return Term(reading.stems, reading.exact, is_also_exact=reading.is_also_exact)


def _any_of(parts: Iterable[Part], tagged: Mapping[Tagged, tuple[Atom, ...]]) -> Clause:
    return tuple(atom for part in parts for atom in _atoms(part, tagged))


def _atoms(part: Part, tagged: Mapping[Tagged, tuple[Atom, ...]]) -> tuple[Atom, ...]:
    if isinstance(part, Bracket):
        inner = tuple(found for clause in part.clauses if (found := _any_of(clause, tagged)))
        excluded = _any_of(part.excluded, tagged)
        return (All(inner, excluded),) if inner or excluded else ()
    if isinstance(part, Tagged):
        return tagged.get(part) or _atoms(Quoted(part.value), tagged)
    if isinstance(part, Word) and part.is_prefix:
        starts = _analysis.exact(part.text)
        if len(starts) == 1:
            return (Prefix(starts[0]),)
    exact = tuple(_analysis.exact(part.text))
    if isinstance(part, Quoted) or len(exact) != 1:
        return (_phrase(part.text, exact),) if exact else ()
    return tuple(
        _term(reading) for word in _analysis.words(part.text) for reading in _analysis.readings(word)
    )


def _phrase(text: str, exact: tuple[str, ...]) -> Phrase:
    words = len(_analysis.words(text))
    readings = _analysis.sequences(text)
    # Of "the who" English streams hold one word at most: there the exact words decide, wherever they stand.
    whole = tuple(tokens for tokens in readings if len(tokens) > 1 or words == 1)
    is_held_everywhere = whole == readings and all(
        _analysis.stream(language, text) for language in _analysis.READINGS
    )
    return Phrase(whole, () if is_held_everywhere else exact)


def _neighbours(text: str) -> tuple[tuple[str, str], ...]:
    pairs: dict[tuple[str, str], None] = {}
    for tokens in _analysis.sequences(text):
        pairs.update(dict.fromkeys(pairwise(tokens)))
    return tuple(pair for pair in pairs if pair[0] != pair[1])
