"""The whole way of a mail on the real program, whose server is killed again and again (P2, P3, P5, P6).

A mail arrives, its attachment is filed, a row is written, a person is asked. Where the file store answers 503, the step is
tried again, takes its error output, waits, is tried once more, and a central point is told.

A server that dies while the row is written can't know whether it was: the run stops there, and a person, who sees in the
statement that the row is written once at most, has the step tried again (P6).
"""

import contextlib
import json
import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from servers import dovecot, evil, jackfield
from servers.dovecot import Dovecot
from servers.evil import EvilServer
from servers.jackfield import GENEROUS, JackfieldServer

pytestmark = [pytest.mark.timeout(600), pytest.mark.requirement("P2", "P3", "P4", "P5", "P6", "D54")]

SECONDS = 90
FULL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
STORED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
PDF = b"%PDF-1.7 order"


def store(**members: Any) -> dict[str, Any]:
    """A step that puts the attachment into the file store."""
    return {
        "Type": "Task",
        "Resource": "connection:http.request",
        "Credentials": {"Connection": "File store"},
        "Arguments": {
            "method": "PUT",
            "path": "{% 'files/' & $mail.attachments[0].file.name %}",
            "body": {"type": "file", "file": "{% $mail.attachments[0].file %}"},
        },
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1}],
        **members,
    }


DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Remember",
    "States": {
        "Remember": {"Type": "Pass", "Assign": {"mail": "{% $states.input.mail %}"}, "Next": "File it"},
        "File it": store(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "Wait"}], Next="Write a row"),
        "Wait": {"Type": "Wait", "Seconds": 1, "Next": "File it once more"},
        "File it once more": store(
            Catch=[{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput %}", "Next": "Tell the desk"}],
            Next="Write a row",
        ),
        "Tell the desk": {
            "Type": "Task",
            "Resource": "connection:http.request",
            "Credentials": {"Connection": "File store"},
            "Arguments": {"method": "PUT", "path": "desk", "body": {"type": "json", "value": "{% $states.input %}"}},
            "Next": "Write a row",
        },
        "Write a row": {
            "Type": "Task",
            "Resource": "connection:sqlite.execute",
            "Credentials": {"Connection": "Orders"},
            "Arguments": {
                "sql": "INSERT OR IGNORE INTO orders (message, subject) VALUES (:message, :subject)",
                "parameters": {"message": "{% $mail.message_id %}", "subject": "{% $mail.subject %}"},
            },
            "Next": "Ask",
        },
        "Ask": {
            "Type": "Task",
            "Resource": "person:approve",
            "Arguments": {"title": "{% $mail.subject %}", "assignees": {"people": ["ben"]}},
            "Output": {"said": "{% $states.result.decision %}"},
            "End": True,
        },
    },
}


@dataclass
class Office:
    """A server that is killed and started again, the systems around it, and who works there."""

    folder: Path
    mails: Dovecot
    files: EvilServer
    port: int = field(default_factory=jackfield.free_port)

    @contextmanager
    def server(self) -> Generator[JackfieldServer]:
        """One life of the server; killing it ends nothing here."""
        roots = str(self.folder / "databases")
        with jackfield.running(self.folder, port=self.port, files_roots=roots, **GENEROUS) as server:
            yield server

    def set_up(self) -> None:
        """Everything that the process needs, made on the command line."""
        (self.folder / "databases").mkdir()
        with contextlib.closing(sqlite3.connect(self.database)) as orders:
            orders.execute("CREATE TABLE orders (message TEXT PRIMARY KEY, subject TEXT)")
            orders.commit()
        (self.folder / "order.json").write_text(json.dumps(DEFINITION))
        with self.server() as server:
            server.sign_in("admin", server.code)
            server.run("unit", "create", "Sales")
            for person, role in (("anna", "editor"), ("ben", "member")):
                server.add_person(person)
                server.run("unit", "add-member", "Sales", person, "--role", role)
            for port in (self.mails.imap_port, self.files.port):
                server.run("outbound", "allow", f"127.0.0.1:{port}", "--unit", "Sales")
            self._connect(server, "Mailbox", "mail", **self._mailbox())
            self._connect(server, "File store", "http", scheme="none", base_url=self.files.url("/"), test_path="ok")
            self._connect(server, "Orders", "sqlite", path=str(self.database), writable="true")
            definition = str(self.folder / "order.json")
            server.run("process", "create", "Take an order", definition, "--unit", "Sales", home="anna")
            server.run("process", "publish", "Take an order", home="anna")
            server.run(
                *("trigger", "create", "Orders by mail", "--process", "Take an order", "--kind", "mail"),
                *("--connection", "Mailbox", "--set", "afterwards=seen"),
                home="anna",
            )

    @property
    def database(self) -> Path:
        return self.folder / "databases" / "orders.db"

    @property
    def rows(self) -> list[str]:
        with contextlib.closing(sqlite3.connect(self.database)) as orders:
            return [subject for (subject,) in orders.execute("SELECT subject FROM orders")]

    def requests(self, path: str) -> int:
        return sum(one.path == path for one in self.files.requests)

    def deliver(self, subject: str) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "shop@example.com", "anna@example.com", subject
        mail["Message-ID"] = f"<{subject.replace(' ', '-')}@example.com>"
        mail.set_content("Please book it.")
        mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="order.pdf")
        self.mails.deliver(mail.as_bytes())

    def kill_when(self, holds: Callable[[JackfieldServer], object]) -> None:
        """A life of the server that ends as soon as something holds."""
        with self.server() as server:
            until(lambda: holds(server))
            server.process.kill()
            server.process.wait()

    def _mailbox(self) -> dict[str, str]:
        return {
            "imap_host": "127.0.0.1",
            "imap_port": str(self.mails.imap_port),
            "imap_tls": "none",
            "user": self.mails.user,
            "password": self.mails.password,
        }

    def _connect(self, server: JackfieldServer, name: str, connector: str, *, scheme: str = "", **values: str) -> None:
        secrets = {key: values.pop(key) for key in ("password",) if key in values}
        given = [part for key, value in values.items() for part in ("--set", f"{key}={value}")]
        given += ["--scheme", scheme] if scheme else []
        for key, value in secrets.items():
            file = self.folder / key
            file.write_text(value + "\n")
            given += ["--secret", f"{key}=@{file}"]
        made = server.run(
            "connection", "create", name, "--unit", "Sales", "--connector", connector, *given, "--json", home="anna"
        ).json
        assert made["state"] == "connected", made


def until(holds: Callable[[], object]) -> None:
    """Until something holds that the server brings about; bounded."""
    deadline = monotonic() + SECONDS
    while not holds():
        assert monotonic() < deadline
        sleep(0.02)


def runs_of(server: JackfieldServer) -> list[dict[str, Any]]:
    return server.run("run", "list", "--process", "Take an order", "--json", home="anna").json


def has_row_tried_again(server: JackfieldServer) -> None:
    """If a run has stopped, then because nobody knows whether its row was written; a person has that tried again."""
    for run in runs_of(server):
        if run["state"] == "faulty":
            problem = run["problem"]
            assert (problem["code"], problem["path"]) == ("outcome.unknown", "/Write a row")
            server.run("run", "retry", run["id"], *map(str, problem["steps"]), home="anna")


def tasks_of(server: JackfieldServer) -> list[dict[str, Any]]:
    has_row_tried_again(server)
    return server.run("task", "list", "--json", home="ben").json


@pytest.fixture
def office(tmp_path: Path) -> Generator[Office]:
    with dovecot.serve() as mails, evil.serve() as files:
        made = Office(tmp_path, mails, files)
        files.answers["/files/order.pdf"] = STORED
        made.set_up()
        yield made


def test_a_mail_is_filed_written_down_and_asked_about_however_often_the_server_is_killed(office: Office) -> None:
    office.deliver("Order 1")

    office.kill_when(lambda _: office.requests("/files/order.pdf"))
    office.kill_when(lambda server: office.rows or has_row_tried_again(server))
    office.kill_when(tasks_of)
    with office.server() as server:
        [task] = tasks_of(server)
        server.run("task", "approve", task["id"], home="ben")
        server.process.kill()
        server.process.wait()
    with office.server() as server:
        until(lambda: [run["state"] for run in runs_of(server)] == ["succeeded"])
        [run] = runs_of(server)
        shown = server.run("run", "show", run["id"], "--json", home="anna").json
        left = tasks_of(server)

    assert shown["output"] == {"said": "approved"}
    assert office.rows == ["Order 1"]
    assert left == []
    assert {one.body for one in office.files.requests if one.path == "/files/order.pdf"} == {PDF}


def test_a_file_store_that_answers_503_is_tried_again_waited_for_and_told_about(office: Office) -> None:
    office.files.answers["/files/order.pdf"] = FULL
    office.files.answers["/desk"] = STORED
    office.deliver("Order 2")

    office.kill_when(lambda _: office.requests("/files/order.pdf") >= 2)
    with office.server() as server:
        until(lambda: tasks_of(server))
        [task] = tasks_of(server)
        [run] = runs_of(server)
        steps = server.run("run", "steps", run["id"], "--json", home="anna").json
        server.run("task", "reject", task["id"], "--reason", "no file", home="ben")
        until(lambda: runs_of(server)[0]["state"] == "succeeded")

    told = [json.loads(one.body) for one in office.files.requests if one.path == "/desk"]
    assert [(one["kind"], one["status"]) for one in told] == [("remote_unavailable", 503)]
    tried = [one["path"] for one in steps if one["status"] == "failed"]
    assert tried.count("/File it once more") == 3
    assert tried.count("/File it") >= 2
    assert office.rows == ["Order 2"]
