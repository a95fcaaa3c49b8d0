"""One connection from creation to deletion, over the API, against a real web server."""

import json

import pytest

from api.company import Company, done, http_connection
from servers import nginx

SECRET = "kA7canaryZt94neverToBeSeenAnywhere"


async def test_a_connection_is_created_tested_and_called(stored_company: Company) -> None:
    company = stored_company
    editor = company["editor"]

    made = await editor.post("/api/connections", http_connection(company.unit, company.server, "Second"))
    call = {"connection": made.json()["id"], "action": "request", "arguments": {"path": "echo/x", "method": "GET"}}
    called = done(await editor.post("/api/calls", call))

    assert (made.status, made.header("location")) == (201, f"/api/connections/{made.json()['id']}")
    assert (made.json()["state"], made.header("etag")) == ("connected", f'"v{made.json()["version"]}"')
    assert made.json()["details"]["secrets"][0]["is_set"] is True
    assert called["result"]["status"] == 200
    assert called["result"]["data"]["method"] == "GET"
    assert nginx.TOKEN not in json.dumps(called)
    assert (called["secret_reflected"], called["attempts"]) == (True, 1)


async def test_a_call_by_name_works_too(company: Company) -> None:
    call = {"connection": "archive", "action": "request", "arguments": {"path": "echo/x"}}

    assert (await company["editor"].post("/api/calls", call)).status == 200


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"action": "nothing"}, 404, "action.not_found", "action"),
        ({"connection": "con_unknown"}, 404, "connection.not_found", None),
        ({"arguments": {"path": "x", "method": "BREW"}}, 422, "input.invalid", "arguments.method"),
        ({"arguments": {"path": "x", "verb": "GET"}}, 422, "input.invalid", "arguments.verb"),
        ({"arguments": "x"}, 422, "input.invalid", "arguments"),
        ({"arguments": {"path": "forbidden/"}}, 502, "remote.rejected", None),
        ({"arguments": {"path": "soon/"}}, 503, None, None),
        ({"password": "x"}, 422, "input.invalid", "password"),
    ],
)
async def test_a_call_that_can_not_be_made_says_why(
    company: Company, changes: dict[str, object], status: int, code: str | None, field: str | None
) -> None:
    call = {"connection": company.connection, "action": "request", "arguments": {"path": "echo/"}, **changes}

    answer = await company["editor"].post("/api/calls", call)

    assert answer.status == status, answer.body
    assert code is None or answer.code == code
    assert field is None or answer.json()["field"] == field


async def test_a_call_with_a_key_is_made_once(company: Company) -> None:
    call = {"connection": company.connection, "action": "request", "arguments": {"path": "echo/once"}}
    log = company.server.folder / "access.log"
    before = log.read_text().count("/echo/once")

    answers = [
        await company["editor"].post("/api/calls", call, headers={"idempotency-key": "call-1"}) for _ in range(3)
    ]

    assert len({answer.body for answer in answers}) == 1
    assert log.read_text().count("/echo/once") - before == 1


async def test_one_that_fails_its_test_is_kept_with_the_reason_and_can_be_corrected(company: Company) -> None:
    editor = company["editor"]
    wrong = http_connection(company.unit, company.server, "Wrong", credentials={"token": SECRET})

    made = await editor.post("/api/connections", wrong)
    path = f"/api/connections/{made.json()['id']}"
    corrected = await editor.put(f"{path}/details", {"credentials": {"token": nginx.TOKEN}})
    too_late = await editor.put(f"{path}/details", {"details": {"base_url": f"{company.server.base}/x/"}})

    assert (made.status, made.json()["state"]) == (201, "not_connected")
    assert made.json()["reason"]
    assert corrected.json()["state"] == "connected"
    assert (too_late.status, too_late.code) == (409, "connection.details_fixed")
    assert SECRET not in made.body.decode()


async def test_renaming_takes_the_version_one_saw_and_a_free_name(company: Company) -> None:
    editor = company["editor"]
    path = f"/api/connections/{company.connection}"
    tag = (await editor.get(path)).header("etag")

    renamed = await editor.patch(path, {"name": "Invoices"}, headers={"if-match": tag})
    stale = await editor.patch(path, {"name": "Bills"}, headers={"if-match": tag})
    await editor.post("/api/connections", http_connection(company.unit, company.server, "Other"))
    taken = await editor.patch(path, {"name": " OTHER"})

    assert (renamed.status, renamed.json()["name"]) == (200, "Invoices")
    assert (stale.status, stale.code) == (412, "connection.changed")
    assert (taken.status, taken.code) == (409, "connection.name_taken")


@pytest.mark.requirement("C2", "C5")
async def test_credentials_are_left_out_set_or_cleared_and_stay_in_force_if_new_ones_fail(company: Company) -> None:
    editor = company["editor"]
    path = f"/api/connections/{company.connection}"

    placeholder = await editor.put(f"{path}/credentials", {"credentials": {"token": "***"}})
    cleared = await editor.put(f"{path}/credentials", {"credentials": {"token": None}})
    left_out = await editor.put(f"{path}/credentials", {"credentials": {}})
    call = {"connection": company.connection, "action": "request", "arguments": {"path": "bearer/index.html"}}
    called = await editor.post("/api/calls", call)
    rolled_back = await editor.post(f"{path}/roll-back")

    assert (placeholder.status, placeholder.json()["kind"]) == (502, "remote_sign_in")
    assert (cleared.status, cleared.json()["field"]) == (422, "credentials.token")
    assert (left_out.status, left_out.json()["state"]) == (200, "connected")
    assert called.status == 200
    assert (rolled_back.status, rolled_back.json()["state"]) == (200, "connected")


@pytest.mark.requirement("C6", "C7")
async def test_admins_are_added_and_removed_down_to_the_last_and_super_admins_only_share(company: Company) -> None:
    editor, administrator = company["editor"], company["administrator"]
    path = f"/api/connections/{company.connection}"

    by_power = await company.admin.patch(path, {"name": "Mine"})
    shared = await company.admin.post(f"{path}/admins", {"people": [company.people["administrator"]]})
    told = done(await editor.get("/api/notices"))["items"]
    removed = await administrator.delete(f"{path}/admins/{company.people['editor']}")
    last = await administrator.delete(f"{path}/admins/{company.people['administrator']}")

    assert (by_power.status, by_power.json()["rule"]) == (403, "C7")
    assert {one["id"] for one in shared.json()["shared_with"]} == {
        company.people["editor"],
        company.people["administrator"],
    }
    assert "connection.super_admin_shared" in {one["kind"] for one in told}
    assert [one["id"] for one in removed.json()["shared_with"]] == [company.people["administrator"]]
    assert (last.status, last.code) == (409, "connection.last_admin")


async def test_who_is_removed_and_sees_it_no_more_gets_nothing_back(company: Company) -> None:
    path = f"/api/connections/{company.connection}"
    administrator = company["administrator"]
    done(await company["editor"].post(f"{path}/admins", {"people": [company.people["administrator"]]}))

    gone = await administrator.delete(f"{path}/admins/{company.people['administrator']}")

    assert (gone.status, gone.body) == (204, b"")


@pytest.mark.requirement("C8")
async def test_authorized_persons_narrow_who_finds_it_in_pickers(company: Company) -> None:
    editor, administrator = company["editor"], company["administrator"]

    async def picks() -> list[str]:
        found = done(await administrator.get(f"/api/pickable-connections?business_unit_id={company.unit}"))
        return [one["name"] for one in found["items"]]

    before = await picks()
    narrowed = await editor.put(
        f"/api/connections/{company.connection}/authorized-persons", {"people": [company.people["editor"]]}
    )
    after = await picks()

    assert (before, narrowed.json()["is_narrowed"], after) == (["Archive"], True, [])


@pytest.mark.requirement("C17")
async def test_every_refusal_can_be_explained(company: Company) -> None:
    path = f"/api/connections/{company.connection}/explain"

    own = done(await company["editor"].get(f"{path}?act=rename"))
    others = done(await company["editor"].get(f"{path}?act=use&person_id={company.people['member']}"))

    assert (own["allowed"], own["rule"]) == (True, "C6")
    assert (others["allowed"], others["rule"]) == (False, "C8")
    assert others["who_can_change"]
    assert others["questions"][-1]["answer"] is False


@pytest.mark.requirement("C13")
async def test_a_connector_that_is_off_says_so_and_who_can_turn_it_on(company: Company) -> None:
    administrator, editor = company["administrator"], company["editor"]
    where = f"?business_unit_id={company.unit}"
    call = {"connection": company.connection, "action": "request", "arguments": {"path": "echo/"}}

    impact = done(await administrator.get(f"/api/features/http/impact{where}"))
    not_his = await editor.put("/api/features/http", {"on": False, "business_unit_id": company.unit})
    done(await administrator.put("/api/features/http", {"on": False, "business_unit_id": company.unit}))
    gallery = {one["key"]: one for one in done(await editor.get(f"/api/connectors{where}"))["items"]}
    shown = done(await editor.get(f"/api/connections/{company.connection}"))
    frozen = await editor.post("/api/calls", call)
    done(await administrator.put("/api/features/http", {"on": True, "business_unit_id": company.unit}))
    back = await editor.post("/api/calls", call)

    assert impact["connections"] == 1
    assert (not_his.status, not_his.json()["rule"]) == (403, "C13")
    assert (gallery["http"]["is_on"], gallery["sql"]["is_on"] if "sql" in gallery else True) == (False, True)
    assert "administrators" in gallery["http"]["who_can_change"]
    assert shown["state"] == "off"
    assert (frozen.status, frozen.code) == (409, "feature.off")
    assert "administrators" in frozen.json()["who_can_change"]
    assert back.status == 200


async def test_a_connector_gives_the_forms_it_is_filled_in_by(company: Company) -> None:
    connector = done(await company["editor"].get("/api/connectors/http"))

    assert "base_url" in connector["details"]["properties"]
    bearer = next(one for one in connector["schemes"] if one["key"] == "bearer")
    assert bearer["credentials"]["properties"]["token"]["writeOnly"] is True
    request = next(one for one in connector["actions"] if one["key"] == "request")
    assert (request["effect"], request["depends_on_arguments"]) == ("destructive", True)
    assert (await company["editor"].get("/api/connectors/nothing")).status == 404


async def test_a_deleted_connection_is_gone_and_its_activity_was_seen(company: Company) -> None:
    editor = company["editor"]
    path = f"/api/connections/{company.connection}"

    activity = done(await editor.get(f"{path}/activity"))["items"]
    uses = done(await editor.get(f"{path}/uses"))
    deleted = await editor.delete(path)
    after = await editor.get(path)
    recorded = done(await company["auditor"].get(f"/api/audit?object_id={company.connection}&name=connection.delete"))

    assert activity[-1]["name"] == "connection.create"
    assert uses == {"items": [], "hidden": {}, "total": 0}
    assert (deleted.status, after.status, after.code) == (204, 404, "connection.not_found")
    assert [one["outcome"] for one in recorded["items"]] == ["done"]


@pytest.mark.requirement("C3")
async def test_the_list_is_searched_sorted_and_walked(company: Company) -> None:
    editor = company["editor"]
    for name in ("Beta", "alpha", "Gamma"):
        done(await editor.post("/api/connections", http_connection(company.unit, company.server, name)))
    names: list[str] = []
    path: str | None = "/api/connections?limit=2&sort=-name"
    while path:
        answer = await editor.get(path)
        names += [one["name"] for one in answer.json()["items"]]
        link = answer.header("link")
        path = link.partition(">")[0].lstrip("<") if link else None

    found = done(await editor.get("/api/connections?search=ALPH"))["items"]
    strangers = done(await company["stranger"].get("/api/connections"))["items"]

    assert names == ["Gamma", "Beta", "Archive", "alpha"]
    assert [one["name"] for one in found] == ["alpha"]
    assert strangers == []


@pytest.mark.requirement("E1")
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00"])
async def test_a_moment_that_its_zone_moves_out_of_the_calendar_is_refused(company: Company, moment: str) -> None:
    listed = await company.admin.get(f"/api/audit?since={moment}")
    exported = await company.admin.get(f"/api/audit/export?until={moment}")

    assert (listed.status, listed.json()["field"]) == (422, "query.since")
    assert (exported.status, exported.json()["field"]) == (422, "query.until")


@pytest.mark.requirement("E1")
async def test_the_audit_is_searched_exported_and_verified_by_those_who_may(stored_company: Company) -> None:
    company = stored_company

    found = done(await company["auditor"].get("/api/audit?name=connection."))["items"]
    foreign = done(await company["stranger"].get("/api/audit"))["items"]
    nobody = await company["member"].get("/api/audit")
    export = await company.admin.get("/api/audit/export?format=jsonl")
    table = await company.admin.get("/api/audit/export?format=csv")
    anchor = done(await company.admin.get("/api/audit/anchor"))
    verified = done(await company.admin.post("/api/audit/verify", {"anchor": anchor}))
    not_his = await company["auditor"].post("/api/audit/verify", {})

    assert {one["business_unit_id"] for one in found} == {company.unit}
    assert {one["business_unit_id"] for one in foreign} <= {company.other_unit}
    assert (nobody.status, nobody.json()["rule"]) == (403, "audit.reader")
    lines = [json.loads(line) for line in export.body.splitlines()]
    assert len(lines) > 20
    assert export.header("content-disposition") == 'attachment; filename="audit.jsonl"'
    assert len(table.body.splitlines()) > len(lines)
    assert (verified["is_intact"], verified["findings"]) == (True, [])
    assert not_his.status == 403
