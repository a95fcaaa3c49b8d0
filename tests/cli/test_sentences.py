"""What commands say to people, on the real program."""

import json
import secrets
from pathlib import Path

import pytest

from jackfield.cli.failures import quoted
from jackfield.cli.features import spell_impact
from jackfield.cli.output import text_of
from jackfield.connections import UserKind
from servers.jackfield import JackfieldServer
from servers.nginx import Nginx


def test_nested_values_read_as_people_write_them() -> None:
    assert text_of({"name": "", "address": "anna@example.com"}) == "anna@example.com"
    assert text_of([{"name": "Anna", "address": "a@example.com"}]) == "Anna <a@example.com>"
    assert text_of({"size": 3, "note": "", "inner": {"part": "x"}}) == "size: 3, inner: (part: x)"


def test_a_value_with_a_quote_is_typed_as_one_word() -> None:
    assert quoted("writer@127.0.0.1/customers") == "'writer@127.0.0.1/customers'"
    assert quoted("it's") == """'it'"'"'s'"""


@pytest.mark.requirement("C13")
def test_what_switching_off_brings_about_is_said_of_one_and_of_several() -> None:
    one = dict.fromkeys(UserKind, 1)
    several = {UserKind.PROCESS: 3, UserKind.TRIGGER: 0}

    assert spell_impact({"connections": 1, "uses": one, "running_runs": 1}) == (
        "1 connection freezes, 1 process refers to them, 1 trigger refers to them, 1 data object refers to them, "
        "1 integration refers to them, 1 run is under way. Turned on again, all is as it was."
    )
    assert spell_impact({"connections": 2, "uses": several, "running_runs": 2}).startswith(
        "2 connections freeze, 3 processes refer to them, 2 runs are under way."
    )


@pytest.mark.requirement("C3", "C8", "C17")
def test_an_editor_finds_what_may_be_used_and_others_read_why_not(server: JackfieldServer, web: Nginx) -> None:
    mark = secrets.token_hex(4)
    unit, group, name, ben = f"Unit {mark}", f"Night {mark}", f"Plain {mark}", f"ben-{mark}"
    server.add_person(ben)
    server.run("unit", "create", unit)
    server.run("unit", "add-member", unit, "admin", "--role", "administrator")
    server.run("unit", "add-member", unit, ben, "--role", "editor")
    server.run("group", "create", group)
    server.run("outbound", "allow", f"127.0.0.1:{web.port}", "--unit", unit)
    kind = ("--connector", "http", "--scheme", "none", "--set", f"base_url={web.base}/")
    server.run("connection", "create", name, "--unit", unit, *kind)

    own = server.run("connection", "list", home=ben)
    usable = server.run("connection", "list", "--usable", "--json", home=ben).json
    added = server.run("group", "add", group, "admin")
    narrowed = server.run("connection", "authorize", name, "--group", group)
    why = server.run("explain", ben, "use", name)
    in_use = server.run("group", "delete", group, "--yes", expect=1)
    refused = server.run("person", "reset", "admin", "--yes", home=ben, expect=1)

    assert "connection list --usable" in own.err
    assert [one["name"] for one in usable] == [name]
    assert f"Now in the group {group}: " in added.out
    assert f"{group} (group)" in narrowed.out
    assert "is not among them" in why.out
    assert " he " not in why.out
    assert " you " not in why.out
    assert f"in the way: the connection {name} (con_" in in_use.err
    assert "person.reset" not in refused.err


@pytest.mark.requirement("P1")
def test_a_draft_that_can_not_be_published_says_each_place_and_what_is_wrong(
    server: JackfieldServer, tmp_path: Path
) -> None:
    mark = secrets.token_hex(4)
    unit, name, definition = f"Unit {mark}", f"Broken {mark}", tmp_path / "broken.json"
    task = {"Type": "Task", "Resource": "person:approve"}
    states = {"Ask": {**task, "Next": "Again"}, "Again": {**task, "End": True}}
    definition.write_text(json.dumps({"StartAt": "Ask", "QueryLanguage": "JSONata", "States": states}))
    server.run("unit", "create", unit)
    server.run("unit", "add-member", unit, "admin", "--role", "editor")
    server.run("process", "create", name, str(definition), "--unit", unit)

    refused = server.run("process", "publish", name, expect=1)

    assert "at /States/Ask/Arguments: a step that asks people must say whom and what" in refused.err
    assert "/States/Again/Arguments: a step that asks people must say whom and what" in refused.err
    assert "None" not in refused.err


@pytest.mark.requirement("C1")
def test_a_connection_that_fails_its_test_is_kept_told_how_to_retry_and_ends_in_1(
    server: JackfieldServer, web: Nginx
) -> None:
    unit, name = f"Unit {secrets.token_hex(4)}", f"Wrong {secrets.token_hex(4)}"
    server.run("unit", "create", unit)
    server.run("unit", "add-member", unit, "admin", "--role", "administrator")
    server.run("outbound", "allow", f"127.0.0.1:{web.port}", "--unit", unit)
    kind = ("--connector", "http", "--scheme", "bearer", "--set", f"base_url={web.base}/bearer/", "--secrets-stdin")

    made = server.run("connection", "create", name, "--unit", unit, *kind, stdin='{"token": "wrong"}', expect=1)
    tested = server.run("connection", "test", name, expect=1)

    assert name in made.out
    assert "not connected" in made.out
    assert f"jackfield connection test '{name}'" in made.err
    assert f"jackfield connection test '{name}'" in tested.err


@pytest.mark.parametrize("command", [("keys",), ("sign-in",), ("audit", "verify"), ("audit", "anchor"), ("code",)])
def test_no_command_offers_to_install_completion(server: JackfieldServer, command: tuple[str, ...]) -> None:
    assert "--install-completion" not in server.run(*command, "--help").out
