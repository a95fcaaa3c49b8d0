"""Processes and runs through the REST API: shapes, ETags, keys, and answers that are waited for (E3, P5)."""

from typing import Any

import pytest

from api.client import Client
from api.company import Company, done
from jackfield.kernel import Cursor
from processes.yard import http_step, machine

DEFINITION = machine(Ask=http_step("bearer/index.html", connection="Archive", Output="{% $states.result.status %}"))


async def a_process(company: Company, editor: Client, definition: dict[str, Any] = DEFINITION) -> dict[str, Any]:
    body = {"business_unit_id": company.unit, "name": "Look", "definition": definition}
    return done(await editor.post("/api/processes", body))


@pytest.mark.requirement("E3", "P1")
async def test_a_process_is_made_saved_checked_published_and_compared(company: Company) -> None:
    editor = company["editor"]
    made = await a_process(company, editor)
    path = f"/api/processes/{made['id']}"

    draft = await editor.get(f"{path}/draft")
    assert draft.json()["steps"][0]["connection_name"] == "Archive"
    assert not [one for one in draft.json()["findings"] if one["is_error"]]
    published = done(
        await editor.post(f"{path}/versions", {"note": "first"}, headers={"if-match": draft.header("etag")})
    )
    assert (published["number"], published["is_current"]) == (1, True)
    changed = {**DEFINITION, "Comment": "asks"}
    saved = await editor.put(f"{path}/draft", {"definition": changed}, headers={"if-match": draft.header("etag")})
    assert saved.status == 200
    stale = await editor.put(f"{path}/draft", {"definition": changed}, headers={"if-match": draft.header("etag")})
    assert (stale.status, stale.code) == (412, "process.changed")
    difference = done(await editor.get(f"{path}/difference?old=1"))
    assert difference["definition_fields"] == [{"pointer": "/Comment", "old": None, "new": "asks"}]
    refused = await editor.put(f"{path}/draft", {"definition": {"StartAt": "x"}})
    assert refused.status == 200
    problem = await editor.post(f"{path}/versions", {})
    assert (problem.status, problem.code) == (422, "process.not_publishable")
    assert problem.json()["problems"]


@pytest.mark.requirement("E3", "P5")
@pytest.mark.parametrize(
    ("fields", "where", "said"),
    [
        ({"a": {"type": "string", "enum": [1]}}, "form.properties.a.enum.0", "must be text"),
        ({"a": {"type": "array"}}, "form.properties.a.items", "must be given"),
        ({"a b": {"type": "string"}}, "form.properties.a b", "must fit the pattern"),
        ({"a": {"type": "number", "minimum": 10**400}}, "form.properties.a.minimum", "must be a number that"),
    ],
)
async def test_what_is_wrong_with_a_form_is_said_with_the_place_as_it_was_written(
    company: Company, fields: dict[str, Any], where: str, said: str
) -> None:
    form = {"type": "object", "properties": fields}
    body = {"business_unit_id": company.unit, "name": "Look", "definition": DEFINITION, "form": form}
    refused = await company["editor"].post("/api/processes", body)

    assert (refused.status, refused.json()["field"]) == (422, where)
    assert refused.json()["detail"].startswith(f"{where}: {said}")


@pytest.mark.requirement("E3", "P5", "P7", "D56")
async def test_a_run_is_started_once_for_a_key_and_its_answer_can_be_waited_for(company: Company) -> None:
    editor = company["editor"]
    made = await a_process(company, editor)
    path = f"/api/processes/{made['id']}"
    done(await editor.post(f"{path}/versions", {}))

    assert company.hub.engine is not None
    async with company.hub.engine.running():
        first = await editor.post(f"{path}/runs?wait=20", {"input": {"a": 1}}, headers={"idempotency-key": "one"})
        again = await editor.post(f"{path}/runs", {"input": {"a": 1}}, headers={"idempotency-key": "one"})

    run = done(first)
    assert (first.status, run["state"], run["output"], run["origin"]) == (201, "succeeded", 200, "hand")
    assert first.header("location") == f"/api/runs/{run['id']}"
    assert done(again)["id"] == run["id"]
    steps = done(await editor.get(f"/api/runs/{run['id']}/steps"))["items"]
    assert [(one["path"], one["status"], one["repeat"], one["connection"]["name"]) for one in steps] == [
        ("/Ask", "done", "read", "Archive")
    ]
    listed = done(await editor.get(f"/api/runs?process_id={made['id']}&state=succeeded,failed"))["items"]
    assert [one["id"] for one in listed] == [run["id"]]
    other = await editor.post(f"{path}/runs", {"input": {"a": 2}}, headers={"idempotency-key": "one"})
    assert (other.status, other.code) == (422, "run.key_reused")
    for none in ("", "ä"):
        refused = await editor.post(f"{path}/runs", {"input": {"a": 1}}, headers={"idempotency-key": none})
        assert (refused.status, refused.json()["field"]) == (422, "header.idempotency-key")
    ended = await editor.post(f"/api/runs/{run['id']}/cancel")
    assert (ended.status, ended.code) == (409, "run.ended")


@pytest.mark.requirement("E3")
@pytest.mark.parametrize(
    "number", ["99999999999999999999", "9223372036854775807", "-9223372036854775809", "2147483648"]
)
async def test_a_number_that_no_step_and_no_version_has_is_refused_where_it_stands(
    stored_company: Company, number: str
) -> None:
    company = stored_company
    editor = company["editor"]
    made = await a_process(company, editor, machine(Wait={"Type": "Wait", "Seconds": 600}))
    path = f"/api/processes/{made['id']}"
    done(await editor.post(f"{path}/versions", {}))
    run = done(await editor.post(f"{path}/runs", {}))

    asked = [
        await editor.post(f"/api/runs/{run['id']}/steps/{number}/retry"),
        await editor.post(f"/api/runs/{run['id']}/steps/{number}/skip", {"value": 1}),
        await editor.get(f"{path}/versions/{number}"),
        await editor.post(f"{path}/versions/{number}/restore"),
        await editor.get(f"{path}/difference?old={number}"),
        await editor.get(f"{path}/versions?cursor={after('-number', number)}"),
        await editor.get(f"/api/runs/{run['id']}/steps?cursor={after('n', number)}"),
    ]

    fields = ["path.n"] * 2 + ["path.number"] * 2 + ["query.old"] + ["cursor"] * 2
    assert [(one.status, one.json()["field"]) for one in asked] == [(422, field) for field in fields]


def after(order: str, number: str) -> str:
    return Cursor(order, (int(number),)).write()
