"""Somebody at a browser who tries the example out."""

import json
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from servers.jackfield import SECONDS, JackfieldServer


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    cookie: str


@dataclass
class Visitor:
    server: JackfieldServer
    cookie: str = field(default="", repr=False)

    def ask(self, path: str, body: Any = None, *, method: str | None = None) -> Answer:
        """A GET, or a POST where there is a body."""
        sent = {"Origin": self.server.url}
        if self.cookie:
            sent["Cookie"] = self.cookie
        data = None if body is None else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        request = urllib.request.Request(self.server.url + path, data, sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                cookie = str(answer.headers.get("set-cookie", "")).partition(";")[0]
                return Answer(answer.status, json.loads(answer.read() or b"null"), cookie)
        except urllib.error.HTTPError as error:
            return Answer(error.code, json.loads(error.read()), "")

    def get(self, path: str) -> Any:
        answer = self.ask(path)
        assert answer.status == 200, answer
        return answer.body

    def call(self, connection: str, action: str, **arguments: Any) -> Any:
        """Use a connection; what it answers."""
        answer = self.ask("/api/calls", {"connection": connection, "action": action, "arguments": arguments})
        assert answer.status == 200, answer
        return answer.body["result"]

    def people(self) -> dict[str, str]:
        """The ids of the example's people by their first names."""
        return {person["name"].split()[0]: person["id"] for person in self.get("/api/example")["people"]}

    def switch(self, name: str) -> "Visitor":
        """Be somebody."""
        answer = self.ask("/api/example/sessions", {"person_id": self.people()[name]})
        assert answer.status == 201, answer
        return Visitor(self.server, answer.cookie)

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.get("/api/example")["is_ready"], self.server.log.read_text)


def wait_for(condition: Callable[[], Any], explain: Callable[[], str] = lambda: "", *, pause: float = 0.05) -> None:
    """Until something holds, two minutes at most; looked at again after a pause, in seconds."""
    deadline = monotonic() + 2 * SECONDS
    while not condition():
        assert monotonic() < deadline, explain()[-3000:]
        threading.Event().wait(pause)


def children_of(pid: int) -> set[int]:
    """The processes that a process has started."""
    rows = subprocess.run(["ps", "-axo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout.split("\n")
    pairs = (tuple(map(int, row.split())) for row in rows if row.strip())
    return {child for child, parent in pairs if parent == pid}


def is_alive(pid: int) -> bool:
    """Whether there is such a process that is not only waiting to be buried."""
    asked = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(asked.stdout.strip()) and not asked.stdout.strip().startswith("Z")
