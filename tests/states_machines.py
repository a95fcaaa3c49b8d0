"""Small definitions, and running them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from jackfield.states import Event, EventKind, Execution, Limits, Order, TaskOrder, WaitOrder, parse

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def machine(*, jsonata: bool = True, start: str | None = None, **states: Any) -> dict[str, Any]:
    """A definition of these states; the first one begins."""
    return {
        "QueryLanguage": "JSONata" if jsonata else "JSONPath",
        "StartAt": start or next(iter(states)),
        "States": states,
    }


def task(name: str = "f", **fields: Any) -> dict[str, Any]:
    made = {"Type": "Task", "Resource": f"function:{name}", **fields}
    return made if "Next" in made else {**made, "End": True}


def ends(kind: str = "Pass", **fields: Any) -> dict[str, Any]:
    return {"Type": kind, **fields} if kind in {"Succeed", "Fail", "Choice"} else {"Type": kind, "End": True, **fields}


def start(definition: dict[str, Any], given: Any = None, *, seed: str = "seed", **options: Any) -> Execution:
    """An execution that has gone as far as it can."""
    limits = options.pop("limits", Limits())
    execution = Execution.start(parse(definition), given, now=NOW, seed=seed, limits=limits, **options)
    execution.run()
    return execution


def only(execution: Execution) -> Order:
    (order,) = execution.orders()
    return order


def tasks(execution: Execution) -> list[TaskOrder]:
    return [one for one in execution.orders() if isinstance(one, TaskOrder)]


def pauses(execution: Execution) -> list[WaitOrder]:
    return [one for one in execution.orders() if isinstance(one, WaitOrder)]


def complete(execution: Execution, output: Any = None, *, at: float = 0, order: Order | None = None) -> None:
    execution.complete((order or only(execution)).id, output, now=after(at))
    execution.run()


def fail(execution: Execution, error: str | None = "Broken", *, at: float = 0, **options: Any) -> None:
    order = options.pop("order", None) or tasks(execution)[0]
    execution.fail(order.id, error, options.pop("cause", "it broke"), now=after(at), **options)
    execution.run()


def elapse(execution: Execution, at: float) -> None:
    execution.elapse(after(at))
    execution.run()


def kinds(events: list[Event], *wanted: EventKind) -> list[tuple[str, str]]:
    return [(one.kind.value, one.path) for one in events if not wanted or one.kind in wanted]
