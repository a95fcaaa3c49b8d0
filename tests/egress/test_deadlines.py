"""Whatever the other side does with time, a call ends."""

import asyncio
import socket
import time

import pytest

from jackfield.egress import Egress, HttpRequest, Reach
from jackfield.errors import OutcomeUnknownError, RemoteUnavailableError
from jackfield.settings import Limits
from servers import evil
from servers.evil import policy_for

SLOW = ["/silent", "/stall", "/drip/header", "/drip/body", "/sse", "/hints"]


async def _seconds_until_given_up(reach: Reach, url: str, seconds: float) -> float:
    start = time.monotonic()
    with pytest.raises(OutcomeUnknownError, match="in time"):
        await reach.request(HttpRequest("GET", url), seconds=seconds)
    return time.monotonic() - start


@pytest.mark.requirement("D33")
@pytest.mark.parametrize("path", SLOW)
async def test_a_slow_answer_ends_at_the_total_deadline(reach: Reach, server: evil.EvilServer, path: str) -> None:
    assert 1.5 <= await _seconds_until_given_up(reach, server.url(path), 1.5) < 6


@pytest.mark.full
@pytest.mark.requirement("D33")
@pytest.mark.parametrize("path", SLOW)
async def test_a_slow_answer_ends_at_the_deadline_give_or_take_a_second(
    reach: Reach, server: evil.EvilServer, path: str
) -> None:
    # Phases have deadlines of their own (30 s to the first byte, 15 s between two); 12 s is below all of them.
    assert 11 <= await _seconds_until_given_up(reach, server.url(path), 12) <= 13


@pytest.mark.requirement("D33")
async def test_silence_ends_at_the_limit_of_its_phase(server: evil.EvilServer) -> None:
    egress = Egress(Limits(first_byte_seconds=0.3, idle_seconds=0.4, call_seconds=60))
    reach = egress.reach(policy_for(server))

    async with asyncio.timeout(20):
        for path, seconds in (("/silent", 0.3), ("/stall", 0.4)):
            with pytest.raises(OutcomeUnknownError, match=f"sent nothing for {seconds} s;"):
                await reach.request(HttpRequest("GET", server.url(path)))

    await egress.close()


@pytest.mark.requirement("D33")
async def test_a_port_that_accepts_nothing_is_given_up_and_nothing_was_sent() -> None:
    with socket.socket() as full:
        # A queue of none, filled by two: further connections wait for ever.
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        host, port = full.getsockname()
        fillers = [socket.socket() for _ in range(2)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex((host, port))
        egress = Egress(Limits(connect_seconds=0.2, tls_seconds=0.2))
        reach = egress.reach(policy_for(evil.EvilServer(host, port, "http")))

        async with asyncio.timeout(20):
            with pytest.raises(RemoteUnavailableError, match="nothing was sent"):
                await reach.request(HttpRequest("POST", f"http://{host}:{port}/", body=b"x"))
            with pytest.raises(RemoteUnavailableError, match="nothing was sent"):
                await reach.connect(host, port)

        await egress.close()
        for filler in fillers:
            filler.close()


@pytest.mark.requirement("D33")
async def test_stuck_calls_of_one_connection_leave_the_others_alone(egress: Egress, server: evil.EvilServer) -> None:
    stuck, healthy = egress.reach(policy_for(server)), egress.reach(policy_for(server))
    hanging = [
        asyncio.create_task(stuck.request(HttpRequest("GET", server.url(SLOW[number % len(SLOW)]))))
        for number in range(200)
    ]
    await server.wait_for_requests(200)

    async with asyncio.timeout(20):
        answers = [await healthy.request(HttpRequest("GET", server.url("/ok"))) for _ in range(50)]

    assert {answer.status for answer in answers} == {200}
    assert not any(task.done() for task in hanging)
    for task in hanging:
        task.cancel()
    await asyncio.gather(*hanging, return_exceptions=True)


async def test_a_cancelled_call_stays_cancelled(reach: Reach, server: evil.EvilServer) -> None:
    task = asyncio.create_task(reach.request(HttpRequest("GET", server.url("/silent"))))
    await server.wait_for_requests(1)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
