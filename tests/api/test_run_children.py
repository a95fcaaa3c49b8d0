"""Runs that are steps of runs, and how long runs are kept, through the REST API (E3, P2, P7)."""

from typing import Any

import pytest

from api.client import Client
from api.company import Company, done
from processes.yard import machine


async def a_published(company: Company, editor: Client, name: str, definition: dict[str, Any]) -> str:
    body = {"business_unit_id": company.unit, "name": name, "definition": definition}
    made: str = done(await editor.post("/api/processes", body))["id"]
    done(await editor.post(f"/api/processes/{made}/versions", {}))
    return made


@pytest.mark.requirement("E3", "P2", "P7")
async def test_a_step_leads_to_the_run_that_it_started_and_that_to_its_parent(company: Company) -> None:
    editor = company["editor"]
    ship = await a_published(company, editor, "Ship", machine(Say={"Type": "Pass", "Output": "shipped"}))
    call = {"Type": "Task", "Resource": "process:run", "Arguments": {"Process": "Ship"}}
    order = await a_published(company, editor, "Order", machine(Go=call))

    assert company.hub.engine is not None
    async with company.hub.engine.running():
        run = done(await editor.post(f"/api/processes/{order}/runs?wait=20", {}))

    assert (run["state"], run["output"], run["parent_id"]) == ("succeeded", "shipped", None)
    (step,) = done(await editor.get(f"/api/runs/{run['id']}/steps"))["items"]
    assert step["child"] == {
        "id": step["child"]["id"],
        "process": {"id": ship, "name": "Ship"},
        "state": "succeeded",
    }
    child = done(await editor.get(f"/api/runs/{step['child']['id']}"))
    assert (child["parent_id"], child["origin"]) == (run["id"], "process")
    assert done(await editor.get(f"/api/processes/{ship}"))["called_by"] == [{"id": order, "name": "Order"}]
    for refused in (
        await editor.delete(f"/api/processes/{ship}"),
        await editor.delete(f"/api/processes/{ship}/published"),
    ):
        assert (refused.status, refused.code) == (409, "process.called")
        assert [one["label"] for one in refused.json()["blockers"]] == ["Order"]


@pytest.mark.requirement("E3", "P7")
async def test_how_long_runs_are_kept_is_set_cleared_and_left_as_it_is(company: Company) -> None:
    path = f"/api/business-units/{company.unit}"
    administrator = company["administrator"]

    unset = done(await administrator.get(path))["runs_kept_days"]
    changed = done(await administrator.patch(path, {"runs_kept_days": 30}))["runs_kept_days"]
    left = done(await administrator.patch(path, {"description": "Sums"}))["runs_kept_days"]
    cleared = done(await administrator.patch(path, {"runs_kept_days": None}))["runs_kept_days"]

    assert (unset, changed, left, cleared) == (None, 30, 30, None)
    for days in (0, 4000):
        refused = await administrator.patch(path, {"runs_kept_days": days})
        assert refused.status == 422
    assert (await company["editor"].patch(path, {"runs_kept_days": 1})).status == 403
