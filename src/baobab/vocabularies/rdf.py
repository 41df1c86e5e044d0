"""RDF files into a graph, without letting a hostile file reach the network, other files or all the memory."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.parsers import expat
from xml.sax import SAXException, SAXParseException

from django.utils.translation import gettext as _
from rdflib import Graph
from rdflib.exceptions import Error as RdflibError
from rdflib.plugins.parsers.notation3 import BadSyntax

from baobab.kernel.errors import BadInput
from baobab.kernel.text import clean_line, shorten

# AGROVOC with its 40 languages is larger; what one organisation works with is not.
# A graph takes some 30 times the size of its Turtle in memory.
LARGEST_FILE = 48 * 2**20

_FORMATS = {
    ".ttl": "turtle",
    ".nt": "nt",
    ".rdf": "xml",
    ".xml": "xml",
    ".owl": "xml",
    ".skos": "xml",
    ".jsonld": "json-ld",
    ".json": "json-ld",
}
FORMAT_NAMES = {"turtle": "Turtle", "nt": "N-Triples", "xml": "RDF/XML", "json-ld": "JSON-LD"}

_XML_START = re.compile(rb"\s*<(\?xml|!--|!DOCTYPE|[\w.-]+:RDF\b|RDF\b)")
_JSON_START = re.compile(rb"\s*[\[{]\s*[\"{\]}]")

# What rdflib raises on files that are not what they claim, found by feeding it damaged ones.
_PARSER_ERRORS = (
    RdflibError, SAXException, UnicodeError, ValueError, TypeError, IndexError, KeyError,
    AttributeError, AssertionError, RecursionError,
)  # fmt: skip


def read_bytes(path: Path) -> bytes:
    """The file's bytes; raises BadInput with a sentence when it cannot be read or is too large."""
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise _too_large(path.name, size)
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput(
            _("The file %(name)s could not be read: %(reason)s.") % {"name": path.name, "reason": reason}
        ) from error


def parse(content: bytes, *, name: str = "") -> Graph:
    """The graph that RDF/XML, Turtle, N-Triples or JSON-LD says; format by the name's ending, else by look.

    Raises BadInput, with the line where it is known. An XML file with a document type declaration is
    refused (entities can read files and fill memory), and so is JSON-LD that refers to a context
    elsewhere: nothing is ever fetched.
    """
    shown = name or _("The vocabulary")
    if len(content) > LARGEST_FILE:
        raise _too_large(shown, len(content))
    if not content.strip():
        raise BadInput(_("%(name)s is empty.") % {"name": shown})
    kind = _format(content, name)
    if kind == "xml":
        _refuse_document_types(content, shown)
    elif kind == "json-ld":
        _refuse_remote_contexts(content, shown)
    graph = Graph()
    try:
        graph.parse(data=content, format=kind)
    except BadSyntax as error:
        raise _broken(shown, kind, line=int(error.lines) + 1, reason=str(error._why)) from error
    except SAXParseException as error:
        raise _broken(shown, kind, line=error.getLineNumber(), reason=error.getMessage()) from error
    except _PARSER_ERRORS as error:
        raise _broken(shown, kind, line=None, reason=str(error)) from error
    return graph


def _format(content: bytes, name: str) -> str:
    by_ending = _FORMATS.get(Path(name).suffix.lower())
    if by_ending is not None:
        return by_ending
    start = content[:2000].removeprefix(b"\xef\xbb\xbf")
    if _XML_START.match(start) or start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "xml"
    return "json-ld" if _JSON_START.match(start) else "turtle"


class _RootReached(Exception):
    pass


def _refuse_document_types(content: bytes, shown: str) -> None:
    """Read the XML up to its first element with the parser that rdflib uses, in whatever encoding it is."""
    parser = expat.ParserCreate()

    def on_doctype(*_declaration: object) -> None:
        raise BadInput(
            _(
                "%(name)s declares a document type (DOCTYPE), which can hide attacks, and was not read. "
                "Write its entities out, or save it as Turtle, and import that."
            )
            % {"name": shown}
        )

    def on_element(*_element: object) -> None:
        raise _RootReached

    parser.StartDoctypeDeclHandler = on_doctype
    parser.StartElementHandler = on_element
    try:
        parser.Parse(content, True)
    except _RootReached:
        return
    except expat.ExpatError as error:
        raise _broken(shown, "xml", line=error.lineno, reason=expat.ErrorString(error.code)) from error
    except (LookupError, ValueError) as error:
        # The declared encoding is none that Python knows, or one that expat cannot read.
        raise _broken(shown, "xml", line=1, reason=str(error)) from error


def _refuse_remote_contexts(content: bytes, shown: str) -> None:
    try:
        waiting: list[object] = [json.loads(content)]
    except (ValueError, RecursionError) as error:
        raise _broken(shown, "json-ld", line=getattr(error, "lineno", None), reason=str(error)) from error
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            contexts = value.get("@context", [])
            listed = contexts if isinstance(contexts, list) else [contexts]
            if "@import" in value or any(isinstance(context, str) for context in listed):
                raise BadInput(
                    _(
                        "%(name)s refers to a JSON-LD context elsewhere, which is never fetched. "
                        "Put the context into the file, or save it as Turtle, and import that."
                    )
                    % {"name": shown}
                )
            waiting.extend(value.values())


def _too_large(name: str, size: int) -> BadInput:
    return BadInput(
        _(
            "%(name)s has %(size)d MB; a vocabulary may have at most %(limit)d MB. Import a part of it, "
            "for example fewer languages."
        )
        % {"name": name, "size": size // 2**20, "limit": LARGEST_FILE // 2**20}
    )


def _broken(name: str, kind: str, *, line: int | None, reason: str) -> BadInput:
    detail = shorten(clean_line(reason), characters=200).rstrip(".") or _("no reason known")
    values = {"name": name, "format": FORMAT_NAMES[kind], "line": line, "reason": detail}
    if line is None:
        return BadInput(
            _("%(name)s is not sound %(format)s, and nothing of it was kept: %(reason)s.") % values
        )
    return BadInput(
        _("%(name)s is not sound %(format)s at line %(line)d, and nothing of it was kept: %(reason)s.")
        % values
    )
