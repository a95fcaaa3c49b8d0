"""Answers that are too much, packed, odd, or lead elsewhere."""

import gzip
import zlib
from pathlib import Path

import pytest

from jackfield.egress import (
    Egress,
    EncodingRefusedError,
    HttpRequest,
    Reach,
    ReachPolicy,
    RequestTooLargeError,
    ResponseTooLargeError,
)
from jackfield.errors import HubError, OutcomeUnknownError
from jackfield.kernel import write_json
from jackfield.settings import Limits
from servers import evil
from servers.evil import policy_for

GROWTH = 64 << 20
"""How much one call may add to the resident memory, in bytes (D34)."""


def _get(url: str) -> HttpRequest:
    return HttpRequest("GET", url)


class _Memory:
    """The highest resident memory of this process since it was made."""

    def __init__(self) -> None:
        self._reset = Path("/proc/self/clear_refs")
        if not self._reset.exists():
            pytest.skip("of Linux alone")
        self._reset.write_text("5")  # proc(5): the peak starts anew
        self._before = self._peak()

    def _peak(self) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))

    @property
    def growth(self) -> int:
        return self._peak() - self._before


@pytest.mark.requirement("D31")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(
    reach: Reach, server: evil.EvilServer, canary: evil.EvilServer, status: int
) -> None:
    with evil.serve() as elsewhere:
        for to in (
            canary.url("/ok"),
            elsewhere.url("/ok"),
            server.url("/ok"),
            "//127.0.0.2/",
            "/ok",
            "file:///etc/passwd",
        ):
            before = len(server.requests)
            answer = await reach.request(
                HttpRequest("GET", server.url(f"/redirect/{status}?to={to}"), (("X-Api-Key", "canary"),))
            )

            assert (answer.status, answer.header("location"), answer.body) == (status, to, b"moved")
            assert len(server.requests) == before + 1
        assert elsewhere.connections == 0


@pytest.mark.requirement("D34")
@pytest.mark.parametrize("path", ["/huge?n=20000000", "/lie/huge", "/huge?n=10485761"])
async def test_too_large_answers_are_cut_off(reach: Reach, server: evil.EvilServer, path: str) -> None:
    memory = _Memory()

    with pytest.raises(ResponseTooLargeError) as caught:
        await reach.request(_get(server.url(path)))

    assert not caught.value.retryable
    assert memory.growth < GROWTH


@pytest.mark.requirement("D34")
async def test_the_largest_permitted_answer_is_read(reach: Reach, server: evil.EvilServer) -> None:
    answer = await reach.request(_get(server.url("/huge?n=10485760")))

    assert len(answer.body) == 10 << 20


@pytest.mark.requirement("D34")
@pytest.mark.parametrize("kind", ["gzip", "deflate"])
async def test_a_bomb_is_defused(reach: Reach, server: evil.EvilServer, kind: str) -> None:
    await _defuse(reach, server, kind, 30_000_000)


@pytest.mark.full
@pytest.mark.requirement("D34")
@pytest.mark.parametrize("kind", ["gzip", "deflate"])
async def test_a_bomb_of_300_megabytes_is_defused(reach: Reach, server: evil.EvilServer, kind: str) -> None:
    await _defuse(reach, server, kind, 300 << 20)


async def _defuse(reach: Reach, server: evil.EvilServer, kind: str, size: int) -> None:
    evil.bomb(size, kind)  # packed before memory is measured
    memory = _Memory()

    with pytest.raises(ResponseTooLargeError):
        await reach.request(_get(server.url(f"/bomb/{kind}?n={size}")))

    assert memory.growth < GROWTH


@pytest.mark.full
@pytest.mark.requirement("D34")
async def test_a_gibibyte_is_cut_off(reach: Reach, server: evil.EvilServer) -> None:
    memory = _Memory()

    with pytest.raises(ResponseTooLargeError):
        await reach.request(_get(server.url(f"/huge?n={1 << 30}")))

    assert memory.growth < GROWTH


@pytest.mark.requirement("D34")
async def test_what_unpacks_beyond_the_ratio_is_refused(reach: Reach, server: evil.EvilServer) -> None:
    with pytest.raises(ResponseTooLargeError, match="100 times"):
        await reach.request(_get(server.url("/bomb/gzip?n=5000000")))


@pytest.mark.requirement("D34")
async def test_gzip_within_gzip_is_refused(reach: Reach, server: evil.EvilServer) -> None:
    with pytest.raises(EncodingRefusedError):
        await reach.request(_get(server.url("/bomb/twice?n=30000000")))


@pytest.mark.requirement("D34")
@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, br", "nonsense"])
async def test_other_codings_are_refused(reach: Reach, server: evil.EvilServer, coding: str) -> None:
    raw = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: 4\r\n\r\nbody".encode()

    with pytest.raises(EncodingRefusedError) as caught:
        await reach.request(_get(server.raw(raw)))

    assert not caught.value.retryable


def _packed(coding: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"hello ") + gzip.compress(b"world")),
        ("X-GZIP", gzip.compress(b"hello world")),
        ("deflate", zlib.compress(b"hello world")),
        ("deflate", zlib.compress(b"hello world")[2:-4]),
        ("identity", b"hello world"),
    ],
    ids=["two members", "old name", "zlib", "bare deflate", "identity"],
)
async def test_packed_answers_are_unpacked(reach: Reach, server: evil.EvilServer, coding: str, packed: bytes) -> None:
    assert (await reach.request(_get(server.raw(_packed(coding, packed))))).body == b"hello world"


async def test_a_large_packed_answer_is_whole(reach: Reach, server: evil.EvilServer) -> None:
    body = b"".join(f"{number:08x}".encode() for number in range(100_000))

    answer = await reach.request(_get(server.raw(_packed("gzip", gzip.compress(body)))))

    assert answer.body == body


@pytest.mark.requirement("D35")
@pytest.mark.parametrize(
    "packed",
    [gzip.compress(b"hello")[:-3], b"not gzip", gzip.compress(b"hello") + b"trailing"],
    ids=["cut", "nonsense", "trailing"],
)
async def test_broken_packed_answers_are_refused(reach: Reach, server: evil.EvilServer, packed: bytes) -> None:
    with pytest.raises(EncodingRefusedError):
        await reach.request(_get(server.raw(_packed("gzip", packed))))


@pytest.mark.requirement("D34")
@pytest.mark.parametrize("path", ["/headers?n=100000", "/headers?n=101", "/headers/long", "/headers?n=90&size=1000"])
async def test_too_many_and_too_long_headers_are_refused(reach: Reach, server: evil.EvilServer, path: str) -> None:
    with pytest.raises(ResponseTooLargeError, match="header"):
        await reach.request(_get(server.url(path)))


@pytest.mark.requirement("D35")
@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nX-Odd: \xff\xfe\r\nContent-Length: 3\r\n\r\n\xff\xfe\x00",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 205 Reset\r\nContent-Length: 4\r\n\r\nbody",
        b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 099 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 1000 Odd\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 -1 Odd\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"<html>not http</html>",
        b"220 mail.test ESMTP\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"",
    ],
)
async def test_odd_answers_end_in_an_answer_or_a_typed_error(reach: Reach, server: evil.EvilServer, raw: bytes) -> None:
    try:
        answer = await reach.request(_get(server.raw(raw)))
    except (OutcomeUnknownError, ResponseTooLargeError) as error:
        said = error.message
    else:
        said = write_json([answer.status, [list(pair) for pair in answer.headers]]).decode()

    assert said
    assert "\n" not in said
    assert "/raw" not in said


@pytest.mark.requirement("D35")
async def test_after_an_odd_answer_the_next_one_is_its_own(reach: Reach, server: evil.EvilServer) -> None:
    smuggled = b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    await reach.request(_get(server.raw(smuggled, keep=True)))

    answer = await reach.request(_get(server.url("/ok")))

    assert answer.body == b'{"ok":true}'


async def test_too_large_requests_are_not_sent(egress: Egress, reach: Reach, server: evil.EvilServer) -> None:
    with pytest.raises(RequestTooLargeError):
        await reach.request(HttpRequest("POST", server.url("/echo"), body=bytes((10 << 20) + 1)))

    assert server.connections == 0


@pytest.mark.requirement("D34")
async def test_all_calls_together_hold_no_more_than_the_budget(server: evil.EvilServer) -> None:
    egress = Egress(Limits(bytes_in_flight=1 << 20))
    reach = egress.reach(policy_for(server))

    with pytest.raises(HubError) as sending:
        await reach.request(HttpRequest("POST", server.url("/echo"), body=bytes((1 << 20) + 1)))
    with pytest.raises(ResponseTooLargeError):
        await reach.request(_get(server.url("/huge?n=2000000")))

    assert (sending.value.code, sending.value.retryable) == ("egress.bytes_in_flight", True)
    assert (await reach.request(_get(server.url("/ok")))).status == 200
    assert egress.budget.used == 0
    await egress.close()


async def test_a_closed_reach_opens_anew_or_not_at_all(egress: Egress, server: evil.EvilServer) -> None:
    reach = egress.reach(ReachPolicy(allowed=policy_for(server).allowed))
    await reach.request(_get(server.url("/ok")))

    await reach.close()
    await reach.close()

    assert (await reach.request(_get(server.url("/ok")))).status == 200
    await reach.close()
