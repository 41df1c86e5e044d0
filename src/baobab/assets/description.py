"""The neutral description of an asset in DCMI terms, from which citations and metadata formats are made."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Description:
    """What an asset is, in the Dublin Core terms of DCMI Metadata Terms (2020-01-20).

    `identifiers` maps a scheme (`doi`, `isbn`, `issn`, `uri`) to values without prefix; `type` is a DCMI
    type; `subjects` and `coverage` are labels in the description's language; `issued` is EDTF.
    """

    title: str
    language: str
    creators: tuple[str, ...] = ()
    contributors: tuple[str, ...] = ()
    publisher: str = ""
    issued: str = ""
    type: str = "Text"
    genre: str = ""
    abstract: str = ""
    subjects: tuple[str, ...] = ()
    coverage: tuple[str, ...] = ()
    rights: str = ""
    licence: str = ""
    is_part_of: str = ""
    identifiers: dict[str, tuple[str, ...]] = field(default_factory=dict)
