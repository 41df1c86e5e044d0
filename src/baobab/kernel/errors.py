"""The errors that end at a person: one small tree, turned into pages and problem+json in one place.

Each carries a sentence that says what happened and what to do. The HTTP status that fits stands
beside the class, so that a page, the API and a command answer alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class BaobabError(Exception):
    """Something a person must be told. `str(error)` is the sentence."""

    status = 500
    title = "The work could not be done"


class BadInput(BaobabError):
    """What was given cannot be used; `fields` maps a field's name to its sentences ("" for the whole)."""

    status = 400
    title = "Something in what was sent cannot be used"

    def __init__(self, message: str = "", *, fields: Mapping[str, Sequence[str]] | None = None) -> None:
        self.fields = {name: list(sentences) for name, sentences in (fields or {}).items()}
        first = next((sentences[0] for sentences in self.fields.values() if sentences), "")
        super().__init__(message or first)


class Refused(BaobabError):
    """The person may see the thing but may not do this to it."""

    status = 403
    title = "This is not permitted"


class NotFound(BaobabError):
    """There is no such thing, or none that this reader may know of: the two are never told apart."""

    status = 404
    title = "There is nothing here"


class Withdrawn(BaobabError):
    """The thing was here and was withdrawn; those who might have read it are told so, with its reason.

    `subject` is what the sentence names: pages set it apart, as it may run in another direction.
    """

    status = 410
    title = "This was withdrawn"

    def __init__(self, sentence: str = "", *, subject: str = "", reason: str = "") -> None:
        super().__init__(f"{sentence} {reason}".strip())
        self.sentence = sentence
        self.subject = subject
        self.reason = reason


class Stale(BaobabError):
    """Somebody else changed the thing since it was opened; nothing was overwritten."""

    status = 409
    title = "Somebody else changed this meanwhile"
