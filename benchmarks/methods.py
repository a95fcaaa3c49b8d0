"""Methods of a custom integration called through `POST /api/calls`, against FastMCP's tools made from the same document.

    python benchmarks/methods.py [--seconds 8] [--concurrency 16] [--rounds 3]

Both are one server process, asked by the same load to call the same operation on the same web server, in turns. FastMCP
comes newest from the package index into an environment of its own in a temporary folder; it authorises and records
nothing. It is served without sessions and with plain JSON answers, its quickest way, by what it brings along itself:
uvicorn in pure Python. Jackfield has its own server, which is a part of what is compared; so rates tell more than the
code alone. Prints calls a second, what each call costs, and their ratio.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Generator
from contextlib import contextmanager
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

app = mcp.http_app(path="/mcp", stateless_http=True, json_response=True)
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


@contextmanager
def fastmcp(target: str, port: int) -> Generator[int]:
    """FastMCP serving the same document over HTTP, from an environment of its own; its process id."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "fastmcp", "uvicorn"], check=True)
        told = [python, "-c", "import fastmcp; print(fastmcp.__version__)"]
        print("FastMCP", subprocess.run(told, check=True, capture_output=True, text=True).stdout.strip())
        peer = Path(folder) / "peer.py"
        peer.write_text(PEER)
        url = f"http://127.0.0.1:{port}/ready"
        with running(python, str(peer), json.dumps(DOCUMENT), target.rstrip("/"), str(port), ready=url) as pid:
            yield pid


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    port = free_port()
    with nginx() as target, jackfield() as server, fastmcp(target, port) as pid:
        ask = partial(load, seconds=asked.seconds, concurrency=asked.concurrency)
        body = {"connection": integrate(server, target), "action": "getTicket", "arguments": ARGUMENTS}
        tool = {"name": "getTicket", "arguments": ARGUMENTS}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": tool}
        ours: list[Load] = []
        theirs: list[Load] = []
        for _ in range(asked.rounds):
            theirs.append(ask(f"http://127.0.0.1:{port}/mcp", pid=pid, body=call, headers=MCP))
            ours.append(ask(server.url + "/api/calls", pid=server.pid, body=body, token=server.token))
    for name, runs in (("FastMCP", theirs), ("Jackfield", ours)):
        rate, cpu, p50 = (statistics.median(getattr(one, what) for one in runs) for what in FIGURES)
        errors = sum(one.errors for one in runs)
        print(f"{name:10} {rate:8.0f} calls/s   {cpu:6.0f} µs CPU a call   p50 {p50:6.1f} ms   errors {errors}")
    rates, costs = (
        [statistics.median(getattr(one, what) for one in runs) for runs in (ours, theirs)] for what in FIGURES[:2]
    )
    print(f"ratio      {rates[0] / rates[1]:8.1f} of rates, {costs[1] / costs[0]:.1f} of CPU   (target {TARGET_RATIO})")


FIGURES = ("per_second", "cpu_us", "p50_ms")
MCP = {"Accept": "application/json, text/event-stream"}


if __name__ == "__main__":
    sys.exit(main())
