"""What is remembered for one policy epoch."""

import asyncio

from jackfield.db import EpochCache


async def test_what_many_want_at_once_is_made_once() -> None:
    cache = EpochCache[str, str](10)
    made: list[str] = []

    async def make(key: str) -> str:
        made.append(key)
        await asyncio.sleep(0)
        return key.upper()

    found = await asyncio.gather(*(cache.find_or_make(key, 1, lambda key=key: make(key)) for key in "aabab"))

    assert made == ["a", "b"]
    assert found == ["A", "A", "B", "A", "B"]


async def test_who_asks_at_a_later_epoch_never_gets_what_was_made_before() -> None:
    cache = EpochCache[str, str](10)
    asked, answered = asyncio.Event(), asyncio.Event()

    async def old() -> str:
        asked.set()
        await answered.wait()
        return "old"

    async def new() -> str:
        return "new"

    first = asyncio.create_task(cache.find_or_make("a", 1, old))
    await asked.wait()
    second = asyncio.create_task(cache.find_or_make("a", 2, new))
    await asyncio.sleep(0)
    answered.set()

    assert (await first, await second) == ("old", "new")
    assert cache.find("a", 2) == "new"


async def test_who_gives_up_or_fails_leaves_it_to_the_next_and_nothing_is_not_remembered() -> None:
    cache = EpochCache[str, int | None](10)
    begun = asyncio.Event()

    async def never() -> int:
        begun.set()
        return await asyncio.Future[int]()

    async def nothing() -> None:
        pass

    async def one() -> int:
        return 1

    first = asyncio.create_task(cache.find_or_make("a", 1, never))
    await begun.wait()
    second = asyncio.create_task(cache.find_or_make("a", 1, nothing))
    third = asyncio.create_task(cache.find_or_make("a", 1, one))
    await asyncio.sleep(0)
    first.cancel()

    assert (await second, await third) == (None, 1)
