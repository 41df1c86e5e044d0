"""Office files of before 2007: XLS by calamine; DOC and PPT by the optional extra [legacy]."""

from __future__ import annotations

import importlib
import importlib.util

from python_calamine import CalamineError, CalamineWorkbook

from baobab.reading.budget import Budget
from baobab.reading.content import Content, Source
from baobab.reading.flow import Block, lay_out
from baobab.reading.model import Metadata
from baobab.reading.reasons import Refused


def read(source: Source, budget: Budget) -> Content:
    """Sheets of an XLS file; the text of a DOC or PPT file where the extra is installed."""
    if source.format == "xls":
        return _sheets(source, budget)
    if importlib.util.find_spec("kreuzberg") is None:
        raise Refused("legacy_missing")
    return _extra(source, budget)


def _sheets(source: Source, budget: Budget) -> Content:
    source.file.seek(0)
    content = Content(unit="sheet", tables=True)
    try:
        workbook = CalamineWorkbook.from_filelike(source.file)
        content.page_count = len(workbook.sheet_names)
        for number, name in enumerate(workbook.sheet_names[: budget.limits.sheets], start=1):
            lines = []
            for row in workbook.get_sheet_by_name(name).iter_rows():
                budget.cells += len(row)
                cells = [_shown(cell) for cell in row]
                if any(cells):
                    lines.append("\t".join(cells).rstrip("\t"))
                if budget.full:
                    break
            content.add(number, name, "\n".join(lines), budget)
            if budget.full:
                break
    except CalamineError as error:
        locked = "password" in str(error).lower() or "encrypt" in str(error).lower()
        raise Refused("encrypted" if locked else "broken") from None
    except (OSError, ValueError):
        raise Refused("broken") from None
    return content


def _shown(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return " ".join(str(cell).split())


def _extra(source: Source, budget: Budget) -> Content:
    kreuzberg = importlib.import_module("kreuzberg")
    try:
        result = kreuzberg.extract_bytes_sync(source.whole(budget.limits.upload), source.media_type)
    except (kreuzberg.KreuzbergError, OSError, ValueError, RuntimeError):
        raise Refused("broken") from None
    content = Content(unit="flow")
    lay_out([Block(line) for line in str(result.content).split("\n")], content, budget)
    metadata = result.metadata if isinstance(result.metadata, dict) else {}
    content.metadata = Metadata(title=str(metadata.get("title") or ""))
    return content
