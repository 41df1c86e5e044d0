"""A mail server for tests: a real SMTP session on a real socket, which keeps what it accepted."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Accepted:
    """One mail that the server said yes to."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


@dataclass
class Sink:
    """Serves while the `with` lasts. `refusals` maps an address to the answer that it gets instead of 250.

    `after_accepting` runs when a mail was accepted, before the sender hears of it.
    """

    refusals: dict[str, str] = field(default_factory=dict)
    after_accepting: Callable[[], None] = lambda: None
    accepted: list[Accepted] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()

        def serve() -> None:
            asyncio.set_event_loop(self._loop)
            server = self._loop.run_until_complete(asyncio.start_server(self._session, "127.0.0.1", 0))
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            self._loop.run_forever()
            server.close()

        self._thread = threading.Thread(target=serve, daemon=True)
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sender = ""
        recipients: list[str] = []

        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 sink")
        while line := (await reader.readline()).decode().strip():
            verb = line.split(":", 1)[0].upper()
            if verb == "MAIL FROM":
                sender, recipients = line.split("<", 1)[1].split(">", 1)[0], []
                say("250 yes")
            elif verb == "RCPT TO":
                address = line.split("<", 1)[1].split(">", 1)[0]
                answer = self.refusals.get(address, "250 yes")
                if answer.startswith("250"):
                    recipients.append(address)
                say(answer)
            elif verb == "DATA":
                say("354 go on")
                content = await reader.readuntil(b"\r\n.\r\n")
                self.accepted.append(Accepted(sender, tuple(recipients), content))
                self.after_accepting()
                say("250 kept")
            elif verb == "QUIT":
                say("221 bye")
                break
            else:
                say("250 yes")
        writer.close()
