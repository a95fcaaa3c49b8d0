"""The baseline: the least an ASGI program can do to forward a call with the same HTTP client, in the same server.

python benchmarks/bare.py PORT TARGET_URL [uvicorn]

With `uvicorn` in that one, as most ASGI programs are served; it must be there, with httptools.
"""

import asyncio
import json
import sys
from typing import Any

import aiohttp
import uvloop
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
    from granian.constants import Interfaces  # noqa: PLC0415  # the other server's environment is without it
    from granian.server.embed import Server  # noqa: PLC0415

    server = Server(
        Forwarder(sys.argv[2]),
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.ASGINL,
        log_enabled=False,
    )
    await server.serve()


def serve_by_uvicorn() -> None:
    import uvicorn  # noqa: PLC0415  # in an environment of its own  # pyright: ignore[reportMissingImports]

    port = int(sys.argv[1])
    uvicorn.run(Forwarder(sys.argv[2]), host="127.0.0.1", port=port, loop="uvloop", http="httptools", access_log=False)  # pyright: ignore[reportUnknownMemberType]


if __name__ == "__main__" and sys.argv[3:] == ["uvicorn"]:
    serve_by_uvicorn()
elif __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
