"""Starting runs: stored with their audit record in one transaction, and carried on at once where there is room (P5, P6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from jackfield.audit import Beside
from jackfield.db import Statements
from jackfield.engine import Claim, add_work
from jackfield.errors import ConflictError, LimitedError
from jackfield.kernel import Act, Actor, Door, ObjectRef, RequestId, RunId, new_id
from jackfield.processes.errors import StartKeyReusedError
from jackfield.processes.models import Process, Version
from jackfield.processes.run_models import Origin, Run, RunState
from jackfield.processes.running.payloads import Payloads, encode
from jackfield.processes.running.startables import Startable
from jackfield.processes.running.tools import Tools
from jackfield.processes.store import runs
from jackfield.processes.store.runs import NewRun, StoredRun

LONGEST_LIFE: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Parent:
    """The step of another run that starts a run."""

    run: Run
    step: int

    @property
    def depth(self) -> int:
        """How many runs stand above the one that is started."""
        return self.run.depth + 1


@dataclass(frozen=True, slots=True)
class Start:
    """Who starts a run, and by which rule."""

    starter: Actor
    door: Door
    request_id: RequestId
    rule: str
    origin: Origin
    key: str | None = None
    """The same key starts the same run, once."""
    parent: Parent | None = None


async def start_run(
    tools: Tools,
    startable: Startable,
    values: Mapping[str, Any],
    start: Start,
    *,
    run_id: RunId | None = None,
    beside: Beside | None = None,
    after: Beside | None = None,
) -> RunId:
    """Start a run for whoever may; durable when this returns.

    Args:
        tools: What runs are carried on with.
        startable: What is to be run.
        values: What it reads.
        start: Who starts it; with a key at most once.
        run_id: Where the caller must be able to ask again whether it was stored.
        beside: Written in the same transaction; what it refuses keeps the run from being started.
        after: Written in the same transaction behind the run, where there is none with its key yet; refuses nothing.

    Raises:
        StartKeyReusedError: The key belongs to another start.
        LimitedError: Too large, or too many runs of its business unit are open.
        AuditUnavailableError: It is not known whether it was stored.
    """
    process, version = startable.process, startable.version
    text = encode(dict(values))
    _require_size(tools, text)
    if start.parent is None:
        # What has begun must be able to end: children are always let in.
        await _require_room(tools, process, start)
    run_id = run_id or RunId(new_id("run"))
    sensitive = version.content.settings.sensitive
    payloads, box = Payloads.new(tools.vault, process.business_unit_id, run_id, sensitive=sensitive)
    digest = tools.vault.mac("run-start", text)
    is_limited = version.content.settings.most_at_once is not None
    reservation = None if is_limited else tools.engine.reserve(run_id, process.business_unit_id)
    run = _new_run(tools, startable, start, run_id, RunState.RUNNING if reservation else RunState.QUEUED)
    new = NewRun(run, payloads.keep(text, "input"), start.key, digest if start.key else None, box)
    claim = reservation.claim if reservation else Claim(run_id, process.business_unit_id, 0, 0)
    due_ms = None if is_limited else tools.engine.now_ms()

    def store(tx: Statements) -> None:
        if beside is not None:
            beside(tx)
        if not runs.insert_run(tx, new):
            raise _AlreadyStartedError("a run was started with this key before")
        add_work(tx, claim, owner=reservation.owner if reservation else None, due_ms=due_ms)
        if after is not None:
            after(tx)

    try:
        await tools.audit.record_alone(_act(process, run, start), store)
    except BaseException as error:
        if reservation:
            tools.engine.give_back(reservation)
        if isinstance(error, _AlreadyStartedError):
            return run_id if start.key is None else await _started_before(tools, process, start.key, digest)
        raise
    if reservation:
        tools.fresh[run_id] = StoredRun(run, new.input, None, 0, box)
        tools.engine.begin(reservation)
    else:
        await _let_queue(tools, run, version)
    return run_id


def _new_run(tools: Tools, startable: Startable, start: Start, run_id: RunId, state: RunState) -> Run:
    now, parent = tools.clock.now(), start.parent
    return Run(
        id=run_id,
        process_id=startable.process.id,
        number=startable.version.number,
        business_unit_id=startable.process.business_unit_id,
        state=state,
        origin=start.origin,
        starter=start.starter,
        run_as=startable.version.published_by,
        created_at=now,
        deadline=now + LONGEST_LIFE,
        parent_id=parent and parent.run.id,
        parent_step=parent and parent.step,
        depth=parent.depth if parent else 0,
        key=start.key,
    )


def _act(process: Process, run: Run, start: Start) -> Act:
    return Act(
        actor=start.starter,
        door=start.door,
        request_id=start.request_id,
        name="run.start",
        object=ObjectRef("run", run.id, process.name),
        business_unit_id=process.business_unit_id,
        rule=start.rule,
        data={
            "process": process.id,
            "version": run.number,
            "run_as": run.run_as,
            "origin": run.origin.value,
            **({"parent": run.parent_id} if run.parent_id else {}),
        },
    )


def _require_size(tools: Tools, text: bytes) -> None:
    most = tools.limits.run_payload_bytes
    if len(text) > most:
        raise LimitedError(
            f"the input of a run has at most {most} bytes as JSON",
            code="run.input_too_large",
            limit=most,
            field="input",
        )


async def _require_room(tools: Tools, process: Process, start: Start) -> None:
    try:
        await tools.admission.require_room(process.business_unit_id)
    except LimitedError:
        key = start.key
        # A start that was answered before is answered again.
        if key is None or await tools.database.read(lambda tx: runs.find_started(tx, process.id, key)) is None:
            raise


async def _let_queue(tools: Tools, run: Run, version: Version) -> None:
    most = version.content.settings.most_at_once
    if most is not None:
        await tools.database.write(lambda tx: tools.promote(tx, run, most))
    tools.engine.wake()


async def _started_before(tools: Tools, process: Process, key: str, digest: bytes) -> RunId:
    found = await tools.database.read(lambda tx: runs.find_started(tx, process.id, key))
    if found is None:
        raise ConflictError("the run with this key was forgotten", code="run.not_found")
    run_id, before = found
    if before != digest:
        raise StartKeyReusedError(
            "this idempotency key belongs to a run with another input; use a new one",
            field="header.idempotency-key",
        )
    return run_id


class _AlreadyStartedError(ConflictError):
    """There is a run with this start key, or this id."""

    code = "run.started"
