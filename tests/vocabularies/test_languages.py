"""Languages as people and files write them."""

from __future__ import annotations

import pytest

from baobab.vocabularies.languages import best_text, language_name, normal_tag, read_language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("English", "en"), ("french", "fr"), ("Français", "fr"), ("Espagnol", "es"), ("العربية", "ar"),
        ("中文", "zh"),
        ("fra", "fr"), ("fre", "fr"), ("eng", "en"), ("en-GB", "en-GB"), ("pt_br", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("  EN ", "en"), ("Swahili", "sw"), ("Klingonish", None), ("", None), ("zzz", None), ("en-", None),
        ("x" * 10_000, None), ("en\x00", None),
    ],
)  # fmt: skip
def test_a_language_is_read_from_name_code_or_tag(text: str, tag: str | None) -> None:
    assert read_language(text) == tag


def test_a_well_formed_tag_of_an_unknown_language_keeps_its_form() -> None:
    assert normal_tag("QAA-latn") == "qaa-Latn"
    assert normal_tag("no tag") is None


@pytest.mark.parametrize(
    ("tag", "inside", "name"),
    [
        ("fr", "fr", "français"),
        ("pt-BR", "en", "Brazilian Portuguese"),
        ("ar", "es", "árabe"),
        ("qaa", "en", "qaa"),
        ("fr", "zz", "French"),
    ],
)
def test_a_language_is_named_in_the_readers(tag: str, inside: str, name: str) -> None:
    assert language_name(tag, inside) == name


def test_the_text_that_serves_best_is_the_nearest() -> None:
    texts = {"pt-BR": "ônibus", "en": "bus", "de": "Bus"}
    assert best_text(texts, wanted="pt") == "ônibus"
    assert best_text(texts, wanted="fr") == "bus"
    assert best_text({"de": "Bus"}, wanted="fr") == "Bus"
    assert best_text({}, wanted="fr") == ""
