"""`jackfield openapi`: no server, no database, no traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from openapi_descriptions import body, describe, parameter


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """The real program."""
    return subprocess.run(
        [sys.executable, "-m", "jackfield", "openapi", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "XDG_STATE_HOME": os.devnull},
    )


@pytest.fixture
def description(tmp_path: Path) -> Path:
    document = describe(parameter("q", "query", {"type": "integer"}), parameter("X-Trace", "header"))
    document["paths"]["/bad"] = {"post": {"parameters": [{"$ref": "#/nothing"}], "responses": {}}}
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document, indent=1), "utf-8")
    return path


@pytest.mark.requirement("O2")
def test_check_says_what_was_understood_and_what_was_not(description: Path) -> None:
    ran = run("check", str(description), "--json")

    report = json.loads(ran.stdout)
    assert ran.returncode == 0
    assert (report["valid"], report["operations"], report["understood"], report["warnings"]) == (True, 2, 1, [])
    (skipped,) = report["skipped"]
    assert (skipped["operation"], skipped["pointer"]) == ("POST /bad", "/paths/~1bad/post/parameters/0")
    line = description.read_text("utf-8").splitlines()[skipped["line"] - 1]
    assert line.strip() == "{"
    assert "1 of 2 operations understood" in run("check", str(description)).stdout


def test_request_shows_what_would_be_sent(description: Path) -> None:
    ran = run(
        "request",
        str(description),
        "op",
        "--arguments",
        '{"q": 1, "X-Trace": "t"}',
        "--server",
        "https://a.example",
        "--json",
    )

    assert json.loads(ran.stdout) == {
        "method": "GET",
        "url": "https://a.example/things?q=1",
        "headers": {"X-Trace": "t"},
        "body": None,
    }
    assert run("request", str(description), "GET /things").stdout == "GET /things\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("request", "FILE", "op", "--arguments", '{"q": "x"}'), 1, "must be a whole number"),
        (("request", "FILE", "op", "--arguments", "{"), 2, "not JSON"),
        (("request", "FILE", "nothing"), 1, "no operation"),
        (("request", "FILE", "POST /bad"), 1, "could not be understood"),
        (("request",), 2, "name a description"),
        (("check", "no-such-file"), 2, "can't be read"),
        (("check", "GARBAGE"), 1, "not JSON at line 1"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    description: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"{\x00")
    ran = run(*(one.replace("FILE", str(description)).replace("GARBAGE", str(garbage)) for one in arguments))

    assert ran.returncode == code, ran
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_batch_answers_each_line_whatever_it_is() -> None:
    document = describe(method="post", operation=body({"type": "object"}, "multipart/form-data"))
    file = {"$bytes": {"base64": "/w=="}}
    lines = [
        json.dumps({"id": 1, "document": document, "operation": "op", "arguments": {"body": {"f": file}}}),
        json.dumps({"id": 2, "document": document, "operation": {"method": "POST", "path": "/things"}}),
        json.dumps({"id": 3, "document": "openapi: 3.0.0\npaths: {/a: {get: {responses: {}}}}", "operation": "GET /a"}),
        "{",
        "7",
        json.dumps({"id": 6, "document": 7, "operation": "x"}),
        json.dumps({"id": 7, "document": document, "operation": 7}),
        json.dumps({"id": 8, "document": document, "operation": "op", "arguments": 7}),
        json.dumps({"id": 9, "document": document, "operation": "op", "server": 7, "accept": 7, "security": {"a": 7}}),
        "[" * 100_000,
    ]

    ran = run("request", "--batch", stdin="\n".join(lines) + "\n")

    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert ran.returncode == 0, ran.stderr
    assert [one["id"] for one in answers] == [1, 2, 3, None, None, 6, 7, 8, 9, None]
    assert "body_base64" in answers[0]["request"]
    assert answers[1]["request"]["body"] is None
    assert answers[2]["request"]["url"] == "/a"
    assert all("message" in one["error"] for one in answers[3:])


@pytest.mark.requirement("O6")
def test_methods_are_listed_with_their_effect_and_its_reason(tmp_path: Path) -> None:
    paths = {"/orders/{id}": {"get": {"responses": {}}, "delete": {"responses": {}}}}
    file = tmp_path / "api.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths}))

    everything = run("methods", str(file), "--json")
    table = run("methods", str(file), "--effect", "destructive")

    assert [(one["label"], one["effect"]) for one in json.loads(everything.stdout)] == [
        ("GET /orders/{id}", "read"),
        ("DELETE /orders/{id}", "destructive"),
    ]
    assert "destructive" in table.stdout
    assert "GET /orders" not in table.stdout


@pytest.mark.requirement("O9")
def test_two_versions_are_compared(tmp_path: Path) -> None:
    files = tmp_path / "1.json", tmp_path / "2.json"
    for file, required in zip(files, (False, True), strict=True):
        document = describe(parameter("q", "query", required=required))
        document["paths"]["/other"] = {"post" if required else "get": {"responses": {}}}
        file.write_text(json.dumps(document), "utf-8")

    found = json.loads(run("compare", *map(str, files), "--json").stdout)
    shown = run("compare", *map(str, files)).stdout

    assert (found["added"], found["removed"], found["impact"]) == (["POST /other"], ["GET /other"], "breaking")
    (changed,) = found["changed"]
    assert (changed["label"], changed["changes"][0]["code"]) == ("GET /things", "parameter.required")
    assert "1 added, 1 removed, 1 changed, 0 the same" in shown
    assert "the parameter q is required now" in shown
