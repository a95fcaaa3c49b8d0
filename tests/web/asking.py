"""Runs that ask people something."""

from time import monotonic, sleep
from typing import Any

from web.people import Person

SECONDS = 20


def ask(editor: Person, unit: str, name: str, kind: str, arguments: dict[str, Any]) -> tuple[str, str]:
    """A run of a new process that asks people one thing: its id, and its task's."""
    state = {"Type": "Task", "Resource": f"person:{kind}", "Arguments": arguments, "End": True}
    definition = {"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": state}}
    made = editor.post("/api/processes", {"business_unit_id": unit, "name": name, "definition": definition})
    editor.post(f"/api/processes/{made['id']}/versions", {"note": "first"})
    run = editor.post(f"/api/processes/{made['id']}/runs", {"input": {}})["id"]
    deadline = monotonic() + SECONDS
    while not (tasks := editor.get(f"/api/runs/{run}/tasks")["items"]):
        # Begun, and not yet asking: look again when the server had its turn.
        assert monotonic() < deadline
        sleep(0.02)
    return run, tasks[0]["id"]
