"""Scopes as JSON, and back."""

from datetime import datetime
from typing import Any, cast

from jackfield.states.errors import SnapshotError
from jackfield.states.machine import Flow, MapState, StateMachine, TaskState
from jackfield.states.models import Failed, Order, Outcome, Succeeded, TaskOrder, WaitKind, WaitOrder
from jackfield.states.running.branching import flow_of
from jackfield.states.running.scopes import Answer, Phase, Scope, Visit

VERSION = 1


def write_scope(scope: Scope) -> dict[str, Any]:
    """A scope and all inside."""
    made: dict[str, Any] = {"entered": scope.entered}
    if scope.own:
        made["variables"] = scope.own
    if scope.item is not None:
        made["item"] = scope.item[1]
    if scope.visit is not None:
        made["at"] = _write_visit(scope.visit)
    return made


def _write_visit(visit: Visit) -> dict[str, Any]:
    made: dict[str, Any] = {
        "state": visit.state.name,
        "number": visit.number,
        "entered_at": visit.entered_at.isoformat(),
        "phase": visit.phase.value,
        "input": visit.input,
    }
    if visit.retries:
        made["attempt"] = visit.attempt
        made["retries"] = visit.retries
    if visit.order is not None:
        made["order"] = _write_order(visit.order)
    if visit.answer is not None:
        answer = visit.answer
        made["answer"] = {"output": answer.output}
        if answer.is_failure:
            made["answer"] = {
                "error": answer.error,
                "cause": answer.cause,
                "data": answer.data,
                "retryable": answer.retryable,
                "final": answer.is_final,
            }
    if visit.phase in {Phase.INSIDE, Phase.JOINED}:
        made["inside"] = {
            # What is the same as the state's input isn't written twice.
            **({} if visit.data is visit.input else {"data": visit.data}),
            **({} if visit.items is visit.data else {"items": visit.items}),
            "started": visit.started,
            "concurrency": visit.concurrency,
            "running": {str(index): write_scope(one) for index, one in visit.inside.items()},
            "results": {str(index): one for index, one in visit.results.items()},
            "failures": visit.failures,
            "tolerated": visit.tolerated,
        }
    return made


def _write_order(order: Order) -> dict[str, Any]:
    if isinstance(order, WaitOrder):
        return {"kind": order.kind.value, "until": order.until.isoformat()}
    return {
        "arguments": order.arguments,
        "credentials": order.credentials,
        "timeout_seconds": order.timeout_seconds,
        "heartbeat_seconds": order.heartbeat_seconds,
        "ordered_at": order.ordered_at.isoformat(),
    }


def read_scope(made: dict[str, Any], flow: Flow, parent: Scope | None, index: int, *, sees_outer: bool = True) -> Scope:
    """The scope that was written.

    Raises:
        SnapshotError: It isn't of this definition.
    """
    scope = Scope(flow, parent, index, sees_outer=sees_outer)
    scope.entered = made["entered"]
    scope.assign(made.get("variables", {}))
    if "item" in made:
        scope.item = (index, made["item"])
    if "at" in made:
        _read_visit(made["at"], scope)
    return scope


def _read_visit(made: dict[str, Any], scope: Scope) -> None:
    state = scope.flow.states.get(made["state"])
    if state is None:
        raise SnapshotError(f"the definition has no state '{made['state']}'", what="snapshot")
    visit = Visit(state, made["input"], made["number"], datetime.fromisoformat(made["entered_at"]))
    scope.visit = visit
    visit.phase = Phase(made["phase"])
    visit.attempt = made.get("attempt", 1)
    visit.retries = made.get("retries", [])
    if "order" in made:
        visit.order = _read_order(made["order"], scope, visit)
    if "answer" in made:
        answer = made["answer"]
        visit.answer = Answer(output=answer.get("output"))
        if "error" in answer:
            visit.answer = Answer(
                error=answer["error"],
                cause=answer["cause"],
                data=answer["data"],
                is_failure=True,
                retryable=answer["retryable"],
                is_final=answer["final"],
            )
    if "inside" in made:
        inside = made["inside"]
        visit.data = inside.get("data", visit.input)
        visit.items = inside.get("items", visit.data)
        visit.started, visit.concurrency = inside["started"], inside["concurrency"]
        visit.failures, visit.tolerated = inside["failures"], inside["tolerated"]
        visit.results = {int(index): one for index, one in inside["results"].items()}
        sees_outer = not (isinstance(state, MapState) and state.is_distributed)
        for index, one in inside["running"].items():
            flow = flow_of(visit, int(index))
            visit.inside[int(index)] = read_scope(one, flow, scope, int(index), sees_outer=sees_outer)


def _read_order(made: dict[str, Any], scope: Scope, visit: Visit) -> Order:
    path, state = scope.path_of(visit), visit.state
    if "until" in made:
        kind = WaitKind(made["kind"])
        return WaitOrder(wait_id(scope, visit, kind), path, state.name, datetime.fromisoformat(made["until"]), kind)
    if not isinstance(state, TaskState):
        raise SnapshotError(f"the state '{state.name}' is no Task", what="snapshot")
    return TaskOrder(
        task_id(scope, visit),
        path,
        state.name,
        state.resource,
        made["arguments"],
        made["credentials"],
        made["timeout_seconds"],
        made["heartbeat_seconds"],
        visit.attempt,
        datetime.fromisoformat(made["ordered_at"]),
    )


def task_id(scope: Scope, visit: Visit) -> str:
    """The id of a task's order."""
    return f"{scope.step_of(visit)}#{visit.attempt}"


def wait_id(scope: Scope, visit: Visit, kind: WaitKind) -> str:
    """The id of an order to wait."""
    return f"{scope.step_of(visit)}#{visit.attempt}:{kind.value}"


def write_outcome(outcome: Outcome | None) -> Any:
    """How it ended."""
    match outcome:
        case None:
            return None
        case Succeeded(output):
            return {"output": output}
        case Failed():
            return {"error": outcome.error, "cause": outcome.cause, "path": outcome.path, "data": outcome.data}


def read_outcome(made: Any) -> Outcome | None:
    """How it ended."""
    if made is None:
        return None
    if "output" in made:
        return Succeeded(made["output"])
    return Failed(made["error"], made["cause"], made["path"], made["data"])


def require_fitting(snapshot: Any, machine: StateMachine) -> dict[str, Any]:
    """The snapshot, if it was made with this definition.

    Raises:
        SnapshotError: It wasn't.
    """
    if not isinstance(snapshot, dict):
        raise SnapshotError("this is no snapshot of an execution", what="snapshot")
    made = cast("dict[str, Any]", snapshot)
    if made.get("version") != VERSION:
        raise SnapshotError("this snapshot was made by another version", what="snapshot")
    if made.get("definition") != machine.digest:
        raise SnapshotError("this snapshot was made with another definition", what="snapshot")
    return made
