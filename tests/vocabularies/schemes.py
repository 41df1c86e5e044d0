"""Small vocabularies for tests, written as Turtle."""

from __future__ import annotations

PREFIXES = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix skosxl: <http://www.w3.org/2008/05/skos-xl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix : <https://example.org/c/> .
"""
SCHEME = "https://example.org/scheme"

WATER = f"""
<{SCHEME}> a skos:ConceptScheme ; dct:title "Waters"@en , "Eaux"@fr ; dct:license "CC0" .
:water a skos:Concept ; skos:inScheme <{SCHEME}> ; skos:notation "1" ;
    skos:prefLabel "Water"@en , "Eau"@fr , "Agua"@es , "المياه"@ar , "水资源"@zh ;
    skos:definition "All that is wet."@en , "Tout ce qui mouille."@fr ;
    skos:narrower :wetlands .
:wetlands a skos:Concept ; skos:inScheme <{SCHEME}> ; skos:notation "1.2" ;
    skos:prefLabel "Wetlands"@en , "Zones humides"@fr , "Humedales"@es , "الأراضي الرطبة"@ar , "湿地"@zh ;
    skos:altLabel "swamps"@en , "marais"@fr ; skos:related :birds ;
    skos:exactMatch <https://example.org/elsewhere/wetland> .
:mangroves a skos:Concept ; skos:inScheme <{SCHEME}> ; skos:notation "1.10" ;
    skos:prefLabel "Mangrove forests"@en , "Mangroves"@fr ; skos:broader :wetlands , :water .
:birds a skos:Concept ; skos:inScheme <{SCHEME}> ; skos:prefLabel "Water birds"@en , "Aves acuáticas"@es .
:aids a skos:Concept ; skos:inScheme <{SCHEME}> ; skos:prefLabel "AIDS"@en , "sida"@fr .
"""


def turtle(body: str = WATER) -> bytes:
    """A Turtle file with the prefixes that all these vocabularies use."""
    return (PREFIXES + body).encode()


def concept(name: str, label: str, rest: str = "") -> str:
    """One concept of the scheme, in Turtle."""
    return f':{name} a skos:Concept ; skos:inScheme <{SCHEME}> ; skos:prefLabel "{label}"@en {rest}.\n'
