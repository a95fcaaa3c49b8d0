"""Starts what is measured: a Jackfield of its own, a web server to call, and a load from another process."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD = "correct horse battery staple"
ROOMY = {
    "JACKFIELD_LIMITS__REQUESTS_PER_SECOND": "1000000",
    "JACKFIELD_LIMITS__REQUESTS_BURST": "1000000",
    "JACKFIELD_LIMITS__CALLS_PER_SECOND_CONNECTION": "1000000",
    "JACKFIELD_LIMITS__CALLS_PARALLEL_CONNECTION": "64",
}
"""The limits that protect a third party from us would be what is measured."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def nginx() -> Generator[str]:
    """A web server that answers at once; its URL."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "nginx.conf"
        config.write_text(
            f"worker_processes 1; daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            "events { worker_connections 512; }\n"
            f"http {{ access_log off; keepalive_requests 100000000; client_body_temp_path {folder}/a; "
            f"proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; "
            f"scgi_temp_path {folder}/e;\n"
            f"server {{ listen 127.0.0.1:{port}; default_type application/json; "
            """location / { return 200 '{"id":42,"subject":"A ticket","state":"open","tags":["a","b"]}'; } } }\n"""
        )
        process = subprocess.Popen([program, "-c", str(config), "-p", folder])
        try:
            _wait(f"http://127.0.0.1:{port}/")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait()


@dataclass(frozen=True)
class Server:
    """A running Jackfield, and who signed in to it."""

    url: str
    process: subprocess.Popen[str]
    token: str
    started_in: float
    """Seconds from the start of the process to the first answered request."""
    environment: Mapping[str, str]
    """What it was started with, for others that work on the same database."""

    def call(self, method: str, path: str, body: object = None) -> Any:
        return request(method, self.url + path, body, {"Authorization": f"Bearer {self.token}"})

    @property
    def pid(self) -> int:
        """Of the one process that serves."""
        return self.process.pid

    @property
    def memory(self) -> float:
        """Resident, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found
        return int(found[1]) / 1024

    @property
    def cpu_seconds(self) -> float:
        """What all its threads together have spent."""
        return _cpu_seconds(self.process.pid)


@contextmanager
def jackfield(**environment: str) -> Generator[Server]:
    """A fresh installation on SQLite, without the example company, with its super admin signed in."""
    where = os.environ.get("JACKFIELD_BENCHMARK_DIR")
    with tempfile.TemporaryDirectory(dir=where) as folder, jackfield_in(folder, **environment) as server:
        yield server


@contextmanager
def jackfield_in(folder: str, *, token: str = "", **environment: str) -> Generator[Server]:
    """The installation of a folder; a fresh one without a token, else the one that gave it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        **os.environ,
        "JACKFIELD_DATA_DIR": f"{folder}/data",
        "JACKFIELD_KEY_FILE": f"{folder}/keys/keys.json",
        "JACKFIELD_PORT": str(port),
        "JACKFIELD_EXAMPLE": "false",
        "COLUMNS": "300",
        **ROOMY,
        **environment,
    }
    started = time.perf_counter()
    program = str(Path(sys.executable).with_name("jackfield"))
    process = subprocess.Popen([program, "serve"], env=settings, stdout=subprocess.PIPE, text=True)
    try:
        _wait(url + "/health")
        started_in = time.perf_counter() - started
        assert process.stdout
        if not token:
            code = next(found[1] for line in process.stdout if (found := re.search(r"--code (\S+)", line)))
            token = _sign_in(url, code)
        yield Server(url, process, token, started_in, settings)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _sign_in(url: str, code: str) -> str:
    answer = _open("POST", f"{url}/api/sessions/redeem-code", {"code": code, "password": PASSWORD}, {})
    cookie = answer.headers["set-cookie"].split(";")[0]
    scopes = ["read", "use", "manage:connections", "manage:processes", "manage:directory", "audit"]
    session = {"Cookie": cookie, "Origin": url}
    return request("POST", f"{url}/api/tokens", {"name": "benchmark", "scopes": scopes}, session)["text"]


def request(method: str, url: str, body: object = None, headers: Mapping[str, str] = {}) -> Any:
    """One request with JSON in and out."""
    with _open(method, url, body, headers) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def _open(method: str, url: str, body: object, headers: Mapping[str, str]) -> Any:
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers}, method=method)
    try:
        return urllib.request.urlopen(asked, timeout=60)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{method} {url}: {error.code} {error.read().decode()}") from None


def _wait(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def running(*command: str, ready: str) -> Generator[int]:
    """Another program, until the block ends; its process id."""
    process = subprocess.Popen(command)
    try:
        _wait(ready)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@dataclass(frozen=True)
class Load:
    """What wrk saw."""

    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    cpu_us: float
    """What the server's process, all its threads together, spent on each call; steadier than the rate."""


def load(
    url: str,
    *,
    pid: int,
    seconds: int,
    concurrency: int,
    body: object,
    token: str = "",
    headers: Mapping[str, str] = {},
) -> Load:
    """POST the body again and again to the process `pid`, from a process of its own."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("the load needs wrk: apt-get install wrk")
    script = [
        'wrk.method = "POST"',
        f"wrk.body = [==[{json.dumps(body)}]==]",
        'wrk.headers["Content-Type"] = "application/json"',
        *([f'wrk.headers["Authorization"] = "Bearer {token}"'] if token else []),
        *(f'wrk.headers["{name}"] = "{value}"' for name, value in headers.items()),
        "done = function(s, l, r)",
        "local e = s.errors.status + s.errors.connect + s.errors.read + s.errors.timeout",
        "local rate = s.requests / s.duration * 1e6",
        "local p50, p99 = l:percentile(50) / 1000, l:percentile(99) / 1000",
        "io.write(string.format('JSON %f %f %f %d %d\\n', rate, p50, p99, e, s.requests))",
        "end",
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write("\n".join(script))
        file.flush()
        command = [program, "-t1", f"-c{concurrency}", f"-d{seconds}", "-s", file.name, url]
        before = _cpu_seconds(pid)
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        spent = _cpu_seconds(pid) - before
    found = re.search(r"JSON (\S+) (\S+) (\S+) (\d+) (\d+)", said)
    assert found, said
    cpu_us = spent / int(found[5]) * 1e6
    return Load(float(found[1]), float(found[2]), float(found[3]), int(found[4]), cpu_us)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
