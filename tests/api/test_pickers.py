"""Whom one may choose, and the names that stand beside ids."""

from typing import Any

import pytest

from api.client import Client
from api.company import Company, add_person, done


async def found(client: Client, path: str) -> list[str]:
    return [one["name"] for one in done(await client.get(path))["items"]]


async def belong(company: Company, name: str, unit: str, *roles: str) -> None:
    done(await company.admin.put(f"/api/business-units/{unit}/members/{company.people[name]}", {"roles": [*roles]}))


@pytest.mark.requirement("C6", "C8")
async def test_an_editor_chooses_among_the_active_people_of_his_business_unit(stored_company: Company) -> None:
    company = stored_company
    company.people["gone"], _ = await add_person(company.hub, company.admin, "gone")
    await belong(company, "gone", company.unit, "editor")
    done(await company.admin.post(f"/api/people/{company.people['gone']}/deactivate"))
    unit = f"business_unit_id={company.unit}"

    asked = await found(company["editor"], f"/api/pickable-people?{unit}")
    administering = await found(company["editor"], f"/api/pickable-people?{unit}&to=administer")
    designing = await found(company["editor"], f"/api/pickable-people?{unit}&to=design")
    searched = await found(company["editor"], f"/api/pickable-people?{unit}&search=MEMB")
    anywhere = await found(company["editor"], "/api/pickable-people")

    assert asked == anywhere == ["Administrator", "Auditor", "Editor", "Member"]
    assert administering == ["Administrator", "Editor", "Member"]
    assert designing == ["Administrator", "Editor"]
    assert searched == ["Member"]


@pytest.mark.requirement("C6", "D13")
async def test_nobody_finds_whom_he_may_not_look_up(company: Company) -> None:
    _, newcomer = await add_person(company.hub, company.admin, "newcomer")
    foreign = f"/api/pickable-people?business_unit_id={company.other_unit}"

    answers = [await client.get(foreign) for client in (company["editor"], newcomer)]
    unknown = await company["editor"].get("/api/pickable-people?business_unit_id=bu_unknown")

    assert [one.status for one in (*answers, unknown)] == [404] * 3
    assert {**answers[0].json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    assert await found(newcomer, "/api/pickable-people") == []
    assert await found(newcomer, "/api/pickable-groups") == []


@pytest.mark.requirement("C6", "C7")
async def test_who_may_list_people_finds_super_admins_for_sharing_and_everybody_to_ask_about(company: Company) -> None:
    unit = f"business_unit_id={company.unit}"

    for client in (company.admin, company["administrator"]):
        sharing = await found(client, f"/api/pickable-people?{unit}&to=administer")
        designing = await found(client, f"/api/pickable-people?{unit}&to=design")
        everybody = await found(client, "/api/pickable-people")
        assert sharing == ["Administrator", "Administrator", "Editor", "Member"]  # the super admin is called so, too
        assert designing == ["Administrator", "Editor"]
        assert "Stranger" in everybody


@pytest.mark.requirement("C6")
async def test_whoever_can_be_chosen_can_be_made_an_admin(company: Company) -> None:
    path = f"/api/pickable-people?business_unit_id={company.unit}&to=administer"
    ids = [one["id"] for one in done(await company["administrator"].get(path))["items"]]

    shared = await company["editor"].post(f"/api/connections/{company.connection}/admins", {"people": ids})

    assert {one["id"] for one in done(shared)["shared_with"]} == set(ids)


async def test_pages_of_people_and_groups_are_walked_to_their_end(company: Company) -> None:
    for number in range(3):
        done(await company.admin.post("/api/groups", {"name": f"Group {number}", "description": "of people"}))

    for path, names in (
        (f"/api/pickable-people?business_unit_id={company.unit}", ["Administrator", "Auditor", "Editor", "Member"]),
        ("/api/pickable-groups?search=GROUP", ["Group 0", "Group 1", "Group 2"]),
    ):
        walked: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            separator = "&" if "?" in path else "?"
            page = done(await company["editor"].get(f"{path}{separator}limit=2{f'&cursor={cursor}' if cursor else ''}"))
            walked += [one["name"] for one in page["items"]]
            cursor = page["next"]
        assert walked == names


@pytest.mark.requirement("C2", "C3", "E1")
async def test_a_page_never_has_to_show_an_id(company: Company) -> None:
    editor, admin = company["editor"], company.admin
    path = f"/api/connections/{company.connection}"
    group = done(await admin.post("/api/groups", {"name": "Archivists"}))["id"]
    narrowed = {"people": [company.people["administrator"]], "groups": [group]}
    done(await editor.put(f"{path}/authorized-persons", narrowed))

    secret = done(await editor.get(path))["details"]["secrets"][0]
    picked = done(await editor.get("/api/pickable-connections"))["items"][0]
    target = done(await admin.get("/api/outbound-targets"))["items"][0]
    added = done(await admin.post("/api/outbound-targets", {"host": "10.0.0.1"}))
    entry: Any = done(await editor.get(f"{path}/activity"))["items"][0]

    assert secret["set_by_name"] == "Editor"
    assert picked["business_unit_name"] == "Accounting"
    assert target["created_by_name"] == added["created_by_name"] == "Administrator"
    assert entry["name"] == "connection.set_authorized_persons"
    assert entry["names"] == {
        company.people["editor"]: "Editor",
        company.people["administrator"]: "Administrator",
        company.unit: "Accounting",
        group: "Archivists",
    }
