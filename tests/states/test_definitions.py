"""Reading definitions: everything that is wrong is said at once, each where it is."""

import json
from typing import Any

import pytest

from jackfield.api.languages import Texts
from jackfield.states import DefinitionError, Severity, check, parse, reparse
from states_machines import ends, machine, task


def errors(definition: Any) -> dict[str, str]:
    return {one.pointer: one.message for one in check(definition) if one.severity is Severity.ERROR}


def warnings(definition: Any) -> dict[str, str]:
    return {one.pointer: one.code for one in check(definition) if one.severity is Severity.WARNING}


@pytest.mark.requirement("P1")
def test_problems_have_the_line_and_column_of_what_they_are_about() -> None:
    text = """{
  "StartAt": "Ask",
  "States": {
    "Ask": {
      "Type": "Task", "Resource": "function:f",
      "Parameters": {"a": [1, {"b.$": "$.["}]},
      "Catch": [{"ErrorEquals": ["X"], "Next": "Nowhere"}],
      "End": true
    }
  }
}"""

    found = {one.pointer: (one.line, one.column) for one in check(text)}

    assert found == {"/States/Ask/Parameters/a/1/b.$": (6, 32), "/States/Ask/Catch/0/Next": (7, 40)}
    with pytest.raises(DefinitionError) as caught:
        parse(text)
    assert caught.value.message.startswith("at line 6, column 32: ")
    assert caught.value.message.endswith("(and 1 more)")
    assert caught.value.code == "definition.invalid"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("not json", 1, 1),
        ('{"StartAt": "A",\n "States": }', 2, 12),
        ('{"a": 1, "a": 2}', None, None),
        ("[]", 1, 1),
        ("", 1, 1),
    ],
)
def test_text_that_is_no_definition_is_refused_with_its_place(text: str, line: int | None, column: int | None) -> None:
    (problem,) = check(text)
    assert (problem.line, problem.column) == (line, column)


def wrong(**state: Any) -> dict[str, str]:
    """What is wrong with a state that goes to `E`, below it."""
    definition = {"StartAt": "S", "States": {"S": state, "E": ends()}}
    return {pointer.removeprefix("/States/S"): message for pointer, message in errors(definition).items()}


JSONATA = {"QueryLanguage": "JSONata"}


@pytest.mark.requirement("P1", "E7")
@pytest.mark.parametrize(
    ("state", "pointer"),
    [
        ({"Type": "Pass"}, ""),
        ({"Type": "Pass", "Next": "E", "End": True}, "/Next"),
        ({"Type": "Pass", "Next": 5}, "/Next"),
        ({"Type": "Pass", "End": "yes"}, "/End"),
        ({"Type": "Nothing", "End": True}, "/Type"),
        ({"Next": "E"}, ""),
        ({"Type": "Pass", "Next": "E", "Unknown": 1}, "/Unknown"),
        ({"Type": "Pass", "Next": "E", "Retry": []}, "/Retry"),
        ({"Type": "Pass", "Next": "E", "Output": 1}, "/Output"),
        ({"Type": "Pass", "Next": "E", "ResultPath": "$.a[*]"}, "/ResultPath"),
        ({"Type": "Pass", "Next": "E", "ResultPath": "a"}, "/ResultPath"),
        ({"Type": "Pass", "Next": "E", "InputPath": 1}, "/InputPath"),
        ({"Type": "Pass", "Next": "E", "Parameters": {"a.$": 1}}, "/Parameters/a.$"),
        ({"Type": "Pass", "Next": "E", "Parameters": {"a.$": "States.Nope()"}}, "/Parameters/a.$"),
        ({"Type": "Pass", "Next": "E", "Parameters": {"a.$": "States.Hash($.a)"}}, "/Parameters/a.$"),
        ({"Type": "Pass", "Next": "E", "Assign": []}, "/Assign"),
        ({"Type": "Pass", "Next": "E", "Assign": {"states": 1}}, "/Assign/states"),
        ({"Type": "Pass", "Next": "E", "Assign": {"a b": 1}}, "/Assign/a b"),
        ({**JSONATA, "Type": "Pass", "Next": "E", "Parameters": {}}, "/Parameters"),
        ({**JSONATA, "Type": "Pass", "Next": "E", "Output": {"a": ["{% 1 + %}"]}}, "/Output/a/0"),
        ({"Type": "Task", "Next": "E"}, ""),
        ({"Type": "Task", "Next": "E", "Resource": "nothing"}, "/Resource"),
        ({"Type": "Task", "Next": "E", "Resource": "connection:Mail"}, "/Resource"),
        ({"Type": "Task", "Next": "E", "Resource": "connection:mail.send"}, ""),
        ({"Type": "Task", "Next": "E", "Resource": "connection:mail.send", "Credentials": {}}, "/Credentials"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "TimeoutSeconds": 0}, "/TimeoutSeconds"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "TimeoutSeconds": 5, "HeartbeatSeconds": 5}, "/HeartbeatSeconds"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "TimeoutSeconds": 5, "TimeoutSecondsPath": "$.a"}, "/TimeoutSeconds"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "Retry": [{}]}, "/Retry/0"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "Retry": [{"ErrorEquals": ["A"], "MaxAttempts": -1}]}, "/Retry/0/MaxAttempts"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "Retry": [{"ErrorEquals": ["A"], "BackoffRate": 0.5}]}, "/Retry/0/BackoffRate"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "Retry": [{"ErrorEquals": ["A"], "BackoffRate": 10**400}]}, "/Retry/0/BackoffRate"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "Retry": [{"ErrorEquals": ["A"], "MaxDelaySeconds": 1}]}, "/Retry/0/MaxDelaySeconds"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "Retry": [{"ErrorEquals": ["A"], "JitterStrategy": "SOME"}]}, "/Retry/0/JitterStrategy"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "Retry": [{"ErrorEquals": ["States.ALL", "B"]}]}, "/Retry/0/ErrorEquals"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["B"]}]}, "/Retry/0/ErrorEquals"),
        ({"Type": "Task", "Next": "E", "Resource": "function:f", "Catch": [{"ErrorEquals": ["A"]}]}, "/Catch/0"),
        ({"Type": "Choice", "Default": "E"}, ""),
        ({"Type": "Choice", "Choices": []}, "/Choices"),
        ({"Type": "Choice", "Choices": [{"Next": "E"}]}, "/Choices/0"),
        ({"Type": "Choice", "Choices": [{"Variable": "$.a", "StringEquals": 5, "Next": "E"}]}, "/Choices/0/StringEquals"),
        ({"Type": "Choice", "Choices": [{"Variable": "$.a", "NumericEquals": True, "Next": "E"}]}, "/Choices/0/NumericEquals"),
        ({"Type": "Choice", "Choices": [{"Variable": "$.a", "StringMatchesPath": "$.b", "Next": "E"}]}, "/Choices/0"),
        ({"Type": "Choice", "Choices": [{"Variable": "$.a", "TimestampEquals": "today", "Next": "E"}]}, "/Choices/0/TimestampEquals"),
        ({"Type": "Choice", "Choices": [{"And": [{"Variable": "$.a", "IsNull": True, "Next": "E"}], "Next": "E"}]}, "/Choices/0/And/0/Next"),
        ({**JSONATA, "Type": "Choice", "Choices": [{"Condition": "yes", "Next": "E"}]}, "/Choices/0/Condition"),
        ({"Type": "Wait", "Next": "E"}, ""),
        ({"Type": "Wait", "Next": "E", "Seconds": 1, "Timestamp": "2026-01-01T00:00:00Z"}, ""),
        ({"Type": "Wait", "Next": "E", "Seconds": -1}, "/Seconds"),
        ({"Type": "Wait", "Next": "E", "SecondsPath": "$.a[*]"}, "/SecondsPath"),
        ({"Type": "Wait", "Next": "E", "TimestampPath": "$..a"}, "/TimestampPath"),
        ({"Type": "Fail", "Error": "A", "ErrorPath": "$.a"}, "/Error"),
        ({"Type": "Fail", "Next": "E"}, "/Next"),
        ({"Type": "Parallel", "Next": "E", "Branches": []}, "/Branches"),
        ({"Type": "Parallel", "Next": "E", "Branches": [{"StartAt": "X", "States": {}}]}, "/Branches/0/States"),
        ({"Type": "Parallel", "Next": "E", "Branches": [{"StartAt": "X", "States": {"X": {"Type": "Pass", "Next": "E"}}}]}, "/Branches/0/States/X/Next"),
        ({"Type": "Map", "Next": "E"}, ""),
        ({"Type": "Map", "Next": "E", "ItemProcessor": {"StartAt": "X", "States": {"X": ends()}}, "ItemReader": {}}, "/ItemReader"),
        ({"Type": "Map", "Next": "E", "ItemProcessor": {"StartAt": "X", "States": {"X": ends()}}, "ToleratedFailurePercentage": 101}, "/ToleratedFailurePercentage"),
        ({"Type": "Map", "Next": "E", "ItemProcessor": {"StartAt": "X", "States": {"E": ends()}}}, "/ItemProcessor/StartAt"),
    ],
)  # fmt: skip
def test_what_a_state_can_not_be_is_said_where_it_stands_and_in_german_too(state: dict[str, Any], pointer: str) -> None:
    found = wrong(**state)

    assert pointer in found
    german = Texts.read("de")
    assert all(german.find(message) for message in found.values()), found


@pytest.mark.requirement("C9", "D15")
def test_a_connection_is_named_as_it_stands_and_never_computed() -> None:
    step = {"Type": "Task", "Resource": "connection:mail.send", "End": True}

    assert not errors(machine(T={**step, "Credentials": {"Connection": "Orders"}}))
    for credentials in (
        {"Connection": "{% $states.input.c %}"},
        "{% {'Connection': 'x'} %}",
        {"Connection": ""},
        {"Connection": 5},
        {"Connection": "a", "RoleArn": "b"},
    ):
        assert "/States/T/Credentials" in errors(machine(T={**step, "Credentials": credentials}))
    dynamic = {**step, "Credentials": {"Connection.$": "$.c"}}
    assert "/States/T/Credentials" in errors(machine(jsonata=False, T=dynamic))


def test_everything_is_said_at_once_and_in_order() -> None:
    text = json.dumps(machine(A={"Type": "Pass"}, B={"Type": "Nope"}, C=task(Retry=[{"ErrorEquals": []}])), indent=1)
    assert [one.pointer for one in check(text) if one.severity is Severity.ERROR] == [
        "/States/A",
        "/States/B/Type",
        "/States/C/Retry/0/ErrorEquals",
    ]


def test_what_can_be_run_and_is_probably_not_meant_is_warned_of() -> None:
    inner = {"StartAt": "I", "States": {"I": ends(Assign={"x": 1})}}
    branch = {"Type": "Parallel", "Branches": [inner], "End": True}
    definition = machine(A={"Type": "Pass", "Assign": {"x": 0}, "Next": "P"}, P=branch)

    assert warnings(definition) == {"/States/P/Branches/0/States/I/Assign/x": "SHADOWED_VARIABLE"}
    parse(definition)


def codes(definition: Any) -> dict[str, str]:
    return {one.pointer: one.code for one in check(definition) if one.severity is Severity.ERROR}


def leads(to: str) -> dict[str, Any]:
    return {"Type": "Pass", "Next": to}


@pytest.mark.requirement("P1")
def test_every_state_is_reached_and_one_of_them_ends_the_whole() -> None:
    target, end = "MISSING_TRANSITION_TARGET", "MISSING_END_STATE"
    inner = {"StartAt": "I", "States": {"I": leads("J"), "J": ends(), "K": ends()}}

    assert codes(machine(A=leads("C"), B=ends())) == {"/States/A/Next": target, "/States/B": target}
    assert codes(machine(A=ends(), B=leads("C"), C=leads("B"))) == {"/States/B": target, "/States/C": target}
    assert codes(machine(A=leads("B"), B=leads("A"))) == {"/States": end}
    assert codes(machine(A=leads("B"), B=leads("A"), Z=leads("A"))) == {"/States": end}
    assert codes(machine(A=leads("B"), B=leads("A"), Z=ends())) == {"/States/Z": target}
    assert codes(machine(A={"Type": "Parallel", "Branches": [inner], "End": True})) == {
        "/States/A/Branches/0/States/K": target
    }
    assert not codes(
        machine(A={"Type": "Choice", "Choices": [{"Condition": True, "Next": "A"}], "Default": "F"}, F=ends("Fail"))
    )


@pytest.mark.requirement("P1", "P7")
def test_what_was_published_before_a_mistake_was_refused_can_still_be_run() -> None:
    aimless = machine(A={**leads("B"), "Output": "{% {'name': phone, 'whole': $$} %}"}, B=ends(), C=ends())
    circle = machine(A=leads("B"), B=leads("A"))
    for definition in (aimless, circle):
        with pytest.raises(DefinitionError):
            parse(definition)
        assert reparse(definition).flow.states.keys() == definition["States"].keys()

    for impossible in (leads("Nowhere"), ends(Output="{% 1 + %}"), ends(Outputs=1)):
        with pytest.raises(DefinitionError):
            reparse(machine(A=impossible))


UNSUPPORTED = "UNSUPPORTED_JSONATA_EXPRESSION"


@pytest.mark.requirement("P1")
@pytest.mark.parametrize(
    "text",
    ["phone", "phone[0]", "$", "$.phone", "$$", "aaa + $states.input.b", "$states.input.items[$$.x = y]",
     "$map($states.input.a, function($x) { b })", "{'a': [phone]}", "($x := phone; $x)", "phone ~> $string()",
     "$states.input.a ? phone : 1", "$states.errorOutput", "$states.result", "$states.inputs", "phone^(a)"],
)  # fmt: skip
def test_an_expression_refers_only_to_what_a_state_sees(text: str) -> None:
    assert codes(machine(A=ends(Output={"a": [f"{{% {text} %}}"]}))) == {"/States/A/Output/a/0": UNSUPPORTED}


@pytest.mark.requirement("P1")
@pytest.mark.parametrize(
    "text",
    ["$states.input.phone", "$states.input.items[phone > 3 and $ != 1]", "$states.input.items^(>price).$", "$phone",
     "$map($states.input.a, function($x) { $x.phone })", "$states.input.items{name: $sum(price)}",
     "$states.input ~> |items|{'a': price}|", "$states.context.Execution.Id", "$states.input.items.{'a': $, 'b': c}",
     "$states", "$lookup($states, 'input')", "$keys($states.input)[0]"],
)  # fmt: skip
def test_names_inside_of_a_path_are_those_of_what_the_path_leads_to(text: str) -> None:
    assert not codes(machine(A=ends(Output=f"{{% {text} %}}")))


def test_the_result_and_the_error_output_are_seen_where_they_are() -> None:
    caught = {
        "ErrorEquals": ["A"],
        "Next": "E",
        "Output": "{% $states.errorOutput %}",
        "Assign": {"x": "{% $states.errorOutput.Error %}"},
    }
    step = task(Output="{% $states.result %}", Assign={"y": "{% $states.result.a %}"}, Catch=[caught])

    assert not codes(machine(T=step, E=ends()))
    assert codes(machine(T=task(Arguments="{% $states.result %}"))) == {"/States/T/Arguments": UNSUPPORTED}
    assert codes(machine(T=task(Catch=[{**caught, "Output": "{% $states.result %}"}]), E=ends())) == {
        "/States/T/Catch/0/Output": UNSUPPORTED
    }


def test_what_looks_half_like_an_expression_is_refused() -> None:
    for text in ("{% 1", "1 %}", " {% 1 %}", "{% 1 %", "{%}"):
        assert codes(machine(A=ends(Output={"a": text}))) == {"/States/A/Output/a": "SCHEMA_VALIDATION_FAILED"}
        assert codes(machine(A=ends("Fail", Cause=text))) == {"/States/A/Cause": "SCHEMA_VALIDATION_FAILED"}
    for text in ("a {% 1 %} b", "", "100%"):
        assert not codes(machine(A=ends(Output=text)))
    assert not codes(machine(A=ends(Comment="{% 1")))
    assert not codes(machine(jsonata=False, A=ends(Parameters={"a": "{% 1"})))
    assert codes(machine(A=ends(Output="{% 1 + %}"))) == {"/States/A/Output": "INVALID_JSONATA_EXPRESSION"}


def test_a_name_of_a_state_is_there_once_wherever_it_is() -> None:
    inner = {"StartAt": "A", "States": {"A": ends()}}
    assert "/States/P/Branches/0/States/A" in errors(
        machine(A={"Type": "Pass", "Next": "P"}, P={"Type": "Parallel", "Branches": [inner], "End": True})
    )


@pytest.mark.requirement("D15")
def test_definitions_that_are_nested_too_deep_are_refused() -> None:
    definition: dict[str, Any] = {"StartAt": "S0", "States": {"S0": ends()}}
    for level in range(1, 13):
        name = f"S{level}"
        definition = {"StartAt": name, "States": {name: {"Type": "Parallel", "Branches": [definition], "End": True}}}
    assert any("nested at most 10 deep" in one for one in errors(definition).values())

    deep: Any = 1
    for _ in range(3000):
        deep = [deep]
    assert errors(machine(A=ends(Output=deep))) == {"": "The definition is nested too deep"}
    assert check('{"StartAt": "A", "States": ' + "[" * 5000)


def test_comments_are_allowed_everywhere() -> None:
    retry = [{"ErrorEquals": ["A"], "Comment": "c"}]
    catch = [{"ErrorEquals": ["A"], "Next": "E", "Comment": "c"}]
    definition = machine(T={**task(Retry=retry, Catch=catch), "Comment": "c"}, E=ends(Comment="c"))
    assert not check({**definition, "Comment": "c", "Version": "1.0"})


def test_the_digest_is_that_of_what_the_definition_says() -> None:
    first, second = machine(A=leads("B"), B=ends()), machine(A=leads("B"), B=ends())
    second["States"] = dict(reversed(second["States"].items()))
    assert parse(first).digest == parse(json.dumps(second)).digest != parse(machine(A=ends())).digest
