"""Executions: tasks, time, retries, catches, branches, iterations, variables; and that all of it can be done again."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jackfield.states import (
    EventKind,
    Execution,
    Failed,
    Limits,
    OrderUnknownError,
    Pattern,
    ResourceKind,
    SnapshotError,
    Succeeded,
    TaskOrder,
    WaitKind,
    WaitOrder,
    parse,
)
from states_machines import (
    NOW,
    after,
    complete,
    elapse,
    ends,
    fail,
    kinds,
    machine,
    only,
    pauses,
    start,
    task,
    tasks,
)


@pytest.mark.requirement("P1", "P2")
def test_a_task_is_ordered_with_all_that_the_engine_must_know_and_its_result_goes_on() -> None:
    definition = machine(
        Send={
            "Type": "Task",
            "Resource": "connection:mail.send",
            "Credentials": {"Connection": "Orders"},
            "Arguments": {"to": "{% $states.input.mail %}"},
            "TimeoutSeconds": "{% $states.input.patience %}",
            "HeartbeatSeconds": 5,
            "Output": "{% {'sent': $states.result.id, 'to': $states.input.mail} %}",
            "End": True,
        }
    )

    execution = start(definition, {"mail": "a@b.example", "patience": 30})
    order = only(execution)

    assert isinstance(order, TaskOrder)
    assert (order.path, order.state, order.attempt, order.ordered_at) == ("/Send", "Send", 1, NOW)
    assert (order.resource.kind, order.resource.connector, order.resource.action) == (
        ResourceKind.CONNECTION,
        "mail",
        "send",
    )
    assert order.credentials == {"Connection": "Orders"}
    assert order.arguments == {"to": "a@b.example"}
    assert (order.timeout_seconds, order.heartbeat_seconds) == (30, 5)
    complete(execution, {"id": 7})
    assert execution.outcome == Succeeded({"sent": 7, "to": "a@b.example"})
    assert not execution.orders()


@pytest.mark.parametrize(
    ("text", "kind", "name", "pattern"),
    [
        ("connection:http.request", ResourceKind.CONNECTION, "http.request", Pattern.REQUEST_RESPONSE),
        ("person:approve", ResourceKind.PERSON, "approve", Pattern.REQUEST_RESPONSE),
        ("person:form", ResourceKind.PERSON, "form", Pattern.REQUEST_RESPONSE),
        ("process:run", ResourceKind.PROCESS, "run", Pattern.REQUEST_RESPONSE),
        ("function:double", ResourceKind.FUNCTION, "double", Pattern.REQUEST_RESPONSE),
        ("arn:aws:lambda:eu-west-1:1:function:f", ResourceKind.AWS, "function:f", Pattern.REQUEST_RESPONSE),
        ("arn:aws:states:::lambda:invoke", ResourceKind.AWS, "lambda:invoke", Pattern.REQUEST_RESPONSE),
        ("arn:aws:states:::states:startExecution.sync:2", ResourceKind.AWS, "states:startExecution", Pattern.SYNC_JSON),
        (
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            ResourceKind.AWS,
            "sqs:sendMessage",
            Pattern.WAIT_FOR_TASK_TOKEN,
        ),
    ],
)
def test_resources_are_ours_and_those_of_aws(text: str, kind: ResourceKind, name: str, pattern: Pattern) -> None:
    credentials = {"Credentials": {"Connection": "c"}} if kind is ResourceKind.CONNECTION else {}
    order = only(start(machine(T={"Type": "Task", "Resource": text, "End": True, **credentials})))
    assert isinstance(order, TaskOrder)
    assert (order.resource.kind, order.resource.name, order.resource.pattern) == (kind, name, pattern)


@pytest.mark.requirement("P2")
def test_a_wait_ends_when_its_time_has_come_and_not_before() -> None:
    execution = start(machine(W={"Type": "Wait", "Seconds": "{% $states.input.s %}", "End": True}), {"s": 60})

    assert only(execution) == WaitOrder("/W.1#1:wait", "/W", "W", after(60), WaitKind.WAIT)
    assert execution.next_due == after(60)
    elapse(execution, 59.9)
    assert execution.outcome is None
    elapse(execution, 60)
    assert execution.outcome == Succeeded({"s": 60})
    assert execution.next_due is None


def test_a_wait_until_a_past_moment_is_no_wait() -> None:
    definition = machine(jsonata=False, W={"Type": "Wait", "TimestampPath": "$.until", "End": True})

    assert start(definition, {"until": "2026-11-27T10:29:59.5+01:00"}).outcome is not None
    assert pauses(start(definition, {"until": "2026-11-27T10:30:01+01:00"}))[0].until == after(1)


@pytest.mark.requirement("P3")
def test_retries_back_off_up_to_their_cap_and_their_number() -> None:
    retry = {"ErrorEquals": ["Broken"], "IntervalSeconds": 2, "BackoffRate": 3, "MaxDelaySeconds": 20, "MaxAttempts": 4}
    execution = start(machine(T=task(Retry=[retry])))
    ids, delays, at = [tasks(execution)[0].id], list[float](), 0.0

    while True:
        fail(execution, at=at)
        if execution.outcome is not None:
            break
        (pause,) = pauses(execution)
        assert pause.kind is WaitKind.RETRY
        delays.append((pause.until - after(at)).total_seconds())
        at += delays[-1]
        elapse(execution, at)
        ids.append(tasks(execution)[0].id)

    assert delays == [2, 6, 18, 20]
    assert ids == ["/T.1#1", "/T.1#2", "/T.1#3", "/T.1#4", "/T.1#5"]
    assert execution.outcome == Failed("Broken", "it broke", "/T")


def test_full_jitter_waits_a_random_part_of_the_delay_which_a_replay_waits_again() -> None:
    retry = {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 100, "JitterStrategy": "FULL"}

    def delay(seed: str) -> timedelta:
        execution = start(machine(T=task(Retry=[retry])), seed=seed)
        fail(execution)
        return pauses(execution)[0].until - NOW

    found = [delay(f"seed {number}") for number in range(20)]
    assert all(timedelta() <= one < timedelta(seconds=100) for one in found)
    assert len(set(found)) == 20
    assert delay("seed 3") == found[3]


def test_each_retrier_counts_for_itself_and_the_first_that_fits_decides() -> None:
    retry = [
        {"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 2},
        {"ErrorEquals": ["Fatal"], "MaxAttempts": 0},
        {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 50, "MaxAttempts": 1},
    ]
    execution = start(machine(T=task(Retry=retry)))
    at = 0.0
    for error, wait in (("Busy", 1), ("Other", 50), ("Busy", 2)):
        fail(execution, error, at=at)
        at += wait
        assert pauses(execution)[0].until == after(at), error
        elapse(execution, at)

    fail(execution, "Fatal", at=at)

    assert execution.outcome == Failed("Fatal", "it broke", "/T")


@pytest.mark.requirement("P3", "P6")
def test_what_must_not_be_repeated_is_caught_and_never_retried_not_even_from_around() -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "C"}]
    retry = [{"ErrorEquals": ["States.ALL"]}]
    inner = {"StartAt": "T", "States": {"T": task(Retry=retry)}}
    outer = {"Type": "Parallel", "Branches": [inner], "Retry": retry, "Catch": catch, "End": True}
    execution = start(machine(P=outer, C=ends()))

    fail(execution, "Unknown", retryable=False, data={"code": "outcome.unknown", "kind": "outcome_unknown"})

    assert execution.outcome == Succeeded(
        {"Error": "Unknown", "Cause": "it broke", "code": "outcome.unknown", "kind": "outcome_unknown"}
    )
    assert not kinds(execution.events(), EventKind.RETRIED)


@pytest.mark.requirement("P3")
@pytest.mark.parametrize("jsonata", [True, False])
def test_the_error_output_has_what_the_engine_knows_beside_error_and_cause(*, jsonata: bool) -> None:
    known = {"code": "remote.rejected", "kind": "remote_rejected", "status": 409, "retryable": False, "attempts": 3}
    if jsonata:
        catch = {
            "ErrorEquals": ["Remote"],
            "Next": "C",
            "Assign": {"status": "{% $states.errorOutput.status %}"},
            "Output": "{% $merge([$states.input, {'e': $states.errorOutput}]) %}",
        }
        definition = machine(T=task(Catch=[catch]), C=ends(Output="{% [$status, $states.input] %}"))
    else:
        catch = {"ErrorEquals": ["Remote"], "Next": "C", "ResultPath": "$.e", "Assign": {"status.$": "$.status"}}
        last = ends(Parameters={"a.$": "States.Array($status, $)"}, OutputPath="$.a")
        definition = machine(jsonata=False, T=task(Catch=[catch]), C=last)
    execution = start(definition, {"x": 1})

    fail(execution, "Remote", data=known)

    error = {"Error": "Remote", "Cause": "it broke", **known}
    assert execution.outcome == Succeeded([409, {"x": 1, "e": error}])


@pytest.mark.parametrize(
    ("names", "error", "is_caught"),
    [
        (["States.ALL"], "Anything", True),
        (["States.ALL"], "States.Timeout", True),
        (["States.TaskFailed"], "Anything", True),
        (["States.TaskFailed"], "States.Timeout", False),
        (["States.TaskFailed"], "States.HeartbeatTimeout", False),
        (["States.Timeout"], "States.HeartbeatTimeout", True),
        (["States.HeartbeatTimeout"], "States.Timeout", False),
        (["Other", "Anything"], "Anything", True),
        (["anything"], "Anything", False),
        (["States.ALL"], "States.Runtime", False),
        (["States.Runtime"], "States.Runtime", False),
    ],
)
def test_names_of_errors_are_compared_as_the_language_says(names: list[str], error: str, *, is_caught: bool) -> None:
    execution = start(machine(T=task(Catch=[{"ErrorEquals": names, "Next": "C"}]), C=ends()))
    fail(execution, error)
    assert isinstance(execution.outcome, Succeeded) is is_caught


def test_an_expression_that_fails_after_the_task_is_an_error_of_the_state() -> None:
    catch = [{"ErrorEquals": ["States.QueryEvaluationError"], "Next": "C", "Output": "caught"}]
    execution = start(machine(T=task(Output="{% $states.result.missing %}", Catch=catch), C=ends()))

    complete(execution, {})

    assert execution.outcome == Succeeded("caught")


@pytest.mark.requirement("P2")
def test_branches_run_beside_each_other_and_the_first_failure_aborts_the_others() -> None:
    branches = [{"StartAt": name, "States": {name: task(name)}} for name in "ABC"]
    catch = [{"ErrorEquals": ["States.BranchFailed"], "Next": "Z"}]
    execution = start(machine(P={"Type": "Parallel", "Branches": branches, "Catch": catch, "End": True}, Z=ends()))
    first, second, third = tasks(execution)
    assert [one.path for one in (first, second, third)] == ["/P/0/A", "/P/1/B", "/P/2/C"]

    complete(execution, 1, order=first)
    fail(execution, order=second)

    assert execution.outcome == Succeeded({"Error": "Broken", "Cause": "it broke"})
    assert kinds(execution.events(), EventKind.ABORTED) == [("aborted", "/P/2/C")]
    with pytest.raises(OrderUnknownError):
        execution.complete(third.id, 3, now=NOW)


@pytest.mark.requirement("P2")
def test_results_are_in_the_order_of_the_branches_whoever_is_first() -> None:
    branches = [{"StartAt": name, "States": {name: task(name)}} for name in "ABC"]
    execution = start(machine(P={"Type": "Parallel", "Branches": branches, "End": True}))

    for order, result in zip(reversed(tasks(execution)), "cba", strict=True):
        complete(execution, result, order=order)

    assert execution.outcome == Succeeded(["a", "b", "c"])


@pytest.mark.requirement("P2")
def test_a_map_runs_as_many_items_at_a_time_as_it_may_and_keeps_their_order() -> None:
    each = {"StartAt": "T", "States": {"T": task(Arguments="{% $states.input * $states.context.Map.Item.Index %}")}}
    execution = start(machine(M={"Type": "Map", "MaxConcurrency": 2, "ItemProcessor": each, "End": True}), [5, 6, 7, 8])
    seen: list[tuple[str, Any]] = []
    most = 0

    while execution.outcome is None:
        found = tasks(execution)
        most = max(most, len(found))
        last = found[-1]
        seen.append((last.path, last.arguments))
        complete(execution, last.arguments, order=last)

    assert most == 2
    assert sorted(seen) == [("/M/0/T", 0), ("/M/1/T", 6), ("/M/2/T", 14), ("/M/3/T", 24)]
    assert execution.outcome == Succeeded([0, 6, 14, 24])


def test_no_map_runs_more_than_forty_items_at_a_time() -> None:
    each = {"StartAt": "T", "States": {"T": task()}}
    execution = start(machine(M={"Type": "Map", "ItemProcessor": each, "End": True}), list(range(100)))
    assert len(tasks(execution)) == 40


def test_a_failure_deep_inside_comes_up_through_every_level_that_does_not_catch_it() -> None:
    branches = [{"StartAt": name, "States": {name: task(name)}} for name in "TU"]
    each = {"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": branches, "End": True}}}
    catch = [{"ErrorEquals": ["Deep"], "Next": "C", "Output": "{% $states.errorOutput.Error %}"}]
    definition = machine(M={"Type": "Map", "ItemProcessor": each, "Catch": catch, "End": True}, C=ends())
    execution = start(definition, [1, 2])
    assert [one.path for one in tasks(execution)] == ["/M/0/P/0/T", "/M/0/P/1/U", "/M/1/P/0/T", "/M/1/P/1/U"]

    fail(execution, "Deep", order=tasks(execution)[3])

    assert execution.outcome == Succeeded("Deep")
    aborted = {path for _, path in kinds(execution.events(), EventKind.ABORTED)}
    assert aborted == {"/M/1/P/0/T", "/M/0/P", "/M/0/P/0/T", "/M/0/P/1/U"}


def test_a_map_that_is_retried_begins_again_with_orders_of_its_own() -> None:
    each = {"StartAt": "T", "States": {"T": task()}}
    retry = [{"ErrorEquals": ["Broken"], "IntervalSeconds": 1}]
    execution = start(machine(M={"Type": "Map", "ItemProcessor": each, "Retry": retry, "End": True}), [1, 2])
    before = {one.id for one in tasks(execution)}

    fail(execution)
    elapse(execution, 1)
    after_ = {one.id for one in tasks(execution)}

    assert len(after_) == 2
    assert not before & after_
    for one in tasks(execution):
        complete(execution, one.arguments, order=one)
    assert execution.outcome == Succeeded([1, 2])


@pytest.mark.parametrize(
    ("tolerance", "failures", "succeeds"),
    [
        ({}, 1, False),
        ({"ToleratedFailureCount": 2}, 2, True),
        ({"ToleratedFailureCount": 2}, 3, False),
        ({"ToleratedFailurePercentage": 50}, 2, True),
        ({"ToleratedFailurePercentage": 50}, 3, False),
        ({"ToleratedFailureCount": "{% $states.input[0] %}"}, 1, True),
    ],
)
def test_a_distributed_map_tolerates_as_many_failures_as_it_says(
    tolerance: dict[str, Any], failures: int, *, succeeds: bool
) -> None:
    each = {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "T", "States": {"T": task()}}
    execution = start(machine(M={"Type": "Map", "ItemProcessor": each, "End": True, **tolerance}), [1, 2, 3, 4])

    for number, order in enumerate(tasks(execution)):
        if execution.outcome is not None:
            break
        if number < failures:
            fail(execution, order=order)
        else:
            complete(execution, order.arguments, order=order)

    if succeeds:
        assert execution.outcome == Succeeded([1, 2, 3, 4][failures:])
    else:
        assert isinstance(execution.outcome, Failed)
        assert execution.outcome.error == "States.ExceedToleratedFailureThreshold"


def test_items_are_handed_on_in_batches() -> None:
    each = {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "T", "States": {"T": ends()}}
    batcher = {"MaxItemsPerBatch": 2, "BatchInput": {"of": "{% $count($states.input) %}"}}
    definition = machine(M={"Type": "Map", "ItemProcessor": each, "ItemBatcher": batcher, "End": True})

    assert start(definition, [1, 2, 3]).outcome == Succeeded(
        [{"BatchInput": {"of": 3}, "Items": [1, 2]}, {"BatchInput": {"of": 3}, "Items": [3]}]
    )


def test_variables_are_seen_inside_and_what_is_assigned_inside_stays_inside() -> None:
    each = {
        "StartAt": "Add",
        "States": {
            "Add": {"Type": "Pass", "Assign": {"mine": "{% $rate * $states.input %}"}, "Next": "Show"},
            "Show": ends(Output="{% $mine %}"),
        },
    }
    definition = machine(
        Set={"Type": "Pass", "Assign": {"rate": 3}, "Next": "M"},
        M={"Type": "Map", "ItemProcessor": each, "Assign": {"rate": "{% $rate + 1 %}"}, "Next": "End"},
        End=ends(Output="{% {'results': $states.input, 'rate': $rate, 'leaked': $exists($mine)} %}"),
    )
    assert start(definition, [1, 2]).outcome == Succeeded({"results": [3, 6], "rate": 4, "leaked": False})


def test_all_assignments_of_a_state_see_the_values_from_before_it() -> None:
    definition = machine(
        A={"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B"},
        B={"Type": "Pass", "Assign": {"x": "{% $y %}", "y": "{% $x %}"}, "Output": "{% [$x, $y] %}", "Next": "C"},
        C=ends(Output={"before": "{% $states.input %}", "after": "{% [$x, $y] %}"}),
    )
    assert start(definition).outcome == Succeeded({"before": [1, 2], "after": [2, 1]})


def test_the_context_object_says_where_one_is() -> None:
    given = {"Execution": {"Name": "run 7", "Id": "7"}, "StateMachine": {"Name": "Orders"}}
    definition = machine(A=ends(Output="{% $states.context %}"))

    outcome = start(definition, {"x": 1}, context=given).outcome

    assert isinstance(outcome, Succeeded)
    context = outcome.output
    assert context["Execution"]["Name"] == "run 7"
    assert context["Execution"]["Input"] == {"x": 1}
    assert context["Execution"]["StartTime"] == "2026-11-27T09:30:00.000Z"
    assert context["StateMachine"]["Name"] == "Orders"
    assert context["State"] == {"Name": "A", "EnteredTime": "2026-11-27T09:30:00.000Z"}


def test_a_token_is_handed_to_who_has_to_answer_and_is_another_for_each_attempt() -> None:
    resource = "arn:aws:states:::sqs:sendMessage.waitForTaskToken"
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1}]
    arguments = "{% $states.context.Task.Token %}"
    definition = machine(T={"Type": "Task", "Resource": resource, "Arguments": arguments, "Retry": retry, "End": True})
    execution = start(definition)
    first = tasks(execution)[0]
    fail(execution)
    elapse(execution, 1)
    second = tasks(execution)[0]

    assert first.arguments == execution.token(first.id)
    assert second.arguments == execution.token(second.id) != first.arguments
    assert start(definition, seed="another").orders()[0].id == first.id
    assert start(definition, seed="another").token(first.id) != first.arguments


def test_an_execution_ends_when_its_own_time_is_over() -> None:
    execution = start(
        {**machine(T=task(Catch=[{"ErrorEquals": ["States.ALL"], "Next": "C"}]), C=ends()), "TimeoutSeconds": 60}
    )
    assert execution.next_due == after(60)

    elapse(execution, 60)

    assert execution.outcome == Failed("States.Timeout", "", "")
    assert not execution.orders()
    assert kinds(execution.events(), EventKind.ABORTED) == [("aborted", "/T")]


@pytest.mark.requirement("D15")
def test_an_execution_that_goes_round_for_ever_ends_at_its_limit_and_nothing_catches_that() -> None:
    loop = {"StartAt": "L", "States": {"L": {"Type": "Pass", "Next": "N"}, "N": {"Type": "Pass", "Next": "L"}}}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "C"}]
    definition = machine(P={"Type": "Parallel", "Branches": [loop], "Catch": catch, "End": True}, C=ends())

    outcome = start(definition, limits=Limits(steps=100)).outcome

    assert isinstance(outcome, Failed)
    assert outcome.error == "States.Runtime"
    assert "100" in (outcome.cause or "")


@pytest.mark.requirement("D15")
def test_an_execution_has_so_much_work_for_all_its_expressions_and_a_snapshot_remembers_what_is_spent() -> None:
    busy = "{% $sum($map([1..20000], function($v) { $v })) %}"
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "T"}]
    gives_up = [{"ErrorEquals": ["Enough"], "Next": "E"}]
    definition = machine(T=task(Output=busy, Catch=catch, Next="T2"), T2=task(Catch=gives_up, Next="T"), E=ends())
    limits = Limits(work=1_000_000)
    execution = start(definition, limits=limits)
    for _ in range(100):
        complete(execution)
        if execution.outcome is not None:
            break
        execution = Execution.restore(parse(definition), execution.snapshot(), limits=limits)

    assert isinstance(execution.outcome, Failed)
    assert execution.outcome.error == "States.Runtime"
    assert "work" in (execution.outcome.cause or "")


def test_data_that_is_too_large_fails_the_state_that_made_it() -> None:
    definition = machine(A={"Type": "Pass", "Output": "{% $pad('', 2000, 'x') %}", "Next": "B"}, B=ends())

    assert isinstance(start(definition).outcome, Succeeded)
    outcome = start(definition, limits=Limits(payload_bytes=1000)).outcome

    assert isinstance(outcome, Failed)
    assert (outcome.error, outcome.path) == ("States.DataLimitExceeded", "/A")


def test_going_on_can_be_cut_into_pieces() -> None:
    states: dict[str, Any] = {f"S{number}": {"Type": "Pass", "Next": f"S{number + 1}"} for number in range(9)}
    definition = machine(**states, S9=ends())
    execution = Execution.start(parse(definition), 1, now=NOW, seed="s")

    rounds = 1
    while execution.run(states=3):
        rounds += 1

    assert rounds == 4
    assert execution.outcome == Succeeded(1)
    assert execution.steps == 10


def test_events_tell_what_happened_once() -> None:
    retry = [{"ErrorEquals": ["Broken"], "IntervalSeconds": 1}]
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "C"}]
    execution = start(machine(T=task(Retry=retry, Catch=catch), C=ends(Assign={"x": 1})), {"i": 1})
    fail(execution)
    elapse(execution, 1)
    fail(execution, "Fatal", at=1)

    events = execution.events()

    assert kinds(events) == [
        ("entered", "/T"),
        ("ordered", "/T"),
        ("retried", "/T"),
        ("ordered", "/T"),
        ("failed", "/T"),
        ("caught", "/T"),
        ("entered", "/C"),
        ("exited", "/C"),
    ]
    assert [one.order_id for one in events if one.kind is EventKind.ORDERED] == ["/T.1#1", "/T.1#2"]
    assert {one.step for one in events[:6]} == {"/T.1"}
    assert events[5].next == "C"
    assert events[7].assigned == {"x": 1}
    assert execution.events() == []


MANY = machine(
    Set={"Type": "Pass", "Assign": {"total": 0}, "Next": "Each"},
    Each={
        "Type": "Map",
        "MaxConcurrency": 3,
        "ItemProcessor": {
            "StartAt": "Both",
            "States": {
                "Both": {
                    "Type": "Parallel",
                    "Branches": [
                        {
                            "StartAt": "T",
                            "States": {"T": task(Retry=[{"ErrorEquals": ["Broken"], "JitterStrategy": "FULL"}])},
                        },
                        {
                            "StartAt": "W",
                            "States": {
                                "W": {"Type": "Wait", "Seconds": 3, "Next": "R"},
                                "R": ends(Output="{% $random() %}"),
                            },
                        },
                    ],
                    "Catch": [
                        {"ErrorEquals": ["States.ALL"], "Next": "Sorry", "Output": "{% $states.errorOutput.Error %}"}
                    ],
                    "Assign": {"seen": "{% $states.input %}"},
                    "Next": "Done",
                },
                "Sorry": ends(),
                "Done": ends(Output="{% [$states.input, $seen, $total] %}"),
            },
        },
        "Next": "Last",
    },
    Last=ends("Succeed", Output="{% [$states.input, $total] %}"),
)


def play(choices: random.Random, *, restores: bool) -> tuple[Any, list[Any]]:
    """Run `MANY` to its end, answering by chance; with restores, from a snapshot after each answer."""
    definition = parse(MANY)
    execution = Execution.start(definition, list(range(7)), now=NOW, seed="many")
    told: list[Any] = []
    at = 0.0
    for _ in range(500):
        execution.run()
        told += [(one.kind, one.path, one.step, one.output, one.order_id) for one in execution.events()]
        if execution.outcome is not None:
            return execution.outcome, told
        found = tasks(execution)
        if found and choices.random() < 0.7:
            order = choices.choice(found)
            if choices.random() < 0.3:
                execution.fail(order.id, choices.choice(["Broken", "Fatal"]), "", now=after(at))
            else:
                execution.complete(order.id, order.arguments, now=after(at))
        else:
            at += 1.0
            execution.elapse(after(at))
        if restores:
            execution = Execution.restore(definition, json.loads(json.dumps(execution.snapshot())))
    raise AssertionError("it doesn't end")


@pytest.mark.requirement("P6")
@given(st.integers(0, 1 << 30))
@settings(max_examples=40)
def test_an_execution_that_is_restored_after_every_answer_goes_on_as_if_it_never_stopped(chance: int) -> None:
    assert play(random.Random(chance), restores=True) == play(random.Random(chance), restores=False)


@pytest.mark.requirement("P6")
def test_a_snapshot_is_of_one_definition() -> None:
    execution = start(machine(T=task()))
    with pytest.raises(SnapshotError):
        Execution.restore(parse(machine(T=task("g"))), execution.snapshot())
    with pytest.raises(SnapshotError):
        Execution.restore(parse(machine(T=task())), {"version": 0})


@pytest.mark.requirement("P6")
def test_what_is_kept_does_not_grow_with_what_was_done() -> None:
    definition = machine(
        T=task(Next="C"),
        C=ends("Choice", Choices=[{"Condition": "{% $states.input < 200 %}", "Next": "T"}], Default="E"),
        E=ends(),
    )
    execution = start(definition, 0)
    sizes: list[int] = []
    for number in range(1, 201):
        complete(execution, number)
        execution.events()
        sizes.append(len(json.dumps(execution.snapshot())))

    assert execution.outcome == Succeeded(200)
    assert max(sizes) - min(sizes[:-1]) < 40


def test_an_order_is_answered_once() -> None:
    execution = start(machine(W={"Type": "Wait", "Seconds": 5, "Next": "T"}, T=task()))
    with pytest.raises(OrderUnknownError):
        execution.complete(only(execution).id, 1, now=NOW)
    elapse(execution, 5)
    order = only(execution)
    complete(execution, 1)
    for answer in (lambda: execution.complete(order.id, 2, now=NOW), lambda: execution.fail("?", "E", "", now=NOW)):
        with pytest.raises(OrderUnknownError):
            answer()
    assert execution.outcome == Succeeded(1)


@pytest.mark.parametrize("name", ["a/b", "a.1", "~", "#", "ä €", "x" * 80])
def test_states_may_be_called_anything(name: str) -> None:
    definition = {"StartAt": name, "States": {name: task(Next="End"), "End": ends()}}
    execution = start(definition)
    restored = Execution.restore(parse(definition), execution.snapshot())
    complete(restored, 1)
    assert restored.outcome == Succeeded(1)
