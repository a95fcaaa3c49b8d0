"""Methods of a custom integration called through `POST /api/calls`, against FastMCP's tools made from the same document.

    python benchmarks/methods.py [--seconds 8] [--concurrency 16] [--rounds 3]

Both are one server process, asked by the same load to call the same operation on the same web server, in turns. FastMCP
comes newest from the package index into an environment of its own in a temporary folder; it authorises and records
nothing. It is measured as it comes, with a session and answers that are event streams, and in its quickest way, without
either; by the server that it brings along itself, uvicorn in pure Python. Jackfield has its own server, which is a part of
what is compared; so rates tell more than the code alone. Prints calls a second, what each call costs, and their ratios.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import urllib.request
import venv
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from harness import Load, Server, free_port, jackfield, load, nginx, running

from jackfield.integrations import TEXT_VERSION

TARGET_RATIO = 6
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Tickets", "version": "1"},
    "paths": {
        "/tickets/{id}": {
            "get": {
                "operationId": "getTicket",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"name": "expand", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "The ticket.",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "id": {"type": "integer"},
                                        "subject": {"type": "string"},
                                        "state": {"type": "string"},
                                        "tags": {"type": "array", "items": {"type": "string"}},
                                    },
                                }
                            }
                        },
                    }
                },
            }
        }
    },
}
ARGUMENTS = {"id": 42, "expand": "tags"}
PEER = """
import json, sys
import httpx2 as httpx
from fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import PlainTextResponse

document, target, port = json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3])
headers = {"Authorization": "Bearer a-secret-of-thirty-two-characters"}
client = httpx.AsyncClient(base_url=target, headers=headers, limits=httpx.Limits(max_keepalive_connections=64))
mcp = FastMCP.from_openapi(openapi_spec=document, client=client)

@mcp.custom_route("/ready", methods=["GET"])
async def ready(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ready")

quickest = {"stateless_http": True, "json_response": True} if sys.argv[4] == "quickest" else {}
app = mcp.http_app(path="/mcp", **quickest)
import uvicorn
uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)
"""


def integrate(server: Server, target: str) -> str:
    """A custom integration to the web server, its one method granted; its id."""
    person = server.call("GET", "/api/me")["person_id"]
    unit = server.call("POST", "/api/business-units", {"name": "Benchmarks"})["id"]
    group = server.call("POST", "/api/groups", {"name": "Desk"})["id"]
    server.call("PUT", f"/api/business-units/{unit}/members/{person}", {"roles": ["editor"]})
    server.call("PUT", f"/api/groups/{group}/members/{person}")
    host, _, port = target.removeprefix("http://").rstrip("/").partition(":")
    server.call("POST", "/api/outbound-targets", {"host": host, "port": int(port)})
    made = server.call(
        "POST",
        "/api/integrations",
        {
            "business_unit_id": unit,
            "title": "Tickets",
            "access_groups": [group],
            "document": json.dumps(DOCUMENT),
            "details": {"endpoint": target},
            "scheme": "bearer",
            "credentials": {"token": "a-secret-of-thirty-two-characters"},
            "grants": [{"methods": ["getTicket"], "grant": {"level": "groups", "entries": [group]}}],
            "accept_responsibilities": TEXT_VERSION,
        },
    )
    assert made["state"] == "connected", made
    return made["id"]


@dataclass(frozen=True)
class Peer:
    """FastMCP, served in one way."""

    url: str
    pid: int
    headers: Mapping[str, str]


@contextmanager
def fastmcp(target: str) -> Generator[Mapping[str, Peer]]:
    """FastMCP serving the same document over HTTP in each of two ways, from an environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "fastmcp", "uvicorn"], check=True)
        told = [python, "-c", "import fastmcp; print(fastmcp.__version__)"]
        print("FastMCP", subprocess.run(told, check=True, capture_output=True, text=True).stdout.strip())
        peer = Path(folder) / "peer.py"
        peer.write_text(PEER)
        with ExitStack() as stack:
            peers: dict[str, Peer] = {}
            for way in ("as it comes", "quickest"):
                url = f"http://127.0.0.1:{free_port()}"
                command = [python, str(peer), json.dumps(DOCUMENT), target.rstrip("/"), url.rpartition(":")[2], way]
                pid = stack.enter_context(running(*command, ready=f"{url}/ready"))
                headers = MCP if way == "quickest" else {**MCP, "Mcp-Session-Id": begin_session(f"{url}/mcp")}
                peers[way] = Peer(f"{url}/mcp", pid, headers)
            yield peers


def begin_session(url: str) -> str:
    """The id of a session in which tools can be called."""

    def tell(method: str, headers: Mapping[str, str], **more: Any) -> str:
        body = json.dumps({"jsonrpc": "2.0", "method": method, **more}).encode()
        sent = {"Content-Type": "application/json", **MCP, **headers}
        with urllib.request.urlopen(urllib.request.Request(url, body, sent), timeout=30) as answer:
            return str(answer.headers.get("mcp-session-id", ""))

    who = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "benchmark", "version": "1"}}
    session = tell("initialize", {}, id=0, params=who)
    tell("notifications/initialized", {"Mcp-Session-Id": session})
    return session


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with nginx() as target, jackfield() as server, fastmcp(target) as peers:
        ask = partial(load, seconds=asked.seconds, concurrency=asked.concurrency)
        body = {"connection": integrate(server, target), "action": "getTicket", "arguments": ARGUMENTS}
        tool = {"name": "getTicket", "arguments": ARGUMENTS}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": tool}
        ours: list[Load] = []
        theirs: dict[str, list[Load]] = {way: [] for way in peers}
        for _ in range(asked.rounds):
            for way, peer in peers.items():
                theirs[way].append(ask(peer.url, pid=peer.pid, body=call, headers=peer.headers))
            ours.append(ask(server.url + "/api/calls", pid=server.pid, body=body, token=server.token))
    our_rate, our_cpu = show("Jackfield", ours)
    for way, runs in theirs.items():
        rate, cpu = show(f"FastMCP, {way}", runs)
        print(
            f"  ratio                {our_rate / rate:8.1f} of rates, {cpu / our_cpu:.1f} of CPU   (target {TARGET_RATIO})"
        )


def show(name: str, runs: Sequence[Load]) -> tuple[float, float]:
    """Print what was measured; the rate, and the CPU of a call."""
    rate, cpu, p50 = (statistics.median(getattr(one, what) for one in runs) for what in FIGURES)
    errors = sum(one.errors for one in runs)
    print(f"{name:22} {rate:8.0f} calls/s   {cpu:6.0f} µs CPU a call   p50 {p50:6.1f} ms   errors {errors}")
    return rate, cpu


FIGURES = ("per_second", "cpu_us", "p50_ms")
MCP = {"Accept": "application/json, text/event-stream"}


if __name__ == "__main__":
    sys.exit(main())
