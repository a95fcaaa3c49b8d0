"""Two workers without a server: they watch triggers, and of each event there is one run."""

import json
from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from servers import dovecot, jackfield, postgres
from servers.programs import Program

MAILS = 12
SECONDS = 60


@pytest.mark.requirement("P5", "D61")
@pytest.mark.timeout(240)
def test_two_workers_watch_triggers_and_each_mail_is_one_run(tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(postgres.fresh_database())
        post = stack.enter_context(dovecot.serve())
        settings: dict[str, Any] = {**jackfield.GENEROUS, "database_url": url}
        port = jackfield.free_port()
        with jackfield.running(tmp_path, port=port, **settings, runs="false") as server:
            _furnish(server, post, tmp_path)
            environment = dict(server.environment)
        workers = [Program(["-m", "jackfield", "worker"], environment) for _ in range(2)]
        try:
            _wait(url, "SELECT count(*) FROM triggers WHERE listening_since IS NOT NULL", 1)
            for number in range(MAILS):
                post.deliver(_mail(number))
            _wait(url, "SELECT count(*) FROM runs WHERE state = 'succeeded'", MAILS)
        finally:
            for worker in workers:
                worker.terminate()
            codes = [worker.wait(SECONDS) for worker in workers]

        with jackfield.running(tmp_path, port=port, **settings, runs="false") as server:
            events = server.run("trigger", "events", "Post", "--all", "--json").json
            runs = server.run("run", "list", "--all", "--json").json
        assert codes == [0, 0]
        assert sorted(event["what"] for event in events) == sorted(
            f"Order {number} (from shop@example.com)" for number in range(MAILS)
        )
        assert sorted(event["run_id"] for event in events) == sorted(run["id"] for run in runs)


def _furnish(server: jackfield.JackfieldServer, post: dovecot.Dovecot, folder: Path) -> None:
    definition = folder / "order.json"
    definition.write_text(json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}))
    certificate = folder / "authority.pem"
    certificate.write_text(post.ca_pem)
    server.sign_in("admin", server.code)
    server.run("unit", "create", "Sales")
    server.run("unit", "add-member", "Sales", "admin", "--role", "editor")
    server.run("outbound", "allow", f"127.0.0.1:{post.imaps_port}")
    server.run("process", "create", "Book", str(definition), "--unit", "Sales")
    server.run("process", "publish", "Book")
    fields = ("imap_host=127.0.0.1", f"imap_port={post.imaps_port}", f"ca_pem=@{certificate}")
    server.run(
        *("connection", "create", "Office", "--connector", "mail", "--scheme", "password", "--secrets-stdin"),
        *(part for field in fields for part in ("--set", field)),
        stdin=json.dumps({"user": post.user, "password": post.password}),
    )
    server.run(
        *("trigger", "create", "Post", "--process", "Book", "--kind", "mail", "--connection", "Office"),
        *("--set", "existing=true"),
    )


def _mail(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", "anna@example.com", f"Order {number}"
    mail["Message-ID"] = f"<order-{number}@example.com>"
    mail.set_content("Please book it.")
    return mail.as_bytes()


def _wait(url: str, query: str, count: int) -> None:
    """Until the database says so; the workers answer nobody."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    deadline = monotonic() + SECONDS
    while True:
        with engine.connect() as connection:
            if (found := connection.execute(text(query)).scalar_one()) >= count:
                engine.dispose()
                return
        assert monotonic() < deadline, found
        sleep(0.1)
