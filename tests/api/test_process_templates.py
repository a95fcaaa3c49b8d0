"""The templates of processes through the REST API (E3, P4)."""

import pytest

from api.company import Company, done


@pytest.mark.requirement("E3", "P4")
async def test_every_template_filled_with_ones_connection_can_be_published(company: Company) -> None:
    editor = company["editor"]
    listed = done(await editor.get("/api/process-templates"))["items"]
    assert [one["key"] for one in listed] == ["empty", "call", "again", "careful"]
    assert [one["tell_with"] for one in listed] == [[], [], [], ["mail", "http"]]

    for number, one in enumerate(listed):
        part = {"connector": "http", "connection": "Archive"}
        path = f"/api/process-templates/{one['key']}/definitions"
        filled = done(await editor.post(path, {"call": part, "tell": part, "attempts": 4}))
        body = {"business_unit_id": company.unit, "name": f"From {number}", **filled}
        made = done(await editor.post("/api/processes", body))
        published = await editor.post(f"/api/processes/{made['id']}/versions", {})
        assert published.status == 201, (one["key"], published.json())


@pytest.mark.requirement("E3", "E7", "P4")
async def test_templates_are_told_in_german_and_what_is_wrong_with_a_filling_with_its_place(company: Company) -> None:
    editor = company["editor"]
    german = {"accept-language": "de"}

    listed = done(await editor.get("/api/process-templates", headers=german))["items"]
    unknown = await editor.post("/api/process-templates/nothing/definitions", {})
    often = await editor.post("/api/process-templates/again/definitions", {"attempts": 1000})
    tell = {"connector": "sqlite", "connection": "x"}
    untold = await editor.post("/api/process-templates/careful/definitions", {"tell": tell}, headers=german)

    assert listed[0]["title"] == "Eine leere Definition"
    assert (unknown.status, unknown.json()["field"]) == (404, "template")
    assert (often.status, often.json()["field"]) == (422, "attempts")
    assert (untold.status, untold.json()["field"]) == (422, "tell.action")
    assert "es gibt keine Aktion von sqlite" in untold.json()["detail"]
