"""Why, for everything at once; seeing connections as somebody else would; and how a connection was over time."""

import pytest

from api.company import Company, add_person, done, http_connection
from jackfield.connections import ConnectionAct


async def belong(company: Company, name: str, unit: str, *roles: str) -> None:
    done(await company.admin.put(f"/api/business-units/{unit}/members/{company.people[name]}", {"roles": [*roles]}))


@pytest.mark.requirement("C17")
async def test_why_is_answered_for_everything_at_once_as_for_each_thing(company: Company) -> None:
    path = f"/api/connections/{company.connection}"
    member = company.people["member"]

    every = done(await company["editor"].get(f"{path}/explanations?person_id={member}"))["items"]
    own = done(await company["editor"].get(f"{path}/explanations"))["items"]
    refused = await company["member"].get(f"{path}/explanations")
    about_another = await company["administrator"].get(f"{path}/explanations?person_id={member}")

    assert [one["act"] for one in every] == [*ConnectionAct]
    for one in every:
        assert one == done(await company["editor"].get(f"{path}/explain?act={one['act']}&person_id={member}"))
        assert one["allowed"] or (one["rule"] and one["who_can_change"] and one["questions"])
    assert {one["act"] for one in own if one["allowed"]} == set(done(await company["editor"].get(path))["may"])
    assert (refused.status, about_another.status) == (404, 403)


@pytest.mark.requirement("C17", "C3")
async def test_super_admins_and_auditors_see_the_list_as_somebody_else_does(company: Company) -> None:
    company.people["inspector"], inspector = await add_person(company.hub, company.admin, "inspector")
    path = f"/api/people/{company.people['inspector']}"
    done(await company.admin.patch(path, {"installation_roles": ["auditor"]}))
    listed = {
        name: [one["id"] for one in done(await company[name].get("/api/connections"))["items"]]
        for name in company.clients
    }
    assert listed["editor"] == [company.connection]

    for client in (company.admin, inspector):
        for name, ids in listed.items():
            seen = done(await client.get(f"/api/connections?as_person_id={company.people[name]}"))
            assert [one["id"] for one in seen["items"]] == ids, name
            assert seen["viewed_as"] == {
                "person": {"id": company.people[name], "name": name.title()},
                "left_out": 0,
            }


@pytest.mark.requirement("C17", "D13")
async def test_an_administrator_sees_as_a_member_only_what_he_sees_himself(company: Company) -> None:
    administrator, editor = company["administrator"], company.people["editor"]
    await belong(company, "editor", company.other_unit, "editor")
    other = http_connection(company.other_unit, company.server, "Elsewhere")
    done(await company["editor"].post("/api/connections", other))
    shared = done(
        await company["editor"].post("/api/connections", http_connection(company.unit, company.server, "Ours"))
    )
    people = {"people": [company.people["administrator"]]}
    done(await company["editor"].post(f"/api/connections/{shared['id']}/admins", people))

    seen = done(await administrator.get(f"/api/connections?as_person_id={editor}"))
    one = done(await administrator.get(f"/api/connections/{shared['id']}?as_person_id={editor}"))
    hidden = await administrator.get(f"/api/connections/{company.connection}?as_person_id={editor}")

    assert [row["name"] for row in seen["items"]] == ["Ours"]
    assert seen["viewed_as"]["left_out"] == 1  # Archive; what is in the other business unit isn't even counted
    for search in ("Arch", "no such name"):
        narrowed = done(
            await administrator.get(f"/api/connections?as_person_id={editor}&search={search.replace(' ', '%20')}")
        )
        assert narrowed["viewed_as"]["left_out"] == 1, "a search would tell the names of what he may not see"
    assert one["details"] is not None
    assert one["viewed_as"] == {"person": {"id": editor, "name": "Editor"}, "left_out": 0}
    assert one["may"] == done(await company["editor"].get(f"/api/connections/{shared['id']}"))["may"]
    assert hidden.status == 403


@pytest.mark.requirement("C7", "C17")
async def test_looking_as_somebody_never_shows_details_that_one_may_not_read(company: Company) -> None:
    path, editor = f"/api/connections/{company.connection}", company.people["editor"]

    seen = done(await company.admin.get(f"{path}?as_person_id={editor}"))
    unseen = await company.admin.get(f"{path}?as_person_id={company.people['member']}")

    assert (seen["details"], seen["viewed_as"]["left_out"]) == (None, 1)
    assert "rename" in seen["may"]
    assert (unseen.status, unseen.code) == (404, "connection.not_found")


@pytest.mark.requirement("C17")
async def test_nobody_else_may_look_as_somebody(company: Company) -> None:
    editor, stranger = company.people["editor"], company.people["stranger"]

    for name, person in (("editor", stranger), ("member", editor), ("auditor", editor), ("administrator", stranger)):
        for path in ("/api/connections", f"/api/connections/{company.connection}"):
            answer = await company[name].get(f"{path}?as_person_id={person}")
            assert (answer.status, answer.json()["rule"]) == (403, "C17"), name
    unknown = await company["member"].get("/api/connections?as_person_id=per_unknown")
    nobody = await company.admin.get("/api/connections?as_person_id=per_unknown")
    oneself = await company["editor"].get(f"/api/connections?as_person_id={editor}")

    assert (unknown.status, nobody.status, nobody.code) == (403, 404, "person.not_found")
    assert [one["id"] for one in done(oneself)["items"]] == [company.connection]


@pytest.mark.requirement("C3", "C14")
async def test_the_list_takes_several_states_and_counts(company: Company) -> None:
    bad = http_connection(company.unit, company.server, "Broken", credentials={"token": "wrong"})
    done(await company["editor"].post("/api/connections", bad))

    async def ask(query: str) -> tuple[list[str], object]:
        found = done(await company["editor"].get(f"/api/connections?{query}"))
        return [one["name"] for one in found["items"]], found["total"]

    assert await ask("state=not_connected") == (["Broken"], None)
    both = "state=not_connected,connected&with_total=true&limit=1"
    assert await ask(both) == (["Archive"], {"count": 2, "is_more": False})
    assert await ask("state=off,unreachable&with_total=true") == ([], {"count": 0, "is_more": False})
    for wrong in ("state=", "state=up", "state=off,", "state=off&state=connected"):
        assert (await company["editor"].get(f"/api/connections?{wrong}")).status == 422


@pytest.mark.requirement("C14")
async def test_how_a_connection_was_is_told_newest_first_to_whoever_may_read_its_details(company: Company) -> None:
    bad = http_connection(company.unit, company.server, "Broken", credentials={"token": "wrong"})
    path = f"/api/connections/{done(await company['editor'].post('/api/connections', bad))['id']}"
    good = http_connection(company.unit, company.server)["credentials"]
    done(await company["editor"].put(f"{path}/details", {"credentials": good}))

    changes = done(await company["editor"].get(f"{path}/health"))["items"]
    acts = done(await company["editor"].get(f"{path}/activity?name=connection.change_details"))["items"]
    failures = done(await company["editor"].get(f"{path}/activity?outcome=failed"))["items"]

    assert [(one["before"], one["after"], one["reason"]) for one in changes] == [("not_connected", "connected", "")]
    assert (changes[0]["actor"]["kind"], changes[0]["actor"]["label"]) == ("person", "Editor")
    assert [one["name"] for one in acts] == ["connection.change_details"]
    assert all(one["outcome"] == "failed" for one in failures)
    assert (await company.admin.get(f"{path}/health")).status == 403
    assert (await company["member"].get(f"{path}/health")).status == 404
