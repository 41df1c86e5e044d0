"""Mail from `send_mail` to a real mail server, and every way in which that can go wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest
from django.core.mail import EmailMessage, send_mail
from django.db import transaction
from pytest_django import Settings

from baobab.jobs.models import Job
from baobab.jobs.worker import Worker
from baobab.kernel import clock
from baobab.notifications.models import QueuedMail

from .sink import Sink


@pytest.fixture
def server(settings: Settings) -> Iterator[Sink]:
    settings.EMAIL_BACKEND = "baobab.notifications.backend.QueueingBackend"
    with Sink() as sink:
        settings.EMAIL_CONFIG = {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": sink.port,
            "EMAIL_HOST_USER": None,
            "EMAIL_HOST_PASSWORD": None,
        }
        yield sink


def try_again() -> None:
    Job.objects.filter(state="waiting").update(run_at=clock.now())
    Worker().work_off()


@pytest.mark.django_db
def test_a_mail_arrives_once_with_its_words_and_its_message_id(server: Sink) -> None:
    send_mail("Étude sur les marais", "نص بالعربية", "Baobab <from@example.org>", ["to@example.org"])
    assert server.accepted == [], "it waits for the transaction and for a worker"
    Worker().work_off()
    Worker().work_off()
    (mail,) = server.accepted
    assert (mail.sender, mail.recipients) == ("from@example.org", ("to@example.org",))
    message = message_from_bytes(mail.content)
    assert message["Message-ID"] == QueuedMail.objects.get().message_id
    body = message.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "نص بالعربية" in body.decode()


@pytest.mark.django_db
def test_a_mail_of_a_transaction_that_fails_never_leaves(server: Sink) -> None:
    def change_that_fails() -> None:
        with transaction.atomic():
            send_mail("Subject", "Body", None, ["to@example.org"])
            raise OSError

    with pytest.raises(OSError):
        change_that_fails()
    Worker().work_off()
    assert server.accepted == []
    assert not QueuedMail.objects.exists()


@pytest.mark.django_db
def test_a_mail_to_nobody_is_not_queued(server: Sink) -> None:
    assert EmailMessage("Subject", "Body", to=[]).send() == 0
    assert not QueuedMail.objects.exists()


@pytest.mark.django_db
def test_a_header_with_a_line_break_is_refused_and_nothing_is_queued(server: Sink) -> None:
    with pytest.raises(ValueError):
        send_mail("Subject\nBcc: victim@example.org", "Body", None, ["to@example.org"])
    assert not QueuedMail.objects.exists()


@pytest.mark.django_db
def test_a_mail_waits_while_the_server_is_away_and_leaves_when_it_is_back(
    server: Sink, settings: Settings
) -> None:
    there = settings.EMAIL_CONFIG
    settings.EMAIL_CONFIG = {**there, "EMAIL_PORT": 1}
    send_mail("Subject", "Body", None, ["to@example.org"])
    Worker().work_off()
    mail = QueuedMail.objects.get()
    assert (mail.sent_at, mail.attempts) == (None, 1)
    assert mail.failure.startswith("The mail server does not answer")
    assert Job.objects.get().failure == mail.failure
    settings.EMAIL_CONFIG = there
    try_again()
    assert len(server.accepted) == 1
    mail.refresh_from_db()
    assert mail.sent_at is not None
    assert mail.failure == ""


@pytest.mark.django_db
def test_an_address_that_is_refused_for_good_is_not_tried_again(server: Sink) -> None:
    server.refusals["gone@example.org"] = "550 no such person"
    send_mail("Subject", "Body", None, ["gone@example.org"])
    Worker().work_off()
    assert Job.objects.get().state == "failed"
    assert "gone@example.org (550 no such person)" in QueuedMail.objects.get().failure


@pytest.mark.django_db
def test_those_whom_the_server_accepted_get_no_second_copy_when_others_are_put_off(server: Sink) -> None:
    server.refusals["later@example.org"] = "451 come back later"
    server.refusals["gone@example.org"] = "550 no such person"
    send_mail("Subject", "Body", None, ["now@example.org", "later@example.org", "gone@example.org"])
    Worker().work_off()
    assert Job.objects.get().state == "waiting"
    del server.refusals["later@example.org"]
    try_again()
    assert [mail.recipients for mail in server.accepted] == [("now@example.org",), ("later@example.org",)]
    assert QueuedMail.objects.get().sent_at is not None


_SEND = """
import django
django.setup()
from baobab.jobs.worker import Worker
Worker().work_off()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_acceptance_and_note_repeats_the_mail_with_the_same_message_id(
    server: Sink, settings: Settings, tmp_path: Path
) -> None:
    settings.BAOBAB_HOME = tmp_path
    database = tmp_path / "mail.sqlite3"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "baobab.config.settings",
        "BAOBAB_HOME": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{database}",
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
    }

    def run(code: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", code], env=environment)

    queue = (
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from django.core.mail import send_mail; send_mail('Subject', 'Body', None, ['to@example.org'])\n"
    )
    assert run(queue).wait(60) == 0

    def kill_sender() -> None:
        server.after_accepting = lambda: None
        os.kill(sender.pid, signal.SIGKILL)

    server.after_accepting = kill_sender
    sender = run(_SEND)
    assert sender.wait(60) == -signal.SIGKILL
    assert run(_SEND).wait(60) == 0
    assert run(_SEND).wait(60) == 0
    first, second = server.accepted
    assert first == second
    assert message_from_bytes(first.content)["Message-ID"]
