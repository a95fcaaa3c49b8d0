"""What every request meets first: hosts, sizes, deadlines, headers."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from api.client import HOST
from api.conftest import OpenHub
from api.hub import GENEROUS, Hub
from jackfield.api.access import PUBLIC
from jackfield.api.bodies import Input
from jackfield.api.routes import Routes

echo = Routes("echo", "For these tests.")


class Text(Input):
    text: str


@echo.post("/api/echo", "echo_say", PUBLIC)
async def say(body: Text) -> int:
    return len(body.text)


async def pieces(count: int, size: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * size


async def never_ending() -> AsyncIterator[bytes]:
    yield b'{"text": "'
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "host",
    [HOST, "localhost:8050", "[::1]:8050", "localhost", "LOCALHOST:9000", "jackfield.example.com", "10.0.0.5:8050"],
)
async def test_our_own_hosts_are_answered(opens: OpenHub, host: str) -> None:
    hub = await opens(allowed_hosts="jackfield.example.com, 10.0.0.5:8050")

    answer = await hub.client(host=host).get("/openapi.json")

    assert answer.status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example:8050",
        "localhost.evil.example",
        "localhost.",
        "127.0.0.1:8050@evil.example",
        "evil.example:8050",
        "jackfield.example.com:444",
        "localhost:80:80",
        "localhost:x",
        "",
    ],
)
@pytest.mark.requirement("D19")
async def test_a_foreign_host_is_refused_as_after_dns_rebinding(opens: OpenHub, host: str) -> None:
    hub = await opens(allowed_hosts="jackfield.example.com")

    answer = await hub.client(host=host).get("/openapi.json")

    assert (answer.status, answer.code) == (421, "host.foreign")


@pytest.mark.parametrize("headers", [[], [(b"host", HOST.encode()), (b"host", b"evil.example")]])
@pytest.mark.requirement("D19")
async def test_no_host_and_two_hosts_are_refused(hub: Hub, headers: list[tuple[bytes, bytes]]) -> None:
    answer = await hub.client().request("GET", "/openapi.json", raw_headers=headers)

    assert (answer.status, answer.code) == (421, "host.foreign")


async def test_probes_answer_whatever_host_they_name(hub: Hub) -> None:
    answers = [await hub.client(host="10.1.2.3:8050").get(path) for path in ("/health", "/ready")]

    assert [answer.status for answer in answers] == [200, 200]


@pytest.mark.requirement("D19")
async def test_every_answer_has_the_security_headers_and_no_one_may_frame_it(hub: Hub) -> None:
    client = hub.client()

    answers = [await client.get(path) for path in ("/", "/docs.css", "/openapi.json", "/api/nowhere", "/health")]

    for answer in answers:
        policy = answer.header("content-security-policy") or ""
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("referrer-policy") == "same-origin"
        assert (answer.header("x-request-id") or "").startswith("req_")
    assert answers[3].header("cache-control") == "no-store"


async def test_with_https_browsers_are_told_to_stay_with_it(opens: OpenHub) -> None:
    hub = await opens(public_url="https://jackfield.example.com")

    answer = await hub.client(host="jackfield.example.com").get("/health")

    assert answer.header("strict-transport-security") == "max-age=31536000"


async def test_somebody_elses_request_id_is_never_ours(hub: Hub) -> None:
    answer = await hub.client().get("/health", headers={"x-request-id": "req_theirs"})

    assert answer.header("x-request-id") != "req_theirs"


@pytest.mark.requirement("D64")
async def test_a_body_that_says_it_is_too_large_is_refused_unread(hub: Hub) -> None:
    answer = (
        await hub.with_routes(echo)
        .client()
        .request(
            "POST", "/api/echo", body=never_ending(), headers={"content-length": "200000000", "transfer-encoding": None}
        )
    )

    assert (answer.status, answer.code) == (413, "body.too_large")
    assert answer.header("connection") == "close"


@pytest.mark.requirement("D64")
async def test_a_body_that_grows_too_large_is_refused_on_the_way(hub: Hub) -> None:
    seen = 0

    async def growing() -> AsyncIterator[bytes]:
        nonlocal seen
        async for piece in pieces(200, 1 << 20):
            seen += len(piece)
            yield piece

    answer = (
        await hub.with_routes(echo)
        .client()
        .request("POST", "/api/echo", body=growing(), headers={"content-type": "application/json"})
    )

    assert (answer.status, answer.code) == (413, "body.too_large")
    assert seen <= 2 << 20


@pytest.mark.requirement("D64")
async def test_a_body_that_drips_is_refused_at_the_deadline(opens: OpenHub) -> None:
    hub = await opens(limits={**GENEROUS, "inbound_body_seconds": 0.2})

    answer = (
        await hub.with_routes(echo)
        .client()
        .request("POST", "/api/echo", body=never_ending(), headers={"content-type": "application/json"})
    )

    assert (answer.status, answer.code) == (408, "body.too_slow")
    assert answer.header("connection") == "close"


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "1, 2", ""])
@pytest.mark.requirement("D64")
async def test_a_length_that_is_no_number_is_refused(hub: Hub, length: str) -> None:
    answer = await hub.client().request("POST", "/api/echo", body=b"{}", headers={"content-length": length})

    assert (answer.status, answer.code) == (400, "request.invalid")


@pytest.mark.requirement("D64")
async def test_a_head_that_is_too_large_is_refused(hub: Hub) -> None:
    by_header = await hub.client().get("/health", headers={"x-long": "a" * (33 << 10)})
    by_query = await hub.client().get("/health?" + "a" * (33 << 10))

    assert [by_header.status, by_query.status] == [431, 431]


async def test_a_websocket_is_closed(hub: Hub) -> None:
    sent: list[str] = []

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, str]) -> None:
        sent.append(message["type"])

    await hub.app({"type": "websocket", "path": "/api", "headers": []}, receive, send)

    assert sent == ["websocket.close"]
