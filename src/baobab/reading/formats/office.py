"""What all Office Open XML packages share: parts, core properties, preview, macros (ECMA-376 part 2)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from baobab.reading.budget import Budget
from baobab.reading.model import Metadata
from baobab.reading.package import Package, XmlTarget, attribute, stream_xml

# The small parts that only describe the package; nothing honest comes near this size.
SMALL_PART = 4 << 20


class Relationships(XmlTarget):
    """The relationships of a part: id to (type's last word, target, external)."""

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.found: dict[str, tuple[str, str, bool]] = {}

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            self.found[attribute(attributes, "Id")] = (
                attribute(attributes, "Type").rpartition("/")[2],
                attribute(attributes, "Target"),
                attribute(attributes, "TargetMode") == "External",
            )


def relationships(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """Id to (type, part name) for the parts that `part` ("" for the package) refers to inside the package."""
    folder, _, name = part.rpartition("/")
    rels = f"{folder}/_rels/{name}.rels".lstrip("/") if part else "_rels/.rels"
    if rels not in package:
        return {}
    reader = Relationships(package.budget)
    stream_xml(package.chunks(rels), reader)
    return {
        key: (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
        for key, (kind, target, external) in reader.found.items()
        if not external
    }


def main_part(package: Package, usual: str) -> str:
    """The name of the part that holds the document itself."""
    for kind, target in relationships(package, "").values():
        if kind == "officeDocument" and target in package:
            return target
    return usual


class _Properties(XmlTarget):
    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.values: dict[str, str] = {}
        self._name = ""

    def opened(self, name: str, attributes: Mapping[str, str]) -> None:
        self._name = name

    def characters(self, text: str) -> None:
        if self._name:
            self.values[self._name] = (self.values.get(self._name, "") + text)[:10_000]

    def closed(self, name: str) -> None:
        self._name = ""


def properties(package: Package, part: str) -> dict[str, str]:
    """The texts of a small, flat part by element name; {} when it is absent or unreasonably large."""
    info = package.infos.get(part)
    if info is None or info.file_size > SMALL_PART:
        return {}
    reader = _Properties(package.budget)
    stream_xml(package.chunks(part), reader)
    return {name: value.strip() for name, value in reader.values.items()}


def core_properties(package: Package) -> Metadata:
    """Dublin Core properties of the package (ECMA-376 part 2 §11)."""
    part = next(
        (t for kind, t in relationships(package, "").values() if kind == "core-properties"),
        "docprops/core.xml",
    )
    values = properties(package, part.lower())
    return Metadata(
        title=values.get("title", ""),
        authors=people(values.get("creator", "")),
        language=values.get("language", ""),
        created=values.get("created", ""),
        modified=values.get("modified", ""),
        subject=values.get("subject", ""),
        keywords=words(values.get("keywords", "")),
        description=values.get("description", ""),
        publisher=properties(package, "docprops/app.xml").get("Company", ""),
        software=properties(package, "docprops/app.xml").get("Application", ""),
    )


def people(names: str) -> tuple[str, ...]:
    """Names written in one field, separated by semicolons."""
    return tuple(name.strip() for name in names.split(";") if name.strip())


def words(keywords: str) -> tuple[str, ...]:
    """Keywords written in one field, separated by semicolons, or else by commas."""
    divider = ";" if ";" in keywords else ","
    return tuple(word.strip() for word in re.split(divider, keywords) if word.strip())


def embedded_picture(package: Package) -> bytes | None:
    """The preview that the writing program stored, as it is; None without one."""
    for kind, target in relationships(package, "").values():
        info = package.infos.get(target.lower())
        if kind == "thumbnail" and info is not None and info.file_size <= SMALL_PART:
            return package.whole(target)
    return None


def package_warnings(package: Package) -> list[str]:
    """Codes of what a careful reader should know before opening the original."""
    found = []
    if package.names(r".*vbaproject\.bin"):
        found.append("macros")
    if package.names(r".*/embeddings/[^/]+\.(bin|docx?|xlsx?|pptx?)"):
        found.append("attachments")
    return found
