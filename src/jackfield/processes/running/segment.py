"""Carrying one run on, from where it rests to where it rests again or ends."""

import asyncio
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from jackfield.audit import Beside
from jackfield.connections import ConnectionState
from jackfield.db import Statements, Transaction
from jackfield.engine import Claim, ClaimLostError, keep_claim, nudge_work, release_work, remove_work
from jackfield.kernel import ConnectionId, RunId
from jackfield.processes.run_models import EndedRun, Run, RunState
from jackfield.processes.running import children
from jackfield.processes.running.doing import Doer, write_behind
from jackfield.processes.running.failures import timed_out
from jackfield.processes.running.journal import Fact, fact_of, write_trail
from jackfield.processes.running.payloads import Payloads
from jackfield.processes.running.people import PeopleAsker
from jackfield.processes.running.programs import Program
from jackfield.processes.running.progress import Progress
from jackfield.processes.running.recovery import OrderState, Recovered, as_started, close_open_steps, find_recovered
from jackfield.processes.running.tools import Tools
from jackfield.processes.store import runs, steps
from jackfield.states import Succeeded, TaskOrder

_SHORT_SECONDS: Final = 5.0
"""A wait no longer than this is waited out here; a longer one is a row with a due time."""
_FIRST_PARK_MS: Final = 2_000
_LONGEST_PARK_MS: Final = 900_000
_STEPS_TO_KEEP: Final = 50
"""So many steps after a snapshot make another worth its while."""


class Segment:
    """One run while this process carries it on; one at a time goes through `carry_on`."""

    def __init__(self, tools: Tools, claim: Claim) -> None:
        self._tools = tools
        self._claim = claim
        self._run_id = RunId(claim.id)
        self._inbox: deque[Fact] = deque()
        self._arrived = asyncio.Event()
        self._is_nudged = False
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._place = 0
        """Of the last ended step, whether or not it went in."""
        self._n = 0
        """Of the last step that was begun."""
        self._is_stopping = False
        self._lost: ClaimLostError | None = None
        self._run: Run
        self._program: Program
        self._payloads: Payloads
        self._progress: Progress
        self._doer: Doer
        tools.engine.hear_nudges(claim.id, self._hear_nudge)

    def stop(self) -> None:
        """Begin nothing more, and leave the run as soon as nothing is under way."""
        self._is_stopping = True
        self._arrived.set()

    # --- The walk -----------------------------------------------------------------------------------------------------

    async def carry_on(self) -> None:
        """Until the run rests or ends.

        Raises:
            ClaimLostError: Another process carries it on.
        """
        if not await self._load():
            return
        while True:
            if self._lost is not None:
                raise self._lost
            if await self._heed_cancel():
                return
            await self._heed_those_who_wait()
            if await self._heed_end():
                return
            await self._begin_orders()
            if not self._tasks and not self._inbox and await self._rest():
                return
            await self._next()

    async def _load(self) -> bool:
        """Make the run what it is; False if it is over."""
        tools = self._tools
        recovered = await self._find()
        if recovered is None or recovered.stored.run.ended_at is not None:
            await write_behind(tools, lambda tx: remove_work(tx, self._claim))
            return False
        run = self._run = recovered.stored.run
        self._program = await tools.programs.get(run.process_id, run.number)
        self._payloads = Payloads.open(tools.vault, run.business_unit_id, run.id, recovered.stored.box)
        self._doer = Doer(
            tools,
            claim=self._claim,
            run=run,
            payloads=self._payloads,
            people=PeopleAsker(tools, claim=self._claim, run=run, program=self._program, payloads=self._payloads),
            hand_in=self._hand_in,
            give_up=self._give_up,
            next_place=self._next_place,
        )
        self._n, self._place = recovered.last_n, recovered.stored.snapshot_place
        self._progress = Progress(recovered.stored, self._program, self._payloads)
        # Before it goes on in any way: what is called off may be what fails here, or takes the server down.
        if await self._heed_cancel():
            return False
        await self._make(recovered)
        if self._progress.parked():
            await self._look_at_parked()
        return True

    async def _find(self) -> Recovered | None:
        """The run as it stands; None if there is none any more."""
        tools = self._tools
        if (stored := tools.fresh.pop(self._run_id, None)) is not None:
            return as_started(stored)
        recovered, has_open = await tools.database.read(lambda tx: find_recovered(tx, self._run_id))
        if has_open:
            await tools.database.write(lambda tx: close_open_steps(tx, self._claim, tools.clock.now()))
            recovered, _ = await tools.database.read(lambda tx: find_recovered(tx, self._run_id))
        return recovered

    async def _make(self, recovered: Recovered) -> None:
        """The snapshot, and the steps after it as they went in."""
        progress = self._progress
        await progress.advance()
        for one in recovered.facts:
            self._place = one.step.place or self._place
            await progress.take(fact_of(one, self._payloads))
        for one in recovered.lost:
            progress.note_lost(one.step)
        for one in recovered.waiting:
            progress.note_waiting(one.step, recovered.reminders.get(one.step.n))
        await self._place_others(recovered)
        await self._empty_inbox()

    async def _look_at_parked(self) -> None:
        """Have those made again whose connections are healthy, or may be by now: this run is to try it (`probes`).

        Also of one that isn't there any more: what takes its place is used from now on (C16).
        """
        tools, now = self._tools, self._tools.clock.now()
        parked = self._progress.parked()

        def work(tx: Transaction) -> None:
            keep_claim(tx, self._claim)
            for notes in parked:
                state = tools.uses.find_state(tx, ConnectionId(notes.problem["connection"]))
                if state in {ConnectionState.CONNECTED, ConnectionState.UNREACHABLE, None}:
                    steps.insert_again(tx, self._run_id, notes.n, now)

        await tools.database.write(work)
        await self._heed_nudge()
        await self._empty_inbox()

    async def _place_others(self, recovered: Recovered) -> None:
        """Put what others ended in line: a person's decision, another run's answer."""
        for one in recovered.unplaced:
            place, n = self._next_place(), one.step.n
            self._hand_in(fact_of(replace(one, step=replace(one.step, place=place)), self._payloads))

            def write(tx: Statements, n: int = n, place: int = place) -> None:
                keep_claim(tx, self._claim)
                steps.place_step(tx, self._run_id, n, place)

            await write_behind(self._tools, write)

    async def _empty_inbox(self) -> None:
        while self._inbox:
            fact = self._inbox.popleft()
            self._tasks.pop(fact.step.order_id, None)
            await self._progress.take(fact)
            for order_id in self._tasks.keys() - self._progress.orders.keys():
                del self._tasks[order_id]

    async def _begin_orders(self) -> None:
        progress = self._progress
        fresh = [] if self._is_stopping else progress.to_begin(self._tools.clock.now())
        if fresh and (progress.is_ahead or progress.since_snapshot >= _STEPS_TO_KEEP):
            await self._keep_snapshot()
        for order in fresh:
            self._begin(order)
        for order_id in () if self._is_stopping else progress.to_heed(self._tools.clock.now()):
            notes = progress.orders[order_id]
            notes.state, notes.again_at = OrderState.ACTIVE, None
            self._tasks[order_id] = asyncio.get_running_loop().create_task(self._doer.remind(notes.n))

    def _begin(self, order: TaskOrder) -> None:
        notes = self._progress.orders[order.id]
        self._n += 1
        notes.state, notes.again_at, notes.n = OrderState.ACTIVE, None, self._n
        notes.attempts += 1
        attempt = self._doer.make_attempt(order, notes, self._progress.take_trail())
        self._tasks[order.id] = asyncio.get_running_loop().create_task(attempt)

    def _next_place(self) -> int:
        self._place += 1
        return self._place

    def _hear_nudge(self) -> None:
        self._is_nudged = True
        self._arrived.set()

    def _hand_in(self, fact: Fact) -> None:
        self._inbox.append(fact)
        self._arrived.set()

    def _give_up(self, error: ClaimLostError) -> None:
        self._lost = error
        self._arrived.set()

    # --- Waiting here -------------------------------------------------------------------------------------------------

    async def _next(self) -> None:
        """Until something happens, and heed it."""
        due = self._progress.due()
        seconds = None if due is None else max(0.0, (due - self._tools.clock.now()).total_seconds())
        if not self._inbox and not self._is_nudged:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._arrived.wait()
        self._arrived.clear()
        if self._is_nudged:
            self._is_nudged = False
            await self._heed_nudge()
        await self._empty_inbox()
        await self._progress.elapse(self._tools.clock.now())

    async def _heed_nudge(self) -> None:
        recovered, _ = await self._tools.database.read(lambda tx: find_recovered(tx, self._run_id))
        if recovered is not None:
            self._run = recovered.stored.run
            await self._place_others(recovered)

    async def _heed_those_who_wait(self) -> None:
        """Call off what isn't waited for any more, and fail what was waited for too long."""
        progress = self._progress
        if progress.let_go:
            await children.let_go(self._tools, self._claim, self._run, frozenset(progress.let_go))
            progress.let_go.clear()
        for order in progress.overdue(self._tools.clock.now()):
            await self._time_out(order)
        await self._empty_inbox()

    async def _time_out(self, order: TaskOrder) -> None:
        assert order.timeout_seconds is not None
        n, place = self._progress.orders[order.id].n, self._next_place()
        failure = timed_out(order.resource.text, f"{self._run_id}.{n}", order.timeout_seconds)
        at = await children.end_waiting(
            self._tools, self._claim, self._run, n, failure, payloads=self._payloads, place=place
        )
        stored = await self._tools.database.read(lambda tx: steps.find_step(tx, self._run_id, n))
        if at is not None and stored is not None:
            self._hand_in(Fact(stored.step, failure=failure))
        else:
            await self._heed_nudge()

    # --- Resting ------------------------------------------------------------------------------------------------------

    async def _rest(self) -> bool:
        """Leave the run where it is, if nothing will happen soon; False: it is worth waiting here."""
        progress, now = self._progress, self._tools.clock.now()
        due = progress.due()
        if due is not None and not self._is_stopping and due - now <= timedelta(seconds=_SHORT_SECONDS):
            return False
        if self._is_nudged:
            return False
        state, problem = progress.resting_state()
        if self._is_stopping and state is RunState.RUNNING:
            due = now
        snapshot, trail, place = progress.snapshot(), progress.take_trail(), progress.applied
        now_ms = self._tools.engine.now_ms()
        # A run that rests for good is looked at once more when it is too old.
        due_ms = int(min(due or self._run.deadline, self._run.deadline).timestamp() * 1000) + 1

        def rest(tx: Statements) -> None:
            release_work(tx, self._claim, due_ms=due_ms, now_ms=now_ms)
            runs.store_rest(tx, self._run_id, state, snapshot=snapshot, place=place, due_at=due, problem=problem)
            write_trail(tx, self._run_id, trail)

        if problem is not None:
            await self._rest_and_tell(rest, problem)
        else:
            await write_behind(self._tools, rest)
        self._tools.engine.wake()
        return True

    async def _rest_and_tell(self, rest: Beside, problem: Mapping[str, Any]) -> None:
        """Leave the run for a person, and tell its process's owner in the same transaction (P3)."""
        await self._tools.audit.flush()
        parked: dict[ConnectionId, Mapping[str, Any]] = {one["connection"]: one for one in problem.get("parked", ())}

        def work(tx: Transaction) -> None:
            # Locked: a recovery before this one is seen here, and one after it sees the parked run.
            states = {one: self._tools.uses.find_state(tx, one, lock=True) for one in sorted(parked)}
            rest(tx)
            pause_ms, probes = self._pause_ms(), self._tools.probes
            if [one for one in parked if probes.is_to_look(one, states[one], self._run_id, pause_ms / 1000)]:
                nudge_work(tx, self._run_id, self._tools.engine.now_ms() + pause_ms)
            for one in parked.values():
                self._tools.tell(tx, self._run, one, is_parked=True)
            if not parked:
                self._tools.tell(tx, self._run, problem)

        await self._tools.database.write(work)
        self._tools.wake_waiters(self._run_id)

    def _pause_ms(self) -> int:
        """Until a parked step is made again to see whether its connection is back; longer each time."""
        attempts = max((notes.attempts for notes in self._progress.parked()), default=1)
        return min(_LONGEST_PARK_MS, _FIRST_PARK_MS * 2 ** min(attempts - 1, 20))

    async def _keep_snapshot(self) -> None:
        progress = self._progress
        snapshot, trail, place = progress.snapshot(), progress.take_trail(), progress.applied

        def keep(tx: Statements) -> None:
            keep_claim(tx, self._claim)
            runs.store_snapshot(tx, self._run_id, snapshot, place)
            write_trail(tx, self._run_id, trail)

        await write_behind(self._tools, keep)
        progress.since_snapshot, progress.is_ahead = 0, False

    # --- Ending -------------------------------------------------------------------------------------------------------

    async def _heed_end(self) -> bool:
        outcome = self._progress.outcome
        if outcome is None:
            return False
        if isinstance(outcome, Succeeded):
            await self._end(RunState.SUCCEEDED, output=outcome.output)
        else:
            error = {"error": outcome.error, "cause": outcome.cause, "path": outcome.path, **outcome.data}
            state = RunState.FAILED if outcome.path else RunState.TIMED_OUT
            await self._end(state, error=error, problem={"code": outcome.error, "path": outcome.path})
        return True

    async def _heed_cancel(self) -> bool:
        if self._run.cancelled_by is not None:
            await self._end(RunState.CANCELLED)
            return True
        if self._run.deadline <= self._tools.clock.now():
            await self._end(RunState.TIMED_OUT, problem={"code": "run.too_old"})
            return True
        return False

    async def _end(
        self,
        state: RunState,
        *,
        output: Any = None,
        error: Mapping[str, Any] | None = None,
        problem: Mapping[str, Any] | None = None,
    ) -> None:
        at = self._tools.clock.now()
        stored_output = self._payloads.write(output, "output") if state is RunState.SUCCEEDED else None
        stored_error = None if error is None else self._payloads.write(error, "error")
        trail, run = self._progress.take_trail(), self._run

        def end(tx: Statements) -> None:
            remove_work(tx, self._claim)
            runs.store_end(tx, self._run_id, state, at, output=stored_output, error=stored_error, problem=problem)
            if self._program.asks_people:
                children.stop_asking(tx, run, at)
            write_trail(tx, self._run_id, trail)

        if run.parent_id is not None:
            told = await children.answer_of(
                self._tools, run, self._program.name, state=state, output=output, error=error
            )
            await children.end_in_family(self._tools, run, end, told)
        elif self._program.calls:
            await children.end_in_family(self._tools, run, end, None)
        else:
            await write_behind(self._tools, end)
        name = "" if state is RunState.SUCCEEDED else str((error or {}).get("error") or state.value)
        await self._tools.ended(run, self._program, EndedRun(is_success=not name, output=output, error=name))
