"""The real program, killed again and again while others send to it: no event is lost, and none starts two runs."""

import base64
import hashlib
import hmac
import json
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Any

import pytest

from jackfield.triggers import standard_key
from servers import jackfield, postgres

SENDERS = 3
KILLS = 3
BETWEEN = 15
"""Requests that are answered between two kills."""
SECONDS = 90


@dataclass
class Shop:
    """Sends orders until each is taken, however often it has to."""

    url: str
    secret: str
    answered: int = 0
    is_over: bool = False
    sent: list[str] = field(default_factory=list[str])
    progress: threading.Condition = field(default_factory=threading.Condition)

    def send_all(self, name: str) -> None:
        number = 0
        while not self.is_over:
            number += 1
            event_id = f"{name}-{number}"
            self.sent.append(event_id)
            while not self._is_taken(event_id):
                with self.progress:
                    self.progress.wait(0.05)
            with self.progress:
                self.answered += 1
                self.progress.notify_all()

    def _is_taken(self, event_id: str) -> bool:
        body, moment = json.dumps({"order": event_id}).encode(), str(int(time()))
        digest = hmac.new(
            standard_key(self.secret), b".".join((event_id.encode(), moment.encode(), body)), hashlib.sha256
        )
        headers = {
            "webhook-id": event_id,
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{base64.b64encode(digest.digest()).decode()}",
            "content-type": "application/json",
        }
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url, body, headers), timeout=10) as answer:
                return answer.status == 202
        except (urllib.error.URLError, OSError):
            return False

    def wait_for(self, count: int) -> None:
        with self.progress:
            assert self.progress.wait_for(lambda: self.answered >= count, SECONDS), self.answered


@pytest.mark.requirement("P5", "D65", "P6")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_of_a_server_that_is_killed_again_and_again_every_request_is_one_run(tmp_path: Path, kind: str) -> None:
    with ExitStack() as stack:
        settings: dict[str, Any] = {**jackfield.GENEROUS, "limits__trigger_start_seconds": "2"}
        if kind == "postgresql":
            settings["database_url"] = stack.enter_context(postgres.fresh_database())
        port = jackfield.free_port()
        definition = tmp_path / "order.json"
        definition.write_text(json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}))
        with jackfield.running(tmp_path, port=port, **settings) as server:
            server.sign_in("admin", server.code)
            server.run("unit", "create", "Sales")
            server.run("unit", "add-member", "Sales", "admin", "--role", "editor")
            server.run("process", "create", "Book", str(definition), "--unit", "Sales")
            server.run("process", "publish", "Book")
            made = server.run("trigger", "create", "Orders", "--process", "Book", "--kind", "webhook", "--json").json
        shop = Shop(f"{server.url}{made['path']}", made["secret"])
        senders = [threading.Thread(target=shop.send_all, args=(f"shop{number}",)) for number in range(SENDERS)]
        for sender in senders:
            sender.start()

        for kill in range(KILLS):
            with jackfield.running(tmp_path, port=port, **settings) as server:
                shop.wait_for(BETWEEN * (kill + 1))
                server.process.kill()
                server.process.wait(SECONDS)
        with jackfield.running(tmp_path, port=port, **settings) as server:
            shop.wait_for(BETWEEN * (KILLS + 1))
            shop.is_over = True
            for sender in senders:
                sender.join(SECONDS)
            deadline = time() + SECONDS
            events = server.run("trigger", "events", "Orders", "--all", "--json").json
            while time() < deadline and any(event["outcome"] != "started" for event in events):
                events = server.run("trigger", "events", "Orders", "--all", "--json").json
            runs = server.run("run", "list", "--all", "--json").json

        assert sorted(event["what"] for event in events) == sorted(shop.sent)
        assert {event["outcome"] for event in events} == {"started"}
        assert sorted(event["run_id"] for event in events) == sorted(run["id"] for run in runs)
