"""Where people belong, and what their leaving would pass on."""

import pytest

from api.company import Company, add_person, done


async def test_where_a_person_belongs_is_told_as_far_as_one_may_know(stored_company: Company) -> None:
    company = stored_company
    stranger = company.people["stranger"]
    group = done(await company.admin.post("/api/groups", {"name": "Archivists"}))["id"]
    done(await company.admin.put(f"/api/groups/{group}/members/{stranger}"))
    path = f"/api/people/{stranger}/memberships"

    to_admin = done(await company.admin.get(path))
    to_administrator = done(await company["administrator"].get(path))
    to_member = await company["member"].get(path)

    there = {"business_unit_id": company.other_unit, "business_unit_name": "Sales", "roles": ["administrator"]}
    assert to_admin == {"business_units": [there], "groups": [{"id": group, "name": "Archivists"}]}
    assert to_administrator == {"business_units": [], "groups": [{"id": group, "name": "Archivists"}]}
    assert (to_member.status, to_member.code) == (404, "person.not_found")


@pytest.mark.requirement("C12")
async def test_before_a_person_leaves_one_is_told_what_passes_on_and_to_whom(company: Company) -> None:
    path = f"/api/people/{company.people['editor']}/departure"
    leaving = f"{path}?business_unit_id={company.unit}"

    everywhere = done(await company.admin.get(path))
    here = done(await company["administrator"].get(leaving))
    refused = [await company["administrator"].get(path), await company["member"].get(leaving)]

    heir = {"id": company.people["administrator"], "name": "Administrator"}
    assert everywhere == here == {"connections": 1, "without_other_admins": 1, "heirs": [heir]}
    assert [one.status for one in refused] == [403, 403]


@pytest.mark.requirement("C12")
async def test_with_another_admin_nobody_has_to_take_over(company: Company) -> None:
    second, _ = await add_person(company.hub, company.admin, "second")
    done(await company.admin.put(f"/api/business-units/{company.unit}/members/{second}", {"roles": ["editor"]}))
    done(await company["editor"].post(f"/api/connections/{company.connection}/admins", {"people": [second]}))

    found = done(await company.admin.get(f"/api/people/{company.people['editor']}/departure"))

    assert found == {"connections": 1, "without_other_admins": 0, "heirs": []}
