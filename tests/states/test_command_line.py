"""`jackfield states`: no server, no database, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from jackfield.cli.states import app
from states_machines import ends, machine, task

FUNCTIONS = """
import time

def double(value):
    return {"n": value["n"] * 2}

def refuse(value):
    raise ValueError("no " + value["what"])

def sleep(value):
    time.sleep(60)

def connection_mail_send(value):
    return {"sent": value}

def odd(value):
    return object()

_private = double
"""


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The real program."""
    return subprocess.run(
        [sys.executable, "-m", "jackfield", "states", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "XDG_STATE_HOME": os.devnull},
    )


def invoke(*arguments: str) -> Result:
    """The command, in this process."""
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def functions(tmp_path: Path) -> str:
    path = tmp_path / "tasks.py"
    path.write_text(FUNCTIONS, "utf-8")
    return str(path)


def written(folder: Path, name: str, value: Any) -> str:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return str(path)


@pytest.mark.requirement("P1")
def test_a_definition_runs_to_its_end_with_functions_for_its_tasks(tmp_path: Path, functions: str) -> None:
    called = {"FunctionName": "arn:aws:lambda:eu-west-1:1:function:double:$LATEST", "Payload": "{% $states.input %}"}
    definition = machine(
        A=task("double", Next="W"),
        W={"Type": "Wait", "Seconds": 86400, "Next": "B"},
        B={"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:1:function:double", "Next": "C"},
        C={
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Arguments": called,
            "Output": "{% $states.result.Payload %}",
            "Next": "D",
        },
        D={
            "Type": "Task",
            "Resource": "connection:mail.send",
            "Credentials": {"Connection": "Orders"},
            "End": True,
        },
    )
    files = written(tmp_path, "d.json", definition), "--input", written(tmp_path, "i.json", {"n": 5})

    ran = invoke("run", *files, "--functions", functions, "--no-wait", "--json")

    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout) == {"status": "SUCCEEDED", "output": {"sent": {"n": 40}}}
    shown = invoke("run", *files, "--functions", functions, "--no-wait")
    assert "✓ /A (Task)" in shown.stdout
    assert json.loads(shown.stdout[shown.stdout.index("{") :]) == {"sent": {"n": 40}}


@pytest.mark.parametrize(
    ("state", "error", "cause"),
    [
        (task("refuse", Arguments={"what": "way"}), "ValueError", "no way"),
        (task("sleep", TimeoutSeconds=1), "States.Timeout", ""),
        (task("missing"), "Lambda.ResourceNotFoundException", "missing"),
        (task("_private"), "Lambda.ResourceNotFoundException", "_private"),
        (task("odd"), "TypeError", "not JSON serializable"),
        (ends("Fail", Error="Mine", Cause="because"), "Mine", "because"),
        (ends("Fail"), None, None),
    ],
)
def test_a_failure_is_printed_and_the_exit_code(
    tmp_path: Path, functions: str, state: dict[str, Any], error: str | None, cause: str | None
) -> None:
    ran = invoke("run", written(tmp_path, "d.json", machine(S=state)), "--functions", functions, "--json")

    found = json.loads(ran.stdout)
    assert ran.exit_code == 1
    assert (found["status"], found["error"]) == ("FAILED", error)
    assert found["cause"] is cause or (cause is not None and cause in found["cause"])
    assert "Traceback" not in ran.output


def test_a_batch_answers_each_line_and_survives_bad_ones() -> None:
    lines = [
        {"id": 1, "definition": machine(A=ends(Output="{% $states.input + 1 %}")), "input": 41},
        {"id": "two", "definition": json.dumps(machine(A=ends("Fail", Error="E", Cause="c")))},
        {"id": 3, "definition": {"StartAt": "B", "States": {"A": ends()}}},
        {"id": 4, "definition": machine(W={"Type": "Wait", "Seconds": 3600, "End": True}), "input": 1},
    ]
    stdin = "\n".join([*map(json.dumps, lines[:2]), "nonsense", "[]", *map(json.dumps, lines[2:])])

    ran = run("run", "--batch", "--no-wait", stdin=stdin)

    found = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 0, ran.stderr
    assert found[0] == {"id": 1, "status": "SUCCEEDED", "output": 42}
    assert found[1] == {"id": "two", "status": "FAILED", "error": "E", "cause": "c"}
    assert [one["status"] for one in found[2:5]] == ["INVALID"] * 3
    assert found[4]["problems"][0]["pointer"] == "/StartAt"
    assert found[5] == {"id": 4, "status": "SUCCEEDED", "output": 1}


@pytest.mark.requirement("P1")
def test_check_says_what_is_wrong_and_where(tmp_path: Path) -> None:
    good = written(tmp_path, "good.json", machine(A=ends()))
    choice = {"Type": "Choice", "Choices": [{"Condition": True, "Next": "B"}], "Default": "C"}
    bad = written(tmp_path, "bad.json", json.dumps(machine(A=choice, C=ends()), indent=1))

    assert json.loads(invoke("check", good, "--json").stdout) == {"valid": True, "problems": []}
    ran = invoke("check", bad, "--json")
    assert ran.exit_code == 1
    found = json.loads(ran.stdout)
    assert found["valid"] is False
    assert [(one["pointer"], one["line"], one["severity"]) for one in found["problems"]] == [
        ("/States/A/Choices/0/Next", 10, "error")
    ]
    assert found["problems"][0]["code"] == "MISSING_TRANSITION_TARGET"
    assert "/States/A/Choices/0/Next" in invoke("check", bad).stdout


@pytest.mark.parametrize("arguments", [["run"], ["run", "/nowhere.json"], ["check", "/nowhere.json"]])
def test_what_was_typed_wrong_is_said_in_a_sentence(arguments: list[str]) -> None:
    ran = run(*arguments)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert "error:" in ran.stderr


def test_files_that_can_not_be_used_are_said_in_a_sentence(tmp_path: Path) -> None:
    definition = written(tmp_path, "d.json", machine(A=ends()))
    for option, content in (("--functions", "raise ValueError('x')"), ("--input", "{nope")):
        ran = run("run", definition, option, written(tmp_path, "file", content))
        assert ran.returncode != 0
        assert "Traceback" not in ran.stderr
        assert "error:" in ran.stderr
