"""A station with a mailbox on a real mail server, and whoever writes to it."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from jackfield.connections import Draft
from jackfield.db import Database
from jackfield.kernel import ConnectionId, Secret
from jackfield.settings import Limits
from jackfield.triggers import TriggerKind, TriggerView
from servers import dovecot
from triggers.house import Station, open_station


@dataclass
class Post:
    """A station with a mailbox that it looks at."""

    station: Station
    server: dovecot.Dovecot
    connection: ConnectionId

    def deliver(
        self, subject: str, *, message_id: str | None = None, attachment: bytes = b"", sender: str = "shop"
    ) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"{sender}@example.com", "anna@example.com", subject
        mail["Message-ID"] = message_id or f"<{subject.replace(' ', '-')}@example.com>"
        mail.set_content("Please book it.")
        if attachment:
            mail.add_attachment(attachment, maintype="application", subtype="pdf", filename="order.pdf")
        self.server.deliver(mail.as_bytes())

    async def watch(self, **settings: Any) -> TriggerView:
        name = settings.pop("name", "Post")
        view = await self.station.make(TriggerKind.MAIL, settings, connection="Office", name=name)
        await self.station.triggers.look_about()
        return view

    async def look(self, *, seconds: float = 61) -> None:
        await self.station.turn(seconds=seconds)

    async def mails(self, folder: str = "INBOX") -> dict[str, list[str]]:
        """The subjects in a folder, each with its flags."""
        station = self.station
        done = await station.house.parts.gateway.use(station.editor, self.connection, "search", {"folder": folder})
        return {one["subject"]: one["flags"] for one in json.loads(done.result)["messages"]}

    @property
    def subjects(self) -> list[str]:
        return [given["mail"]["subject"] for given in self.station.ledger.inputs]


@asynccontextmanager
async def open_post(
    database: Database, tmp_path: Path, server: dovecot.Dovecot, limits: Limits | None = None
) -> AsyncGenerator[Post]:
    async with open_station(database, tmp_path, limits or Limits(run_payload_bytes=100_000)) as station:
        house = station.house
        await house.allow("127.0.0.1", server.imaps_port)
        details = {"imap_host": "127.0.0.1", "imap_port": server.imaps_port, "ca_pem": server.ca_pem}
        credentials = {"user": server.user, "password": Secret(server.password)}
        draft = Draft(house.unit.id, "Office", "mail", "password", details, credentials)
        made = await house.parts.connections.create_connection(station.editor, draft)
        assert made.row.state == "connected", made.row.reason
        yield Post(station, server, made.row.id)
