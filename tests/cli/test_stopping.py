"""Real server processes that carry runs on: told to stop with a hundred calls under way, and two beside each other."""

import json
import signal
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from servers import jackfield, ledger, postgres
from servers.jackfield import GENEROUS, JackfieldServer
from servers.ledger import Ledger

COUNT = 100
SECONDS = 90
ORDER = {
    "QueryLanguage": "JSONata",
    "StartAt": "Send",
    "States": {
        "Send": {
            "Type": "Task",
            "Resource": "connection:http.request",
            "Credentials": {"Connection": "Ledger"},
            "Arguments": {"method": "POST", "path": "{% 'order/' & $string($states.input.number) %}"},
            "Next": "Book",
        },
        "Book": {
            "Type": "Task",
            "Resource": "connection:http.request",
            "Credentials": {"Connection": "Ledger"},
            "Arguments": {"method": "POST", "path": "book"},
            "End": True,
        },
    },
}


def each(first: int, last: int) -> dict[str, Any]:
    """A branch that runs an order for each number, all at once."""
    run = {"Process": "Order", "Input": "{% $states.input %}"}
    order = {"Type": "Task", "Resource": "process:run", "Arguments": run, "End": True}
    numbers = {
        "Type": "Map",
        "Items": f"{{% [{first}..{last}] %}}",
        "ItemSelector": {"number": "{% $states.context.Map.Item.Value %}"},
        "ItemProcessor": {"StartAt": f"Run {first}", "States": {f"Run {first}": order}},
        "End": True,
    }
    return {"StartAt": f"From {first}", "States": {f"From {first}": numbers}}


ORDERS = {
    "QueryLanguage": "JSONata",
    "StartAt": "All",
    "States": {
        "All": {
            "Type": "Parallel",
            # A Map has at most 40 under way.
            "Branches": [each(first, min(first + 33, COUNT)) for first in range(1, COUNT, 34)],
            "Output": "all",
            "End": True,
        }
    },
}
"""A run that starts a hundred others, each of which sends two requests that may be sent only once."""


@dataclass
class Hall:
    """A folder for server processes, and the other side."""

    folder: Path
    ledger: Ledger
    settings: dict[str, Any]
    port: int = field(default_factory=jackfield.free_port)

    @contextmanager
    def server(self, port: int = 0) -> Generator[JackfieldServer]:
        with jackfield.running(self.folder, port=port or self.port, **{**GENEROUS, **self.settings}) as server:
            yield server

    def furnish(self, server: JackfieldServer) -> None:
        """Everything up to the run, on the command line."""
        server.sign_in("admin", server.code)
        server.run("unit", "create", "Sales")
        server.run("unit", "add-member", "Sales", "admin", "--role", "editor")
        server.run("outbound", "allow", f"127.0.0.1:{self.ledger.port}")
        server.run(
            *("connection", "create", "Ledger", "--connector", "http", "--scheme", "none"),
            *("--set", f"base_url={self.ledger.url}", "--set", "test_path=ok"),
        )
        for name, definition in (("Order", ORDER), ("Orders", ORDERS)):
            file = self.folder / f"{name}.json"
            file.write_text(json.dumps(definition))
            server.run("process", "create", name, str(file), "--unit", "Sales")
            server.run("process", "publish", name)

    def begin(self, server: JackfieldServer) -> str:
        self.ledger.lines.clear()
        return str(server.run("run", "start", "Orders", "--json").json["id"])

    def sent(self) -> Counter[str]:
        return Counter(line.target for line in self.ledger.lines)

    def check_sent_once(self) -> None:
        assert self.sent() == {**{f"/order/{number}": 1 for number in range(1, COUNT + 1)}, "/book": COUNT}


def until(holds: Callable[[], object]) -> None:
    """Until something holds that other processes bring about; bounded."""
    deadline = monotonic() + SECONDS
    while not holds():
        assert monotonic() < deadline
        sleep(0.05)


def has_succeeded(server: JackfieldServer, run: str) -> bool:
    state = server.run("run", "show", run, "--json").json["state"]
    assert state in {"running", "waiting", "succeeded"}
    return state == "succeeded"


@pytest.fixture
def hall(tmp_path: Path) -> Generator[Hall]:
    settings = {
        "limits__calls_parallel_connection": str(2 * COUNT),
        "limits__calls_per_second_connection": "5000",
        "limits__runs_parallel_unit": str(2 * COUNT),
        "limits__call_seconds": "60",
        "limits__first_byte_seconds": "60",
    }
    with ledger.serve() as running:
        yield Hall(tmp_path, running, settings)


@pytest.mark.requirement("D63", "P6")
@pytest.mark.timeout(400)
def test_a_server_that_gets_the_signal_to_stop_follows_a_hundred_calls_to_their_end_and_begins_no_more(
    hall: Hall,
) -> None:
    with hall.server() as server:
        hall.furnish(server)
        hall.ledger.holds = True
        run = hall.begin(server)
        until(lambda: len(hall.ledger.lines) == COUNT)
        server.process.send_signal(signal.SIGTERM)
        told_to_stop = monotonic()
        threading.Timer(1, setattr, (hall.ledger, "holds", False)).start()
        code = server.process.wait(SECONDS)

    assert code == 0, server.log.read_text()[-2000:]
    assert monotonic() - told_to_stop < 30
    assert "/book" not in hall.sent(), "a step began after the server was told to stop"
    with hall.server() as server:
        until(lambda: has_succeeded(server, run))
    hall.check_sent_once()


@pytest.mark.requirement("D57", "P6")
@pytest.mark.timeout(400)
def test_two_servers_on_one_database_share_the_runs_and_take_no_step_twice(hall: Hall) -> None:
    hall.settings["limits__runs_parallel_unit"] = str(COUNT // 2)
    with ExitStack() as stack:
        hall.settings["database_url"] = stack.enter_context(postgres.fresh_database())
        first = stack.enter_context(hall.server())
        hall.furnish(first)
        stack.enter_context(hall.server(jackfield.free_port()))
        hall.ledger.holds = True
        run = hall.begin(first)

        until(lambda: len(hall.ledger.lines) > COUNT // 2)
        owners = ask(hall.settings["database_url"], "SELECT owner, count(*) FROM work WHERE owner <> '' GROUP BY owner")
        executors = ask(hall.settings["database_url"], "SELECT id FROM executors")
        hall.ledger.holds = False
        until(lambda: has_succeeded(first, run))

    assert {owner for owner, _ in owners} == {executor for (executor,) in executors}
    assert len(executors) == 2
    hall.check_sent_once()


def ask(url: str, query: str) -> list[Any]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found
