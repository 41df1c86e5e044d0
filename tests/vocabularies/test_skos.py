"""What is read out of RDF files, sound, careless and hostile."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph

from baobab.kernel.errors import BadInput
from baobab.vocabularies import rdf
from baobab.vocabularies.skos import Label, read_skos

from .schemes import SCHEME, WATER, concept, turtle

WETLANDS = "https://example.org/c/wetlands"


@pytest.mark.parametrize(
    ("syntax", "name"), [("xml", "v.rdf"), ("nt", "v.nt"), ("turtle", "v.ttl"), ("json-ld", "v.jsonld")]
)
def test_every_syntax_gives_the_same_concepts(syntax: str, name: str) -> None:
    graph = Graph().parse(data=turtle(), format="turtle")
    content = graph.serialize(format=syntax, encoding="utf-8")
    expected = read_skos(turtle())
    assert read_skos(content, name=name).concepts == expected.concepts
    assert read_skos(content).concepts == expected.concepts  # by its look, without a name


def test_a_concept_is_read_with_labels_hierarchy_relations_and_mappings() -> None:
    vocabulary = read_skos(turtle())
    wetlands = vocabulary.concepts[WETLANDS]
    assert wetlands.schemes == (SCHEME,)
    assert wetlands.notation == "1.2"
    assert Label("fr", "alt", "marais") in wetlands.labels
    assert wetlands.broader == ("https://example.org/c/water",)  # said as narrower of the other
    assert vocabulary.concepts["https://example.org/c/birds"].related == (
        WETLANDS,
    )  # said once, read both ways
    assert wetlands.mappings == (("exact", "https://example.org/elsewhere/wetland"),)
    assert vocabulary.schemes[SCHEME].titles == {"en": "Waters", "fr": "Eaux"}
    assert vocabulary.problems == []


def test_labels_of_skos_xl_are_read() -> None:
    body = ':x a skos:Concept ; skosxl:prefLabel [ skosxl:literalForm "Rivers"@en ] .'
    assert read_skos(turtle(body)).concepts["https://example.org/c/x"].labels == (
        Label("en", "pref", "Rivers"),
    )


def test_a_note_may_be_a_thing_with_a_value() -> None:
    body = concept("x", "Rivers", '; skos:definition [ rdf:value "They flow."@en ] ')
    assert [note.text for note in read_skos(turtle(body)).concepts["https://example.org/c/x"].notes] == [
        "They flow."
    ]


def test_a_second_preferred_label_of_a_language_becomes_an_alternative_and_is_reported() -> None:
    vocabulary = read_skos(turtle(concept("x", "Rivers", '; skos:prefLabel "Streams"@en ')))
    labels = vocabulary.concepts["https://example.org/c/x"].labels
    assert labels == (Label("en", "alt", "Streams"), Label("en", "pref", "Rivers"))
    assert any("Rivers / Streams" in problem for problem in vocabulary.problems)


def test_a_concept_without_preferred_label_is_named_by_another_and_reported() -> None:
    vocabulary = read_skos(turtle(':x a skos:Concept ; skos:altLabel "Rivers"@en .'))
    assert vocabulary.concepts["https://example.org/c/x"].labels == (Label("en", "pref", "Rivers"),)
    assert any("Rivers" in problem for problem in vocabulary.problems)


def test_absurd_lengths_are_cut_or_left_out_and_reported() -> None:
    long = concept("x", "R" * 10_000, f'; skos:notation "{"9" * 500}" ')
    far = f'<https://example.org/{"u" * 600}> a skos:Concept ; skos:prefLabel "far"@en .'
    vocabulary = read_skos(turtle(long + far))
    (only,) = vocabulary.concepts.values()
    assert len(only.labels[0].text) == 800
    assert len(only.notation) == 120
    assert len(vocabulary.problems) == 3


def test_direction_overrides_and_nul_never_reach_a_label() -> None:
    vocabulary = read_skos(turtle(concept("x", "River\\u202E\\u0000s")))
    assert vocabulary.concepts["https://example.org/c/x"].labels[0].text == "Rivers"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not read me")
    bomb = f"""<?xml version="1.0" encoding="{encoding}"?>
<!DOCTYPE r [<!ENTITY a SYSTEM "{secret.as_uri()}">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns:skos="http://www.w3.org/2004/02/skos/core#">
<skos:Concept rdf:about="urn:x"><skos:prefLabel>&a;</skos:prefLabel></skos:Concept></rdf:RDF>"""
    for name in ("", "v.rdf"):
        with pytest.raises(BadInput, match="DOCTYPE"):
            read_skos(bomb.encode(encoding), name=name)


def test_entities_in_an_xml_literal_of_turtle_are_not_expanded() -> None:
    levels = "".join(f'<!ENTITY e{i} \\"{f"&e{i - 1};" * 10}\\">' for i in range(1, 10))
    value = f'<!DOCTYPE r [<!ENTITY e0 \\"ha\\">{levels}]><r>&e9;</r>'
    body = concept("x", "Rivers", f'; skos:note "{value}"^^rdf:XMLLiteral ')
    note = read_skos(turtle(body)).concepts["https://example.org/c/x"].notes[0].text
    assert len(note) < 2_000


def test_a_json_ld_context_elsewhere_is_not_fetched() -> None:
    content = b'{"@context": "https://example.org/context.jsonld", "@id": "urn:x"}'
    with pytest.raises(BadInput, match="never fetched"):
        read_skos(content, name="v.jsonld")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("v.ttl", turtle('\n:x a skos:Concept ; skos:prefLabel "never closed .\n')),
        ("v.rdf", b"<?xml version='1.0'?>\n<rdf:RDF>\n<a></b></rdf:RDF>"),
        ("v.jsonld", b'{"@id": \n nothing}'),
    ],
)
def test_a_broken_file_is_refused_with_the_line(name: str, content: bytes) -> None:
    with pytest.raises(BadInput, match=rf"{name} is not sound .* at line \d+"):
        read_skos(content, name=name)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" \n ",
        b"\x00\x01\x02\xff\xfe" * 50,
        b"[" * 50_000,
        b"{" * 50_000,
        b"PK\x03\x04 not a vocabulary",
        '<urn:a> <urn:b> "é'.encode("latin-1"),
        b"@prefix : <urn:x> . " + b":a :b [ " * 5_000,
        turtle(WATER)[:-40],
        b"<?xml version='1.0'?><html><body>Not RDF</body></html>",
        b"<?xml version='1.0' encoding='no-such'?><a/>",
    ],
)
def test_whatever_is_not_a_vocabulary_is_refused_in_a_sentence(content: bytes) -> None:
    for name in ("", "v.ttl", "v.rdf", "v.jsonld", "v.nt"):
        with pytest.raises(BadInput) as refused:
            read_skos(content, name=name)
        assert str(refused.value).endswith((".", "Turtle."))


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.ttl"
    with huge.open("wb") as file:
        file.truncate(rdf.LARGEST_FILE + 1)
    with pytest.raises(BadInput, match="at most 48 MB"):
        rdf.read_bytes(huge)


def test_a_file_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.ttl could not be read"):
        rdf.read_bytes(tmp_path / "none.ttl")
