"""An SMTP server in a process of its own (this file, run as a program): aiosmtpd, delivering into a Maildir.

It asks for a password (AUTH), and speaks TLS from the beginning on one port, STARTTLS on the other. What it does with
some recipients is written in their names:

    nobody@     refused for ever            busy@     refused for now           slow@    asked for patience
    full@       the mail refused at its end   lost@   the connection cut when the mail has arrived
"""

import asyncio
import json
import os
import secrets
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from servers.certificates import make_proof
from servers.dovecot import SECONDS, deliver, free_port, wait_for

SIZE = 3_000_000


@dataclass(frozen=True)
class SmtpServer:
    """What one needs to send."""

    smtps_port: int
    smtp_port: int
    """With STARTTLS; takes no password before that."""
    ca_pem: str
    user: str
    password: str
    received: Path
    """A file with a line of JSON for each mail that was taken: `sender`, `recipients`."""
    attempts: Path
    """A file with a line for each time that somebody tried to sign in."""

    def taken(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.received.read_text().splitlines()]


@contextmanager
def serve(maildir: Path) -> Generator[SmtpServer]:
    """The server; every mail it takes for `…@example.com` lies in the Maildir when it says so."""
    folder = Path(tempfile.mkdtemp(prefix="jackfield-smtp-"))
    proof = make_proof("127.0.0.1", "localhost")
    (folder / "certificate.pem").write_text(proof.certificate)
    (folder / "key.pem").write_text(proof.key)
    received, attempts, log = folder / "received", folder / "attempts", folder / "log"
    received.touch()
    attempts.touch()
    ports = [free_port(), free_port()]
    user, password = "sender@example.com", f"gehëim {secrets.token_hex(4)}"
    arguments = json.dumps(
        {
            "folder": str(folder),
            "maildir": str(maildir),
            "smtps": ports[0],
            "smtp": ports[1],
            "user": user,
            "password": password,
        }
    )
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, __file__, arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )
    try:
        wait_for(ports[1], b"220 ", process, log)
        yield SmtpServer(
            smtps_port=ports[0],
            smtp_port=ports[1],
            ca_pem=proof.authority,
            user=user,
            password=password,
            received=received,
            attempts=attempts,
        )
    finally:
        process.terminate()
        process.wait(SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


class _Handler:
    def __init__(self, folder: Path, maildir: Path) -> None:
        self._received = folder / "received"
        self._maildir = maildir

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        match address.partition("@")[0]:
            case "nobody":
                return "550 5.1.1 there is nobody of that name"
            case "busy":
                return "451 4.3.0 the mailbox is being moved"
            case "slow":
                return "450 4.7.1 too many mails, try again later"
            case _:
                envelope.rcpt_tos.append(address)
                return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        names = {address.partition("@")[0] for address in envelope.rcpt_tos}
        if "full" in names:
            return "552 5.2.2 the mailbox is full"
        with self._received.open("a") as file:
            file.write(json.dumps({"sender": envelope.mail_from, "recipients": envelope.rcpt_tos}) + "\n")
        if "lost" in names:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
            return "421 gone"
        content = envelope.content
        deliver(self._maildir, content if isinstance(content, bytes) else (content or "").encode())
        return "250 2.0.0 taken as 1234ABCD"


async def _serve(*, folder: str, maildir: str, smtps: int, smtp: int, user: str, password: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/certificate.pem", f"{folder}/key.pem")
    handler = _Handler(Path(folder), Path(maildir))

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        with Path(folder, "attempts").open("a") as file:
            file.write(f"{mechanism}\n")
        right = LoginPassword(user.encode(), password.encode())
        return AuthResult(success=data == right, handled=False)

    def make(**options: Any) -> SMTP:
        return SMTP(
            handler,
            hostname="mail.example.com",
            ident="Test ESMTP",
            data_size_limit=SIZE,
            authenticator=authenticate,
            auth_required=True,
            **options,
        )

    loop = asyncio.get_running_loop()
    # On the first port the socket itself is encrypted, which aiosmtpd doesn't see.
    first = await loop.create_server(lambda: make(auth_require_tls=False), "127.0.0.1", smtps, ssl=context)
    second = await loop.create_server(lambda: make(tls_context=context), "127.0.0.1", smtp)
    await asyncio.gather(first.serve_forever(), second.serve_forever())


if __name__ == "__main__":
    asyncio.run(_serve(**json.loads(sys.argv[1])))
