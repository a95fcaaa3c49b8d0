"""Many deadlines, one timer."""

import asyncio

import pytest

from jackfield.deadlines import Deadlines


async def _outcome(deadlines: Deadlines, seconds: float, work: float) -> str:
    try:
        with deadlines.at(asyncio.get_running_loop().time() + seconds):
            await asyncio.sleep(work)
    except TimeoutError:
        return "over"
    return "done"


async def test_each_block_ends_at_its_own_deadline_whatever_the_others_do() -> None:
    deadlines = Deadlines()

    async with asyncio.timeout(20):
        outcomes = await asyncio.gather(
            _outcome(deadlines, 60, 0.05),
            _outcome(deadlines, 0.05, 60),
            _outcome(deadlines, 0.1, 60),
            _outcome(deadlines, 0.05, 0),
            _outcome(deadlines, -1, 60),
        )

    assert outcomes == ["done", "over", "over", "done", "over"]


async def test_nothing_is_over_before_its_deadline() -> None:
    deadlines, loop = Deadlines(), asyncio.get_running_loop()
    started = loop.time()

    with pytest.raises(TimeoutError), deadlines.at(started + 0.1):
        await asyncio.Event().wait()

    assert loop.time() - started >= 0.1


async def test_the_outer_deadline_ends_what_the_inner_one_allows() -> None:
    deadlines, now = Deadlines(), asyncio.get_running_loop().time()
    ended_by = "nobody"

    async with asyncio.timeout(20):
        try:
            with deadlines.at(now + 0.05):
                try:
                    with deadlines.at(now + 60):
                        await asyncio.Event().wait()
                except TimeoutError:
                    ended_by = "the inner one"
        except TimeoutError:
            ended_by = "the outer one"

    assert ended_by == "the outer one"


async def test_who_is_cancelled_by_somebody_else_is_cancelled_and_not_out_of_time() -> None:
    deadlines = Deadlines()
    task = asyncio.create_task(_outcome(deadlines, 60, 60))
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_a_block_raises_by_itself_is_what_one_hears() -> None:
    deadlines = Deadlines()

    async def fail() -> None:
        with deadlines.at(asyncio.get_running_loop().time() + 60):
            await asyncio.sleep(0)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()


async def test_a_task_goes_on_after_a_deadline_that_was_over() -> None:
    deadlines = Deadlines()

    first = await _outcome(deadlines, 0.02, 60)
    second = await _outcome(deadlines, 60, 0.01)

    assert (first, second) == ("over", "done")
    task = asyncio.current_task()
    assert task is not None
    assert not task.cancelling()
