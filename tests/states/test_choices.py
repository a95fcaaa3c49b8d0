"""Choices in JSONPath: what the recordings from AWS lack, from the text of the specification."""

from typing import Any

import pytest

from jackfield.states import Failed, Succeeded
from states_machines import ends, machine, start


def chosen(rule: dict[str, Any], data: Any) -> bool:
    choice = ends("Choice", Choices=[{**rule, "Next": "Yes"}], Default="No")
    definition = machine(jsonata=False, C=choice, Yes=ends(Result=True), No=ends(Result=False))
    outcome = start(definition, data).outcome
    assert isinstance(outcome, Succeeded)
    return outcome.output


@pytest.mark.requirement("P2")
@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("log-*.txt", "log-2026.txt", True),
        ("log-*.txt", "log-.txt", True),
        ("log-*.txt", "log-2026.text", False),
        ("*", "", True),
        ("*", "anything\nat all", True),
        ("", "", True),
        ("", "a", False),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "abc", True),
        ("a*b*c", "acb", False),
        ("*ab", "aab", True),
        ("ab*ab", "ab", False),
        (r"a\*b", "a*b", True),
        (r"a\*b", "axb", False),
        (r"a\\*", "a\\b", True),
        ("a.c", "abc", False),
        ("[a]", "a", False),
        ("*a*a*a*", "aa", False),
    ],
)
def test_string_matches_has_stars_and_nothing_else(pattern: str, text: str, *, matches: bool) -> None:
    assert chosen({"Variable": "$.t", "StringMatches": pattern}, {"t": text}) is matches
    assert not chosen({"Variable": "$.t", "StringMatches": pattern}, {"t": 5})


@pytest.mark.requirement("D25")
def test_many_stars_take_no_time() -> None:
    assert not chosen({"Variable": "$.t", "StringMatches": "*a" * 200 + "*b"}, {"t": "a" * 50_000})


@pytest.mark.parametrize(
    ("value", "is_timestamp"),
    [
        ("2026-11-27T09:30:00Z", True),
        ("2026-11-27T09:30:00.123456789Z", True),
        ("2026-11-27T09:30:00+01:00", True),
        ("2026-11-27t09:30:00Z", False),
        ("2026-11-27T09:30:00z", False),
        ("2026-11-27 09:30:00Z", False),
        ("2026-11-27T09:30:00", False),
        ("2026-13-27T09:30:00Z", False),
        ("2026-11-27T25:30:00Z", False),
        ("2026-11-27", False),
        ("tomorrow", False),
        (1764236015, False),
        (None, False),
    ],
)
def test_a_timestamp_is_one_of_rfc_3339_with_capitals(value: Any, *, is_timestamp: bool) -> None:
    for wanted in (True, False):
        assert chosen({"Variable": "$.t", "IsTimestamp": wanted}, {"t": value}) is (is_timestamp is wanted)


def test_timestamps_are_compared_as_moments() -> None:
    data = {"a": "2026-11-27T10:30:00+01:00", "b": "2026-11-27T09:30:00Z", "c": "2026-11-27T09:30:00.001Z"}
    assert chosen({"Variable": "$.a", "TimestampEqualsPath": "$.b"}, data)
    assert chosen({"Variable": "$.a", "TimestampLessThanPath": "$.c"}, data)
    assert chosen({"Variable": "$.c", "TimestampGreaterThan": "2026-11-27T04:30:00-05:00"}, data)


def test_rules_are_put_together() -> None:
    number = {"Variable": "$.n", "IsNumeric": True}
    large = {"Variable": "$.n", "NumericGreaterThan": 10}
    named = {"Variable": "$.name", "StringEquals": "x"}
    rule = {"Or": [{"And": [number, large]}, {"Not": named}]}

    assert chosen(rule, {"n": 11, "name": "x"})
    assert not chosen(rule, {"n": 10, "name": "x"})
    assert chosen(rule, {"n": 10, "name": "y"})
    assert chosen({"And": [{"Variable": "$.missing", "IsPresent": False}, large]}, {"n": 11})
    assert not chosen(
        {"And": [{"Variable": "$.missing", "IsPresent": True}, {"Variable": "$.missing", "IsNull": True}]}, {}
    )


@pytest.mark.parametrize("value", [True, "1", None, [1], {"n": 1}])
def test_values_of_another_type_are_never_equal(value: Any) -> None:
    assert not chosen({"Variable": "$.v", "NumericEquals": 1}, {"v": value})
    assert not chosen({"Variable": "$.v", "NumericLessThanPath": "$.two"}, {"v": value, "two": 2})
    if value is not True:
        assert not chosen({"Variable": "$.v", "BooleanEquals": True}, {"v": value})


def test_a_path_that_leads_nowhere_fails_the_execution() -> None:
    choice = ends("Choice", Choices=[{"Variable": "$.gone", "NumericEquals": 1, "Next": "E"}], Default="E")
    outcome = start(machine(jsonata=False, C=choice, E=ends()), {}).outcome
    assert isinstance(outcome, Failed)
    assert outcome.error == "States.Runtime"
    assert "$.gone" in (outcome.cause or "")


@pytest.mark.requirement("P2")
def test_where_nothing_matches_and_there_is_no_default_the_state_fails() -> None:
    choice = ends("Choice", Choices=[{"Condition": "{% $states.input = 1 %}", "Next": "E"}])
    inner = {"StartAt": "C", "States": {"C": choice, "E": ends()}}
    catch = [{"ErrorEquals": ["States.NoChoiceMatched"], "Next": "Z", "Output": "caught"}]

    assert start(machine(C=choice, E=ends()), 1).outcome == Succeeded(1)
    outcome = start(machine(C=choice, E=ends()), 2).outcome
    assert isinstance(outcome, Failed)
    assert outcome.error == "States.NoChoiceMatched"
    around = {"Type": "Parallel", "Branches": [inner], "Catch": catch, "End": True}
    assert start(machine(P=around, Z=ends()), 2).outcome == Succeeded("caught")


@pytest.mark.requirement("P2")
def test_the_first_choice_that_holds_decides_and_assigns_for_itself() -> None:
    choices = [
        {
            "Condition": "{% $states.input > 100 %}",
            "Next": "E",
            "Assign": {"size": "large"},
            "Output": "{% -$states.input %}",
        },
        {"Condition": "{% $states.input > 10 %}", "Next": "E", "Assign": {"size": "medium"}},
        {"Condition": True, "Next": "E", "Assign": {"size": "small"}},
    ]
    definition = machine(C=ends("Choice", Choices=choices), E=ends(Output="{% [$size, $states.input] %}"))

    assert start(definition, 500).outcome == Succeeded(["large", -500])
    assert start(definition, 50).outcome == Succeeded(["medium", 50])
    assert start(definition, 5).outcome == Succeeded(["small", 5])


def test_a_condition_is_true_or_false_and_nothing_like_it() -> None:
    choice = ends("Choice", Choices=[{"Condition": "{% 1 %}", "Next": "E"}])
    outcome = start(machine(C=choice, E=ends())).outcome
    assert isinstance(outcome, Failed)
    assert outcome.error == "States.QueryEvaluationError"
    assert "Expected 'boolean', but was 'number'" in (outcome.cause or "")
