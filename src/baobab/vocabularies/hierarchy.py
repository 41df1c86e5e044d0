"""Who is broader than whom: cycles cut, and every concept's ancestors with their distance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from baobab.kernel.errors import BadInput

# No thesaurus in use goes beyond 20 levels (LCSH, MeSH); what goes beyond this is a fault or an attack.
DEEPEST = 50
# Ancestor rows of all vocabularies together: EuroVoc, UNESCO and STW have about 100,000.
MOST_ANCESTORS = 5_000_000


def cut_cycles(parents: Mapping[str, Iterable[str]]) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """The same steps without those that close a circle, and the steps (from, to) that were cut.

    Which step is cut depends on nothing but the names, so that the same file gives the same again.
    """
    kept: dict[str, list[str]] = {node: [] for node in parents}
    cut: list[tuple[str, str]] = []
    done: set[str] = set()
    for start in sorted(parents):
        if start in done:
            continue
        on_path = {start}
        path = [(start, iter(sorted(parents[start])))]
        while path:
            node, ahead = path[-1]
            parent = next(ahead, None)
            if parent is None:
                path.pop()
                on_path.discard(node)
                done.add(node)
            elif parent in on_path:
                cut.append((node, parent))
            else:
                kept[node].append(parent)
                if parent not in done:
                    on_path.add(parent)
                    path.append((parent, iter(sorted(parents.get(parent, ())))))
    return kept, cut


def ancestors(parents: Mapping[int, Iterable[int]]) -> dict[int, dict[int, int]]:
    """Each node → its ancestors and itself → the distance, by the shortest way.

    Raises BadInput when the hierarchy is deeper than DEEPEST or makes more than MOST_ANCESTORS rows.
    """
    found: dict[int, dict[int, int]] = {}
    rows = 0
    for node in parents:
        distances = {node: 0}
        level = [node]
        distance = 0
        while level:
            distance += 1
            level = sorted({above for below in level for above in parents.get(below, ())} - distances.keys())
            distances.update(dict.fromkeys(level, distance))
            if level and distance > DEEPEST:
                raise BadInput(
                    _("The hierarchy has more than %(limit)d levels, so nothing was imported.")
                    % {"limit": DEEPEST}
                )
        rows += len(distances)
        if rows > MOST_ANCESTORS:
            raise BadInput(_("The hierarchy is so entangled that it cannot be stored; nothing was imported."))
        found[node] = distances
    return found
