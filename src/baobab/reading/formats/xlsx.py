"""Excel workbooks (XLSX, XLSM), ECMA-376 SpreadsheetML: one page per sheet, rows streamed, nothing
materialised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.formats.office import (
    core_properties,
    embedded_picture,
    main_part,
    package_warnings,
    relationships,
)
from baobab.reading.package import Package, XmlTarget, attribute, stream_xml, stream_xml_steps
from baobab.reading.reasons import Refused

# Columns beyond this are left out: a sheet may declare 16,384 and use three.
COLUMNS = 1_000
# Built-in number formats that show dates or times (ECMA-376 part 1 §18.8.30).
DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
STRINGS_AT_MOST = 200_000_000
LARGEST_DATE = 2_958_466


def read(source: Source, budget: Budget) -> Content:
    """Cells that hold something, row by row; rows without content are left out."""
    package = Package(source.file, source.size, budget)
    workbook = Workbook(package)
    content = Content(unit="sheet", tables=True, page_count=len(workbook.sheets))
    damaged = workbook.damaged
    for number, (name, part) in enumerate(workbook.sheets[: budget.limits.sheets], start=1):
        lines: list[str] = []
        size = 0
        if part in package and not budget.full:
            reader = RowReader(workbook)
            for row in reader.rows(part):
                if any(row):
                    lines.append("\t".join(_one_line(cell) for cell in row).rstrip("\t"))
                    size += len(lines[-1])
                    if budget.characters + size > budget.limits.characters:
                        break
            damaged |= reader.damaged
        content.add(number, name, "\n".join(lines), budget)
    if len(workbook.sheets) > budget.limits.sheets:
        content.code = "partly_pages"
    elif damaged:
        content.code = "partly_damaged" if any(page.text for page in content.pages) else "broken"
    content.metadata = core_properties(package)
    content.picture = embedded_picture(package)
    content.warnings += package_warnings(package)
    if package.names(r"xl/externallinks/.*"):
        content.warnings.append("external")
    return content


def _one_line(cell: str) -> str:
    return cell.replace("\t", " ").replace("\n", " ") if "\n" in cell or "\t" in cell else cell


class Workbook:
    """Sheets in order as (name, part), the shared strings, and which cell styles are dates."""

    def __init__(self, package: Package) -> None:
        self.package = package
        main = main_part(package, "xl/workbook.xml")
        listing = _Sheets(package.budget)
        stream_xml(package.chunks(main), listing)
        parts = relationships(package, main)
        self.sheets = [(name, parts[key][1]) for name, key in listing.sheets if key in parts]
        self.epoch = datetime(1904, 1, 1) if listing.since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
        kinds = {kind: part for kind, part in parts.values() if part in package}
        strings, styles = _Strings(package.budget), _Styles(package.budget)
        if "sharedStrings" in kinds:
            stream_xml(package.chunks(kinds["sharedStrings"]), strings)
        if "styles" in kinds:
            stream_xml(package.chunks(kinds["styles"]), styles)
        self.strings = strings.strings
        self.dates = styles.dates()
        self.damaged = listing.damaged or strings.damaged
        if not self.sheets and self.damaged:
            raise Refused("broken")

    def part_of(self, sheet: str | None) -> str:
        """The part of the named sheet, or of the first. Raises KeyError for a name that is not there."""
        if sheet is None and self.sheets:
            return self.sheets[0][1]
        return dict(self.sheets)[sheet or ""]

    def date(self, serial: float) -> str:
        """A day number as ISO 8601, with the time only when there is one."""
        moment = self.epoch + timedelta(days=serial)
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
        if serial < 1:
            return moment.strftime("%H:%M:%S")
        return (
            moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(sep=" ")
        )


class RowReader:
    """Streams one sheet's rows as lists of texts, empty cells as ""."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self.damaged = False

    def rows(self, part: str) -> Iterator[list[str]]:
        """The rows that the part holds, in order; ends early when the budget is full."""
        cells = _Cells(self._workbook)
        for _ in stream_xml_steps(self._workbook.package.chunks(part), cells):
            ready, cells.ready = cells.ready, []
            yield from ready
        yield from cells.ready
        self.damaged = cells.damaged


class _Sheets(XmlTarget):
    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.sheets: list[tuple[str, str]] = []
        self.since_1904 = False

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            key = next((value for key, value in attributes.items() if key.endswith("}id")), "")
            self.sheets.append((attribute(attributes, "name"), key))
        elif name == "workbookPr":
            self.since_1904 = attribute(attributes, "date1904") in {"1", "true"}


class _Strings(XmlTarget):
    """The shared string table, without the readings (ruby) above Asian text."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.strings: list[str] = []
        self._parts: list[str] = []
        self._taking = False
        self._ruby = False
        self._size = 0

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "rPh":
            self._ruby = True
        self._taking = name == "t" and not self._ruby

    def characters(self, text: str) -> None:
        if self._taking:
            self._size += len(text)
            if self._size > STRINGS_AT_MOST:
                raise Refused("output")
            self._parts.append(text)

    def closed(self, name: str) -> None:
        self._taking = False
        if name == "rPh":
            self._ruby = False
        elif name == "si":
            self.strings.append("".join(self._parts))
            self._parts = []


class _Styles(XmlTarget):
    """Which cell formats show dates."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self._custom: dict[str, str] = {}
        self._formats: list[str] = []
        self._in_cells = False

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self._custom[attribute(attributes, "numFmtId")] = attribute(attributes, "formatCode")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._formats.append(attribute(attributes, "numFmtId"))

    def closed(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False

    def dates(self) -> frozenset[int]:
        """Indexes of the cell formats that are dates or times."""
        return frozenset(index for index, key in enumerate(self._formats) if self._is_date(key))

    def _is_date(self, key: str) -> bool:
        if key.isdigit() and len(key) < 6 and int(key) in DATE_FORMATS:
            return True
        # What stands in quotes, brackets or behind a backslash is shown as it is.
        bare, quoted = [], ""
        for letter in self._custom.get(key, "")[:200]:
            if quoted:
                quoted = "" if letter == quoted else quoted
            elif letter in '"[':
                quoted = '"' if letter == '"' else "]"
            else:
                bare.append(letter.lower())
        return any(letter in "ymdhs" for letter in bare) and "general" not in "".join(bare)


class _Cells(XmlTarget):
    def __init__(self, workbook: Workbook) -> None:
        super().__init__(workbook.package.budget)
        self.ready: list[list[str]] = []
        self._workbook = workbook
        self._row: list[str] = []
        self._column = 0
        self._type = ""
        self._style = ""
        self._value: list[str] = []
        self._taking = False

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self.budget.cells += 1
            self._type = attribute(attributes, "t")
            self._style = attribute(attributes, "s")
            self._column = _column(attribute(attributes, "r"), len(self._row))
            self._value = []
        elif name in {"v", "t"}:
            self._taking = True
        elif name == "row":
            self._row = []

    def characters(self, text: str) -> None:
        if self._taking:
            self._value.append(text)

    def closed(self, name: str) -> None:
        if name in {"v", "t"}:
            self._taking = False
        elif name == "c":
            value = self._shown("".join(self._value))
            if value and self._column < COLUMNS:
                self._row += [""] * (self._column - len(self._row))
                self._row[self._column :] = [value]
        elif name == "row":
            self.ready.append(self._row)
            self._row = []

    def _shown(self, value: str) -> str:
        if self._type == "s":
            known = value.isdigit() and len(value) < 10 and int(value) < len(self._workbook.strings)
            return self._workbook.strings[int(value)] if known else ""
        if self._type == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if self._type in {"", "n"} and value:
            return self._number(value)
        return value

    def _number(self, value: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if self._style.isdigit() and len(self._style) < 7 and int(self._style) in self._workbook.dates:
            return self._workbook.date(number) if 0 <= number < LARGEST_DATE else value
        # 0.1 + 0.2 is stored with all its digits; people see fifteen.
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number))
        return f"{number:.15g}"


def _column(reference: str, following: int) -> int:
    """The column index (from 0) of a cell reference such as "AB12"; the next free one without a reference."""
    column = 0
    for letter in reference[:4]:
        if not letter.isalpha() or not letter.isascii():
            break
        column = column * 26 + ord(letter.upper()) - 64
    return column - 1 if column else following
