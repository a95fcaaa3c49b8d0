"""What a page knows before and after somebody has signed in."""

from importlib.metadata import version

import pytest

from api.client import ORIGIN
from api.company import Company, done, sign_in
from api.conftest import OpenHub
from api.hub import PASSWORD, Hub


@pytest.mark.requirement("E2")
async def test_until_a_super_admin_has_a_password_the_sign_in_page_is_told_so(hub: Hub) -> None:
    code = await hub.services.directory.sign_in.first_start()
    assert code is not None
    before = done(await hub.client().get("/api/setup"))

    done(
        await hub.client(origin=ORIGIN).post("/api/sessions/redeem-code", {"code": code.reveal(), "password": PASSWORD})
    )
    after = done(await hub.client().get("/api/setup"))

    assert before == {"first_sign_in_pending": True, "product_version": version("jackfield"), "production": False}
    assert after == {**before, "first_sign_in_pending": False}


async def test_me_has_names_for_all_that_one_belongs_to(company: Company) -> None:
    group = done(await company.admin.post("/api/groups", {"name": "Archivists"}))["id"]
    done(await company.admin.put(f"/api/groups/{group}/members/{company.people['editor']}"))

    me = done(await company["editor"].get("/api/me"))

    assert (me["name"], me["sign_in_name"], me["email"]) == ("Editor", "editor@example.com", "")
    assert me["business_units"] == [
        {"business_unit_id": company.unit, "business_unit_name": "Accounting", "roles": ["editor"]}
    ]
    assert (me["group_ids"], me["groups"]) == ([group], [{"id": group, "name": "Archivists"}])


@pytest.mark.requirement("C1", "C13")
async def test_me_says_what_pages_may_offer_as_the_rules_decide_it(company: Company) -> None:
    names = ("administrator", "editor", "member", "auditor")
    may = {name: done(await company[name].get("/api/me"))["may"] for name in names}
    admin = done(await company.admin.get("/api/me"))["may"]
    here = {"everywhere": False, "business_unit_ids": [company.unit]}
    nowhere = {"everywhere": False, "business_unit_ids": []}
    everywhere = {"everywhere": True, "business_unit_ids": []}

    assert [may[name]["create_connections"] for name in names] == [here, here, nowhere, nowhere]
    assert [may[name]["create_processes"] for name in names] == [here, here, nowhere, nowhere]
    assert [may[name]["switch_features"] for name in names] == [here, nowhere, nowhere, nowhere]
    assert [may[name]["manage_business_units"] for name in names] == [here, nowhere, nowhere, nowhere]
    assert [may[name]["read_audit"] for name in names] == [here, nowhere, nowhere, here]
    assert [may[name]["list_people"] for name in names] == [True, False, False, False]
    assert [may[name]["list_groups"] for name in names] == [True, True, False, True]
    assert not any(may[name]["manage_people"] for name in names)
    assert all(may[name]["create_tokens"] for name in names)
    assert admin["create_connections"] == nowhere
    assert [admin[one] for one in ("switch_features", "manage_business_units", "read_audit")] == [everywhere] * 3
    assert all(admin[one] for one in ("manage_people", "manage_groups", "create_business_units", "verify_audit"))


@pytest.mark.requirement("C1")
async def test_in_a_production_installation_only_administrators_are_offered_to_create(opens: OpenHub) -> None:
    hub = await opens(production=True)
    admin = await hub.super_admin()
    unit = done(await admin.post("/api/business-units", {"name": "Sales"}))["id"]
    offered: dict[str, list[str]] = {}
    for role in ("administrator", "editor"):
        body = {"name": role, "sign_in_name": role}
        made = done(await admin.post("/api/people", body))
        done(await admin.put(f"/api/business-units/{unit}/members/{made['person']['id']}", {"roles": [role]}))
        client = await sign_in(hub, {"code": made["code"], "password": PASSWORD}, "/api/sessions/redeem-code")
        offered[role] = done(await client.get("/api/me"))["may"]["create_connections"]["business_unit_ids"]

    assert offered == {"administrator": [unit], "editor": []}
    assert done(await hub.client().get("/api/setup"))["production"] is True


async def test_an_api_token_that_cannot_make_tokens_is_not_offered_it(hub: Hub) -> None:
    program = await hub.program(await hub.super_admin())

    me = done(await program.get("/api/me"))

    assert (me["may"]["create_tokens"], me["may"]["manage_people"]) == (False, True)
