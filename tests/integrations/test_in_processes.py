"""Methods as steps of processes: published by who may call them, called by his right, whoever starts the run (O5, C9)."""

import json
from typing import Any

import pytest

from api.company import done
from integrations.office import KEY, Office, grant, text_of
from integrations.test_updates import apply, changed, preview
from jackfield.connections import Connections
from jackfield.integrations import MethodChangedError, StepMethods
from jackfield.kernel import BusinessUnitId, ConnectionId, PersonId, RunId
from processes.yard import machine
from servers.evil import Received


def step(method: str, arguments: Any = None, **more: Any) -> dict[str, Any]:
    """A Task that calls one method."""
    return {
        "Type": "Task",
        "Resource": f"connection:openapi.{method}",
        "Credentials": {"Connection": "Tickets"},
        "Arguments": arguments or {},
        **more,
    }


CAUGHT = [{"ErrorEquals": ["States.ALL"], "Next": "Told", "Output": "{% $states.errorOutput %}"}]


def caught(method: str, arguments: Any = None) -> dict[str, Any]:
    """A definition that ends with the error output of a call, or its result."""
    return machine(Call=step(method, arguments, Catch=CAUGHT, Next="Told"), Told={"Type": "Succeed"})


async def make(office: Office, definition: dict[str, Any], name: str = "Desk work", by: str = "editor") -> Any:
    body = {"business_unit_id": office.unit, "name": name, "definition": definition}
    return done(await office[by].post("/api/processes", body))


async def publish(office: Office, definition: dict[str, Any], name: str = "Desk work") -> str:
    """A process that every member of the unit may run."""
    made = await make(office, definition, name)
    path = f"/api/processes/{made['id']}"
    done(await office["editor"].post(f"{path}/versions", {}))
    done(await office["editor"].put(f"{path}/runners", {"people": [], "groups": [], "whole_unit": True}))
    return made["id"]


async def run(office: Office, process: str, by: str = "outsider") -> Any:
    """A run to its end, of somebody who is in none of the access groups."""
    assert office.hub.engine is not None
    async with office.hub.engine.running():
        return done(await office[by].post(f"/api/processes/{process}/runs?wait=20", {"input": {"subject": "It hums"}}))


async def set_grant(office: Office, made: Any, method: str, given: dict[str, Any] | None) -> None:
    body = {"changes": [{"methods": [method], "grant": given}], "accept_responsibilities": "2026-11"}
    done(await office["editor"].put(f"/api/integrations/{made['id']}/grants", body))


async def uses_of(office: Office, made: Any) -> list[tuple[str, str, list[str]]]:
    found = done(await office["editor"].get(f"/api/connections/{made['id']}/uses"))["items"]
    return [(one["label"], one["state"], one["methods"]) for one in found]


def paths(sent: list[Received]) -> list[str]:
    return [f"{one.method} {one.target}" for one in sent]


@pytest.mark.requirement("C9", "O5", "P1", "E1", "D15")
async def test_a_run_calls_methods_by_the_right_of_who_published_it_whoever_starts_it(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    await set_grant(office, made, "openTicket", grant("individuals", office.people["editor"], confirmation=False))
    process = await publish(
        office,
        machine(
            List=step("listTickets", {"state": "open"}, Assign={"seen": "{% $states.result.status %}"}),
            Open=step(
                "openTicket",
                {"body": {"subject": "{% $states.context.Execution.Input.subject %}"}},
                Output="{% {'opened': $states.result.status, 'seen': $seen} %}",
            ),
        ),
    )
    office.sent()

    refused = await office.call("outsider", made["id"], "openTicket", body={"subject": "x"})
    ended = await run(office, process)

    sent = office.sent()
    assert (refused.status, ended["state"], ended["output"]) == (404, "succeeded", {"opened": 200, "seen": 200})
    assert paths(sent) == ["GET /echo/v1/tickets?state=open", "POST /echo/v1/tickets"]
    assert [one.header("x-api-key") for one in sent] == [[KEY], [KEY]]
    assert json.loads(sent[1].body) == {"subject": "It hums"}
    activity = done(await office["editor"].get(f"/api/connections/{made['id']}/activity?name=connection.use"))["items"]
    assert [(one["data"]["action"], one["outcome"], one["door"], one["actor"]["label"]) for one in activity] == [
        ("openTicket", "done", "process", "Outsider"),
        ("listTickets", "done", "process", "Outsider"),
        ("openTicket", "refused", "rest", "Outsider"),
    ]
    assert [one["rule"] for one in activity[:2]] == ["O5", "O5"]
    data = activity[0]["data"]
    assert (data["method"], data["run"], data["run_as"]) == ("POST /tickets", ended["id"], office.people["editor"])
    steps = done(await office["editor"].get(f"/api/runs/{ended['id']}/steps"))["items"]
    assert [(one["status"], one["repeat"]) for one in steps] == [("done", "read"), ("done", "once")]


@pytest.mark.requirement("O5", "O6", "O7", "O9", "C9")
async def test_publishing_says_which_method_is_not_his_to_call_and_why_as_far_as_he_may_know(office: Office) -> None:
    made = await office.create()
    names = ["listTickets", "changeTicket", "openTicket", "deleteTicket", "noSuchThing"]
    definition = machine(**{name: step(name) for name in names})

    by_admin = await make(office, definition)
    by_colleague = await make(office, definition, "Other work", by="colleague")

    async def problems(process: Any, name: str) -> dict[str, tuple[str, str]]:
        refused = await office[name].post(f"/api/processes/{process['id']}/versions", {})
        assert (refused.status, refused.code) == (422, "process.not_publishable")
        draft = done(await office[name].get(f"/api/processes/{process['id']}/draft"))
        assert [one["pointer"] for one in refused.json()["problems"]] == [
            one["pointer"] for one in draft["findings"] if one["is_error"]
        ]
        return {one["pointer"]: (one["code"], one["message"]) for one in refused.json()["problems"]}

    admin = await problems(by_admin, "editor")
    assert {pointer: code for pointer, (code, _) in admin.items()} == {
        "/States/changeTicket/Resource": "method.not_granted",
        "/States/openTicket/Resource": "method.not_granted",
        "/States/deleteTicket/Resource": "confirmation.unavailable",
        "/States/noSuchThing/Resource": "method.not_found",
    }
    assert "granted to nobody" in admin["/States/changeTicket/Resource"][1]
    assert "granted to single people" in admin["/States/openTicket/Resource"][1]
    # To an editor who may only design with it, what isn't granted and what isn't there look the same.
    other = await problems(by_colleague, "colleague")
    assert {code for code, _ in other.values()} == {"method.not_found"}
    words = {message.replace(pointer.split("/")[2], "…") for pointer, (_, message) in other.items()}
    assert words == {"there is no method '…', or it is not granted to Colleague, by whose right the step calls it"}
    assert office.sent()[1:] == []
    steps = done(await office["editor"].get(f"/api/processes/{by_admin['id']}/draft"))["steps"]
    assert [one["problem"] and one["problem"]["code"] for one in steps][:2] == [None, "method.not_granted"]
    assert made["id"]


@pytest.mark.requirement("O5", "O6", "O8", "P3", "E1")
async def test_a_grant_that_is_narrowed_binds_the_next_call_and_goes_into_the_error_output(office: Office) -> None:
    made = await office.create()
    await set_grant(office, made, "openTicket", grant("individuals", office.people["editor"], confirmation=False))
    process = await publish(office, caught("openTicket", {"body": {"subject": "x"}}))
    assert (await run(office, process))["output"]["status"] == 200
    office.sent()

    await set_grant(office, made, "openTicket", grant("individuals", office.people["editor"], confirmation=True))
    to_confirm = (await run(office, process))["output"]
    await set_grant(office, made, "openTicket", grant("individuals", office.people["member"], confirmation=False))
    of_others = (await run(office, process, "member"))["output"]
    await set_grant(office, made, "openTicket", None)
    of_nobody = (await run(office, process))["output"]

    assert (to_confirm["code"], to_confirm["kind"], to_confirm["action"]) == (
        "confirmation.unavailable",
        "forbidden",
        "connection:openapi.openTicket",
    )
    assert to_confirm["retryable"] is False
    # Not even with a grant of his own does it run by the right of who starts it.
    assert (of_others["code"], of_nobody["code"]) == ("method.not_found", "method.not_found")
    assert of_others["connection"] == made["id"]
    assert "Editor" in of_others["message"]
    assert office.sent() == []
    activity = done(await office["editor"].get(f"/api/connections/{made['id']}/activity?name=connection.use"))["items"]
    assert [(one["outcome"], one["actor"]["label"], one["data"].get("code")) for one in activity] == [
        ("refused", "Outsider", "method.not_found"),
        ("refused", "Member", "method.not_found"),
        ("refused", "Outsider", "confirmation.unavailable"),
        ("done", "Outsider", None),
    ]
    assert {(one["data"]["action"], one["data"]["run_as"]) for one in activity} == {
        ("openTicket", office.people["editor"])
    }


@pytest.mark.requirement("C12", "O1", "O5")
async def test_who_leaves_takes_no_run_down_and_who_is_taken_out_of_the_access_groups_does(office: Office) -> None:
    await office.create()
    process = await publish(office, caught("listTickets"))
    editor = office.people["editor"]

    done(await office.admin.post(f"/api/people/{editor}/deactivate"))
    after_leaving = (await run(office, process))["output"]
    done(await office.admin.delete(f"/api/groups/{office.desk}/members/{editor}"))
    after_taking = (await run(office, process))["output"]

    assert after_leaving["status"] == 200
    assert after_taking["code"] == "method.not_found"


@pytest.mark.requirement("P3", "O5")
async def test_failures_of_methods_are_classified_repeated_and_told_as_those_of_other_actions(office: Office) -> None:
    made = await office.create()
    await set_grant(office, made, "openTicket", grant("individuals", office.people["editor"], confirmation=False))
    answer = b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
    reads = await publish(office, caught("listTickets"), "Reads")
    writes = await publish(office, caught("openTicket", {"body": {"subject": "x"}}), "Writes")
    misfits = await publish(
        office, caught("openTicket", {"body": "{% $states.context.Execution.Input.subject %}"}), "No"
    )
    office.sent()

    office.server.answers["/echo/v1/tickets"] = answer
    read = (await run(office, reads))["output"]
    sent_reading = len(office.sent())
    written = (await run(office, writes))["output"]
    sent_writing = len(office.sent())
    wrong = (await run(office, misfits))["output"]

    assert (read["status"], read["attempts"], sent_reading) == (503, 5, 5)
    assert (written["status"], written["attempts"], sent_writing) == (503, 1, 1)
    assert (wrong["kind"], wrong["attempts"]) == ("invalid", 1)
    assert "body" in wrong["message"]
    assert office.sent() == []


@pytest.mark.requirement("C15", "C11", "C4")
async def test_where_used_names_the_methods_of_drafts_and_versions(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    process = await publish(office, machine(Get=step("getTicket", {"id": "1"}), List=step("listTickets")))
    path = f"/api/processes/{process}"

    done(await office["editor"].put(f"{path}/draft", {"definition": caught("whoAmI")}))
    done(await office["editor"].patch(path, {"name": "Night work"}))

    assert await uses_of(office, made) == [
        ("Night work", "draft", ["whoAmI"]),
        ("Night work", "published", ["getTicket", "listTickets"]),
    ]
    refused = await office["editor"].delete(f"/api/integrations/{made['id']}")
    assert (refused.status, refused.code) == (409, "connection.in_use")


@pytest.mark.requirement("C16", "C15")
async def test_a_successor_is_called_by_the_same_steps(office: Office) -> None:
    made = await office.create()
    process = await publish(office, caught("listTickets"))
    body = {"details": {"endpoint": office.server.url("/echo/v2")}, "credentials": {"name": "X-Api-Key", "value": KEY}}

    replaced = done(await office["editor"].post(f"/api/integrations/{made['id']}/replace", body))["integration"]
    office.sent()
    ended = await run(office, process)

    assert (ended["output"]["status"], paths(office.sent())) == (200, ["GET /echo/v2/tickets"])
    assert [one for _, _, one in await uses_of(office, replaced)] == [["listTickets"], ["listTickets"]]


@pytest.mark.requirement("O5", "O9", "D26")
async def test_what_was_decided_before_is_decided_again_under_another_policy(office: Office) -> None:
    made = await office.create()
    steps: StepMethods = office.hub.services.integrations.steps
    connections: Connections = office.hub.services.connections
    editor = PersonId(office.people["editor"])

    async def usable() -> Any:
        return await connections.usable_in_run(ConnectionId(made["id"]), BusinessUnitId(office.unit))

    before = await steps.find_method(await usable(), editor, "listTickets")
    assert before is not None
    assert await steps.require_still(await usable(), editor, before) == before
    document = done(await office["editor"].get(f"/api/integrations/{made['id']}/versions/1"))["document"]
    body = {"document": document.replace("List the tickets", "List them")}
    done(await office["editor"].post(f"/api/integrations/{made['id']}/versions", body))

    with pytest.raises(MethodChangedError, match="nothing was sent"):
        await steps.require_still(await usable(), editor, before)


@pytest.mark.requirement("O9", "C11", "C15")
async def test_an_update_names_the_processes_that_use_what_goes_or_changes(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    await publish(office, machine(List=step("listTickets"), Get=step("getTicket", {"id": "1"})))
    await make(office, machine(Ask=step("whoAmI")), "A sketch")
    await publish(office, machine(List=step("listTickets")), "Only lists")
    value = changed(
        getTicket={"operationId": "readTicket"},
        listTickets={"parameters": [{"name": "state", "in": "query", "required": True, "schema": {"type": "string"}}]},
        whoAmI=None,
        openTicket={"summary": "Other words"},
    )

    update = await preview(office, made, value)
    blocked = await apply(office, made, value)
    confirmed = await apply(office, made, value, confirm_removed=True)

    assert [(one["label"], one["state"], one["lost"], one["changed"], one["in_force"]) for one in update["uses"]] == [
        ("A sketch", "draft", ["whoAmI"], [], False),
        ("Desk work", "draft", ["getTicket"], ["listTickets"], False),
        ("Desk work", "published", ["getTicket"], ["listTickets"], True),
        ("Only lists", "draft", [], ["listTickets"], False),
        ("Only lists", "published", [], ["listTickets"], True),
    ]
    # It is still there for people, and called otherwise; drafts stand in nobody's way.
    assert update["needs_confirmation"] == ["getTicket"]
    assert (blocked.status, blocked.code) == (409, "methods.in_use")
    (blocker,) = blocked.json()["blockers"]
    assert (blocker["kind"], blocker["label"], blocker["owner"], blocker["methods"]) == (
        "process",
        "Desk work",
        "Editor",
        ["getTicket"],
    )
    assert done(confirmed)["document_number"] == 2
    assert (await run(office, await process_id(office, "Desk work")))["problem"]["code"] == "method.held"


@pytest.mark.requirement("O9", "P1")
async def test_runs_that_go_on_by_an_earlier_version_are_named_until_they_end(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    await set_grant(office, made, "getTicket", None)
    definition = machine(Pause={"Type": "Wait", "Seconds": 600}, List=step("listTickets"))
    process = await publish(office, definition)
    path = f"/api/processes/{process}"
    started = done(await office["outsider"].post(f"{path}/runs", {"input": {}}))
    done(await office["editor"].put(f"{path}/draft", {"definition": machine(Done={"Type": "Succeed"})}))
    published = done(await office["editor"].post(f"{path}/versions", {}))
    await set_grant(office, made, "listTickets", None)
    value = changed(listTickets=None)

    during = await preview(office, made, value)
    blocked = await apply(office, made, value)
    done(await office["editor"].delete(f"{path}/published"))
    unpublished = await preview(office, made, value)
    assert office.hub.engine is not None
    async with office.hub.engine.running():
        done(await office["outsider"].post(f"/api/runs/{started['id']}/cancel"))
        await office.hub.services.processes.runs.wait(RunId(started["id"]), 20)
    after = await preview(office, made, value)

    (use,) = during["uses"]
    assert (use["label"], use["state"], use["version"], use["in_force"]) == ("Desk work", "running", 1, True)
    assert (use["lost"], use["link"], published["number"]) == (["listTickets"], f"/processes/{process}", 2)
    assert during["needs_confirmation"] == ["listTickets"]
    assert (blocked.status, blocked.code) == (409, "methods.in_use")
    assert [(one["kind"], one["state"]) for one in blocked.json()["blockers"]] == [("process", "running")]
    assert [one["version"] for one in unpublished["uses"]] == [1]
    assert (after["uses"], after["needs_confirmation"]) == ([], [])


@pytest.mark.requirement("O9", "C11")
async def test_processes_that_one_may_not_see_are_counted_and_still_in_the_way(office: Office) -> None:
    made = await office.create()
    await publish(office, machine(List=step("listTickets")))
    done(await office["editor"].post(f"/api/connections/{made['id']}/admins", {"people": [office.people["member"]]}))
    body = {"document": text_of(changed(listTickets=None, getTicket=None))}
    await set_grant(office, made, "listTickets", None)

    update = done(await office["member"].post(f"/api/integrations/{made['id']}/updates", body))
    blocked = await office["member"].post(f"/api/integrations/{made['id']}/versions", body)

    assert (update["uses"], update["hidden_uses"]) == ([], {"Editor": 2})
    assert update["needs_confirmation"] == ["getTicket", "listTickets"]
    assert blocked.json()["hidden_blockers"] == {"Editor": 1}
    assert [one["id"] for one in blocked.json()["blockers"]] == ["getTicket"]


async def process_id(office: Office, name: str) -> str:
    return next(one["id"] for one in done(await office["editor"].get("/api/processes"))["items"] if one["name"] == name)


@pytest.mark.requirement("O1", "P1")
async def test_arguments_that_the_document_refuses_are_said_before_a_step_runs_where_they_are_known(
    office: Office,
) -> None:
    await office.create()
    literal = machine(
        Colour=step("listTickets", {"state": "open", "colour": "red"}),
        Which=step("getTicket", {"path": {}}),
        Fine=step("listTickets", {"query": {"state": "open"}}),
        Later=step("listTickets", {"colour": "{% $states.input.colour %}"}),
    )
    process = await make(office, literal)
    path = f"/api/processes/{process['id']}"

    refused = await office["editor"].post(f"{path}/versions", {})
    draft = done(await office["editor"].get(f"{path}/draft"))
    which = machine(Which=step("getTicket", {"path": {}}))
    saved = done(await office["editor"].put(f"{path}/draft", {"definition": which}))

    assert (refused.status, refused.code) == (422, "process.not_publishable")
    problems = {one["pointer"]: one for one in refused.json()["problems"]}
    assert list(problems) == ["/States/Colour/Arguments/colour", "/States/Which/Arguments/id"]
    assert {one["code"] for one in problems.values()} == {"arguments.invalid"}
    assert "colour" in problems["/States/Colour/Arguments/colour"]["message"]
    assert [one["pointer"] for one in draft["findings"]] == list(problems)
    assert [one["pointer"] for one in saved["findings"]] == ["/States/Which/Arguments/id"]
