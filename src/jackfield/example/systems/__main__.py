"""The program: opens the sockets, says where they are in one line of JSON, and ends when its standard input does."""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import web

from jackfield.example.accounts import Accounts
from jackfield.example.names import HOST, address
from jackfield.example.systems.contents import make_contents
from jackfield.example.systems.imap import ImapSession
from jackfield.example.systems.lines import start_lines
from jackfield.example.systems.mail_store import MailStore
from jackfield.example.systems.smtp import SmtpSession
from jackfield.example.systems.ticket_store import TicketStore
from jackfield.example.systems.tickets import make_app

_NEIGHBOURS: Final = 50
"""How many ports after the wanted one are tried, until any will do."""


def main() -> None:
    """Run the systems that the one argument describes; see `jackfield.example.process`."""
    # Ctrl-C in the terminal is meant for the server, which ends us when it has ended.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    # Standard error is the server's log; what clients do wrong here is none of its business.
    logging.disable()
    arguments = json.loads(sys.argv[1])
    asyncio.run(_serve(Path(arguments["folder"]), arguments["ports"], exactly=arguments["exactly"]))


async def _serve(folder: Path, ports: Mapping[str, int], *, exactly: bool) -> None:
    listeners = {name: _listen(port, exactly=exactly) for name, port in ports.items()}
    make_contents(folder)
    accounts, mails = Accounts(folder), MailStore(folder / "mail.db")
    outside = address("outside")

    async def read_mail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await ImapSession(accounts, mails, reader, writer).talk()

    async def send_mail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await SmtpSession(accounts, mails, outside, reader, writer).talk()

    for name, listener in listeners.items():
        if listener is None:
            continue
        if name == "tickets":
            runner = web.AppRunner(make_app(accounts, TicketStore(folder / "tickets.db")), access_log=None)
            await runner.setup()
            await web.SockSite(runner, listener).start()
        else:
            await start_lines(listener, read_mail if name == "imap" else send_mail)
    found = {name: listener.getsockname()[1] for name, listener in listeners.items() if listener is not None}
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    await _end_of_input()


def _listen(wanted: int, *, exactly: bool) -> socket.socket | None:
    """A socket at the port, or, if it need not be exactly that one, at another that is free."""
    for port in (wanted,) if exactly else (*range(wanted, wanted + _NEIGHBOURS), 0):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen()
        except OSError:
            listener.close()
        else:
            listener.setblocking(False)  # noqa: FBT003  # the standard library's way
            return listener
    return None


async def _end_of_input() -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(partial(asyncio.StreamReaderProtocol, reader), sys.stdin)
    await reader.read()


if __name__ == "__main__":
    main()
