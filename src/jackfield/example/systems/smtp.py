"""The example's SMTP server (RFC 5321, RFC 4954): takes mails from those who sign in, and delivers them here.

What is for people of the company lands in their mailbox; what is for others is kept in the mailbox `outside`.
"""

import asyncio
import base64
import binascii
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from jackfield.example.accounts import Accounts
from jackfield.example.systems.lines import MAX_MESSAGE, read_line
from jackfield.example.systems.mail_store import MailStore

_PATH: Final = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>(.*)", re.IGNORECASE)
_MAX_RECIPIENTS: Final = 100


class SmtpSession:
    """One connection.

    Args:
        accounts: Who may sign in.
        store: The mailboxes.
        outside: Whose mailbox holds what is for others.
        reader: From the client.
        writer: To the client.
    """

    def __init__(
        self,
        accounts: Accounts,
        store: MailStore,
        outside: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._outside = outside
        self._domain = outside.partition("@")[2]
        self._reader = reader
        self._writer = writer
        self._account = ""
        self._sender: str | None = None
        self._recipients: list[str] = []

    async def talk(self) -> None:
        """Until the client leaves."""
        commands: dict[str, Callable[[str], str | Awaitable[str]]] = {
            "EHLO": self._greet,
            "HELO": lambda _: f"250 mail.{self._domain}",
            "AUTH": self._sign_in,
            "MAIL": self._from,
            "RCPT": self._to,
            "DATA": self._data,
            "RSET": self._reset,
            "NOOP": lambda _: "250 2.0.0 fine",
            "VRFY": lambda _: "252 2.1.5 send it, and see",
        }
        await self._say(f"220 mail.{self._domain} ESMTP Linden Instruments")
        while True:
            name, _, rest = (await read_line(self._reader)).decode(errors="replace").partition(" ")
            if name.upper() == "QUIT":
                await self._say("221 2.0.0 until next time")
                return
            command = commands.get(name.upper())
            said = command(rest) if command else "500 5.5.1 this is not known here"
            await self._say(said if isinstance(said, str) else await said)

    def _greet(self, _rest: str) -> str:
        self._reset("")
        offered = ("AUTH PLAIN LOGIN", f"SIZE {MAX_MESSAGE}", "8BITMIME", "SMTPUTF8")
        return "\r\n".join((f"250-mail.{self._domain}", *(f"250-{one}" for one in offered), "250 ENHANCEDSTATUSCODES"))

    async def _sign_in(self, rest: str) -> str:
        how, _, first = rest.partition(" ")
        try:
            match how.upper():
                case "PLAIN":
                    _, user, password = (_decode(first) if first else await self._ask("")).split("\0")
                case "LOGIN":
                    user = _decode(first) if first else await self._ask("User Name")
                    password = await self._ask("Password")
                case _:
                    return "504 5.5.4 PLAIN and LOGIN are offered"
        except ValueError:
            return "501 5.5.2 this can't be understood"
        if user.lower() not in self._store.accounts or not self._accounts.is_right(user.lower(), password):
            return "535 5.7.8 user or password is wrong"
        self._account = user.lower()
        return "235 2.7.0 signed in"

    def _from(self, rest: str) -> str:
        found = _PATH.match(rest)
        if not self._account:
            return "530 5.7.0 sign in first"
        if not found:
            return "501 5.5.4 whom is it from?"
        size = re.search(r"\bSIZE=(\d{1,12})\b", found[2], re.IGNORECASE)
        if size and int(size[1]) > MAX_MESSAGE:
            return "552 5.3.4 the mail is too large"
        self._sender, self._recipients = found[1], []
        return "250 2.1.0 from whom is clear"

    def _to(self, rest: str) -> str:
        found = _PATH.match(rest)
        if self._sender is None:
            return "503 5.5.1 whom is it from?"
        if not found or not found[1]:
            return "501 5.5.4 whom is it to?"
        if len(self._recipients) >= _MAX_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        address = found[1].lower()
        if address.endswith(f"@{self._domain}") and address not in self._store.accounts:
            return f"550 5.1.1 there is nobody of that name at {self._domain}"
        self._recipients.append(address)
        return "250 2.1.5 to whom is clear"

    async def _data(self, _rest: str) -> str:
        if self._sender is None or not self._recipients:
            return "503 5.5.1 from whom, and to whom?"
        await self._say("354 go on, and end with a dot on a line of its own")
        content = await self._read_content()
        if content is None:
            self._reset("")
            return "552 5.3.4 the mail is too large"
        name = secrets.token_hex(6)
        head = f"Received: from {self._account} by mail.{self._domain} with ESMTPA id {name};\r\n\t"
        content = f"{head}{format_datetime(datetime.now(UTC))}\r\n".encode() + content
        for account in {one if one in self._store.accounts else self._outside for one in self._recipients}:
            inbox = self._store.find_folder(account, "INBOX")
            if inbox is not None:
                self._store.add(inbox.id, content)
        self._reset("")
        return f"250 2.0.0 taken as {name}"

    def _reset(self, _rest: str) -> str:
        self._sender, self._recipients = None, []
        return "250 2.0.0 forgotten"

    async def _read_content(self) -> bytes | None:
        """A mail's lines (RFC 5321 §4.5.2); None if they are too many."""
        lines: list[bytes] = []
        size = 0
        while (line := await read_line(self._reader)) != b".":
            size += len(line) + 2
            if size <= MAX_MESSAGE:
                lines.append(line[1:] if line.startswith(b".") else line)
        return b"\r\n".join([*lines, b""]) if size <= MAX_MESSAGE else None

    async def _ask(self, what: str) -> str:
        await self._say(f"334 {base64.b64encode(what.encode()).decode()}")
        return _decode((await read_line(self._reader)).decode("latin-1"))

    async def _say(self, line: str) -> None:
        self._writer.write(line.encode() + b"\r\n")
        await self._writer.drain()


def _decode(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except binascii.Error:
        raise ValueError(text) from None
