"""Hands finished mail to the server that `EMAIL_URL` names, or writes it to the log where it names none."""

from __future__ import annotations

import smtplib
import sys
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core.mail.message import sanitize_address
from django.utils.translation import gettext as _

from baobab.kernel.errors import BaobabError

# Seconds for each answer of the mail server.
_PATIENCE = 30

# Address → (code, reason) of those that the server did not accept (RFC 5321 §4.2).
Refusals = Mapping[str, tuple[int, str]]


class NotDelivered(BaobabError):
    """The mail could not be handed over now; it may go later."""

    status = 503
    title = "The mail could not be sent"


class NeverDelivered(NotDelivered):
    """The mail will not be accepted however often it is offered."""

    status = 422


def deliver(content: bytes, *, sender: str, recipients: Sequence[str]) -> Refusals:
    """Hand over one mail; returns the addresses that the server refused while it accepted others.

    Raises `NotDelivered` when nothing was accepted and it is worth trying again, `NeverDelivered` when not.
    """
    backend = str(settings.EMAIL_CONFIG["EMAIL_BACKEND"])
    if backend.endswith("smtp.EmailBackend"):
        return _by_smtp(content, sender=sender, recipients=recipients)
    if backend.endswith("console.EmailBackend"):
        sys.stdout.write(f"{content.decode('utf-8', 'replace')}\n{'-' * 79}\n")
        sys.stdout.flush()
        return {}
    if backend.endswith("dummy.EmailBackend"):
        return {}
    raise NeverDelivered(_("EMAIL_URL names a way of sending mail that Baobab does not know."))


def open_server() -> smtplib.SMTP:
    """A session with the mail server, signed in if `EMAIL_URL` has a name (OSError, SMTPException)."""
    named = settings.EMAIL_CONFIG
    kind = smtplib.SMTP_SSL if named.get("EMAIL_USE_SSL") else smtplib.SMTP
    server = kind(named["EMAIL_HOST"] or "localhost", int(named["EMAIL_PORT"] or 0), timeout=_PATIENCE)
    try:
        if named.get("EMAIL_USE_TLS"):
            server.starttls()
        if named["EMAIL_HOST_USER"]:
            server.login(named["EMAIL_HOST_USER"], named["EMAIL_HOST_PASSWORD"] or "")
    except (OSError, smtplib.SMTPException):
        server.close()
        raise
    return server


def _by_smtp(content: bytes, *, sender: str, recipients: Sequence[str]) -> Refusals:
    try:
        server = open_server()
    except smtplib.SMTPAuthenticationError:
        raise NotDelivered(_("The mail server does not accept the name and password in EMAIL_URL.")) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(_("The mail server does not answer: %s") % error) from None
    try:
        refused = server.sendmail(
            sanitize_address(sender, "utf-8"), [sanitize_address(to, "utf-8") for to in recipients], content
        )
    except smtplib.SMTPRecipientsRefused as error:
        refusals = _readable(error.recipients)
        is_for_good = all(code >= 500 for code, _reason in refusals.values())
        raise (NeverDelivered if is_for_good else NotDelivered)(refusal_sentence(refusals)) from None
    except smtplib.SMTPResponseException as error:
        reason = f"{error.smtp_code} {_text(error.smtp_error)}"
        sentence = _("The mail server refused the mail: %s") % reason
        raise (NeverDelivered if error.smtp_code >= 500 else NotDelivered)(sentence) from None
    except (OSError, smtplib.SMTPException) as error:
        raise NotDelivered(_("The mail server broke off: %s") % error) from None
    finally:
        server.close()
    return _readable(refused)


def refusal_sentence(refusals: Refusals) -> str:
    """Whom the server did not accept, and why."""
    listed = "; ".join(f"{address} ({code} {reason})" for address, (code, reason) in sorted(refusals.items()))
    return _("The mail server refused: %s") % listed


def _readable(refused: Mapping[str, tuple[int, bytes]]) -> Refusals:
    return {address: (code, _text(reason)) for address, (code, reason) in refused.items()}


def _text(reason: bytes | str) -> str:
    return (reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason).strip()
