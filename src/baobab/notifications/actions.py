"""All writes to the queue of mail."""

from __future__ import annotations

import re
from datetime import timedelta

from django.core.mail import EmailMessage
from django.core.mail.message import sanitize_address
from django.db import transaction

from baobab.jobs.actions import enqueue
from baobab.kernel import clock

from .models import QueuedMail
from .transport import NotDelivered, deliver, refusal_sentence

# Mail is forgotten after this time, sent or not: it may hold personal matters.
KEEP = timedelta(days=30)
# SMTP wants every line to end with both (RFC 5321 §2.3.8).
_LINE_END = re.compile(rb"\r?\n")


def queue_mail(message: EmailMessage) -> QueuedMail | None:
    """Queue one mail in the caller's transaction; None when it names nobody.

    The Message-ID (RFC 5322 §3.6.4) is fixed here: should the mail be handed over twice because a
    process died in between, both carry the same one, and mail systems can tell that it is the same mail.
    Raises `ValueError` when a header holds a line break, and then queues nothing.
    """
    from .jobs import send_mail  # the job calls this module

    recipients = [address for address in message.recipients() if address]
    if not recipients:
        return None
    built = message.message()
    with transaction.atomic():
        mail = QueuedMail.objects.create(
            message_id=str(built["Message-ID"]),
            sender=message.from_email,
            recipients=recipients,
            content=_LINE_END.sub(b"\r\n", built.as_bytes()),
            queued_at=clock.now(),
        )
        enqueue(send_mail, key=f"mail:{mail.pk}", mail_id=mail.pk)
    return mail


def send_queued(mail_id: int) -> None:
    """Hand a queued mail to the mail server, unless that has been done; raises `NotDelivered` when it fails.

    It is handed over at least once: a process that dies after the server accepted and before the note
    of it leaves the mail to be sent again, with the same Message-ID. Addresses that the server accepted
    are not offered again; those that it puts off are.
    """
    mail = QueuedMail.objects.filter(pk=mail_id, sent_at=None).first()
    if mail is None:
        return
    kept = QueuedMail.objects.filter(pk=mail_id)
    kept.update(attempts=mail.attempts + 1)
    try:
        refused = deliver(bytes(mail.content), sender=mail.sender, recipients=mail.recipients)
    except NotDelivered as error:
        kept.update(failure=str(error))
        raise
    put_off = {address for address, (code, _reason) in refused.items() if code < 500}
    failure = refusal_sentence(refused) if refused else ""
    if put_off:
        rest = [to for to in mail.recipients if sanitize_address(to, "utf-8") in put_off]
        kept.update(recipients=rest, failure=failure)
        raise NotDelivered(failure)
    kept.update(sent_at=clock.now(), failure=failure)


def forget_old_mail() -> int:
    """Delete mail that is older than `KEEP`; returns how many."""
    return QueuedMail.objects.filter(queued_at__lt=clock.now() - KEEP).delete()[0]
