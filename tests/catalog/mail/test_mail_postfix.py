"""Sending through a real Postfix into a real Dovecot."""

import asyncio
import base64
import secrets
from collections.abc import Generator
from typing import Any

import pytest

from catalog.mail.conftest import MailConnection
from jackfield.errors import LimitedError, RemoteRejectedError, RemoteSignInError
from servers import dovecot, postfix

CONTENT = secrets.token_bytes(200_000)


@pytest.fixture(scope="session")
def postfix_server(imap_server: dovecot.Dovecot) -> Generator[postfix.Postfix]:
    with postfix.serve(imap_server) as server:
        yield server


@pytest.fixture
def connection(mailbox: MailConnection, postfix_server: postfix.Postfix) -> MailConnection:
    """The same mailbox, sending through Postfix with its own user."""
    sending = mailbox.but(smtp_port=postfix_server.smtps_port, ca_pem=mailbox.details["ca_pem"] + postfix_server.ca_pem)
    user = {key: value for key, value in sending.credentials.items() if not key.startswith("smtp_")}
    sending.credentials = user
    return sending


async def arrival(connection: MailConnection, mark: str) -> Any:
    """The message, when it has come; Postfix delivers after it has answered."""
    async with asyncio.timeout(30):
        while not (found := await connection.call("search", subject=mark)).messages:
            pass
    return found.messages[0]


@pytest.mark.parametrize("tls", ["start", "upgrade"])
async def test_a_mail_goes_through_a_mail_server_and_comes_out_byte_for_byte(
    connection: MailConnection, postfix_server: postfix.Postfix, imap_server: dovecot.Dovecot, tls: str
) -> None:
    if tls == "upgrade":
        connection = connection.but(smtp_tls="upgrade", smtp_port=postfix_server.smtp_port)
    mark = secrets.token_hex(8)
    file = {"name": "Übersicht.bin", "base64": base64.b64encode(CONTENT).decode()}

    sent = await connection.call(
        "send", to=[imap_server.user], subject=f"Größe {mark}", text=".\nGrüße\n", attachments=[file]
    )
    envelope = await arrival(connection, mark)
    message = await connection.call("fetch", uid=envelope.uid)

    assert sent.accepted == [imap_server.user]
    assert "queued as" in sent.response
    assert (envelope.message_id, envelope.subject) == (sent.message_id, f"Größe {mark}")
    assert message.text == ".\nGrüße\n"
    assert [(one.name, one.file.data) for one in message.attachments] == [("Übersicht.bin", CONTENT)]


async def test_the_test_names_both_systems(connection: MailConnection) -> None:
    identity = await connection.test()

    assert "Dovecot" in identity.system
    assert "mail.example.com" in identity.system


async def test_a_mailbox_that_is_not_there_is_refused_and_the_other_gets_the_mail(
    connection: MailConnection, imap_server: dovecot.Dovecot
) -> None:
    mark = secrets.token_hex(8)

    sent = await connection.call("send", to=[imap_server.user, "none@example.com"], subject=mark)

    assert sent.accepted == [imap_server.user]
    assert [(one.address, one.status) for one in sent.refused] == [("none@example.com", 550)]
    assert await arrival(connection, mark)
    with pytest.raises(RemoteRejectedError):
        await connection.call("send", to=["none@example.com"])


async def test_a_wrong_password_is_a_sign_in_failure_of_that_side(connection: MailConnection) -> None:
    with pytest.raises(RemoteSignInError, match=r"sending \(SMTP\) does not"):
        await connection.but(credentials={"smtp_password": "wrong"}).test()


async def test_a_mail_larger_than_the_server_says_is_not_begun(connection: MailConnection) -> None:
    connection.connector = type(connection.connector)()
    file = {"name": "a", "base64": base64.b64encode(b"x" * 2_500_000).decode()}

    with pytest.raises(LimitedError) as refused:
        await connection.call("send", to=["anna@example.com"], attachments=[file])

    assert refused.value.data["limit"] == postfix.SIZE
