"""The example's systems, asked by other people's clients: imaplib, smtplib, and Schemathesis by their own document."""

import contextlib
import imaplib
import json
import os
import re
import smtplib
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Generator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from example.visitor import Visitor, wait_for
from jackfield.example.accounts import Accounts
from servers import jackfield
from servers.jackfield import GENEROUS, SECONDS

SUPPORT = "support@linden.example"


@dataclass(frozen=True)
class Running:
    ports: dict[str, int]
    accounts: Accounts
    password: str
    """Of the support mailbox."""
    key: str
    """Of the ticket service."""


@contextlib.contextmanager
def started(folder: Path, ports: dict[str, int], *, exactly: bool = False) -> Generator[dict[str, int]]:
    """The program; it ends when its standard input does."""
    arguments = json.dumps({"folder": str(folder), "ports": ports, "exactly": exactly})
    program = [sys.executable, "-m", "jackfield.example.systems", arguments]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdin
        yield json.loads(process.stdout.readline())
        process.stdin.close()
        assert process.wait(SECONDS) == 0


@pytest.fixture(scope="module")
def systems(tmp_path_factory: pytest.TempPathFactory) -> Generator[Running]:
    folder = tmp_path_factory.mktemp("systems")
    accounts = Accounts(folder)
    password, key = accounts.renew(SUPPORT), accounts.renew("tickets")
    with started(folder, dict.fromkeys(("imap", "smtp", "tickets"), jackfield.free_port())) as ports:
        yield Running(ports, accounts, password, key)


@pytest.fixture
def mailbox(systems: Running) -> Generator[imaplib.IMAP4]:
    with imaplib.IMAP4("127.0.0.1", systems.ports["imap"], timeout=SECONDS) as client:
        client.login(SUPPORT, systems.password)
        yield client


def send(systems: Running, *recipients: str, subject: str = "Hello", text: str = "Text") -> dict[str, Any]:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SUPPORT, ", ".join(recipients), subject
    message.set_content(text)
    with smtplib.SMTP("127.0.0.1", systems.ports["smtp"], timeout=SECONDS) as client:
        client.login(SUPPORT, systems.password)
        return client.send_message(message)


def test_a_wrong_password_opens_neither_mailbox_nor_post(systems: Running) -> None:
    with imaplib.IMAP4("127.0.0.1", systems.ports["imap"], timeout=SECONDS) as client:
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            client.login(SUPPORT, "wrong")
        with pytest.raises(imaplib.IMAP4.error, match=r"sign in first|illegal in state"):
            client.select()
    with smtplib.SMTP("127.0.0.1", systems.ports["smtp"], timeout=SECONDS) as client:
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login(SUPPORT, "wrong")
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail(SUPPORT, [SUPPORT], b"x")


def test_a_password_that_was_replaced_is_no_longer_accepted(systems: Running) -> None:
    old = systems.accounts.renew("news@linden.example")
    new = systems.accounts.renew("news@linden.example")

    with imaplib.IMAP4("127.0.0.1", systems.ports["imap"], timeout=SECONDS) as client:
        with pytest.raises(imaplib.IMAP4.error):
            client.login("news@linden.example", old)
        assert client.login("news@linden.example", new)[0] == "OK"


def test_folders_are_listed_counted_made_and_deleted(mailbox: imaplib.IMAP4) -> None:
    assert len(mailbox.list()[1]) == 5
    assert b"\\Trash" in b" ".join(line for line in mailbox.list()[1] if isinstance(line, bytes))
    assert mailbox.create('"To do"')[0] == "OK"
    assert mailbox.create('"To do"')[0] == "NO"
    assert mailbox.status('"To do"', "(MESSAGES UIDNEXT)")[1] == [b'"To do" (MESSAGES 0 UIDNEXT 1)']
    assert mailbox.delete('"To do"')[0] == "OK"
    assert mailbox.delete("INBOX")[0] == "NO"
    assert mailbox.select("Nowhere")[0] == "NO"


def test_messages_are_searched_by_every_kind_of_key(mailbox: imaplib.IMAP4) -> None:
    def search(*keys: str) -> list[bytes]:
        return mailbox.uid("SEARCH", *keys)[1][0].split()

    mailbox.select(readonly=True)
    everything = search("ALL")

    assert len(everything) >= 5
    assert len(search("SUBJECT", '"shows e4"')) == 1
    assert len(search("FROM", "svoboda", "TEXT", "bakery")) == 1
    assert search("OR", "SEEN", "UNSEEN") == everything
    assert len(search("SEEN")) + len(search("NOT", "SEEN")) == len(everything)
    assert search("SINCE", "1-Jan-2020", "BEFORE", "1-Jan-2100") == everything
    assert search("SENTSINCE", "1-Jan-2100") == []
    # Other tests send mails without a Message-ID, before this one or after it.
    assert search("HEADER", "From", '""') == everything
    assert len(search("HEADER", "Message-ID", '""')) >= 5
    assert search("(", "LARGER", "1", "SMALLER", "1000000", ")") == everything
    assert search("UID", "2:1,3:*") == everything
    assert search("1:2", "UNDELETED") == everything[:2]
    with pytest.raises(imaplib.IMAP4.error, match="FROBNICATED is no search key"):
        search("FROBNICATED")


def test_a_message_is_appended_fetched_marked_copied_and_expunged(mailbox: imaplib.IMAP4) -> None:
    content = b"From: a@x.example\r\nSubject: Gr=?utf-8?q?=C3=BC?=n\r\nX-More: one\r\n two\r\n\r\nFirst\r\nSecond\r\n"

    status, said = mailbox.append("Drafts", "(\\Draft)", "", content)
    uid = re.search(rb"APPENDUID \d+ (\d+)", said[0])
    mailbox.select("Drafts")
    assert uid
    fetched = mailbox.uid("FETCH", uid[1].decode(), "(FLAGS BODY.PEEK[] BODY.PEEK[HEADER.FIELDS (X-MORE)])")[1]
    part = mailbox.uid("FETCH", uid[1].decode(), "(BODY[TEXT]<0.5>)")[1]
    mailbox.uid("COPY", uid[1].decode(), "Archive")
    mailbox.uid("STORE", uid[1].decode(), "+FLAGS", "(\\Deleted)")
    mailbox.expunge()

    assert status == "OK"
    assert b"\\Draft" in fetched[0][0]
    assert b"\\Seen" not in fetched[0][0]
    assert fetched[0][1] == content
    assert fetched[1][1] == b"X-More: one\r\n two\r\n\r\n"
    assert part[0][1] == b"First"
    assert mailbox.uid("SEARCH", "ALL")[1] == [b""]
    assert mailbox.status("Archive", "(MESSAGES)")[1] == [b"Archive (MESSAGES 1)"] or b"MESSAGES 1" in (
        mailbox.status("Archive", "(MESSAGES)")[1][0] or b""
    )


def test_what_is_opened_for_reading_is_not_changed(mailbox: imaplib.IMAP4) -> None:
    mailbox.select(readonly=True)

    assert mailbox.store("1", "+FLAGS", "(\\Flagged)")[0] == "NO"
    mailbox.fetch("1", "(BODY[])")
    assert "Flagged" not in str(mailbox.fetch("1", "(FLAGS)")[1])


def test_who_waits_is_told_of_a_new_mail(systems: Running) -> None:
    with socket.create_connection(("127.0.0.1", systems.ports["imap"]), timeout=SECONDS) as client:
        lines = client.makefile("rwb")

        def say(line: str, until: bytes) -> bytes:
            lines.write(f"{line}\r\n".encode())
            lines.flush()
            while not (got := lines.readline()).startswith(until):
                assert got
            return got

        say(f'a LOGIN {SUPPORT} "{systems.password}"', b"a OK")
        say("b SELECT INBOX", b"b OK")
        say("c IDLE", b"+ ")
        send(systems, SUPPORT)
        assert lines.readline().endswith(b"EXISTS\r\n")
        say("DONE", b"c OK")
        say("d FROBNICATE (", b"d BAD")
        say("e LOGOUT", b"e OK")
        assert lines.readline() == b""


def test_mails_reach_the_company_and_nobody_else(systems: Running, mailbox: imaplib.IMAP4) -> None:
    refused = send(
        systems, SUPPORT, "nobody@linden.example", "somebody@else.example", subject="Where to?", text=".\n..\n"
    )
    mailbox.select(readonly=True)
    [uid] = mailbox.search(None, "SUBJECT", '"Where to?"')[1][0].split()
    [(_, text), _] = mailbox.fetch(uid.decode(), "(BODY[TEXT])")[1]  # pyright: ignore[reportGeneralTypeIssues]  # imaplib's own types are loose

    assert refused.keys() == {"nobody@linden.example"}
    assert refused["nobody@linden.example"][0] == 550
    assert text == b".\r\n..\r\n"


def test_the_tickets_document_wants_no_key_and_everything_else_does(systems: Running) -> None:
    base = f"http://127.0.0.1:{systems.ports['tickets']}"

    with urllib.request.urlopen(f"{base}/openapi.json", timeout=SECONDS) as answer:
        document = json.load(answer)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{base}/tickets", timeout=SECONDS)

    assert document["servers"] == [{"url": base}]
    assert refused.value.code == 401
    assert refused.value.headers["content-type"].startswith("application/problem+json")
    operations = [
        one for methods in document["paths"].values() for name, one in methods.items() if name != "parameters"
    ]
    assert len({one["operationId"] for one in operations}) == len(operations) == 10
    assert all(one["description"] and one["summary"] and "401" in one["responses"] for one in operations)


@pytest.mark.timeout(300)
def test_the_ticket_service_keeps_what_its_document_promises(tmp_path: Path) -> None:
    key = Accounts(tmp_path).renew("tickets")
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"--header=X-Api-Key: {key}",
        "--phases=examples,coverage",
        "--continue-on-failure",
        "--suppress-health-check=all",
        "--warnings=off",
        "--no-color",
    ]

    # 412: the version that was made up is not the present one.
    expected = '["2xx", "3xx", 401, 403, 404, 409, 412, 429]'
    (tmp_path / "schemathesis.toml").write_text(f"[checks]\npositive_data_acceptance.expected-statuses = {expected}\n")

    # A service of its own: many of its tickets are gone when it has been asked everything.
    with started(tmp_path, {"tickets": jackfield.free_port()}) as ports:
        command.append(f"http://127.0.0.1:{ports['tickets']}/openapi.json")
        ran = subprocess.run(command, cwd=tmp_path, env={**os.environ}, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2000:]


def test_a_key_makes_one_ticket_and_a_version_is_heeded(systems: Running) -> None:
    base = f"http://127.0.0.1:{systems.ports['tickets']}/tickets"

    def ask(method: str, path: str = "", value: object = None, **headers: str) -> tuple[int, Any, Any]:
        sent = {"X-Api-Key": systems.key, "Content-Type": "application/json", **headers}
        data = None if value is None else json.dumps(value).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(base + path, data, sent, method=method)) as answer:
                return answer.status, json.loads(answer.read() or b"null"), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read()), error.headers

    first = ask("POST", "", {"subject": "Once"}, **{"Idempotency-Key": "k1"})
    again = ask("POST", "", {"subject": "Once"}, **{"Idempotency-Key": "k1"})
    path = f"/{first[1]['number']}"
    etag = ask("GET", path)[2]["etag"]
    changed = ask("PATCH", path, {"priority": "urgent"}, **{"If-Match": etag})
    stale = ask("PATCH", path, {"priority": "low"}, **{"If-Match": etag})
    wrong = ask("PATCH", path, {"priority": "whenever", "number": 3})
    page = ask("GET", "?limit=2&q=once")
    gone = ask("DELETE", path)

    assert (first[0], again[0]) == (201, 200)
    assert first[1]["number"] == again[1]["number"]
    assert (changed[0], changed[1]["priority"]) == (200, "urgent")
    assert stale[0] == 412
    assert wrong[0] == 400
    assert {error["path"] for error in wrong[1]["errors"]} >= {"/priority"}
    assert page[1]["total"] == 1
    assert gone[0] == 204
    assert ask("GET", path)[0] == 404


def test_pages_of_tickets_follow_each_other(systems: Running) -> None:
    base = f"http://127.0.0.1:{systems.ports['tickets']}"
    url, seen = f"{base}/tickets?limit=15&status=closed", list[int]()

    while url:
        request = urllib.request.Request(url, headers={"X-Api-Key": systems.key})
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            seen += [ticket["number"] for ticket in json.load(answer)["items"]]
            found = re.match(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
            url = found[1] if found else ""

    assert len(seen) >= 22
    assert seen == sorted(set(seen), reverse=True)


@contextlib.contextmanager
def somebody_at(port: int) -> Generator[None]:
    """A program that takes every connection, and hangs up."""
    with socket.create_server(("127.0.0.1", port)) as server:

        def hang_up() -> None:
            with contextlib.suppress(OSError):
                while True:
                    server.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        yield
        server.shutdown(socket.SHUT_RDWR)


def test_a_system_whose_port_is_taken_is_left_out_and_the_others_run(tmp_path: Path) -> None:
    with jackfield.running(tmp_path, with_example=True, port=0, **GENEROUS) as server:
        Visitor(server).wait_until_ready()
    ports = json.loads((tmp_path / "data" / "example" / "example.json").read_bytes())["ports"]
    with somebody_at(ports["imap"]), jackfield.running(tmp_path, with_example=True, port=0, **GENEROUS) as server:
        wait_for(lambda: "example.port_taken" in server.log.read_text(), server.log.read_text)
        mira = Visitor(server).switch("Mira")
        tickets = mira.call("Tickets", "request", path="tickets", query={"limit": 1})

    assert tickets["status"] == 200
