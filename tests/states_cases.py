"""Executions recorded on AWS, where they lie beside the project: `../shared/evals/asl`, or JACKFIELD_EVALS.

They are judged by the `compare` that comes with them.
"""

import importlib.util
import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from jackfield.states import Event, Execution, Failed, Succeeded, TaskOrder, parse

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "evals"
FOLDER = Path(os.environ.get("JACKFIELD_EVALS", _BESIDE)) / "asl"
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)

needs_recordings = pytest.mark.skipif(
    not (FOLDER / "cases_pure.json").is_file(), reason=f"no recordings at {FOLDER}; JACKFIELD_EVALS says where they are"
)


@cache
def read_recordings(name: str) -> list[dict[str, Any]]:
    """The cases of a file; none where there is none."""
    path = FOLDER / name
    return json.loads(path.read_text("utf-8")) if path.is_file() else []


@cache
def _compare() -> Any:
    spec = importlib.util.spec_from_file_location("asl_compare", FOLDER / "compare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def same(left: Any, right: Any) -> bool:
    """Whether two values are the same for AWS: 1 is 1.0, the order of names doesn't matter."""
    return _compare().eq(left, right, [])


def difference(case: Mapping[str, Any], got: Mapping[str, Any]) -> str:
    """How a result differs from what was recorded; empty if it doesn't."""
    wildcards = [*case.get("wildcards", []), *case.get("wildcards_replay", [])]
    is_right, reason = _compare().check({**case, "wildcards": wildcards}, got)
    return "" if is_right else reason


class Replay:
    """Answers tasks as AWS's services did, in order; in concurrent states by what they were asked."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        self.outcomes: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for state, outcomes in case.get("task", {}).get("recorded_outcomes", {}).items():
            self.outcomes[state].extend(outcomes)
        self.functions: dict[str, dict[str, Any]] = case.get("task", {}).get("functions", {})
        self.wrong: list[str] = []

    def answer(self, execution: Execution, order: TaskOrder) -> None:
        """Do what the service did."""
        left = self.outcomes[order.state]
        if not left:
            self._call(execution, order)
            return
        fitting = [one for one in left if same(one.get("arguments"), order.arguments)]
        outcome = (fitting or left)[0]
        left.remove(outcome)
        if "return" in outcome:
            execution.complete(order.id, outcome["return"], now=NOW)
        else:
            said = outcome["throw"] if "throw" in outcome else {"cause": "", **outcome["timeout"]}
            execution.fail(order.id, said.get("error"), said.get("cause"), now=NOW)

    def _call(self, execution: Execution, order: TaskOrder) -> None:
        """Tasks of a distributed Map's child executions are not in the recorded history: call their function."""
        arguments = order.arguments if isinstance(order.arguments, dict) else {}
        called = f"{order.resource.text} {arguments.get('FunctionName')}"
        for name, function in self.functions.items():
            if name not in called:
                continue
            if function["function"] == "raise":
                execution.fail(order.id, function["error"], function["message"], now=NOW)
                return
            is_enveloped = order.resource.name.startswith("lambda:invoke")
            result = function.get("value", arguments.get("Payload") if is_enveloped else order.arguments)
            execution.complete(order.id, {"Payload": result} if is_enveloped else result, now=NOW)
            return
        self.wrong.append(f"{order.state}: called more often than on AWS")
        execution.fail(order.id, "Replay.Exhausted", "", now=NOW)


def execute(case: Mapping[str, Any], replay: Replay | None = None) -> tuple[dict[str, Any], list[Event]]:
    """What an execution of a case comes to; no time passes, whatever it waits for."""
    machine = parse(case["definition"])
    execution = Execution.start(machine, case["input"], now=NOW, seed="recorded")
    events: list[Event] = []
    for _ in range(10_000):
        execution.run()
        events += execution.events()
        if execution.outcome is not None:
            break
        tasks = [one for one in execution.orders() if isinstance(one, TaskOrder)]
        if tasks:
            assert replay is not None, "the case is said to have no tasks"
            replay.answer(execution, tasks[0])
        else:
            due = execution.next_due
            assert due is not None
            execution.elapse(due)
    return shown(execution), events


def shown(execution: Execution) -> dict[str, Any]:
    """An outcome as the recordings have it."""
    match execution.outcome:
        case Succeeded(output):
            return {"status": "SUCCEEDED", "output": output}
        case Failed(error, cause):
            return {"status": "FAILED", "error": error, "cause": cause}
        case None:
            return {"status": "RUNNING"}


def groups(cases: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The cases, group by group."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for case in cases:
        found[case["group"]].append(case)
    yield from found.items()
