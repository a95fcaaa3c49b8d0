"""Tasks through the REST API: inbox, answer, asking others, links; shapes, ETags and keys (E3, P2)."""

import asyncio
from typing import Any

import pytest

from api.client import Client
from api.company import Company, done
from processes.test_tasks import ask
from processes.yard import machine


async def asked(company: Company, **more: Any) -> dict[str, Any]:
    """A task that the member is asked, by a run of the editor."""
    editor = company["editor"]
    step = ask(assignees={"people": ["member@example.com"]}, due=3600, **more)
    body = {"business_unit_id": company.unit, "name": "Ask", "definition": machine(Approve=step)}
    process = done(await editor.post("/api/processes", body))["id"]
    done(await editor.post(f"/api/processes/{process}/versions", {}))
    run = done(await editor.post(f"/api/processes/{process}/runs", {"input": {}}))
    while not (found := done(await editor.get(f"/api/runs/{run['id']}/tasks"))["items"]):  # noqa: ASYNC110  # the engine's
        await asyncio.sleep(0.02)
    return found[0]


@pytest.mark.requirement("P2", "E3")
async def test_a_task_is_found_answered_and_seen_in_its_run(company: Company) -> None:
    editor, member = company["editor"], company["member"]
    assert company.hub.engine is not None
    async with company.hub.engine.running():
        task = await asked(company)
        path = f"/api/tasks/{task['id']}"

        inbox = done(await member.get("/api/tasks"))["items"]
        assert [one["id"] for one in inbox] == [task["id"]]
        assert done(await member.get("/api/tasks/count")) == {"count": 1}
        assert done(await editor.get("/api/tasks"))["items"] == []
        governed = done(await editor.get("/api/tasks?view=governed"))["items"]
        assert [one["people"][0]["name"] for one in governed] == ["Member"]
        detail = await member.get(path)
        assert (detail.json()["may_decide"], detail.json()["may_reassign"]) == (True, False)
        stranger = await company["stranger"].get(path)
        unknown = await company["stranger"].get("/api/tasks/tsk_unknown")
        assert (stranger.status, stranger.code, stranger.json()["detail"]) == (
            404,
            "task.not_found",
            unknown.json()["detail"],
        )
        own = await editor.post(f"{path}/decision", {"decision": "approved"})
        assert (own.status, own.json()["rule"]) == (403, "P2")
        stale = await member.post(f"{path}/decision", {"decision": "approved"}, headers={"if-match": '"v9"'})
        assert (stale.status, stale.code) == (412, "task.changed")

        headers = {"if-match": detail.header("etag"), "idempotency-key": "yes"}
        first = await member.post(f"{path}/decision", {"decision": "approved", "reason": "good"}, headers=headers)
        again = await member.post(f"{path}/decision", {"decision": "approved", "reason": "good"}, headers=headers)
        late = await member.post(f"{path}/decision", {"decision": "rejected"})

    assert done(first)["answer"]["reason"] == "good"
    assert (again.json(), again.header("idempotency-replayed")) == (first.json(), "true")
    assert (late.status, late.code) == (409, "task.ended")
    steps = done(await editor.get(f"/api/runs/{task['run_id']}/steps"))["items"]
    assert steps[0]["task"]["decided_by"]["name"] == "Member"
    assert [one["id"] for one in done(await member.get("/api/tasks?view=done"))["items"]] == [task["id"]]


@pytest.mark.requirement("P2")
async def test_a_task_is_asked_of_others_and_answered_by_a_link(company: Company) -> None:
    administrator, nobody = company["administrator"], Client(company.hub.app, {})
    assert company.hub.engine is not None
    async with company.hub.engine.running():
        task = await asked(company, links=True)
        path, link = f"/api/tasks/{task['id']}", f"/api/task-links/{task['id']}"
        auditor = {"people": [company.people["auditor"]]}
        assert done(await administrator.put(f"{path}/assignees", auditor))["people"][0]["name"] == "Auditor"
        refused = await company["auditor"].put(f"{path}/assignees", auditor)
        assert refused.status == 403

        made = await administrator.post(f"{path}/links", {"person_id": company.people["auditor"]})
        token = done(made)["token"]
        seen = done(await nobody.post(link, {"token": token}))
        decided = await nobody.post(f"{link}/decision", {"token": token, "decision": "rejected"})
        again = await nobody.post(f"{link}/decision", {"token": token, "decision": "approved"})

    assert (made.status, seen["title"], seen["may_reassign"]) == (201, "Order 17", False)
    assert (done(decided)["decision"], done(decided)["is_by_link"]) == ("rejected", True)
    assert (again.status, again.code) == (403, "task.link_refused")
