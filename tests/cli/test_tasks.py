"""Tasks on the command line: found, answered, asked of others (E3, P2)."""

import json
import secrets
import time
from pathlib import Path

import pytest

from servers.jackfield import JackfieldServer


@pytest.mark.requirement("E3", "P2")
@pytest.mark.timeout(300)
def test_a_task_is_found_asked_of_somebody_else_and_answered(server: JackfieldServer, tmp_path: Path) -> None:
    unit, name = f"Unit {secrets.token_hex(4)}", f"Ask {secrets.token_hex(4)}"
    anna, ben = f"anna-{secrets.token_hex(4)}", f"ben-{secrets.token_hex(4)}"
    server.run("unit", "create", unit)
    for person, role in ((anna, "editor"), (ben, "member")):
        server.add_person(person)
        server.run("unit", "add-member", unit, person, "--role", role)
    form = {"type": "object", "properties": {"cost": {"type": "number"}}, "required": ["cost"]}
    arguments = {"title": "What does it cost?", "assignees": {"people": [anna]}, "form": form}
    step = {"Type": "Task", "Resource": "person:form", "Arguments": arguments, "End": True}
    definition = tmp_path / "ask.json"
    definition.write_text(json.dumps({"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": step}}))
    server.run("process", "create", name, str(definition), "--unit", unit, home=anna)
    server.run("process", "publish", name, home=anna)
    run = server.run("run", "start", name, "--json", home=anna).json

    deadline = time.monotonic() + 20
    while not (found := server.run("task", "list", "--json", home=anna).json) and time.monotonic() < deadline:
        time.sleep(0.02)
    task = found[0]["id"]
    shown = server.run("task", "show", task, home=anna)
    server.run("task", "reassign", task, "--person", ben, home=anna)
    nothing = server.run("task", "list", "--json", home=anna).json
    refused = server.run("task", "answer", task, "--values", '{"cost": "dear"}', home=ben, expect=1)
    answered = server.run("task", "answer", task, "--values", '{"cost": 12.5}', "--json", home=ben).json
    done = server.run("task", "list", "--done", "--json", home=ben).json
    late = server.run("task", "approve", task, home=ben, expect=1)

    assert "What does it cost?" in shown.out
    assert nothing == []
    assert "cost" in refused.err
    assert answered["answer"]["values"] == {"cost": 12.5}
    assert [one["id"] for one in done] == [task]
    assert "answered already" in late.err
    assert server.run("run", "show", run["id"], "--json", home=anna).json["state"] in {"succeeded", "running"}
