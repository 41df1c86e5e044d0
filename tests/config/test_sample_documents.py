"""The sample organisation is whole, and every document made from it can be read again."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from pathlib import Path

import docx
import pptx
import pypdfium2
import pytest

from baobab.config.sample.content import (
    CONTENT_FOLDER,
    STARTER_FOLDER,
    SampleAsset,
    SampleContent,
    SampleFile,
    is_valid_isbn,
    load_content,
    notations,
)
from baobab.config.sample.documents import make_document, printed_date
from baobab.config.sample.markup import to_typst
from baobab.config.sample.tables import SampleContentError

CONTENT = load_content()
FILES = [(asset, file) for asset in CONTENT.assets for file in asset.files]


def made(asset: SampleAsset, file: SampleFile) -> bytes:
    return make_document(
        file,
        title=file.title,
        authors=[author.name for author in asset.authors],
        date=asset.date,
        organisation=CONTENT.organisation,
    )


def pdf_pages(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def file_named(name: str) -> tuple[SampleAsset, SampleFile]:
    return next((asset, file) for asset, file in FILES if file.name == name)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The sample in a folder where a test may spoil it."""
    shutil.copytree(CONTENT_FOLDER / "assets", tmp_path / "assets")
    shutil.copy(CONTENT_FOLDER / "organisation.toml", tmp_path)
    return tmp_path


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems_in(folder: Path) -> list[str]:
    with pytest.raises(SampleContentError) as refused:
        load_content(folder)
    return refused.value.problems


def test_the_sample_is_large_enough_to_give_every_page_life() -> None:
    assert len(CONTENT.units) >= 25
    assert len(CONTENT.persons) >= 40
    assert len(CONTENT.assets) >= 60
    assert len(FILES) >= 25


@pytest.mark.parametrize(("language", "least"), [("en", 50), ("fr", 20), ("es", 15), ("ar", 8)])
def test_assets_have_texts_in_each_language(language: str, least: int) -> None:
    assert sum(language in asset.texts for asset in CONTENT.assets) >= least


def test_every_type_of_product_and_every_state_occurs() -> None:
    assert {asset.type for asset in CONTENT.assets} == notations(STARTER_FOLDER / "product-types.ttl")
    assert {asset.state for asset in CONTENT.assets} == {"published", "draft", "withdrawn", "archived"}


def test_arabic_texts_are_written_in_arabic_letters() -> None:
    for asset in CONTENT.assets:
        if "ar" in asset.texts:
            letters = [character for character in asset.texts["ar"].body if character.isalpha()]
            arabic = [character for character in letters if "\u0600" <= character <= "\u06ff"]
            assert len(arabic) > 0.9 * len(letters), asset.slug


@pytest.mark.parametrize(("asset", "file"), FILES, ids=lambda value: getattr(value, "name", ""))
def test_every_file_is_made_and_says_what_it_should(asset: SampleAsset, file: SampleFile) -> None:
    content = made(asset, file)
    match file.format:
        case "pdf":
            pages = pdf_pages(content)
            assert 2 <= len(pages) <= 6
            assert all(len(page) > 60 for page in pages)
        case "pptx":
            slides = pptx.Presentation(io.BytesIO(content)).slides
            assert len(slides) == len(file.text.split("\n---\n")) + 1
            assert all(slide.shapes.title.text for slide in slides)
        case "docx":
            paragraphs = docx.Document(io.BytesIO(content)).paragraphs
            assert paragraphs[0].text == file.title
            assert any((paragraph.style and paragraph.style.name) == "Heading 2" for paragraph in paragraphs)
        case "csv":
            rows = list(csv.reader(io.StringIO(content.decode())))
            assert len(rows) > 10
            assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize(
    "name",
    [
        "salt-water-brief-ar.pdf",
        "cheap-dear-and-dead.pptx",
        "model-wetland-law.docx",
        "restoration-costs.csv",
    ],
)
def test_the_same_content_gives_the_same_bytes(name: str) -> None:
    asset, file = file_named(name)
    assert hashlib.sha256(made(asset, file)).digest() == hashlib.sha256(made(asset, file)).digest()


def test_arabic_can_be_read_back_from_a_pdf() -> None:
    text = " ".join(" ".join(pdf_pages(made(*file_named("marsh-return-iraq-ar.pdf")))).split())
    assert "بدأنا الرصد في عام 2005" in text
    assert "القصب" in text


def test_french_and_spanish_letters_survive_in_pdfs() -> None:
    french = " ".join(pdf_pages(made(*file_named("saloum-dix-ans-de-reboisement.pdf"))))
    spanish = " ".join(pdf_pages(made(*file_named("el-agua-que-baja.pdf"))))
    assert "La hauteur décide presque de tout" in french
    assert "señora de Las Juntas" in spanish


def test_slides_keep_the_notes_of_the_speaker() -> None:
    deck = pptx.Presentation(io.BytesIO(made(*file_named("cheapest-pump-in-town.pptx"))))
    notes = [slide.notes_slide.notes_text_frame.text for slide in deck.slides if slide.has_notes_slide]
    assert any("Ask who was late for work" in note for note in notes)


def test_characters_with_a_meaning_in_typst_are_printed_as_they_are() -> None:
    typed = "Costs #1: $5_000 * 2 @ 10% <x> [y] \\\\ ~ `a#b` -- /* no */ = end"
    file = SampleFile(language="en", format="pdf", name="x.pdf", title="X", text=typed)
    asset = CONTENT.assets[0]
    printed = pdf_pages(made(asset, file))[0]
    assert "Costs #1: $5_000 * 2 @ 10% <x> [y] \\ ~ a#b -- /* no */ = end" in printed


def test_markdown_that_cannot_be_printed_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="image"):
        to_typst("![picture](p.png)")


@pytest.mark.parametrize(
    ("date", "language", "printed"),
    [
        ("2021", "fr", "2021"),
        ("2021-05", "en", "May 2021"),
        ("2021-05-03", "es", "3 de mayo de 2021"),
    ],
)
def test_dates_are_no_more_precise_than_they_are_known(date: str, language: str, printed: str) -> None:
    assert printed_date(date, language=language) == printed


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('topics = ["mangroves"', 'topics = ["no-such-topic"', "“no-such-topic” is not a known topic."),
        ('type = "publication"', 'type = "leaflet"', "“leaflet” is not a known type."),
        ('places = ["SN"', 'places = ["XQ"', "“XQ” is not a known place."),
        ('unit = "restoration-commission"', 'unit = "moon"', "“moon” is not a known unit."),
        ('authors = ["meenakshi-raghavan"', 'authors = ["nobody"', "The author “nobody” is not a person"),
        ('to = "saloum-mangrove-evaluation"', 'to = "gone"', "“gone” is not a known asset."),
        ('isbn = "978-', 'isbn = "979-', "not an ISBN-13 with a right check digit."),
        ('date = "2019-04"', 'date = "April 2019"', "“April 2019” is not a year, a month or a day"),
        ('licence = "', 'license = "', "“license” is not a key that is known here."),
        ("[texts.en]", "[texts.de]", "There is no text in the original language, en."),
        ("[texts.en]", "[texts.en", "this is not valid TOML"),
    ],
)
def test_a_mistake_in_an_asset_is_refused_in_a_sentence(copied: Path, old: str, new: str, said: str) -> None:
    spoil(copied / "assets" / "06-mangrove-handbook.toml", old, new)
    assert any(said in problem for problem in problems_in(copied))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('steward = "awa-ndour"', 'steward = "kwabena"', "the unit “hq” has no steward"),
        ('parent = "hq"', 'parent = "senegal"', "must come after its parent “senegal”"),
        ("@paludara.example", "@paludara.org", "must end in .example"),
        ('role = "steward"', 'role = "king"', "“role” is “king”, but must be one of"),
    ],
)
def test_a_mistake_about_people_is_refused_in_a_sentence(copied: Path, old: str, new: str, said: str) -> None:
    spoil(copied / "organisation.toml", old, new)
    assert any(said in problem for problem in problems_in(copied))


def test_a_slug_given_twice_is_refused(copied: Path) -> None:
    shutil.copy(copied / "assets" / "06-mangrove-handbook.toml", copied / "assets" / "99-again.toml")
    assert "assets: slug “mangrove-handbook” is given twice." in problems_in(copied)


@pytest.mark.parametrize(
    ("isbn", "valid"),
    [
        ("978-3-16-148410-0", True),
        ("978-3-16-148410-1", False),
        ("9783161484100", True),
        ("3-16-148410-X", False),
    ],
)
def test_isbn_check_digits(isbn: str, *, valid: bool) -> None:
    assert is_valid_isbn(isbn) is valid


def test_each_concept_of_the_starter_vocabularies_has_its_own_notation() -> None:
    for name, least in (("topics.ttl", 120), ("product-types.ttl", 14)):
        path = STARTER_FOLDER / name
        assert len(notations(path)) == path.read_text(encoding="utf-8").count("a skos:Concept ;") >= least


def test_the_copy_used_by_these_tests_is_the_whole_sample(copied: Path) -> None:
    again: SampleContent = load_content(copied)
    assert again == CONTENT
