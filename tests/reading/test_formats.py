"""Each format, on files the tests make: what stands in them, where, and what they say of themselves."""

from __future__ import annotations

import io
import shutil
from email.message import EmailMessage
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from baobab.reading import Reader, Status
from tests.conftest import DATA, needs
from tests.reading import made


def test_word_document_gives_pages_headings_tables_and_properties(reader: Reader, tmp_path: Path) -> None:
    reading = reader.read(made.report_docx(tmp_path / "report.docx"))
    assert reading.status == Status.READ
    assert [(page.number, page.headings) for page in reading.pages] == [
        (1, ("Why wetlands matter",)),
        (2, ("What we learnt",)),
    ]
    assert "Site\tHectares\nDelta\t1200" in reading.pages[0].text
    assert reading.suggested_title == "Wetlands of the lower valley"
    assert reading.metadata.authors == ("Amina Diallo", "Jo Park")
    assert reading.language == "en"


def test_word_pages_follow_the_breaks_that_word_laid_out(reader: Reader, tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>End of one</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>split </w:t><w:lastRenderedPageBreak/><w:t>sentence</w:t></w:r></w:p>"
        "<w:p><w:r><w:br w:type='page'/></w:r></w:p>"
        "<w:p><w:r><w:lastRenderedPageBreak/><w:t>Third page</w:t></w:r></w:p>"
    )
    reading = reader.read(made.word_package(tmp_path / "a.docx", body))
    assert [page.text for page in reading.pages] == ["End of one\nsplit", "sentence", "Third page"]
    assert [page.number for page in reading.pages] == [1, 2, 3]


def test_word_leaves_out_deleted_words_and_doubled_fallbacks(reader: Reader, tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>kept</w:t></w:r><w:del><w:r><w:delText>struck</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t> added</w:t></w:r></w:ins></w:p>"
        "<w:p><mc:AlternateContent xmlns:mc='m'><mc:Choice><w:r><w:t>once</w:t></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:t>once</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
    )
    reading = reader.read(made.word_package(tmp_path / "a.docx", body))
    assert reading.text == "kept added\nonce"


def test_word_footnotes_stand_at_the_foot_of_their_section(reader: Reader, tmp_path: Path) -> None:
    notes = (
        f"<w:footnotes xmlns:w='{made.WORD}'><w:footnote w:id='2'><w:p><w:r><w:t>See annex.</w:t></w:r></w:p>"
        "</w:footnote></w:footnotes>"
    )
    document = (
        f"<w:document xmlns:w='{made.WORD}'><w:body><w:p><w:r><w:t>Claim</w:t></w:r><w:r>"
        "<w:footnoteReference w:id='2'/></w:r></w:p><w:p><w:r><w:t>Next</w:t></w:r></w:p></w:body>"
        "</w:document>"
    )
    path = made.zipped(
        tmp_path / "n.docx",
        {
            "[Content_Types].xml": made.CONTENT_TYPES,
            "word/document.xml": document,
            "word/footnotes.xml": notes,
        },
    )
    assert reader.read(path).text == "Claim\nNext\nSee annex."


def test_presentation_gives_slides_with_titles_and_notes(reader: Reader, tmp_path: Path) -> None:
    reading = reader.read(made.talk_pptx(tmp_path / "talk.pptx"))
    assert reading.unit == "slide"
    assert [(page.number, page.headings) for page in reading.pages] == [
        (1, ("Opening words",)),
        (2, ("Closing words",)),
    ]
    assert reading.pages[0].text == "Opening words\nWater is shared"
    assert "Mention the ferry." in reading.pages[1].text


def test_pdf_gives_pages_bookmarks_title_and_a_small_picture(reader: Reader, tmp_path: Path) -> None:
    path = made.pdf(
        tmp_path / "a.pdf", "= Rivers\n" + "Water runs to the sea. " * 30, "= Lakes\nStill.", title="On water"
    )
    reading = reader.read(path)
    assert reading.status == Status.READ
    assert [page.headings for page in reading.pages] == [("Rivers",), ("Lakes",)]
    assert reading.pages[1].text == "Lakes\nStill."
    assert reading.suggested_title == "On water"
    assert reading.thumbnail is not None
    assert len(reading.thumbnail) <= 3_000
    with Image.open(io.BytesIO(reading.thumbnail)) as picture:
        assert (picture.format, picture.width) == ("WEBP", 240)


def test_pdf_without_a_stated_title_suggests_its_largest_line(reader: Reader, tmp_path: Path) -> None:
    text = "#text(size: 24pt)[Mangroves and storms]\n\n" + "The coast was measured in spring. " * 20
    assert reader.read(made.pdf(tmp_path / "a.pdf", text)).suggested_title == "Mangroves and storms"


def test_pdf_page_labels_are_the_printed_numbers(reader: Reader, tmp_path: Path) -> None:
    source = (
        '#set page(numbering: "i")\nPreface text\n#pagebreak()\n'
        '#set page(numbering: "1")\n#counter(page).update(1)\nBody text'
    )
    reading = reader.read(made.pdf(tmp_path / "a.pdf", source))
    assert [(page.number, page.label) for page in reading.pages] == [(1, "i"), (2, "1")]


def test_pdf_words_hyphenated_at_line_ends_are_whole(reader: Reader, tmp_path: Path) -> None:
    source = (
        '#set page(width: 70pt, margin: 5pt, height: auto)\n#set text(hyphenate: true, lang: "en")\n'
        "#set par(justify: true)\nunderrepresentation of communities in international documentation and "
        "administration"
    )
    words = reader.read(made.pdf(tmp_path / "a.pdf", source)).text.split()
    assert "documentation" in words
    assert "administration" in words


def test_pdf_page_pictures_have_the_width_asked_for(reader: Reader, tmp_path: Path) -> None:
    path = made.pdf(tmp_path / "a.pdf", "One", "Two")
    picture = reader.render_page(path, 2, width=600)
    assert picture is not None
    with Image.open(io.BytesIO(picture)) as image:
        assert (image.format, image.width) == ("WEBP", 600)
    assert reader.render_page(path, 3, width=600) is None
    assert reader.render_page(path, 0, width=600) is None


def test_pdf_with_a_password_says_so(reader: Reader, tmp_path: Path) -> None:
    reading = reader.read(made.locked_pdf(tmp_path / "locked.pdf"))
    assert (reading.status, reading.reason_code) == (Status.ENCRYPTED, "encrypted")
    assert "password" in reading.reason


def test_pdf_of_pictures_has_no_text(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    Image.linear_gradient("L").resize((400, 500)).convert("RGB").save(path)
    reading = reader.read(path)
    assert (reading.status, reading.page_count) == (Status.NO_TEXT, 1)
    assert reading.thumbnail is not None


def test_a_picture_with_nothing_on_it_is_no_thumbnail(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "blank.pdf"
    Image.new("RGB", (400, 500), "white").save(path)
    assert reader.read(path).thumbnail is None


def scan(path: Path, words: str) -> Path:
    """A page image with words in it."""
    image = Image.new("L", (1200, 300), "white")
    ImageDraw.Draw(image).text((40, 100), words, fill="black", font=ImageFont.load_default(60))
    image.save(path)
    return path


@pytest.mark.parametrize("name", ["scan.pdf", "scan.png", "scan.tiff"])
def test_text_in_page_images_is_recognised_when_asked_for(reader: Reader, tmp_path: Path, name: str) -> None:
    needs("tesseract")
    path = scan(tmp_path / name, "Wetlands hold water")
    assert reader.read(path).status == Status.NO_TEXT
    reading = reader.read(path, ocr=True)
    assert reading.status == Status.READ
    assert "Wetlands hold water" in reading.text
    assert "ocr" in reading.warnings


def test_missing_text_recognition_is_told(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    reading = reader.read(scan(tmp_path / "scan.png", "Words"), ocr=True)
    assert (reading.status, reading.warnings) == (Status.NO_TEXT, ("ocr_missing",))


def test_opendocument_text_gives_sections_notes_and_metadata(reader: Reader, tmp_path: Path) -> None:
    body = (
        "<text:text><text:h text:outline-level='1'>Introducción</text:h><text:p>El humedal"
        "<text:s text:c='2'/>vive<text:note>"
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>Ver anexo</text:p>"
        "</text:note-body>"
        "</text:note>.</text:p><table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table></text:text>"
    ).replace("text:text", "text:section")
    reading = reader.read(made.odf(tmp_path / "n.odt", "text", body))
    assert reading.text == "Introducción\nEl humedal  vive.\na\tb\nVer anexo"
    assert reading.pages[0].headings == ("Introducción",)
    assert (reading.suggested_title, reading.metadata.authors) == ("Marsh notes", ("Lucía Gómez",))


def test_opendocument_page_breaks_give_pages(reader: Reader, tmp_path: Path) -> None:
    body = "<text:p>one</text:p><text:p>tw<text:soft-page-break/>o</text:p><text:p>end</text:p>"
    reading = reader.read(made.odf(tmp_path / "n.odt", "text", body))
    assert [(page.number, page.text) for page in reading.pages] == [(1, "one\ntw"), (2, "o\nend")]


def test_opendocument_sheets_do_not_write_out_repetitions(reader: Reader, tmp_path: Path) -> None:
    row = "<table:table-row table:number-rows-repeated='1000000'>{}</table:table-row>"
    cell = "<table:table-cell table:number-columns-repeated='{}'>{}</table:table-cell>"
    filled = row.format(cell.format(2, "<text:p>x</text:p>") + cell.format(16000, ""))
    empty = row.format(cell.format(16000, ""))
    body = f"<table:table table:name='Sites'>{filled}{empty}</table:table>"
    reading = reader.read(made.odf(tmp_path / "s.ods", "spreadsheet", body))
    assert [(page.number, page.label, page.text) for page in reading.pages] == [(1, "Sites", "x\tx")]
    assert reading.unit == "sheet"


def test_opendocument_slides(reader: Reader, tmp_path: Path) -> None:
    slide = (
        "<draw:page draw:name='p{0}'><draw:frame presentation:class='title'><draw:text-box>"
        "<text:p>Title {0}</text:p>"
        "</draw:text-box></draw:frame><draw:frame><draw:text-box><text:p>Body {0}</text:p>"
        "</draw:text-box></draw:frame>"
        "</draw:page>"
    )
    reading = reader.read(made.odf(tmp_path / "s.odp", "presentation", slide.format(1) + slide.format(2)))
    assert [(page.number, page.headings, page.text) for page in reading.pages] == [
        (1, ("Title 1",), "Title 1\nBody 1"),
        (2, ("Title 2",), "Title 2\nBody 2"),
    ]


def test_spreadsheet_gives_sheets_with_dates_numbers_and_shared_words(reader: Reader, tmp_path: Path) -> None:
    path = made.xlsx(
        tmp_path / "s.xlsx",
        {
            "Sites": "<row><c r='A1' t='s'><v>0</v></c><c r='C1' t='inlineStr'><is><t>since</t></is>"
            "</c></row>"
            "<row><c r='A2'><v>0.30000000000000004</v></c><c r='B2' t='b'><v>1</v></c><c r='C2' "
            "s='1'><v>45292</v></c></row>",
            "Empty": "",
        },
        strings="<si><r><t>Del</t></r><r><t>ta</t></r></si>",
        styles="<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs>",
    )
    reading = reader.read(path)
    assert [(page.number, page.label) for page in reading.pages] == [(1, "Sites"), (2, "Empty")]
    assert reading.pages[0].text == "Delta\t\tsince\n0.3\tTRUE\t2024-01-01"


def test_web_page_gives_visible_text_and_what_its_head_says(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(
        "<html lang='fr'><head><meta charset='iso-8859-1'><title>Les marais</title><meta "
        "name='author' content='Zoé'>"
        "<style>p {color: red}</style></head><body><script>alert(1)</script><h1>L'été</h1>"
        "<p>Un   texte <b>gras</b><br>coupé</p><table><tr><td>a<td>b</table></body></html>".encode("latin-1")
    )
    reading = reader.read(path)
    assert reading.text == "L'été\nUn texte gras\ncoupé\na\tb"
    assert (reading.suggested_title, reading.metadata.authors) == ("Les marais", ("Zoé",))
    assert "javascript" in reading.warnings


def test_e_book_chapters_bear_the_names_of_its_contents(reader: Reader, tmp_path: Path) -> None:
    reading = reader.read(made.epub(tmp_path / "book.epub"))
    assert [(page.number, page.label, page.headings) for page in reading.pages] == [
        (1, "La source", ("Chapitre premier",)),
        (2, "Le delta", ("Chapitre deux",)),
    ]
    assert "La rivière naît ici." in reading.pages[0].text
    assert (reading.suggested_title, reading.unit, reading.language) == ("River stories", "chapter", "fr")


def test_markdown_headings_begin_sections_and_marks_are_left_out(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    filler = "The marsh holds back the flood. " * 100
    path.write_text(
        f"---\ntitle: Field guide\n---\n# First *steps*\n\n{filler}\n\n"
        "Second\n------\n\nSee [the map](https://example.org) now."
    )
    reading = reader.read(path)
    assert [page.label for page in reading.pages] == ["First steps", "Second"]
    assert reading.pages[1].text == "Second\nSee the map now."
    assert reading.suggested_title == "Field guide"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Évaluation des zones humides à l'échelle régionale", "cp1252"),
        ("المعلومات الضارة تعرض الناس للخطر في حالات الطوارئ", "cp1256"),
        ("Оценка состояния водно-болотных угодий региона", "cp1251"),
        ("Водно-болотные угодья России и их охрана", "cp1251"),
        ("L’eau des marais « monte » chaque année – et l’on s’en inquiète.", "cp1252"),
        ("L’évaluation « à suivre »", "cp1252"),
        ("人道主义工作者面临的有害信息与风险", "gb18030"),
        ("Evaluación de los humedales: ¿qué aprendió la región?", "utf-16"),
        ("Evaluación de los humedales: ¿qué aprendió la región?", "utf-8-sig"),
    ],
)
def test_plain_text_in_any_usual_encoding(reader: Reader, tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\n".join([text] * 5).encode(encoding))
    reading = reader.read(path)
    assert reading.pages[0].text.splitlines()[0] == text
    assert ("encoding_guessed" in reading.warnings) == (not encoding.startswith("utf"))


def test_csv_is_one_sheet_with_tabs_between_cells(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name;area\n"Delta; lower";12\n')
    reading = reader.read(path)
    assert (reading.unit, reading.pages[0].text) == ("sheet", "name\tarea\nDelta; lower\t12")


def test_rich_text_in_several_scripts(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(
        r"{\rtf1\ansi\ansicpg1252{\info{\title Les \'e9tangs}{\author A. Ba}}Caf\'e9 "
        r"\u1605?\u1575?\u1569? {\b gras}\par Fin}"
    )
    reading = reader.read(path)
    assert reading.text == "Café ماء gras\nFin"
    assert (reading.suggested_title, reading.metadata.authors) == ("Les étangs", ("A. Ba",))


def test_message_gives_headers_text_and_a_list_of_attachments(reader: Reader, tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "Ana Ruiz <ana@example.org>", "jo@example.org"
    message["Subject"], message["Date"] = "Réunion à Lomé", "Fri, 20 Nov 2026 10:00:00 +0000"
    message.set_content("Bonjour,\nvoici le rapport.")
    message.add_alternative("<p>Bonjour en HTML</p>", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="rapport.pdf")
    path = tmp_path / "a.eml"
    path.write_bytes(message.as_bytes())
    reading = reader.read(path)
    assert reading.unit == "message"
    assert reading.pages[0].text.endswith("voici le rapport.")
    assert "HTML" not in reading.text
    assert reading.suggested_title == "Réunion à Lomé"
    assert reading.metadata.created == "2026-11-20T10:00:00+00:00"
    assert [(member.name, member.media_type) for member in reading.members] == [
        ("rapport.pdf", "application/pdf")
    ]


@pytest.mark.parametrize("ending", ["png", "jpeg", "gif", "webp", "tiff", "bmp"])
def test_pictures_give_a_thumbnail_and_no_text(reader: Reader, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.linear_gradient("L").resize((900, 600)).convert("RGB").save(path)
    reading = reader.read(path)
    assert (reading.status, reading.format, reading.unit) == (Status.NO_TEXT, ending, "image")
    assert reading.thumbnail is not None
    with Image.open(io.BytesIO(reading.thumbnail)) as picture:
        assert picture.size == (240, 160)


def test_archive_lists_what_it_holds(reader: Reader, tmp_path: Path) -> None:
    path = made.zipped(tmp_path / "a.zip", {"notes/one.txt": "1", "two.pdf": "22"})
    reading = reader.read(path)
    assert [(member.name, member.size, member.media_type) for member in reading.members] == [
        ("notes/one.txt", 1, "text/plain"),
        ("two.pdf", 2, "application/pdf"),
    ]


def test_reading_again_gives_the_same(reader: Reader, tmp_path: Path) -> None:
    path = made.report_docx(tmp_path / "report.docx")
    first, second = reader.read(path), reader.read(path)
    assert (first.pages, first.metadata, first.language_score) == (
        second.pages,
        second.metadata,
        second.language_score,
    )


def test_name_given_separately_decides_between_kinds_of_text(reader: Reader, tmp_path: Path) -> None:
    blob = tmp_path / "0a1b2c"
    blob.write_text("name,area\nDelta,12\n")
    assert reader.read(blob, name="sites.csv").unit == "sheet"
    assert reader.read(blob, name="sites.txt").unit == "flow"


def test_old_workbook_gives_sheets_and_rows(reader: Reader) -> None:
    needs("data")
    reading = reader.read(DATA / "xlsform" / "example_xls" / "calculate.xls")
    assert (reading.status, reading.format, reading.unit) == (Status.READ, "xls", "sheet")
    assert [(page.number, page.label) for page in reading.pages] == [(1, "survey"), (2, "settings")]
    assert reading.pages[0].text.startswith(
        "type\tname\tlabel\tcalculation\ncalculate\tcalculate_test\t\t2+2"
    )


def test_every_real_old_workbook_is_read(reader: Reader) -> None:
    needs("data")
    paths = sorted((DATA / "xlsform" / "example_xls").glob("*.xls"))
    assert paths
    assert {path.name: reader.read(path).status for path in paths} == {
        path.name: Status.READ for path in paths
    }
