"""Every execution that was recorded on AWS, every state tried alone, every definition that AWS refused or accepted."""

import json
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from jackfield.states import EventKind, Execution, Severity, TaskOrder, WaitKind, WaitOrder, check, parse
from states_cases import (
    NOW,
    Replay,
    difference,
    execute,
    groups,
    needs_recordings,
    read_recordings,
    same,
    shown,
)

OTHERWISE = {
    # What ARNs look like and what an Express workflow leaves out of its context object is AWS's own.
    "express_test_express_sync__test_query_runtime_memory__start_execution_sync_response",
    # The activity had been deleted: it is the engine that knows which resources there are.
    "activities_test_activities__test_activity_task_on_deleted__get_execution_history",
}
"""Cases that come out otherwise, each with the reason; none of them is `core`."""
_PLACEHOLDER = re.compile(r"<\w+(:\d+)?>|_\didx>|^\"?(start-)?date\"?$|\"date\"")
FILES = ("cases_pure.json", "cases_task_local_function.json", "cases_task_recorded_outcome.json")


@needs_recordings
@pytest.mark.requirement("P1", "P2")
def test_every_recorded_execution_comes_out_as_on_aws() -> None:
    cases = [case for name in FILES for case in read_recordings(name)]
    wrong: dict[str, str] = {}
    right: Counter[str] = Counter()

    for group, members in groups(cases):
        for case in members:
            replay = Replay(case)
            got, _ = execute(case, replay)
            reason = difference(case, got) or "; ".join(replay.wrong)
            if reason:
                wrong[case["name"]] = reason
            else:
                right[group] += 1

    assert wrong.keys() == OTHERWISE, {name: reason for name, reason in wrong.items() if name not in OTHERWISE}
    assert not [case["name"] for case in cases if case["core"] and case["name"] in OTHERWISE]
    assert len(cases) >= 1005
    assert len(right) >= 50, "most cases are tables of Choice; what counts is that every group is right"


@needs_recordings
@pytest.mark.requirement("P1")
def test_states_are_entered_and_left_in_the_recorded_order_with_the_recorded_variables() -> None:
    compared = 0
    for case in (case for name in FILES for case in read_recordings(name)):
        trace = case.get("trace")
        if not case["core"] or not trace or trace["concurrent"] or case["name"] in OTHERWISE:
            continue
        _, events = execute(case, Replay(case))

        entered = [one.state for one in events if one.kind is EventKind.ENTERED]
        assert entered == trace["entered"], case["name"]
        left = [one for one in events if one.kind in {EventKind.EXITED, EventKind.CAUGHT}]
        for event, recorded in zip(left, trace["exited"], strict=False):
            assert event.state == recorded["state"], case["name"]
            if "assigned" in recorded and not _PLACEHOLDER.search(json.dumps(recorded["assigned"])):
                assert same(event.assigned, recorded["assigned"]), case["name"]
        compared += 1
    assert compared >= 200


def _state(definition: dict[str, Any], name: str) -> dict[str, Any]:
    """The state with a name, wherever in the definition it is."""
    states = definition["States"]
    if name in states:
        return states[name]
    for state in states.values():
        flows = [*state.get("Branches", []), *(state[one] for one in ("ItemProcessor", "Iterator") if one in state)]
        for flow in flows:
            found = _state(flow, name)
            if found:
                return found
    return {}


def _alone(case: dict[str, Any]) -> dict[str, Any]:
    """A definition of nothing but the state that was tried; what is next, only ends.

    Where a Map or a Parallel was given its result, it is a Task that gets it: what is tried is what it makes of that.
    """
    whole = case.get("definition", {})
    state = dict(case.get("state") or _state(whole, case["options"].get("stateName", whole.get("StartAt"))))
    if case["has_mock"] and state["Type"] in {"Map", "Parallel"}:
        kept = {"QueryLanguage", "InputPath", "ResultSelector", "ResultPath", "OutputPath", "Output", "Assign"}
        kept |= {"Retry", "Catch", "Next", "End"}
        state = {name: one for name, one in state.items() if name in kept}
        state |= {"Type": "Task", "Resource": "function:mock"}
    if "Next" not in state and state["Type"] not in {"Choice", "Succeed", "Fail"}:
        state["End"] = True
    following = [state.get("Next"), state.get("Default")]
    following += [one["Next"] for one in [*state.get("Catch", []), *state.get("Choices", [])]]
    variables = json.loads(case["options"].get("variables", "{}"))
    return {
        "QueryLanguage": whole.get("QueryLanguage", "JSONPath"),
        "StartAt": "Before",
        "States": {
            "Before": {"Type": "Pass", "Assign": variables, "Next": "StateName"},
            "StateName": state,
            **{name: {"Type": "Succeed"} for name in following if name},
        },
    }


def _is_alike(got: Any, recorded: Any) -> bool:
    """Whether a value is what was recorded, but for ids, and for what the context object says of AWS."""
    if isinstance(recorded, dict) and isinstance(got, dict):
        compared = {name for name in recorded.keys() | got.keys() if "context" not in name.lower()}
        return all(name in got and name in recorded and _is_alike(got[name], recorded[name]) for name in compared)
    if isinstance(recorded, list) and isinstance(got, list):
        return len(got) == len(recorded) and all(map(_is_alike, got, recorded))
    return (isinstance(recorded, str) and _PLACEHOLDER.search(recorded) is not None) or same(got, recorded)


def _try(case: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """Run one state, with the given answer to its task; the pause that it ends in, if it does."""
    options = case["options"]
    context = json.loads(options["context"]) if "context" in options else None
    machine = parse(_alone(case))
    execution = Execution.start(machine, case["input"], now=NOW, seed="alone", context=context)
    execution.run()
    for _ in range(options.get("stateConfiguration", {}).get("retrierRetryCount", 0) + 1):
        if isinstance(next(iter(execution.orders()), None), WaitOrder):
            due = execution.next_due
            assert due is not None
            execution.elapse(due)
            execution.run()
        for order in execution.orders():
            if isinstance(order, TaskOrder):
                _answer(case, execution, order.id)
        execution.run()
    pause = next((one for one in execution.orders() if isinstance(one, WaitOrder)), None)
    entered = [one.state for one in execution.events() if one.kind is EventKind.ENTERED]
    return {**shown(execution), "entered": entered}, pause


def _answer(case: dict[str, Any], execution: Execution, order_id: str) -> None:
    mock, expected = case["options"].get("mock", {}), case["expected"]
    now = NOW
    if "errorOutput" in mock:
        execution.fail(order_id, mock["errorOutput"]["error"], mock["errorOutput"]["cause"], now=now)
    elif expected.get("error") == "States.ExceedToleratedFailureThreshold":
        execution.fail(order_id, expected["error"], expected["cause"], now=now)
    else:
        execution.complete(order_id, json.loads(mock["result"]) if mock else expected["output"], now=now)


@needs_recordings
@pytest.mark.requirement("P1", "P3")
def test_every_state_that_was_tried_alone_does_what_it_did_on_aws() -> None:
    cases = [
        *read_recordings("cases_single_state_pure.json"),
        *read_recordings("cases_single_state_with_mock_or_task.json"),
    ]

    for case in cases:
        expected, name = case["expected"], case["name"]
        if expected.get("error") == "States.Runtime":
            # An answer that the service could not have given: which ones it can is its own.
            continue
        got, pause = _try(case)

        if expected["status"] == "RETRIABLE":
            seconds = expected.get("inspection", {}).get("errorDetails", {}).get("retryBackoffIntervalSeconds", 1)
            assert pause.kind is WaitKind.RETRY, name
            assert pause.until - NOW == timedelta(seconds=seconds), name
        elif expected["status"] == "FAILED":
            assert (got["status"], got["error"]) == ("FAILED", expected["error"]), name
        else:
            assert got["status"] == "SUCCEEDED", (name, got)
            assert _is_alike(got["output"], expected["output"]), (name, got)
            if "nextState" in expected:
                assert got["entered"][2] == expected["nextState"], name
    assert len(cases) == 137


def _said(case: dict[str, Any]) -> tuple[str, str]:
    """What AWS said, and where."""
    if "aws_message" in case:
        message = case["aws_message"]
        place = message.rpartition(" at ")[2].rstrip("'")
    else:
        found = case["aws_diagnostics"][0]
        message, place = found["message"], found.get("location", "")
    return message, place.rstrip("/") if place.startswith("/") else ""


@needs_recordings
@pytest.mark.requirement("P1")
def test_definitions_that_aws_refuses_are_refused_where_aws_says() -> None:
    cases = read_recordings("cases_validation.json")
    accepted: set[str] = set()

    for case in cases:
        definition = case["definition"]
        if isinstance(definition, dict) and "Branches" in definition:
            definition = {"StartAt": "StateName", "States": {"StateName": definition}}
        errors = [one for one in check(definition) if one.severity is Severity.ERROR]
        if case["valid"]:
            assert not errors, (case["name"], errors)
            continue
        if not errors:
            accepted.add(_said(case)[0])
            continue
        _, place = _said(case)
        assert any(one.pointer.startswith(place) for one in errors), (case["name"], errors)

    # What isn't the language's: which services AWS has in a region, and what its Express workflows leave out.
    assert all("Express state machine" in one or "is not recognized" in one for one in accepted), accepted
    assert len(cases) >= 29
