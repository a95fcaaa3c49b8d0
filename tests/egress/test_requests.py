"""What is sent: exactly what was asked for, once."""

import asyncio
import json
import socket
from typing import Any

import pytest

from jackfield.egress import Egress, HttpRequest, Reach
from jackfield.errors import InvalidError, OutcomeUnknownError, RemoteUnavailableError
from servers import evil
from servers.evil import policy_for


async def _echoed(reach: Reach, request: HttpRequest) -> dict[str, Any]:
    return json.loads((await reach.request(request)).body)


@pytest.mark.parametrize(
    "target",
    ["/echo/%3D%3B%2F%2e", "/echo/a;b=c:@!$&'()*+,", "/echo//double", "/echo?q=%26&q=a+b&[]=1", "/echo?", "/echo/é"],
)
async def test_the_url_is_sent_as_it_is(reach: Reach, server: evil.EvilServer, target: str) -> None:
    if target.isascii():
        said = await _echoed(reach, HttpRequest("GET", server.url(target)))
        assert said["target"].rstrip("?") == target.rstrip("?")
    else:
        with pytest.raises(InvalidError):
            await reach.request(HttpRequest("GET", server.url(target)))


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])
@pytest.mark.parametrize("body", [None, b"", b"\x00\xff body", bytes(3 << 20)], ids=["none", "empty", "some", "large"])
async def test_method_and_body_arrive(reach: Reach, server: evil.EvilServer, method: str, body: bytes | None) -> None:
    await reach.request(HttpRequest(method, server.url("/ok"), body=body))

    assert server.requests[0].method == method
    assert server.requests[0].body == (body or b"")
    assert len(server.requests) == 1


async def test_headers_arrive_as_given_and_few_are_added(reach: Reach, server: evil.EvilServer) -> None:
    sent = (("X-One", "a"), ("X-One", "b"), ("Accept", "text/plain"), ("Authorization", "Bearer x"), ("X-Empty", ""))

    await reach.request(HttpRequest("POST", server.url("/echo"), sent, b"body"))

    received = server.requests[0].headers
    assert [pair for pair in received if pair in sent] == [*sent]
    assert {name.lower() for name, _ in received} - {name.lower() for name, _ in sent} == {
        "host",
        "user-agent",
        "accept-encoding",
        "content-length",
    }
    assert server.requests[0].header("Accept-Encoding") == ["gzip"]


@pytest.mark.requirement("D21")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "a\r\nX-Evil: 1"),
        ("X-A", "a\nb"),
        ("X-A", "a\x00b"),
        ("X-A", "é"),
        ("X-A", "\ud800"),
        ("X A", "a"),
        ("X-A:", "a"),
        ("", "a"),
        ("X-É", "a"),
        ("Host", "evil.test"),
        ("content-length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("Connection", "close"),
        ("Upgrade", "h2c"),
        ("TE", "trailers"),
        ("Expect", "100-continue"),
        ("Proxy-Authorization", "x"),
        ("Accept-Encoding", "br"),
    ],
)
async def test_headers_that_break_the_message_are_refused(
    reach: Reach, server: evil.EvilServer, name: str, value: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        await reach.request(HttpRequest("GET", server.url("/echo"), ((name, value),)))

    assert server.connections == 0
    assert value not in caught.value.message or len(value) < 2


@pytest.mark.parametrize("method", ["CONNECT", "TRACE", "trace", "GET /x HTTP/1.1\r\n", "", "G T"])
async def test_methods_that_are_none_are_refused(reach: Reach, server: evil.EvilServer, method: str) -> None:
    with pytest.raises(InvalidError):
        await reach.request(HttpRequest(method, server.url("/echo")))

    assert server.connections == 0


@pytest.mark.requirement("D36")
@pytest.mark.parametrize("path", ["/reset", "/reset/half", "/hang-up", "/lie/long"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "POST"])
async def test_what_broke_after_sending_is_unknown_and_not_sent_again(
    reach: Reach, server: evil.EvilServer, method: str, path: str
) -> None:
    await reach.request(HttpRequest("GET", server.url("/ok")))

    with pytest.raises(OutcomeUnknownError) as caught:
        await reach.request(HttpRequest(method, server.url(path + "?key=secret")))

    assert [one.method for one in server.requests if one.path == path] == [method]
    assert "secret" not in caught.value.message


@pytest.mark.requirement("D36")
async def test_a_closed_port_is_unavailable_and_nothing_was_sent(egress: Egress) -> None:
    with evil.serve() as gone:
        reach = egress.reach(policy_for(gone))

    with pytest.raises(RemoteUnavailableError, match="connection refused") as caught:
        await reach.request(HttpRequest("POST", gone.url("/echo?key=secret"), body=b"x"))

    assert caught.value.retryable
    assert "secret" not in caught.value.message


async def test_connections_are_kept_and_reused(reach: Reach, server: evil.EvilServer) -> None:
    for _ in range(20):
        await reach.request(HttpRequest("GET", server.url("/ok")))

    assert server.connections == 1


async def test_nothing_of_one_connection_is_seen_in_another(egress: Egress, server: evil.EvilServer) -> None:
    first, second = egress.reach(policy_for(server)), egress.reach(policy_for(server))
    cookie = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n"

    await first.request(HttpRequest("GET", server.raw(cookie, keep=True)))
    await first.request(HttpRequest("GET", server.url("/ok")))
    await second.request(HttpRequest("GET", server.url("/ok")))

    assert [one.header("Cookie") for one in server.requests] == [[], [], []]
    assert server.connections == 2


async def test_the_environment_has_no_say(
    reach: Reach, server: evil.EvilServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with evil.serve("127.0.0.2") as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.origin)

        await reach.request(HttpRequest("GET", server.url("/ok")))

        assert proxy.connections == 0


async def test_a_connected_socket_speaks_any_protocol(reach: Reach, server: evil.EvilServer) -> None:
    opened = await reach.connect(server.host, server.port)
    reader, writer = await asyncio.open_connection(sock=opened)

    writer.write(b"GET /ok HTTP/1.1\r\n\r\n")

    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()


@pytest.mark.requirement("D10")
def test_a_request_written_to_a_log_shows_no_secret() -> None:
    request = HttpRequest("GET", "https://a.test/?key=canary", (("Authorization", "canary"),), b"canary")

    assert "canary" not in repr(request)


async def test_ipv6_is_spoken(egress: Egress) -> None:
    if not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    with evil.serve("::1") as server:
        reach = egress.reach(policy_for(server))

        answer = await reach.request(HttpRequest("GET", f"http://[::1]:{server.port}/ok"))
        opened = await reach.connect("::1", server.port)

        assert answer.status == 200
        assert opened.getpeername()[:2] == ("::1", server.port)
        opened.close()


def _has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True
