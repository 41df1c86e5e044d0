"""Documents that the tests make for themselves, small and true to their formats."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import docx
import pptx
import pypdf
import typst
from docx.enum.text import WD_BREAK

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def zipped(path: Path, parts: Mapping[str, str | bytes], *, first_stored: bool = False) -> Path:
    """A zip file of the given parts; the first one uncompressed where the format wants it so."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(parts.items()):
            stored = first_stored and number == 0
            archive.writestr(name, content, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return path


def word_package(path: Path, body: str, *, before: str = "") -> Path:
    """A minimal DOCX around the XML of a body."""
    document = (
        f'<?xml version="1.0"?>{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    )
    return zipped(path, {"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": document})


def report_docx(path: Path) -> Path:
    """Headings, a table, explicit page ends and properties, by python-docx."""
    document = docx.Document()
    document.core_properties.title = "Wetlands of the lower valley"
    document.core_properties.author = "Amina Diallo; Jo Park"
    document.add_heading("Why wetlands matter", level=1)
    document.add_paragraph("Marshes hold the flood water back.")
    table = document.add_table(rows=2, cols=2)
    for row, values in enumerate((("Site", "Hectares"), ("Delta", "1200"))):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_heading("What we learnt", level=1)
    document.add_paragraph("Ask the fishers first.")
    document.save(str(path))
    return path


def talk_pptx(path: Path) -> Path:
    """Two slides, the second with speaker's notes, by python-pptx."""
    presentation = pptx.Presentation()
    for title, body in (("Opening words", "Water is shared"), ("Closing words", "Thank you")):
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = body
    presentation.slides[1].notes_slide.notes_text_frame.text = "Mention the ferry."
    presentation.save(str(path))
    return path


def pdf(path: Path, *pages: str, title: str = "") -> Path:
    """A PDF with one page per text, by typst; each text is markup."""
    named = f'#set document(title: "{title}")\n' if title else ""
    source = named + "\n#pagebreak()\n".join(pages)
    path.write_bytes(typst.compile(source.encode(), format="pdf"))
    return path


def locked_pdf(path: Path) -> Path:
    """A PDF that opens only with a password."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(typst.compile(b"Secret", format="pdf")))
    writer.encrypt("s3cret", algorithm="RC4-128")
    with path.open("wb") as file:
        writer.write(file)
    return path


def endless_pdf(*around: str) -> bytes:
    """A PDF with a page that draws itself without end; texts around it make pages before and after."""
    bodies = [*around[: len(around) // 2], None, *around[len(around) // 2 :]]
    kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(len(bodies)))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(bodies)}>>".encode(),
        3: b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 3 0 R>>>>/Length 11>>"
        b"stream\n/X Do /X Do\nendstream",
        4: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    for n, text in enumerate(bodies):
        content = b"/X Do" if text is None else f"BT /F 12 Tf 20 100 Td ({text}) Tj ET".encode()
        objects[10 + 2 * n] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]"
            b"/Resources<</XObject<</X 3 0 R>>/Font<</F 4 0 R>>>>/Contents %d 0 R>>" % (11 + 2 * n)
        )
        objects[11 + 2 * n] = b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)
    written = b"".join(b"%d 0 obj\n%s\nendobj\n" % item for item in objects.items())
    return b"%PDF-1.7\n" + written + b"trailer<</Root 1 0 R/Size 99>>\n%%EOF"


def odf(path: Path, kind: str, body: str, *, styles: str = "") -> Path:
    """A minimal OpenDocument file of kind "text", "spreadsheet" or "presentation"."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in {
            "office": "office",
            "text": "text",
            "table": "table",
            "draw": "drawing",
            "style": "style",
            "presentation": "presentation",
            "meta": "meta",
            "fo": "xsl-fo-compatible",
        }.items()
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    meta = (
        f'<office:document-meta {spaces} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
        "<dc:title>Marsh notes</dc:title><dc:creator>Lucía Gómez</dc:creator><dc:language>es-BO</dc:language>"
        "</office:meta></office:document-meta>"
    )
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    return zipped(path, {"mimetype": media_type, "content.xml": content, "meta.xml": meta}, first_stored=True)


def epub(path: Path) -> Path:
    """Two chapters, a navigation document that names them, and a language."""
    chapter = (
        '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
        "<body><script src='x.js'/><h1>{title}</h1><p>{text}</p></body></html>"
    )
    return zipped(
        path,
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": (
                '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
                '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
            ),
            "OEBPS/book.opf": (
                '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
                "<dc:title>River stories</dc:title><dc:creator>Ana Ruiz</dc:creator><dc:language>fr"
                "</dc:language>"
                '</metadata><manifest><item id="n" href="nav.xhtml" properties="nav"/><item '
                'id="b" href="b%20two.xhtml"/>'
                '<item id="a" href="a.xhtml"/></manifest>'
                '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
            ),
            "OEBPS/nav.xhtml": (
                '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol><li><a '
                'href="a.xhtml">La source</a></li>'
                '<li><a href="b%20two.xhtml#x">Le delta</a></li></ol></nav></body></html>'
            ),
            "OEBPS/a.xhtml": chapter.format(
                title="Chapitre premier", text="La rivi&egrave;re na&icirc;t ici."
            ),
            "OEBPS/b two.xhtml": chapter.format(title="Chapitre deux", text="Elle rejoint la mer."),
        },
        first_stored=True,
    )


def xlsx(path: Path, sheets: Mapping[str, str], *, strings: str = "", styles: str = "") -> Path:
    """A workbook whose sheets are given as the XML of their rows."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, start=1)
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml", f"r{n}") for n in range(1, len(sheets) + 1)]
    targets += [("sharedStrings", "sharedStrings.xml", "rs"), ("styles", "styles.xml", "rt")]
    related = "".join(
        f'<Relationship Id="{key}" Type="{links}/{kind}" Target="{to}"/>' for kind, to, key in targets
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{main}">{styles}</styleSheet>',
    }
    for n, rows in enumerate(sheets.values(), start=1):
        sheet = f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        parts[f"xl/worksheets/sheet{n}.xml"] = sheet
    return zipped(path, parts)
