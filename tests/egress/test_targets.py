"""Forbidden targets, in every spelling, by literal and by name."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from jackfield.egress import (
    AllowedTarget,
    Egress,
    HttpRequest,
    OriginRefusedError,
    Reach,
    ReachPolicy,
    TargetRefusedError,
)
from jackfield.errors import ForbiddenError, InvalidError, RemoteUnavailableError
from jackfield.settings import Limits
from servers import evil

_PLAIN = """
127.0.0.2 127.0.0.2. 127.2 127.0.2 0 0.0.0.0 2130706434 0x7f000002 0x7f.0.0.2 0x7f.2 0177.0.0.2 0177.2 017700000002
127.0.0.02 127.0.0.002 00127.0.0.2 127.000.000.002 127.0.0.2.0 127.0.0.2%00 %31%32%37.0.0.2
[::] [::1] [::2] [::ffff:127.0.0.2] [::ffff:7f00:2] [0:0:0:0:0:ffff:127.0.0.2] [::127.0.0.2] [::7f00:2] [::ffff:0:127.0.0.2]
[64:ff9b::127.0.0.2] [64:ff9b::7f00:2] [64:ff9b:1::7f00:2] [2002:7f00:2::] [2002:7f00:2::1] [2001:0:7f00:2::]
[2001::ffff:80ff:fffd] [fe80::1] [fe80::1%25lo] [fe80::1%lo] [fe80::5efe:127.0.0.2] [fec0::1] [fd00::1] [ff02::1] [::1%lo]
169.254.169.254 [::ffff:169.254.169.254] [fd00:ec2::254] 100.64.0.1 100.100.100.200 198.18.0.1 198.19.255.255 192.0.0.192
224.0.0.1 239.1.2.3 255.255.255.255 10.0.0.1 172.16.0.1 192.168.0.1 240.0.0.1
localhost localhost. LOCALHOST x.localhost inside.test user@127.0.0.2 user:password@127.0.0.2 127.0.0.2\\@example.com example.com\\.127.0.0.2
[127.0.0.2] 127.0.0.2#@example.com [::1 ::1
"""
_UNICODE = (
    "\u2460\u2461\u2466.0.0.2",
    "\uff11\uff12\uff17.0.0.2",
    "127\u30020\u30020\u30022",
    "127.0.0.2\t",
    "\x00127.0.0.2",
)
HOSTS = (*_PLAIN.split(), *_UNICODE, "127.0.0.2 ", "127.0.0.2/")


def _scripted(*answers: Sequence[str] | Exception) -> Callable[[str], Awaitable[Sequence[str]]]:
    """A name server that gives these answers one after the other, the last one for ever."""
    left = list(answers)

    async def lookup(_host: str) -> Sequence[str]:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return lookup


@pytest.mark.requirement("D29")
async def test_every_spelling_of_a_forbidden_address_is_refused(server: evil.EvilServer) -> None:
    assert len(HOSTS) >= 60
    egress = Egress(Limits(), lookup=_scripted(["127.0.0.2"]))
    with evil.serve("0.0.0.0") as everywhere:
        reach = egress.reach(ReachPolicy(allowed=(AllowedTarget(server.host, server.port),)))
        for host in HOSTS:
            with pytest.raises((ForbiddenError, InvalidError)):
                await reach.request(HttpRequest("GET", f"http://{host}:{everywhere.port}/ok"))
            with pytest.raises((ForbiddenError, InvalidError)):
                await reach.connect(host, everywhere.port)
            with pytest.raises((ForbiddenError, InvalidError)):
                await reach.resolve(host, everywhere.port)

        assert (everywhere.connections, everywhere.received) == (0, 0)
    await egress.close()


@pytest.mark.requirement("D29")
async def test_a_listed_address_opens_no_other(reach: Reach, server: evil.EvilServer, canary: evil.EvilServer) -> None:
    assert (await reach.request(HttpRequest("GET", server.url("/ok")))).status == 200
    with pytest.raises(TargetRefusedError) as caught:
        await reach.request(HttpRequest("GET", canary.url("/ok")))

    assert f"127.0.0.2:{canary.port}" in caught.value.message
    assert "can be allowed under outbound targets by a super admin" in caught.value.message
    assert caught.value.data["who_can_change"] == "a super admin"


@pytest.mark.requirement("D30")
async def test_a_name_that_changes_to_a_forbidden_address_is_refused(
    server: evil.EvilServer, canary: evil.EvilServer
) -> None:
    limits = Limits()
    policy = ReachPolicy(allowed=(AllowedTarget("127.0.0.1", server.port),))
    lookup = _scripted(["127.0.0.1"], ["127.0.0.2"])
    egress = Egress(limits, lookup=lookup)
    url = f"http://rebinding.test:{server.port}/ok"

    first = await egress.reach(policy).request(HttpRequest("GET", url))
    with pytest.raises(TargetRefusedError):
        await egress.reach(policy).request(HttpRequest("GET", url))

    assert first.status == 200
    await egress.close()


@pytest.mark.requirement("D30")
async def test_of_mixed_answers_only_the_permitted_one_is_dialled(
    server: evil.EvilServer, canary: evil.EvilServer
) -> None:
    answers = ["127.0.0.2", "::ffff:127.0.0.2", "169.254.169.254", "127.0.0.1", "fe80::1%lo"]
    egress = Egress(Limits(), lookup=_scripted(answers))
    reach = egress.reach(ReachPolicy(allowed=(AllowedTarget("127.0.0.1", server.port),)))

    answer = await reach.request(HttpRequest("GET", f"http://mixed.test:{server.port}/ok"))
    opened = await reach.connect("mixed.test", server.port)
    vetted = await reach.resolve("mixed.test", server.port)

    assert answer.status == 200
    assert opened.getpeername() == ("127.0.0.1", server.port)
    assert (vetted.host, vetted.address) == ("mixed.test", "127.0.0.1")
    opened.close()
    await egress.close()


@pytest.mark.requirement("D30")
async def test_a_name_on_the_list_lends_nothing_to_a_literal_address(server: evil.EvilServer) -> None:
    egress = Egress(Limits(), lookup=_scripted(["127.0.0.1"]))
    reach = egress.reach(ReachPolicy(allowed=(AllowedTarget("api.test", server.port),)))

    by_name = await reach.request(HttpRequest("GET", f"http://api.test:{server.port}/ok"))
    with pytest.raises(TargetRefusedError):
        await reach.request(HttpRequest("GET", server.url("/ok")))
    with pytest.raises(TargetRefusedError):
        await reach.request(HttpRequest("GET", f"http://other.test:{server.port}/ok"))

    assert by_name.status == 200
    assert len(server.requests) == 1
    await egress.close()


@pytest.mark.requirement("D30")
@pytest.mark.parametrize(
    "answers", [OSError("SERVFAIL"), [], ["not an address"]], ids=["servfail", "no answers", "nonsense"]
)
async def test_a_name_without_an_address_is_unreachable(answers: list[str] | Exception) -> None:
    egress = Egress(Limits(), lookup=_scripted(answers))
    reach = egress.reach(ReachPolicy())

    with pytest.raises(RemoteUnavailableError, match=r"gone\.test"):
        await reach.request(HttpRequest("GET", "http://gone.test/"))
    with pytest.raises(RemoteUnavailableError):
        await reach.connect("gone.test", 80)

    await egress.close()


@pytest.mark.requirement("D30")
async def test_of_a_thousand_answers_only_a_few_are_looked_at() -> None:
    inside = [f"10.0.{number // 250}.{number % 250 + 1}" for number in range(1000)]
    egress = Egress(Limits(), lookup=_scripted(inside))

    with pytest.raises(TargetRefusedError):
        await egress.reach(ReachPolicy()).request(HttpRequest("GET", "http://many.test/"))

    await egress.close()


@pytest.mark.requirement("D30")
async def test_a_slow_name_server_is_given_up(server: evil.EvilServer) -> None:
    async def never(_host: str) -> Sequence[str]:
        await asyncio.sleep(30)
        return []

    egress = Egress(Limits(dns_seconds=0.2), lookup=never)
    reach = egress.reach(ReachPolicy())

    async with asyncio.timeout(5):
        with pytest.raises(RemoteUnavailableError, match="name server"):
            await reach.request(HttpRequest("GET", "http://slow.test/"))

    await egress.close()


@pytest.mark.requirement("D22")
async def test_requests_stay_within_the_permitted_origin(egress: Egress, server: evil.EvilServer) -> None:
    with evil.serve() as other:
        allowed = tuple(AllowedTarget(one.host, one.port) for one in (server, other))
        reach = egress.reach(ReachPolicy(allowed=allowed, origins=(server.origin,)))

        assert (await reach.request(HttpRequest("GET", server.url("/ok")))).status == 200
        for url in (other.url("/ok"), server.url("/ok").replace("http:", "https:"), f"http://localhost:{server.port}/"):
            with pytest.raises(OriginRefusedError):
                await reach.request(HttpRequest("GET", url))

        assert other.connections == 0


@pytest.mark.requirement("D32")
@pytest.mark.parametrize("scheme", ["file", "gopher", "ftp", "data", "ws", "unix", "http+unix", "HTTP", "javascript"])
async def test_other_schemes_are_refused(reach: Reach, server: evil.EvilServer, scheme: str) -> None:
    with pytest.raises(InvalidError, match="only http and https"):
        await reach.request(HttpRequest("GET", f"{scheme}://127.0.0.1:{server.port}/etc/passwd"))

    assert server.connections == 0


@pytest.mark.requirement("D32")
async def test_credentials_are_not_sent_unencrypted_over_the_internet() -> None:
    egress = Egress(Limits(), lookup=_scripted(["93.184.216.34"]))
    reach = egress.reach(ReachPolicy())

    with pytest.raises(TargetRefusedError, match="unencrypted"):
        await reach.request(HttpRequest("GET", "http://plain.test/", has_credentials=True))

    await egress.close()


@pytest.mark.requirement("D30")
async def test_the_operating_system_finds_names(egress: Egress, server: evil.EvilServer) -> None:
    reach = egress.reach(ReachPolicy(allowed=(AllowedTarget("localhost", server.port),)))

    answers = [await reach.request(HttpRequest("GET", f"http://localhost:{server.port}/ok")) for _ in range(3)]
    with pytest.raises(RemoteUnavailableError, match="can't be found"):
        await reach.resolve("nowhere.invalid", 80)  # RFC 6761 §6.4: never exists

    assert {answer.status for answer in answers} == {200}
