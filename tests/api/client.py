"""Talks to an ASGI app inside the test, as a browser or a program would over the network."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote

HOST = "127.0.0.1:8050"
ORIGIN = f"http://{HOST}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        found = [value for key, value in self.headers if key.lower() == name]
        assert len(found) <= 1, f"{name} is there {len(found)} times"
        return found[0] if found else None

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return cast("str", self.json()["code"])


@dataclass
class Client:
    app: Any
    headers: dict[str, str] = field(default_factory=dict[str, str])
    address: str = "192.0.2.10"
    port: int = 50000
    http_version: str = "1.1"

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.request("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> Answer:
        return await self.request("POST", path, json=json, **options)

    async def put(self, path: str, json: Any = None, **options: Any) -> Answer:
        return await self.request("PUT", path, json=json, **options)

    async def patch(self, path: str, json: Any = None, **options: Any) -> Answer:
        return await self.request("PATCH", path, json=json, **options)

    async def delete(self, path: str, **options: Any) -> Answer:
        return await self.request("DELETE", path, **options)

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        body: bytes | AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str | None] | None = None,
        raw_headers: list[tuple[bytes, bytes]] | None = None,
    ) -> Answer:
        """A header given as None is not sent; `raw_headers` are sent instead of all others."""
        sent: dict[str, str | None] = {"host": HOST, **self.headers}
        if json is not None:
            body = _json(json)
            sent["content-type"] = "application/json"
        if isinstance(body, bytes):
            sent["content-length"] = str(len(body))
        elif body is not None:
            sent["transfer-encoding"] = "chunked"
        sent.update(headers or {})
        encoded = [(name.lower().encode(), value.encode()) for name, value in sent.items() if value is not None]
        raw_path, _, query = path.partition("?")
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": self.http_version,
            "method": method,
            "scheme": "http",
            "path": unquote(raw_path),
            "raw_path": raw_path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": raw_headers if raw_headers is not None else encoded,
            "client": (self.address, self.port),
            "server": ("127.0.0.1", 8050),
            "state": {},
        }
        return await _exchange(self.app, scope, _parts(body))


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


async def _parts(body: bytes | AsyncIterator[bytes] | None) -> AsyncIterator[bytes]:
    if isinstance(body, bytes):
        yield body
    elif body is not None:
        async for part in body:
            yield part


async def _exchange(app: Any, scope: dict[str, Any], body: AsyncIterator[bytes]) -> Answer:
    is_over = False
    status = 0
    headers: list[tuple[str, str]] = []
    chunks: list[bytes] = []

    async def receive() -> dict[str, Any]:
        nonlocal is_over
        if is_over:
            await asyncio.Event().wait()
        part = await anext(body, None)
        if part is None:
            is_over = True
            return {"type": "http.request", "body": b"", "more_body": False}
        return {"type": "http.request", "body": part, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", ())]
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    await app(scope, receive, send)
    return Answer(status, headers, b"".join(chunks))
