"""All names of all places: from CLDR, put right and filled up by `place_variants.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel import Locale

# The interface's languages, those of content, and others in wide written use.
NAME_LANGUAGES = (
    "en", "fr", "es", "ar", "pt", "ru", "zh", "de", "it", "nl", "sv", "da", "nb", "fi", "pl", "cs", "hu",
    "ro", "el", "tr", "uk", "fa", "ur", "hi", "bn", "id", "ms", "sw", "vi", "th", "ja", "ko",
)  # fmt: skip

# By language: names to show where CLDR's is not what an international organisation would print
# (`preferred`), and what else people write: the forms of UN M49, customary and former names (`variants`).
_VARIANTS = Path(__file__).resolve().parent / "place_variants.json"

# English long forms, by their pattern.
_LONG_FORMS = {
    "Republic of {}": (
        "AL AM AO AT AZ BG BI BJ BW BY CI CL CM CO CR CU CV CY DJ EC EE EG SV FJ FI GA GE GH GM GN GT GW GY "
        "HN HR HT ID IE IN IQ IS IT KE KI KZ LB LR LT LV MD MG MH MK ML MM MT MU MV MW MZ NA NE NI NR PA PE "
        "PH PL PT PW PY RO RS RW SC SD SG SI SL SM SN SR SS SY TD TJ TN TR TT UG UZ VU YE ZA ZM ZW"
    ),
    "Kingdom of {}": "BE BH BT DK ES KH LS MA NL NO SA SE SZ TH TO",
    "Islamic Republic of {}": "AF IR MR PK",
    "State of {}": "ER IL KW LY QA",
    "Federal Republic of {}": "DE NG SO",
    "People's Republic of {}": "BD CN",
    "Democratic Republic of {}": "ST TL",
    "Principality of {}": "AD LI MC",
    "Commonwealth of {}": "AU DM",
    "Union of {}": "MM",
}


@dataclass(frozen=True)
class Name:
    """A name of the place with that code; one per place and language is preferred."""

    code: str
    language: str
    text: str
    is_preferred: bool


def names(codes: frozenset[str]) -> Iterator[Name]:
    """The names of the places with these codes, each text once per place and language."""
    known = json.loads(_VARIANTS.read_text(encoding="utf-8"))
    for language in NAME_LANGUAGES:
        territories = Locale.parse(language).territories
        variants = known["variants"].get(language, {})
        for code in sorted(codes):
            ordinary = str(territories.get(code, ""))
            others = [ordinary, *variants.get(code, ())]
            if language == "en":
                # CLDR writes Trinidad & Tobago, the United Nations do not.
                ordinary = ordinary.replace(" & ", " and ")
                others += [
                    form.format(ordinary) for form, held in _LONG_FORMS.items() if code in held.split()
                ]
            preferred = known["preferred"].get(code, {}).get(language, ordinary)
            for text in dict.fromkeys((preferred, ordinary, *others)):
                if text:
                    yield Name(code, language, text, text == preferred)
