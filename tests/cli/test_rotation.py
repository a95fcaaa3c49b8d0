"""Keys rotate while a server runs, calls go on, and the rotation is killed in the middle (case D06)."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from servers import jackfield, nginx
from servers.jackfield import GENEROUS, SECONDS, JackfieldServer, run_jackfield
from servers.nginx import Nginx

CALLERS = 4


@dataclass
class Calls:
    """Calls that go on until they are stopped."""

    url: str
    token: str
    ids: list[str]
    per_second: float
    done: int = 0
    failed: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def go_on(self, caller: int) -> None:
        place = caller
        while not self.stopped.is_set():
            started = time.monotonic()
            problem = self.call(self.ids[place % len(self.ids)])
            if problem:
                self.failed.append(problem)
            self.done += 1
            place += CALLERS
            self.stopped.wait(max(0.0, CALLERS / self.per_second - (time.monotonic() - started)))

    def call(self, connection: str) -> str | None:
        body = {"connection": connection, "action": "request", "arguments": {"path": "/secret.json"}}
        try:
            answer = post(self.url, self.token, "/api/calls", body)
        except urllib.error.HTTPError as error:
            return error.read().decode()
        except OSError as error:
            return repr(error)
        return None if answer["result"]["data"] == {"open": True} else json.dumps(answer)


def post(url: str, token: str, path: str, body: Any) -> Any:
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        return json.load(response)


def make_connections(server: JackfieldServer, web: Nginx, token: str, count: int) -> list[str]:
    (web.files / "secret.json").write_text('{"open": true}')
    unit = server.run("unit", "create", "Accounting", "--json").json["id"]
    server.run("unit", "add-member", "Accounting", "admin", "--role", "administrator")
    server.run("outbound", "allow", f"127.0.0.1:{web.port}")

    def make(number: int) -> str:
        body = {
            "business_unit_id": unit,
            "name": f"Connection {number}",
            "connector": "http",
            "scheme": "bearer",
            "details": {"base_url": f"{web.base}/bearer/"},
            "credentials": {"token": nginx.TOKEN},
        }
        made = post(server.url, token, "/api/connections", body)
        assert made["state"] == "connected", made
        return made["id"]

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(make, range(count)))


def token_of(server: JackfieldServer) -> str:
    profiles = server.folder / "homes/admin/config/jackfield/profiles.json"
    found = re.search(r'"token": "([^"]+)"', profiles.read_text())
    assert found is not None
    return found[1]


def keys_in_file(path: Path) -> list[str]:
    return [one["id"] for one in json.loads(path.read_text())["keys"]]


def keys_in_use(server: JackfieldServer) -> set[str]:
    address = f"{(server.data_dir / 'jackfield.db').as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=SECONDS)) as connection:
        return {row[0] for row in connection.execute("SELECT DISTINCT key_id FROM credentials")}


def rotate_and_kill_when(server: JackfieldServer, is_time: Callable[[], bool]) -> None:
    log = server.folder / "rotation.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jackfield", "keys", "rotate", "--pause", "600"],
            env=dict(server.environment),
            stdout=output,
            stderr=output,
        )
    try:
        deadline = time.monotonic() + SECONDS
        while not is_time():
            assert time.monotonic() < deadline
            assert process.poll() is None, log.read_text()
            time.sleep(0.01)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(SECONDS)


@pytest.mark.requirement("D06")
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("count", "per_second"), [(50, 10), pytest.param(1000, 50, marks=pytest.mark.full)], ids=["quick", "full"]
)
def test_keys_rotate_under_load_and_through_kills_without_a_failed_call(
    tmp_path: Path, web: Nginx, count: int, per_second: float
) -> None:
    with jackfield.running(tmp_path, **GENEROUS) as server:
        server.sign_in("admin", server.code)
        token = token_of(server)
        ids = make_connections(server, web, token, count)
        old_file = server.key_file.read_bytes()
        (old,) = keys_in_file(server.key_file)
        calls = Calls(server.url, token, ids, per_second)
        with ThreadPoolExecutor(CALLERS) as pool:
            running = [pool.submit(calls.go_on, caller) for caller in range(CALLERS)]
            try:
                rotate_and_kill_when(server, lambda: len(keys_in_file(server.key_file)) == 2)
                half_way = keys_in_file(server.key_file)
                rotate_and_kill_when(server, lambda: keys_in_use(server) != {old})
                finished = server.run("keys", "rotate", "--pause", "3")
                before_the_end = calls.done
                deadline = time.monotonic() + SECONDS
                while calls.done < before_the_end + 2 * CALLERS:
                    assert time.monotonic() < deadline
                    time.sleep(0.01)
            finally:
                calls.stopped.set()
            for one in running:
                one.result()
        afterwards = [calls.call(one) for one in ids]
        checked = server.run("keys", "check", "--json").json
        verified = server.run("audit", "verify")

        aside = tmp_path / "old" / "keys.json"
        aside.parent.mkdir()
        aside.write_bytes(old_file)
        aside.chmod(0o600)
        with_old = run_jackfield("keys", "check", environment={**server.environment, "JACKFIELD_KEY_FILE": str(aside)})

    assert calls.failed == []
    assert calls.done > 0
    assert half_way[0] == old
    assert "interrupted" in finished.err
    assert afterwards == [None] * count
    (now,) = keys_in_file(server.key_file)
    assert now == half_way[1], "the interrupted rotation was finished, and no further one begun"
    assert [(one["id"], one["sealed"] >= count) for one in checked["keys"]] == [(now, True)]
    assert checked["problems"] == []
    assert with_old.code == 1
    assert "older than its last rotation" in with_old.out
    assert "as they were recorded" in verified.out
    assert all(re.search(one, json.dumps(checked)) is None for one in (old, nginx.TOKEN))


@pytest.mark.requirement("D06")
def test_answers_kept_for_idempotency_keys_are_moved_to_the_new_key_too(tmp_path: Path) -> None:
    with jackfield.running(tmp_path, **GENEROUS) as server:
        server.sign_in("admin", server.code)
        token = token_of(server)
        first = _make_group(server, token)
        server.run("keys", "rotate", "--pause", "0")
        second = _make_group(server, token)

    assert second == first


def _make_group(server: JackfieldServer, token: str) -> Any:
    headers = {
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
        "idempotency-key": "the-same",
    }
    request = urllib.request.Request(f"{server.url}/api/groups", b'{"name": "Night"}', headers, method="POST")
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        return json.load(response)
