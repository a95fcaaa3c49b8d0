"""Server processes killed at random and at named points: nothing recorded is lost, nothing is done twice that may not be.

The ledger, outside of the database, is the truth about what was sent (cases D54, D55, D57, D59; harness advice 4.3).
"""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from installation import House, open_house
from jackfield.bootstrap import Parts, assemble
from jackfield.db import Database
from jackfield.directory import Caller, Role
from jackfield.kernel import Door, PersonId, RequestId, RunId, new_id
from jackfield.processes import OPEN_STATES, Content, RunQuery, RunState
from jackfield.settings import read_settings
from processes import carrier
from processes.carrier import LIMITS
from processes.yard import EVERYTHING, branch, http_step, machine
from servers import ledger as ledgers
from servers import postgres
from servers.ledger import Ledger
from servers.programs import processes as forked

SECONDS = 60
KINDS: dict[str, dict[str, Any]] = {
    "read": {"method": "GET"},
    "repeatable": {"method": "PUT"},
    "keyed": {"method": "POST", "arguments": {"idempotency_header": "Idempotency-Key"}},
    "once": {"method": "POST"},
}
"""The ways in which a step may be made again, or not."""


def step(kind: str) -> dict[str, Any]:
    made = http_step("", connection="Ledger", **KINDS[kind])
    made["Arguments"] = {**made["Arguments"], "path": f"{{% '{kind}/' & $states.context.Execution.Id %}}"}
    return made | {"Output": "{% $states.input %}"}


IN_A_ROW = machine(**{kind.title(): step(kind) for kind in KINDS})
ALL_AT_ONCE = machine(
    All={"Type": "Parallel", "Branches": [branch(**{kind.title(): step(kind)}) for kind in KINDS], "Output": "all"}
)


def slowly(seconds: int) -> dict[str, Any]:
    """Every kind of step, each after a pause that a server waits out, or leaves to whoever is next."""
    pause = {"Type": "Wait", "Seconds": seconds}
    return machine(
        **{name: one for kind in KINDS for name, one in ((f"Before{kind}", pause), (kind.title(), step(kind)))}
    )


@dataclass(frozen=True)
class Carrier:
    """A process that carries runs on."""

    process: Any
    pid: int
    talk: "Connection[str, str | None]"


@dataclass
class Scene:
    """An installation with a process to run, and the carriers that carry its runs on."""

    url: str
    folder: Path
    ledger: Ledger
    person: str
    process: str
    started: dict[str, str] = field(default_factory=dict[str, str])
    """Runs that were answered for, by their keys."""

    @contextmanager
    def carrier(self, point: str = "") -> Generator["Carrier"]:
        """A process that carries runs on."""
        ours, theirs = forked().Pipe()
        process = forked().Process(
            target=carrier.carry,
            args=(self.folder, self.url, self.person, self.process),
            kwargs={"point": point, "talk": theirs},
        )
        process.start()
        theirs.close()
        assert process.pid is not None
        try:
            assert ours.recv() is None
            yield Carrier(process, process.pid, ours)
        finally:
            if process.is_alive():
                os.kill(process.pid, signal.SIGCONT)
                process.kill()
            process.join(SECONDS)
            ours.close()

    def start(self, carrier: "Carrier", *keys: str) -> None:
        """Ask for runs; remember those that were answered for."""
        with suppress(EOFError, OSError):
            for key in keys:
                carrier.talk.send(key)
                run = str(carrier.talk.recv())
                assert self.started.setdefault(key, run) == run

    @asynccontextmanager
    async def looked_at(self) -> AsyncGenerator[tuple[Parts, Caller]]:
        """The installation, with nobody carrying anything on here."""
        database = Database.open(self.url)
        try:
            settings = read_settings(
                data_dir=self.folder / "data", key_file=self.folder / "keys" / "keys.json", limits=LIMITS
            )
            async with assemble(settings, database) as parts:
                principal = await parts.directory.find_principal(PersonId(self.person))
                assert principal is not None
                yield parts, Caller(principal, Door.REST, RequestId(new_id("req")))
        finally:
            database.close()

    def sent(self, kind: str, run: str) -> list[str]:
        """The keys of the requests of a step."""
        return [line.key for line in self.ledger.lines if line.target == f"/{kind}/{run}"]


@pytest.fixture
def ledger() -> Generator[Ledger]:
    with ledgers.serve() as running:
        yield running


async def set_up(
    house: House, ledger: Ledger, definition: dict[str, Any], below: dict[str, Any] | None
) -> tuple[str, str]:
    await house.allow("127.0.0.1", ledger.port)
    editor = await house.person("erika", Role.EDITOR)
    await house.connect(editor, "Ledger", ledger.url, test_path="test")
    for name, one in (("Below", below or machine(End={"Type": "Pass"})), ("Killed", definition)):
        made = await house.parts.processes.create_process(editor, house.unit.id, name, Content(one))
        await house.parts.processes.publish(editor, made.row.id)
    return editor.principal.person_id, made.row.id


async def a_scene(
    database: Database,
    folder: Path,
    ledger: Ledger,
    definition: dict[str, Any],
    below: dict[str, Any] | None = None,
) -> Scene:
    url = database.engine.url.render_as_string(hide_password=False)
    async with open_house(database, folder, LIMITS) as house:
        person, process = await set_up(house, ledger, definition, below)
    database.engine.dispose()
    return Scene(url.replace("+pysqlite", "").replace("+psycopg", ""), folder, ledger, person, process)


async def results(parts: Parts, runs: list[str]) -> dict[tuple[str, int], tuple[Any, ...]]:
    """Every recorded result as it stands there, byte for byte; in one question, since it is asked after each kill."""
    query = text("SELECT run_id, n, order_id, output, ended_at, place FROM run_steps WHERE status = 'done'")
    wanted = frozenset(runs)
    found = await parts.database.read(lambda tx: tx.connection.execute(query).all())
    return {(row[0], row[1]): tuple(row[2:]) for row in found if row[0] in wanted}


async def come_to_rest(scene: Scene, runs: list[str]) -> None:
    """Until nothing is under way any more."""
    async with asyncio.timeout(SECONDS):
        async with scene.looked_at() as (parts, caller):
            while True:
                views = [await parts.processes.runs.get_run(caller, RunId(run)) for run in runs]
                if all(one.row.run.state not in OPEN_STATES - {RunState.FAULTY} for one in views):
                    return
                await asyncio.sleep(0.1)


async def mend(scene: Scene, runs: list[str]) -> None:
    """A person looks at the other side, and says that unknown steps were done."""
    async with scene.looked_at() as (parts, caller):
        for run in runs:
            view = await parts.processes.runs.get_run(caller, RunId(run))
            if view.row.run.state is RunState.FAULTY:
                assert view.row.run.problem is not None
                assert view.row.run.problem["kind"] == "outcome_unknown"
                for n in view.row.run.problem["steps"]:
                    await parts.processes.runs.skip_step(caller, RunId(run), n, {"status": 200})


async def check_history(scene: Scene, runs: list[str], before: dict[tuple[str, int], tuple[Any, ...]]) -> None:
    """What must hold whenever a process was killed."""
    async with scene.looked_at() as (parts, caller):
        after = await results(parts, runs)
        assert {key: after.get(key) for key in before} == before, "a recorded result was changed"
        for run in runs:
            view = await parts.processes.runs.get_run(caller, RunId(run))
            assert view.row.run.state is RunState.SUCCEEDED, (run, view.row.run, view.error)
            orders = Counter(order for (owner, _), (order, *_) in after.items() if owner == run)
            assert not [order for order, count in orders.items() if count > 1], "a result was computed again"
            assert len(scene.sent("once", run)) <= 1, "what may be done only once was sent twice"
            assert len(set(scene.sent("keyed", run))) == 1, "it was sent again with another key"
            for kind in KINDS:
                assert scene.sent(kind, run), f"{kind} was never sent"
        assert (await parts.audit.verify()).is_intact
        if parts.database.is_sqlite:
            with parts.database.engine.connect() as connection:
                assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


@pytest.mark.requirement("D55", "P6")
@pytest.mark.full("postgresql")
@pytest.mark.parametrize("times", [1, pytest.param(20, marks=[pytest.mark.full, pytest.mark.timeout(1800)])])
@pytest.mark.parametrize("point", ["before:open", "after:open", "sent", "answered", "before:done", "after:done"])
async def test_killed_at_a_named_point_each_kind_of_step_does_what_it_may(
    database: Database, tmp_path: Path, ledger: Ledger, point: str, times: int
) -> None:
    scene = await a_scene(database, tmp_path, ledger, ALL_AT_ONCE)
    for number in range(times):
        await killed_at(scene, point, f"run-{number}")


async def killed_at(scene: Scene, point: str, key: str) -> None:
    ledger = scene.ledger
    with scene.carrier(point if ":" in point else "") as killed:
        ledger.lines.clear()
        kill = lambda: os.kill(killed.pid, signal.SIGKILL)  # noqa: E731
        if point == "sent":
            ledger.holds = True
            ledger.on_request = lambda _line: kill() if len(ledger.lines) == 4 else None
        if point == "answered":
            answered: list[ledgers.Line] = []

            def on_answer(line: ledgers.Line) -> None:
                answered.append(line)
                if len(answered) == 4:
                    kill()

            ledger.on_answer = on_answer
        await asyncio.to_thread(scene.start, killed, key)
        await asyncio.to_thread(killed.process.join, SECONDS)
    assert killed.process.exitcode == -signal.SIGKILL
    ledger.on_request = ledger.on_answer = None
    ledger.holds = False
    sent_before = Counter(line.target.split("/")[1] for line in ledger.lines)

    with scene.carrier() as second:
        await asyncio.to_thread(scene.start, second, key)
        run = scene.started[key]
        await come_to_rest(scene, [run])
        async with scene.looked_at() as (parts, caller):
            before = await results(parts, [run])
            state = (await parts.processes.runs.get_run(caller, RunId(run))).row.run.state
        if point in {"after:open", "sent", "before:done"}:
            assert state is RunState.FAULTY, "nobody can know whether the step took effect"
            assert scene.sent("once", run) == ([] if point == "after:open" else [""])
        if point == "before:open":
            assert (state, sent_before["once"]) == (RunState.SUCCEEDED, 0)
        await mend(scene, [run])
        await come_to_rest(scene, [run])
    if point == "after:open":
        ledger.lines.append(ledgers.Line("POST", f"/once/{run}", ""))  # the person did it himself
    await check_history(scene, [run], before)


async def killed_at_random(scene: Scene, count: int, kills: int, longest: float, seed: int) -> None:
    chance = random.Random(seed)
    keys = [f"key-{number}" for number in range(count)]
    before: dict[tuple[str, int], tuple[Any, ...]] = {}
    async with scene.looked_at() as (parts, caller):
        for _ in range(kills):
            with scene.carrier() as killed:
                loop = asyncio.get_running_loop()
                loop.call_later(chance.uniform(0.05, longest), os.kill, killed.pid, signal.SIGKILL)
                missing = [key for key in keys if key not in scene.started] or keys[:1]
                await asyncio.to_thread(scene.start, killed, *missing)
                await asyncio.to_thread(killed.process.join, SECONDS)
            now = await results(parts, [*scene.started.values()])
            assert {key: now.get(key) for key in before} == before, "a recorded result was changed"
            before = now
    with scene.carrier() as last:
        await asyncio.to_thread(scene.start, last, *keys)
        runs = [scene.started[key] for key in keys]
        await come_to_rest(scene, runs)
        await mend(scene, runs)
        await come_to_rest(scene, runs)
    for run in runs:
        if not scene.sent("once", run):
            scene.ledger.lines.append(ledgers.Line("POST", f"/once/{run}", ""))  # killed before it was sent
    await check_history(scene, runs, before)
    async with scene.looked_at() as (parts, caller):
        listed = [one async for one in _all_runs(parts, caller)]
    assert len(listed) == len(set(runs)) == count, "a key started more than one run"


async def _all_runs(parts: Parts, caller: Caller) -> AsyncGenerator[RunId]:
    page = EVERYTHING
    while True:
        found = await parts.processes.runs.list_runs(caller, RunQuery(), page)
        for one in found.items:
            yield one.run.id
        if found.next is None:
            return
        page = type(EVERYTHING)(200, found.next)


@pytest.mark.requirement("D54", "D56", "P6")
async def test_killed_at_random_every_run_ends_and_every_result_stays(
    database: Database, tmp_path: Path, ledger: Ledger
) -> None:
    scene = await a_scene(database, tmp_path, ledger, IN_A_ROW)
    await killed_at_random(scene, count=30, kills=3, longest=0.8, seed=7)


@pytest.mark.full
@pytest.mark.requirement("D54")
@pytest.mark.timeout(3600)
async def test_killed_at_random_two_hundred_times(database: Database, tmp_path: Path, ledger: Ledger) -> None:
    scene = await a_scene(database, tmp_path, ledger, IN_A_ROW)
    await killed_at_random(scene, count=1000, kills=200, longest=2.0, seed=11)


@pytest.mark.full
@pytest.mark.requirement("D56")
@pytest.mark.timeout(3600)
async def test_ten_thousand_starts_sent_again_across_kills_are_one_run_for_each_key(
    database: Database, tmp_path: Path, ledger: Ledger
) -> None:
    scene = await a_scene(database, tmp_path, ledger, machine(End={"Type": "Pass"}))
    chance = random.Random(13)
    keys = [f"key-{number}" for number in range(10_000)]
    while unanswered := [key for key in keys if key not in scene.started]:
        with scene.carrier() as killed:
            loop = asyncio.get_running_loop()
            loop.call_later(chance.uniform(0.5, 6.0), os.kill, killed.pid, signal.SIGKILL)
            await asyncio.to_thread(scene.start, killed, *unanswered)
            await asyncio.to_thread(killed.process.join, SECONDS)
    answered = dict(scene.started)
    with scene.carrier() as last:
        await asyncio.to_thread(scene.start, last, *keys)

    assert scene.started == answered, "a key was answered with another run"
    async with scene.looked_at() as (parts, caller):
        listed = [one async for one in _all_runs(parts, caller)]
    assert sorted(listed) == sorted(answered.values()), (
        "a key started more than one run, or one that was answered for is gone"
    )


@pytest.mark.requirement("D57", "D59")
async def test_others_take_over_from_a_process_that_is_killed_and_one_that_only_slept_can_write_no_more(
    postgres_template: str, tmp_path: Path, ledger: Ledger
) -> None:
    with postgres.fresh_database(postgres_template) as url:
        opened = Database.open(url)
        scene = await a_scene(opened, tmp_path, ledger, ALL_AT_ONCE)
        opened.close()
        ledger.lines.clear()
        with scene.carrier() as first, scene.carrier() as second:
            ledger.holds = True
            await asyncio.to_thread(scene.start, first, "slept")
            async with asyncio.timeout(SECONDS):
                while len(ledger.lines) < 4:  # noqa: ASYNC110  # they are counted in another thread
                    await asyncio.sleep(0.01)
            os.kill(first.pid, signal.SIGSTOP)
            run = scene.started["slept"]
            # Taken over: what may be repeated is sent again by the second, and held, too.
            async with asyncio.timeout(SECONDS):
                while len(ledger.lines) < 7:  # noqa: ASYNC110  # as above
                    await asyncio.sleep(0.05)
            os.kill(first.pid, signal.SIGCONT)
            ledger.holds = False
            await come_to_rest(scene, [run])
            first.process.kill()
            await mend(scene, [run])
            await come_to_rest(scene, [run])
            async with scene.looked_at() as (parts, _):
                before = await results(parts, [run])
            await check_history(scene, [run], before)
            assert second.process.is_alive()
