"""Runs: started, awaited, listed, looked into, cancelled, mended."""

from typing import Annotated, Any, Final

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Flag, Input, ListOf, several_of
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import PageAsked, PageOf
from jackfield.api.routers.shown_runs import (
    Run,
    RunInList,
    RunStep,
    TrailEntry,
    show_entry,
    show_in_list,
    show_run,
    show_step,
)
from jackfield.api.routes import Routes, find_key
from jackfield.directory import Scope
from jackfield.kernel import BusinessUnitId, ProcessId, RunId
from jackfield.processes import MOST_WAIT_SECONDS, OPEN_STATES, RunQuery, RunState

routes = Routes("runs", "One execution of a version of a process each; durable from the moment it is answered.")

_STATES: Final = "|".join(RunState)
_States = Annotated[str, several_of(RunState), Field(json_schema_extra={"pattern": f"^({_STATES})(,({_STATES}))*$"})]
_Step = Annotated[int, Path(ge=1, le=1 << 30)]


class StartRun(Input):
    """What a run is started with."""

    input: Annotated[dict[str, Any], Field(max_length=10_000)] = Field(
        default_factory=dict[str, Any], description="As the form of the published version says, where it has one."
    )


class SkipStep(Input):
    """What the step is to have resulted in."""

    value: Any = Field(description="A JSON value, in place of the step's result.")


@routes.post(
    "/api/processes/{process}/runs",
    "run_start",
    needs(Scope.USE),
    own_key=True,
    status_code=201,
    summary="Start a run",
)
async def start_run(
    *,
    process: str,
    body: StartRun,
    hub: Hub,
    caller: Asking,
    request: Request,
    response: Response,
    wait: Annotated[
        float, Query(ge=0, le=MOST_WAIT_SECONDS, description="So many seconds for it to end, or to rest for a person.")
    ] = 0,
) -> Run:
    """Starts a run of the published version; durable when it is answered.

    With an `Idempotency-Key`, the same request starts one run however often it is sent, also across a crash; the answer
    is the run as it is by then.
    """
    view = await hub.processes.runs.start(caller, process, body.input, key=find_key(request), wait_seconds=wait)
    response.headers["location"] = f"/api/runs/{view.row.run.id}"
    return show_run(view)


@routes.get("/api/runs", "run_list", needs(Scope.READ), summary="List runs")
async def list_runs(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    process_id: Annotated[ProcessId | None, Query(max_length=200)] = None,
    business_unit_id: Annotated[BusinessUnitId | None, Query(max_length=200)] = None,
    state: Annotated[_States | None, Query(description="One state, or several with commas between them.")] = None,
    is_open: Annotated[Flag, Query(alias="open", description="Those that haven't ended.")] = False,
    started_by_me: Flag = False,
) -> PageOf[RunInList]:
    """One's own; those of the processes that one edits, owns or audits. The newest first."""
    states = frozenset(map(RunState, state.split(","))) if state else OPEN_STATES if is_open else frozenset[RunState]()
    query = RunQuery(process_id, states, started_by_me, business_unit_id)
    return paging.answer(await hub.processes.runs.list_runs(caller, query, paging.wanted), show_in_list)


@routes.get("/api/runs/{run_id}", "run_get", needs(Scope.READ), summary="Get a run")
async def get_run(run_id: RunId, hub: Hub, caller: Asking) -> Run:
    """One run, with what it was started with and how it ended."""
    return show_run(await hub.processes.runs.get_run(caller, run_id))


@routes.get("/api/runs/{run_id}/steps", "run_steps", needs(Scope.READ), summary="List a run's steps")
async def list_steps(run_id: RunId, hub: Hub, caller: Asking, paging: PageAsked) -> PageOf[RunStep]:
    """Every attempt of every step that has an effect, as they began, with input, output and error."""
    return paging.answer(await hub.processes.runs.list_steps(caller, run_id, paging.wanted), show_step)


@routes.get("/api/runs/{run_id}/trail", "run_trail", needs(Scope.READ), summary="List the states without effect")
async def list_trail(run_id: RunId, hub: Hub, caller: Asking) -> ListOf[TrailEntry]:
    """The choices, loops and other states without effect that it went through; large values are left out."""
    return ListOf[TrailEntry].of(await hub.processes.runs.list_trail(caller, run_id), show_entry)


@routes.post("/api/runs/{run_id}/cancel", "run_cancel", needs(Scope.USE), summary="Cancel a run")
async def cancel_run(run_id: RunId, hub: Hub, caller: Asking) -> Run:
    """By whoever started it, and its process's editors. What is under way at the other side is followed to its outcome."""
    return show_run(await hub.processes.runs.cancel(caller, run_id))


@routes.post(
    "/api/runs/{run_id}/steps/{n}/retry", "run_retry_step", needs(Scope.MANAGE_PROCESSES), summary="Try a step again"
)
async def retry_step(run_id: RunId, n: _Step, hub: Hub, caller: Asking) -> Run:
    """One that stopped the run (P3); where nobody knows whether it took effect, with the same idempotency key."""
    return show_run(await hub.processes.runs.retry_step(caller, run_id, n))


@routes.post("/api/runs/{run_id}/steps/{n}/skip", "run_skip_step", needs(Scope.MANAGE_PROCESSES), summary="Skip a step")
async def skip_step(run_id: RunId, n: _Step, body: SkipStep, hub: Hub, caller: Asking) -> Run:
    """Goes on with a value in place of its result (P3)."""
    return show_run(await hub.processes.runs.skip_step(caller, run_id, n, body.value))


@routes.post("/api/runs/{run_id}/resume", "run_resume", needs(Scope.MANAGE_PROCESSES), summary="Let a run go on")
async def resume_run(run_id: RunId, hub: Hub, caller: Asking) -> Run:
    """One that was put aside because servers died while it was under way."""
    return show_run(await hub.processes.runs.resume(caller, run_id))
