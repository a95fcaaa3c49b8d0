"""Whom the mail connector trusts, what it says when a side fails, and servers that misbehave."""

import asyncio
import ssl
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.mail.conftest import MailConnection
from jackfield.catalog.mail import MailConnector
from jackfield.catalog.mail.models import MailDetails
from jackfield.connectors import parse_fields
from jackfield.errors import (
    ForbiddenError,
    HubError,
    InvalidError,
    LimitedError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteThrottledError,
    RemoteUnavailableError,
)
from servers.certificates import make_proof
from servers.dovecot import Dovecot
from servers.smtp import SmtpServer

CANARY = "canary-5f1d"


@pytest.fixture
def reading(mailbox: MailConnection) -> MailConnection:
    """The same mailbox without sending."""
    gone = {"smtp_host", "smtp_port", "sender"}
    return replace(mailbox, details={key: value for key, value in mailbox.details.items() if key not in gone})


@pytest.fixture
def sending(mailbox: MailConnection) -> MailConnection:
    """The same mailbox without reading."""
    gone = {"imap_host", "imap_port"}
    return replace(mailbox, details={key: value for key, value in mailbox.details.items() if key not in gone})


async def test_either_side_may_be_left_out(reading: MailConnection, sending: MailConnection) -> None:
    read, send = await reading.test(), await sending.test()

    assert (read.account, send.account) == ("anna@example.com", "sender@example.com")
    with pytest.raises(InvalidError) as no_smtp:
        await reading.call("send", to=["a@example.com"])
    with pytest.raises(InvalidError) as no_imap:
        await sending.call("search")
    assert (no_smtp.value.code, no_imap.value.code) == ("mail.no_smtp", "mail.no_imap")


async def test_a_wrong_password_says_which_side_and_not_the_password(
    mailbox: MailConnection, smtp_server: SmtpServer
) -> None:
    before = len(smtp_server.attempts.read_text().splitlines())

    with pytest.raises(RemoteSignInError) as imap:
        await mailbox.but(credentials={"password": CANARY}).test()
    with pytest.raises(RemoteSignInError) as smtp:
        await mailbox.but(credentials={"smtp_password": CANARY}).test()

    assert "the IMAP server" in imap.value.message
    assert smtp.value.message.startswith("reading (IMAP) works, sending (SMTP) does not: the SMTP server")
    assert CANARY not in str(imap.value) + str(smtp.value) + repr(imap.value.data) + repr(smtp.value.data)
    assert len(smtp_server.attempts.read_text().splitlines()) == before + 1


@pytest.mark.requirement("D32")
async def test_a_certificate_that_is_not_trusted_is_refused_before_the_password_leaves(
    reading: MailConnection, sending: MailConnection, imap_server: Dovecot, smtp_server: SmtpServer
) -> None:
    before = smtp_server.attempts.read_text()
    sign_ins = imap_server.log.read_text().count("Login: user=")
    other = make_proof("127.0.0.1").authority

    for connection in (
        reading.but(ca_pem=other),
        reading.but(ca_pem=other, imap_tls="upgrade", imap_port=imap_server.imap_port),
        sending.but(ca_pem=other),
        sending.but(ca_pem=other, smtp_tls="upgrade", smtp_port=smtp_server.smtp_port),
    ):
        with pytest.raises(RemoteUnavailableError) as refused:
            await connection.test()
        assert refused.value.code == "tls.not_trusted", refused.value.message
        assert "ca_pem" in refused.value.message

    assert smtp_server.attempts.read_text() == before
    assert imap_server.log.read_text().count("Login: user=") == sign_ins


@pytest.mark.requirement("D32")
async def test_a_certificate_out_of_date_is_called_so_and_no_other_is_asked_for(
    reading: MailConnection, sending: MailConnection, tmp_path: Path
) -> None:
    proof = make_proof("127.0.0.1", days=-1)
    (tmp_path / "server.pem").write_text(proof.certificate + proof.key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")

    async with server(imap_script(), context) as port:
        for connection in (
            reading.but(ca_pem=proof.authority, imap_port=port),
            sending.but(ca_pem=proof.authority, smtp_port=port),
        ):
            with pytest.raises(RemoteUnavailableError) as refused:
                await connection.test()
            assert refused.value.message.endswith("is not trusted: it is out of date")


async def test_a_port_without_tls_is_not_blamed_for_its_certificate(
    reading: MailConnection, sending: MailConnection
) -> None:
    async with server(imap_script()) as imap_port, server(imap_script(greeting=b"220 ready\r\n")) as smtp_port:
        for connection in (reading.but(imap_port=imap_port), sending.but(smtp_port=smtp_port)):
            with pytest.raises(RemoteUnavailableError) as refused:
                await connection.test()
            assert refused.value.message.endswith("does not answer in TLS; try upgrade, or another port")


async def test_an_upgrade_that_is_offered_and_then_refused_is_told_as_that(reading: MailConnection) -> None:
    answers = {
        "capability": b"* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n",
        "starttls": b"{tag} NO not now\r\n",
    }
    async with server(imap_script(**answers)) as port:
        with pytest.raises(RemoteUnavailableError) as refused:
            await reading.but(imap_tls="upgrade", imap_port=port).test()

    assert refused.value.message.endswith("offers STARTTLS, but refused it")


async def test_certificates_that_can_not_be_read_are_a_wrong_detail(
    reading: MailConnection, sending: MailConnection
) -> None:
    for connection in (reading, sending):
        with pytest.raises(InvalidError) as refused:
            await connection.but(ca_pem="no certificate").test()
        assert refused.value.data["field"] == "details.ca_pem"


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncGenerator[int]:
    """A server on loopback that says what `talk` says; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as listening:
        yield listening.sockets[0].getsockname()[1]


def imap_script(**answers: bytes) -> Talk:
    """Answers each command by its name; `{tag}` is the command's."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.get("greeting", b"* OK ready\r\n"))
        while line := await reader.readline():
            tag, command = line.split()[:2]
            default = (
                b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK done\r\n"
                if command == b"CAPABILITY"
                else b"{tag} OK done\r\n"
            )
            if command == b"AUTHENTICATE":
                writer.write(b"+ \r\n")
                await reader.readline()
            writer.write(answers.get(command.decode().lower(), default).replace(b"{tag}", tag))
            await writer.drain()

    return talk


@pytest.mark.requirement("D32")
async def test_an_upgrade_that_is_not_offered_is_refused_and_nothing_is_sent(
    reading: MailConnection, sending: MailConnection
) -> None:
    heard: list[bytes] = []

    async def imap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + line.split()[0] + b" OK done\r\n")

    async def smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            heard.append(line)
            writer.write(b"250-me\r\n250 AUTH PLAIN\r\n")

    async with server(imap) as imap_port, server(smtp) as smtp_port:
        for connection, field in (
            (reading.but(imap_tls="upgrade", imap_port=imap_port), "details.imap_tls"),
            (sending.but(smtp_tls="upgrade", smtp_port=smtp_port), "details.smtp_tls"),
        ):
            with pytest.raises(InvalidError) as refused:
                await connection.test()
            assert (refused.value.code, refused.value.data["field"]) == ("tls.not_offered", field)

    assert {line.split()[0] for line in heard if b"EHLO" in line or b"CAPABILITY" in line}
    assert not any(b"AUTH" in line.upper() or b"LOGIN" in line.upper() for line in heard)


@pytest.mark.requirement("D34")
async def test_a_server_that_announces_more_than_is_read_is_cut_off(reading: MailConnection) -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        while True:
            writer.write(b"* 1 EXISTS " + b"x" * 65536 + b"\r\n")
            await writer.drain()

    huge = imap_script(list=b"* LIST () {99999999999}\r\n")
    for talk in (flood, huge):
        async with server(talk) as port:
            with pytest.raises(LimitedError) as refused:
                await reading.but(imap_tls="none", imap_port=port).call("list_folders")
            assert refused.value.code == "answer.too_large"


@pytest.mark.requirement("D35")
@pytest.mark.parametrize(
    "answers",
    [
        {"greeting": b"220 I am an SMTP server\r\n"},
        {"greeting": b"* BYE too busy\r\n"},
        {"greeting": b"\xff\xfe\x00 binary"},
        {"greeting": b"* PREAUTH welcome\r\n"},
        {"capability": b"{tag} OK no capabilities\r\n"},
        {"capability": b"{tag} NO\r\n"},
        {"authenticate": b"{tag} NO [UNAVAILABLE] later\r\n"},
        {"authenticate": b"garbage\r\n"},
        {"authenticate": b"* BYE and gone\r\n"},
        {"select": b"{tag} BAD what?\r\n", "examine": b"* nonsense\r\nX9 OK\r\n"},
        {"examine": b"{tag} NO [NOPERM] not you\r\n"},
        {"capability": b"* CAPABILITY \xff\xfe\r\n{tag} OK done\r\n"},
        {"capability": b"* CAPABILITY {3}\r\nabc\r\n{tag} OK done\r\n"},
        {"uid": b"* SEARCH \xff\r\n{tag} OK done\r\n"},
        {"uid": b"{tag} NO [SERVERBUG] oh\r\n"},
        {"uid": b"* SEARCH 1\r\n* 1 FETCH (UID 1 BODY[] {3}\r\nab"},
    ],
)
async def test_answers_that_make_no_sense_are_errors_of_ours(
    reading: MailConnection, answers: dict[str, bytes]
) -> None:
    async with server(imap_script(**answers)) as port:
        with pytest.raises(HubError) as refused:
            await reading.but(imap_tls="none", imap_port=port, seconds=1).call("search")

    assert isinstance(refused.value, RemoteRejectedError | RemoteUnavailableError), repr(refused.value)


async def test_what_a_server_says_beside_its_answer_is_left_out(reading: MailConnection) -> None:
    answer = b"* 5 EXISTS\r\n* SEARCH 1 2 x 3\r\n* 2 FETCH (FLAGS ())\r\n* OK [ALERT] hello\r\n{tag} OK done\r\n"
    async with server(imap_script(uid=answer)) as port:
        found = await reading.but(imap_tls="none", imap_port=port).call("search")

    assert (found.found, found.messages, found.uid_validity) == (3, [], 0)


@pytest.mark.requirement("D33")
async def test_a_silent_server_leaves_no_thread_and_no_connection_behind(
    reading: MailConnection, sending: MailConnection
) -> None:
    ended = asyncio.Event()

    async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(4096):
            pass
        ended.set()

    async with server(silence) as port:
        for connection in (
            reading.but(imap_port=port),
            reading.but(imap_port=port, imap_tls="none"),
            sending.but(smtp_port=port),
            sending.but(smtp_port=port, smtp_tls="none"),
        ):
            ended.clear()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3):
                    await connection.test()
            async with asyncio.timeout(10):
                await ended.wait()

    assert [one.name for one in threading.enumerate() if one.name == "jackfield-imap"] == []


@pytest.mark.requirement("D36")
async def test_the_time_being_up_after_the_mail_left_is_an_unknown_outcome(sending: MailConnection) -> None:
    async with server(smtp_script(b"", then_hang=True)) as port:
        with pytest.raises(OutcomeUnknownError):
            await sending.but(smtp_tls="none", smtp_port=port, seconds=1).call("send", to=["a@example.com"])


@pytest.mark.requirement("D36")
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", OutcomeUnknownError),
        (b"garbage\r\n", OutcomeUnknownError),
        (b"150 perhaps\r\n", OutcomeUnknownError),
        (b"2", OutcomeUnknownError),
        (b"250-taken\r\n250-as", OutcomeUnknownError),
        (b"421 4.3.2 going down\r\n", RemoteUnavailableError),
        (b"452 4.7.28 slow down\r\n", RemoteThrottledError),
        (b"454 4.7.0 TLS not available\r\n", RemoteUnavailableError),
        (b"554 5.7.1 spam\r\n", RemoteRejectedError),
    ],
)
async def test_only_a_whole_answer_says_what_became_of_a_mail(
    sending: MailConnection, answer: bytes, expected: type[HubError]
) -> None:
    async with server(smtp_script(answer)) as port:
        with pytest.raises(HubError) as ended:
            await sending.but(smtp_tls="none", smtp_port=port).call("send", to=["a@example.com"])

    assert type(ended.value) is expected


def smtp_script(after_data: bytes, *, then_hang: bool = False) -> Talk:
    """Says yes to everything, and this after the mail; then it hangs up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        while line := await reader.readline():
            command = line.split()[0].upper()
            answers = {b"EHLO": b"250-me\r\n250 AUTH PLAIN\r\n", b"AUTH": b"235 yes\r\n", b"DATA": b"354 go on\r\n"}
            writer.write(answers.get(command, b"250 yes\r\n"))
            if command == b"DATA":
                while await reader.readline() != b".\r\n":
                    pass
                writer.write(after_data)
                if then_hang:
                    await reader.read()
                return

    return talk


async def test_the_time_being_up_before_the_mail_left_means_that_it_was_not_sent(sending: MailConnection) -> None:
    async def smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        await reader.read()

    async with server(smtp) as port:
        with pytest.raises(RemoteUnavailableError) as refused:
            await sending.but(smtp_tls="none", smtp_port=port, seconds=1).call("send", to=["a@example.com"])

    assert refused.value.retryable


async def test_a_target_that_is_not_allowed_is_not_dialled(reading: MailConnection) -> None:
    for host in ("127.0.0.2", "169.254.169.254", "10.0.0.1"):
        with pytest.raises(ForbiddenError):
            await reading.but(imap_host=host).test()


def origin(**details: object) -> str:
    connector = MailConnector()
    return connector.origin(parse_fields(MailDetails, details, where="details"))


def test_the_origin_names_each_side_in_one_spelling() -> None:
    assert (
        origin(imap_host="IMAP.Example.com", smtp_host="smtp.example.com", sender="a@example.com")
        == "imaps://imap.example.com:993 smtps://smtp.example.com:465"
    )
    assert origin(imap_host="imap.example.com", imap_tls="upgrade") == "imap+starttls://imap.example.com:143"
    assert origin(smtp_host="::1", smtp_tls="none", smtp_port=2525, sender="a@b.c") == "smtp://[::1]:2525"


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({}, "details"),
        ({"smtp_host": "a.example"}, "details"),
        ({"imap_host": "a.example/x"}, "details.imap_host"),
        ({"imap_host": "user@a.example"}, "details.imap_host"),
        ({"imap_host": "a.example", "imap_port": 70000}, "details.imap_port"),
        ({"imap_host": "a.example", "imap_tls": "maybe"}, "details.imap_tls"),
        ({"smtp_host": "a.example", "sender": "no address"}, "details.sender"),
    ],
)
def test_details_that_make_no_sense_are_refused(details: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        parse_fields(MailDetails, details, where="details")

    assert refused.value.data["field"] == field
