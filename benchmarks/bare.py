"""The baseline: the least an ASGI program can do to forward a call with the same HTTP client, in the same server.

python benchmarks/bare.py PORT TARGET_URL
"""

import asyncio
import json
import sys
from typing import Any

import aiohttp
import uvloop
from granian.constants import Interfaces
from granian.server.embed import Server
from yarl import URL


class Forwarder:
    """Reads a JSON body, asks the target, answers with what it said: no sign-in, no rights, no record, no secret."""

    def __init__(self, target: str) -> None:
        self._target = URL(target, encoded=True)
        self._session: aiohttp.ClientSession | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100), auto_decompress=False)
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        json.loads(body or b"null")
        async with self._session.get(self._target, allow_redirects=False) as response:
            answer = await response.read()
        await send(
            {
                "type": "http.response.start",
                "status": response.status,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": answer})


async def main() -> None:
    server = Server(
        Forwarder(sys.argv[2]),
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.ASGINL,
        log_enabled=False,
    )
    await server.serve()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
