"""A process from a template, by three commands, against a system that fails (P3, P4)."""

import json
import re
import secrets

import pytest

from servers import evil
from servers.jackfield import JackfieldServer


@pytest.mark.requirement("E3", "P3", "P4")
@pytest.mark.timeout(300)
def test_a_call_that_fails_is_tried_again_then_told_about_and_the_run_goes_on(server: JackfieldServer) -> None:
    unit, name = f"Unit {secrets.token_hex(4)}", f"Watch {secrets.token_hex(4)}"
    server.run("unit", "create", unit)
    server.run("unit", "add-member", unit, "admin", "--role", "editor")
    with evil.serve() as system:
        server.run("outbound", "allow", f"127.0.0.1:{system.port}", "--unit", unit)
        for one, test in (("Shop", "ok"), ("Chat", "me")):
            kind = ("--connector", "http", "--scheme", "none", "--set", f"test_path={test}")
            base = system.url("/" if one == "Shop" else "/echo/")
            server.run("connection", "create", f"{one} of {name}", "--unit", unit, *kind, "--set", f"base_url={base}")

        listed = server.run("process", "template").out
        filled = ("--call", f"Shop of {name}", "--tell", f"Chat of {name}", "--attempts", "1", "--seconds", "1")
        made = json.loads(server.run("process", "template", "careful", *filled).out)
        made["States"]["Call"]["Arguments"]["path"] = "status/503"
        server.run("process", "create", name, "-", "--unit", unit, stdin=json.dumps(made))
        server.run("process", "publish", name)
        run = server.run("run", "start", name, "--wait", "60", "--json").json
        steps = server.run("run", "steps", run["id"], "--json").json
        made["Comment"] = "Looked at twice"
        server.run("process", "save", name, "-", stdin=json.dumps(made))
        compared = server.run("process", "diff", name, "1").out
        asked = [one.path for one in system.requests if one.path.startswith("/status")]
        (told,) = [json.loads(one.body) for one in system.requests if one.method == "POST"]

    assert "careful" in listed
    assert re.search(r'\(the whole\) +changed +/Comment +.*"Looked at twice"', compared), compared
    assert "--attempts" in listed
    assert run["state"] == "succeeded", run
    assert asked == ["/status/503"] * 2
    assert [(one["name"], one["attempt"]) for one in steps] == [("Call", 1), ("Call", 2), ("Tell somebody", 1)]
    assert told["attempts"] == 2
    assert "503" in told["message"]
