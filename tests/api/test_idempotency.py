"""One key, one effect."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api.client import Answer, Client
from api.conftest import OpenHub
from api.hub import GENEROUS, Hub
from jackfield.api.access import needs
from jackfield.api.bodies import Input
from jackfield.api.idempotency import rewrap_answers
from jackfield.api.idempotency.tables import answers
from jackfield.api.routes import Routes
from jackfield.db import Database, Transaction
from jackfield.directory import Scope
from jackfield.errors import ConflictError, OutcomeUnknownError, RemoteUnavailableError
from jackfield.vault import add_key, retire_keys

CANARY = "kA7-canary-Zt94-never-to-be-seen"


class Wish(Input):
    name: str
    password: str = ""


class Counter:
    """A feature that counts what it does, and goes wrong when told to."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.arrived = asyncio.Event()
        self.error: Exception | None = None
        self.routes = Routes("counter", "For these tests.")

        @self.routes.post("/api/wishes", "wish_make", needs(Scope.READ), status_code=201)
        async def make(body: Wish) -> dict[str, str]:
            return await self.do(body.name)

        @self.routes.post("/api/secrets", "secret_make", needs(Scope.READ), tells_secret=True)
        async def make_secret(body: Wish) -> dict[str, str]:
            return {**await self.do(body.name), "secret": CANARY}

        @self.routes.put("/api/wishes", "wish_set", needs(Scope.READ))
        async def set_wish(body: Wish) -> dict[str, str]:
            return await self.do(body.name)

    async def do(self, name: str) -> dict[str, str]:
        self.arrived.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.done.append(name)
        return {"name": name, "count": str(len(self.done))}


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.fixture
async def asker(stored_hub: Hub, counter: Counter) -> Client:
    return await stored_hub.with_routes(counter.routes).super_admin()


async def wish(client: Client, key: str = "k1", name: str = "a", path: str = "/api/wishes") -> Answer:
    return await client.post(path, {"name": name, "password": CANARY}, headers={"idempotency-key": key})


@pytest.mark.requirement("D67")
async def test_the_same_request_again_has_one_effect_and_gets_the_first_answer(asker: Client, counter: Counter) -> None:
    first = await wish(asker)
    again = await wish(asker)

    assert counter.done == ["a"]
    assert (again.status, again.json()) == (first.status, first.json()) == (201, {"name": "a", "count": "1"})
    assert (first.header("idempotency-replayed"), again.header("idempotency-replayed")) == (None, "true")
    assert again.header("content-type") == "application/json"


@pytest.mark.requirement("D67")
async def test_the_key_of_another_request_is_refused(asker: Client, counter: Counter) -> None:
    await wish(asker)

    other_body = await wish(asker, name="b")
    other_route = await wish(asker, path="/api/secrets")

    assert [(one.status, one.code) for one in (other_body, other_route)] == [(422, "idempotency.key_reused")] * 2
    assert counter.done == ["a"]


@pytest.mark.requirement("D67")
async def test_two_people_can_use_the_same_key(stored_hub: Hub, counter: Counter) -> None:
    hub = stored_hub.with_routes(counter.routes)
    admin = await hub.super_admin()
    anna = await hub.newcomer("anna")

    answers_ = [await wish(admin), await wish(anna)]

    assert [one.status for one in answers_] == [201, 201]
    assert counter.done == ["a", "a"]


@pytest.mark.requirement("D67")
async def test_a_hundred_at_once_have_one_effect(asker: Client, counter: Counter) -> None:
    counter.gate.clear()
    first = asyncio.create_task(wish(asker))
    await asyncio.wait_for(counter.arrived.wait(), 10)
    during = await asyncio.gather(*(wish(asker) for _ in range(99)))
    counter.gate.set()
    done = await first
    after = await wish(asker)

    assert {(one.status, one.code) for one in during} == {(409, "idempotency.in_progress")}
    assert {one.header("retry-after") for one in during} == {"1"}
    assert (done.status, after.status, counter.done) == (201, 201, ["a"])


@pytest.mark.requirement("D67")
async def test_a_hundred_that_race_have_one_effect(asker: Client, counter: Counter) -> None:
    results = await asyncio.gather(*(wish(asker) for _ in range(100)))

    assert counter.done == ["a"]
    assert {one.status for one in results} <= {201, 409}
    assert 201 in {one.status for one in results}


async def test_what_was_refused_undone_leaves_the_key_free(asker: Client, counter: Counter) -> None:
    counter.error = ConflictError("not now")
    refused = await wish(asker)
    counter.error = RemoteUnavailableError("not there")
    unreachable = await wish(asker)
    counter.error = None

    done = await wish(asker)

    assert [refused.status, unreachable.status, done.status] == [409, 503, 201]


@pytest.mark.parametrize(
    ("error", "status"), [(OutcomeUnknownError("it may have arrived"), 504), (LookupError(CANARY), 500)]
)
async def test_what_may_have_happened_is_not_done_again(
    asker: Client, counter: Counter, error: Exception, status: int
) -> None:
    counter.error = error
    first = await wish(asker)
    counter.error = None

    again = await wish(asker)

    assert [first.status, again.status] == [status, status]
    assert first.json() == again.json()
    assert again.header("content-type") == "application/problem+json"
    assert counter.done == []


async def test_an_answer_with_a_secret_is_never_kept(asker: Client, counter: Counter, stored_hub: Hub) -> None:
    first = await wish(asker, path="/api/secrets")
    again = await wish(asker, path="/api/secrets")

    assert first.json()["secret"] == CANARY
    assert (again.status, again.code) == (409, "idempotency.answer_gone")
    assert str(first.header("x-request-id")) in again.json()["detail"]
    assert counter.done == ["a"]


@pytest.mark.requirement("D05")
async def test_neither_request_nor_answer_can_be_read_in_the_database(asker: Client, stored_hub: Hub) -> None:
    await wish(asker, name="name-of-a-person")

    def rows(tx: Transaction) -> str:
        return repr(tx.connection.execute(select(answers)).all())

    stored = await stored_hub.services.database.read(rows)
    assert "k1" in stored
    assert CANARY not in stored
    assert "name-of-a-person" not in stored


async def test_a_request_that_was_cut_off_is_not_done_again_unseen(
    asker: Client, counter: Counter, stored_hub: Hub
) -> None:
    counter.gate.clear()
    cut_off = asyncio.create_task(wish(asker))
    await asyncio.wait_for(counter.arrived.wait(), 10)
    cut_off.cancel()
    long_ago = datetime.now(UTC) - timedelta(minutes=11)
    await stored_hub.services.database.write(
        lambda tx: tx.connection.execute(update(answers).values(taken_at=long_ago))
    )
    counter.gate.set()

    again = await wish(asker)

    assert (again.status, again.code) == (409, "idempotency.interrupted")
    assert counter.done == []


async def test_a_key_is_forgotten_after_its_time(opens: OpenHub, counter: Counter) -> None:
    hub = (await opens(limits={**GENEROUS, "idempotency_memory": timedelta(microseconds=1)})).with_routes(
        counter.routes
    )
    asker = await hub.super_admin()

    await wish(asker)
    await wish(asker, name="b")

    assert counter.done == ["a", "b"]


async def test_an_answer_whose_key_was_retired_is_gone_and_not_made_again(
    asker: Client, counter: Counter, stored_hub: Hub
) -> None:
    await wish(asker)
    key_file = stored_hub.services.settings.key_file
    retire_keys(key_file, keep=[add_key(key_file)])
    stored_hub.services.vault.reload()

    again = await wish(asker)

    assert (again.status, again.code, counter.done) == (409, "idempotency.answer_gone", ["a"])


def sealed_answer(database: Database) -> bytes:
    """What is stored of the one answer."""
    return bytes(database.read_now(lambda tx: tx.run("SELECT sealed FROM idempotent_answers"))[0])


@pytest.mark.requirement("D06", "D09")
async def test_an_answer_under_a_new_key_is_nowhere_under_the_old_one(asker: Client, stored_hub: Hub) -> None:
    await wish(asker)
    hub = stored_hub.services
    old = sealed_answer(hub.database)
    add_key(hub.settings.key_file)
    hub.vault.reload()

    assert await rewrap_answers(hub.database, hub.vault) == 1

    new = sealed_answer(hub.database)
    start = next(at for at, (one, other) in enumerate(zip(old, new, strict=True)) if one != other)
    if hub.database.is_sqlite:
        path = Path(hub.database.engine.url.database or "")
        assert not any(old[start : start + 24] in one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    assert (await wish(asker)).status == 201


@pytest.mark.parametrize("key", ["", "a b", "ä", "a" * 201])
async def test_a_key_that_is_none_is_refused(asker: Client, key: str) -> None:
    answer = await asker.post("/api/wishes", {"name": "a"}, headers={"idempotency-key": key})

    assert (answer.status, answer.json()["field"]) == (422, "header.idempotency-key")


async def test_two_keys_of_one_request_are_refused(asker: Client, counter: Counter) -> None:
    given = {"host": "127.0.0.1:8050", "content-type": "application/json", **asker.headers}
    raw = [(name.encode(), value.encode()) for name, value in given.items()]
    keys = [(b"idempotency-key", b"one"), (b"idempotency-key", b"two")]

    answer = await asker.post("/api/wishes", {"name": "rain"}, raw_headers=[*raw, *keys])

    assert (answer.status, answer.json()["field"]) == (422, "header.idempotency-key")
    assert counter.done == []


async def test_other_methods_take_no_key(asker: Client, counter: Counter) -> None:
    for _ in range(2):
        await asker.put("/api/wishes", {"name": "a"}, headers={"idempotency-key": "k1"})

    assert counter.done == ["a", "a"]
