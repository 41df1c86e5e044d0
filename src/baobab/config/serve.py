"""One command for the whole site: it starts web, workers and the indexer, and restarts whichever dies."""

from __future__ import annotations

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

from django.conf import settings
from django.utils.translation import gettext as _

from baobab.kernel.errors import BaobabError

from .addresses import remember_address
from .newcomers import first_sign_in
from .prepare import Say, run_folder
from .processes import RoleLock, die_with_parent
from .static_files import gather

WEB, WORKER, INDEXER = "web", "worker", "indexer"
ROLES = (WEB, WORKER, INDEXER)

# All in seconds.
_LOOK = 0.1
_SHORT_LIFE = 10.0  # a process that ended sooner waits longer before each new start
_LONGEST_PAUSE = 30.0
_TIME_TO_END = 6.0
_TIME_TO_START = 60.0
# Background work gives way to pages.
_NICE = {WEB: 0, WORKER: 10, INDEXER: 5}


class CannotServe(BaobabError):
    """The site cannot be started as asked; the sentence says why."""

    status = 503


@dataclass(slots=True)
class Child:
    """One supervised process, dead or alive."""

    role: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    not_before: float = 0.0
    short_lives: int = 0

    def start(self) -> None:
        parent, nice = os.getpid(), _NICE[self.role]

        def prepare_child() -> None:
            die_with_parent(parent=parent)
            os.nice(nice)

        # A session of its own: Ctrl-C reaches only the supervisor, which then ends all in order.
        self.process = subprocess.Popen(
            self.command, start_new_session=True, stdin=subprocess.DEVNULL, preexec_fn=prepare_child
        )
        self.started = time.monotonic()

    def has_died(self) -> bool:
        """Notice a death once, and set the time of the next start."""
        if self.process is None or self.process.poll() is None:
            return False
        self.process = None
        now = time.monotonic()
        self.short_lives = self.short_lives + 1 if now - self.started < _SHORT_LIFE else 0
        pause = 0.0 if self.short_lives < 2 else min(2.0 ** (self.short_lives - 2), _LONGEST_PAUSE)
        self.not_before = now + pause
        return True


@dataclass(slots=True)
class Supervisor:
    """Runs the roles asked for until it is told to end.

    `roles` is a part of `ROLES`; `workers` and `web_processes` say how many of each. Killed with -9, it
    leaves nothing behind: its children die with it, and their jobs are taken over at the next start.
    """

    host: str
    port: int
    roles: Sequence[str]
    workers: int
    web_processes: int
    say: Say
    _children: list[Child] = field(default_factory=list)
    _locks: list[RoleLock] = field(default_factory=list)
    _is_ending: bool = False

    @property
    def address(self) -> str:
        """Where the site is, as a person on this machine would type it."""
        if settings.SITE_URL:
            return str(settings.SITE_URL).rstrip("/")
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def run(self) -> None:
        """Serve until SIGTERM or Ctrl-C. Raises `CannotServe` before anything is started."""
        try:
            self._take_locks()
            if WEB in self.roles:
                self._check_port()
                if gather():
                    self.say(_("Style sheets and scripts were gathered."))
            for signum in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(signum, self._end)
            self._children = self._planned()
            for child in self._children:
                child.start()
            if WEB in self.roles:
                remember_address(self.address)
            self._announce()
            self._watch()
        finally:
            self._stop_all()
            for lock in self._locks:
                lock.release()

    def _end(self, signum: int, frame: FrameType | None) -> None:
        self._is_ending = True

    def _take_locks(self) -> None:
        for role in self.roles:
            lock = RoleLock(run_folder(), role)
            holder = lock.take(_("process %(number)s") % {"number": os.getpid()})
            if holder:
                raise CannotServe(
                    _("Baobab already runs on the data folder %(folder)s (%(holder)s). Stop that one first.")
                    % {"folder": settings.BAOBAB_HOME, "holder": holder}
                )
            self._locks.append(lock)

    def _check_port(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((self.host, self.port))
            except OSError as error:
                named = {"host": self.host, "port": self.port, "reason": error.strerror or str(error)}
                if error.errno == errno.EADDRINUSE:
                    sentence = _(
                        "Port %(port)s of %(host)s is taken. Choose another with --port (or PORT= with make)."
                    )
                else:
                    sentence = _("Port %(port)s of %(host)s cannot be used: %(reason)s.")
                raise CannotServe(sentence % named) from None

    def _planned(self) -> list[Child]:
        baobab = [sys.executable, "-m", "baobab.config.command"]
        children = []
        if WEB in self.roles:
            web = [
                sys.executable,
                "-m",
                "baobab.config.web",
                self.host,
                str(self.port),
                str(self.web_processes),
            ]
            children.append(Child(WEB, web))
        if WORKER in self.roles:
            children.extend(Child(WORKER, [*baobab, "worker"]) for _number in range(self.workers))
        if INDEXER in self.roles:
            children.append(Child(INDEXER, [*baobab, "indexer"]))
        return children

    def _announce(self) -> None:
        if WEB not in self.roles:
            self.say(_("Running: %(roles)s. Ctrl-C stops everything.") % {"roles": ", ".join(self.roles)})
            return
        self.say(_("Starting ..."))
        started = time.monotonic()
        while not self._is_ending and not self._answers():
            self._restart_dead()
            web = self._children[0]
            if web.short_lives > 2 or time.monotonic() - started > _TIME_TO_START:
                raise CannotServe(_("The web server does not start. What it said stands above."))
            time.sleep(_LOOK)
        if self._is_ending:
            return
        self.say(_("Baobab is ready at %(address)s/  (Ctrl-C stops everything)") % {"address": self.address})
        secret = first_sign_in()
        if secret:
            self.say(_("To sign in the first time, open this link; it works once, for 24 hours:"))
            self.say(f"  {self.address}/account/link/{secret}/")

    def _answers(self) -> bool:
        host = "127.0.0.1" if self.host == "0.0.0.0" else "::1" if self.host == "::" else self.host  # noqa: S104
        asking = http.client.HTTPConnection(host, self.port, timeout=2)
        try:
            asking.request("GET", "/healthz")
            asking.getresponse()
        except OSError:
            return False
        finally:
            asking.close()
        return True

    def _watch(self) -> None:
        while not self._is_ending:
            self._restart_dead()
            time.sleep(_LOOK)

    def _restart_dead(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.has_died():
                self.say(
                    _("A process ended unexpectedly and is started again: %(role)s.") % {"role": child.role}
                )
            if child.process is None and now >= child.not_before:
                child.start()

    def _stop_all(self) -> None:
        living = [child.process for child in self._children if child.process is not None]
        for process in living:
            process.terminate()
        deadline = time.monotonic() + _TIME_TO_END
        for process in living:
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
