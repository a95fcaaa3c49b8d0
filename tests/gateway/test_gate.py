"""Limits, fairness and the circuit of a connection."""

import asyncio
import time
from collections import Counter

import pytest

from jackfield.errors import LimitedError, RemoteUnavailableError
from jackfield.gateway.gate import Circuit, Gate, Gates, RetryBudget
from jackfield.kernel import PersonId
from jackfield.settings import Limits

ANNA, BERT = PersonId("per_anna"), PersonId("per_bert")


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        return self.time


@pytest.mark.requirement("D37")
@pytest.mark.parametrize("calls", [120, pytest.param(10_000, marks=[pytest.mark.full, pytest.mark.timeout(400)])])
async def test_no_second_sees_more_calls_than_the_rate_allows(calls: int) -> None:
    gate = Watched(Limits(calls_parallel=calls))
    active: Counter[str] = Counter()

    await asyncio.gather(*(_wait_for_turn(gate, active) for _ in range(calls)))

    started = gate.passed
    assert len(started) == calls
    assert active["most"] <= 10
    busiest = max(sum(1 for other in started if one <= other < one + 1) for one in started[:: max(1, calls // 200)])
    assert busiest <= 52


class Watched(Gate):
    """Knows by its own clock when it let somebody pass: on a busy machine whoever passed goes on later than that."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits, self._look)
        self._looked = 0.0
        self.passed: list[float] = []

    def _look(self) -> float:
        self._looked = time.monotonic()
        return self._looked

    def _pass(self) -> None:
        super()._pass()
        self.passed.append(self._looked)


async def _wait_for_turn(gate: Gate, active: Counter[str]) -> None:
    await gate.enter(ANNA, seconds=300)
    active["now"] += 1
    active["most"] = max(active["most"], active["now"])
    await asyncio.sleep(0)
    active["now"] -= 1
    gate.leave()


@pytest.mark.requirement("D37")
async def test_whoever_asks_a_hundred_times_waits_for_whoever_asks_once() -> None:
    gate = Gate(Limits(calls_per_second_connection=1_000_000, calls_parallel_connection=1))
    order: list[PersonId] = []

    async def call(person: PersonId) -> None:
        await gate.enter(person, seconds=30)
        order.append(person)
        await asyncio.sleep(0)
        gate.leave()

    many = [asyncio.create_task(call(ANNA)) for _ in range(100)]
    await asyncio.sleep(0)
    one = asyncio.create_task(call(BERT))
    await asyncio.gather(*many, one)

    assert order.index(BERT) <= 3


async def test_a_turn_that_does_not_come_in_time_is_refused_and_takes_no_place() -> None:
    gate = Gate(Limits(calls_parallel_connection=1))
    await gate.enter(ANNA, seconds=1)

    with pytest.raises(LimitedError, match="busy"):
        await gate.enter(BERT, seconds=0.01)

    gate.leave()
    assert gate.is_idle


async def test_a_caller_who_goes_away_takes_no_place() -> None:
    gate = Gate(Limits(calls_parallel_connection=1))
    await gate.enter(ANNA, seconds=1)
    waiting = asyncio.create_task(gate.enter(BERT, seconds=30))
    await asyncio.sleep(0)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    gate.leave()

    assert gate.is_idle


@pytest.mark.requirement("D37")
def test_the_circuit_opens_after_five_failures_and_lets_one_probe_through() -> None:
    clock = Hand()
    circuit = Circuit(Limits(), clock)
    for _ in range(5):
        circuit.require_closed()
        circuit.failed()

    with pytest.raises(RemoteUnavailableError) as caught:
        circuit.require_closed()
    assert caught.value.code == "circuit.open"
    assert caught.value.retry_after == 30

    clock.time += 31
    circuit.require_closed()
    with pytest.raises(RemoteUnavailableError):
        circuit.require_closed()
    circuit.failed()
    with pytest.raises(RemoteUnavailableError):
        circuit.require_closed()

    clock.time += 31
    circuit.require_closed()
    circuit.succeeded()
    circuit.require_closed()
    circuit.require_closed()


@pytest.mark.requirement("D37")
def test_a_call_that_is_not_the_probe_ends_without_making_room_for_a_second() -> None:
    clock = Hand()
    circuit = Circuit(Limits(), clock)
    before = circuit.require_closed()
    for _ in range(5):
        circuit.failed()
    clock.time += 31
    circuit.require_closed()

    circuit.gave_no_answer(before)

    with pytest.raises(RemoteUnavailableError):
        circuit.require_closed()


@pytest.mark.requirement("D37")
async def test_a_probe_that_comes_to_nothing_makes_room_for_the_next() -> None:
    gates = Gates(Limits(circuit_failures=1, circuit_open_seconds=1e-9))
    async with gates.through("con_a", ANNA, seconds=1) as circuit:
        circuit.failed()

    with pytest.raises(PermissionError):
        async with gates.through("con_a", ANNA, seconds=1):
            raise PermissionError
    with pytest.raises(PermissionError), gates.watching("con_a"):
        raise PermissionError

    async with gates.through("con_a", BERT, seconds=1):
        pass


def test_failures_spread_over_more_than_the_window_open_nothing() -> None:
    clock = Hand()
    circuit = Circuit(Limits(), clock)

    for _ in range(20):
        circuit.failed()
        clock.time += 10

    circuit.require_closed()


def test_repeats_are_at_most_a_tenth_of_the_calls_after_the_first_ten() -> None:
    budget = RetryBudget()
    repeats = 0
    for _ in range(1000):
        budget.earn()
        repeats += budget.spend()

    assert repeats <= 10 + 100


@pytest.mark.requirement("D33")
async def test_a_hanging_connection_leaves_room_for_the_others() -> None:
    gates = Gates(Limits(calls_parallel=50))
    release = asyncio.Event()

    async def hang() -> None:
        async with gates.through("con_stuck", ANNA, seconds=30):
            await release.wait()

    stuck = [asyncio.create_task(hang()) for _ in range(40)]
    await asyncio.sleep(0)
    async with asyncio.timeout(1), gates.through("con_healthy", BERT, seconds=1):
        pass
    release.set()
    await asyncio.gather(*stuck)


@pytest.mark.requirement("D33", "D37")
async def test_those_who_wait_at_a_hanging_connection_take_no_room_from_the_others() -> None:
    gates = Gates(Limits(calls_parallel=20, calls_per_second_connection=1_000_000))
    release = asyncio.Event()

    async def hang() -> None:
        async with gates.through("con_stuck", ANNA, seconds=30):
            await release.wait()

    stuck = [asyncio.create_task(hang()) for _ in range(30)]
    await asyncio.sleep(0)
    async with asyncio.timeout(1), gates.through("con_healthy", BERT, seconds=1):
        pass
    with pytest.raises(LimitedError) as caught:
        await hang()

    assert caught.value.code == "connection.busy"
    release.set()
    await asyncio.gather(*stuck)


async def test_the_installation_s_limit_refuses_instead_of_queueing() -> None:
    gates = Gates(Limits(calls_parallel=1))

    async with gates.through("con_a", ANNA, seconds=1):
        with pytest.raises(LimitedError, match="in this installation"):
            async with gates.through("con_b", BERT, seconds=1):
                pass
