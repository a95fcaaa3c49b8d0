"""Triggers through the REST API: made, looked at, sent to (E3, D65)."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text

from api.client import HOST, Answer, Client
from api.company import done
from api.hub import Hub
from jackfield.directory import Scope
from jackfield.triggers import standard_key

ECHO = {
    "QueryLanguage": "JSONata",
    "StartAt": "End",
    "States": {"End": {"Type": "Succeed", "Output": "{% $states.input.webhook.body %}"}},
}


SLOW: dict[str, Any] = {
    "QueryLanguage": "JSONata",
    "StartAt": "Work",
    "States": {
        "Work": {"Type": "Wait", "Seconds": 10, "Next": "End"},
        "End": {"Type": "Succeed", "Output": "done"},
    },
}


async def shop(hub: Hub, definition: dict[str, Any] = ECHO) -> tuple[Client, str]:
    """An editor, and a process of his that is published."""
    admin = await hub.super_admin()
    unit = done(await admin.post("/api/business-units", {"name": "Sales"}))["id"]
    editor = await hub.newcomer("erika")
    me = done(await editor.get("/api/me"))
    done(await admin.put(f"/api/business-units/{unit}/members/{me['person_id']}", {"roles": ["editor"]}))
    made = done(
        await editor.post("/api/processes", {"business_unit_id": unit, "name": "Book", "definition": definition})
    )
    done(await editor.post(f"/api/processes/{made['id']}/versions", {}))
    return editor, made["id"]


async def webhook(editor: Client, process: str, **settings: Any) -> dict[str, Any]:
    body = {"process": process, "name": settings.pop("name", "Orders"), "kind": "webhook", "settings": settings}
    return done(await editor.post("/api/triggers", body))


def signed(secret: str, event_id: str, body: bytes, moment: int) -> dict[str, str]:
    content = b".".join((event_id.encode(), str(moment).encode(), body))
    digest = hmac.new(standard_key(secret), content, hashlib.sha256).digest()
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
        "content-type": "application/json",
    }


@pytest.mark.requirement("E3", "P5")
async def test_a_trigger_is_made_read_changed_paused_and_deleted(hub: Hub) -> None:
    editor, process = await shop(hub)
    kinds = done(await editor.get("/api/trigger-kinds"))["items"]
    assert [kind["key"] for kind in kinds] == ["webhook", "schedule", "mail", "file"]
    assert kinds[1]["settings"]["required"] == ["cron"]

    body = {"process": "Book", "name": "Mornings", "kind": "schedule", "settings": {"cron": "0 8 * * 1-5"}}
    answer = await editor.post("/api/triggers", body)
    made = done(answer)
    where = f"/api/triggers/{made['id']}"
    assert (answer.status, answer.header("location"), answer.header("etag")) == (201, where, '"v1"')
    assert len(made["next_times"]) == 5
    assert made["secret"] is None

    changed = done(await editor.patch(where, {"settings": {"cron": "0 9 * * *"}}, headers={"if-match": '"v1"'}))
    assert changed["settings"]["cron"] == "0 9 * * *"
    assert (await editor.patch(where, {"name": "x"}, headers={"if-match": '"v1"'})).status == 412
    assert done(await editor.put(f"{where}/state", {"is_enabled": False}))["state"] == "paused"
    assert [one["what"][-5:] for one in done(await editor.post(f"{where}/look"))["found"]] == ["0 UTC"] * 5
    assert (
        done(await editor.get(f"/api/triggers?process_id={process}&is_enabled=false"))["items"][0]["id"] == made["id"]
    )
    assert (await editor.delete(where)).status == 204
    assert (await editor.get(where)).code == "trigger.not_found"


@pytest.mark.requirement("D65", "C2")
async def test_whoever_signs_is_answered_once_it_is_stored_and_everybody_else_with_401(hub: Hub) -> None:
    editor, process = await shop(hub)
    made = await webhook(editor, process)
    body, moment = b'{"order": 17}', int(hub.services.clock.now().timestamp())
    sender = hub.client()

    async def send(headers: dict[str, str], content: bytes = body, path: str = made["path"]) -> Answer:
        return await sender.request("POST", f"{path}?source=shop", body=content, headers=headers)

    first = await send(signed(made["secret"], "msg_1", body, moment))
    second = await send(signed(made["secret"], "msg_1", body, moment))
    assert (first.status, second.status) == (202, 202)
    assert first.json()["event_id"] == second.json()["event_id"]
    assert (first.json()["is_new"], second.json()["is_new"]) == (True, False)

    for headers, content in (({}, body), (signed(made["secret"], "msg_2", body, moment), b"other")):
        refused = await send(headers, content)
        assert (refused.status, refused.code) == (401, "hook.refused")
        assert refused.json()["detail"] == "this request is not accepted here"
    unknown = await send({}, path="/hooks/unknown")
    assert (unknown.status, unknown.code) == (404, "hook.not_found")

    events = done(await editor.get(f"/api/triggers/{made['id']}/events"))["items"]
    assert [event["what"] for event in events] == ["msg_1"]
    shown = done(await editor.get(f"/api/triggers/{made['id']}"))
    assert "secret" not in shown
    assert shown["trouble"]["code"] == "hook.refused"


@pytest.mark.requirement("P5")
async def test_a_header_that_is_sent_in_parts_is_told_whole(hub: Hub) -> None:
    editor, process = await shop(hub)
    made = await webhook(editor, process)
    body = b'{"order": 17}'
    headers = {"host": HOST, "content-length": str(len(body))}
    headers |= signed(made["secret"], "msg_1", body, int(hub.services.clock.now().timestamp()))
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]

    await hub.client().request(
        "POST", made["path"], body=body, raw_headers=[*raw, (b"x-tag", b"red"), (b"x-tag", b"blue")]
    )

    await hub.services.triggers.close()
    (run,) = done(await editor.get("/api/runs"))["items"]
    assert done(await editor.get(f"/api/runs/{run['id']}"))["input"]["webhook"]["headers"]["x-tag"] == "red, blue"


@pytest.mark.requirement("D65")
async def test_a_thousand_replays_at_once_are_each_answered_and_one_run(hub: Hub) -> None:
    editor, process = await shop(hub)
    made = await webhook(editor, process)
    body = b'{"order": 17}'
    headers = signed(made["secret"], "msg_1", body, int(hub.services.clock.now().timestamp()))

    answers = await asyncio.gather(
        *(hub.client().request("POST", made["path"], body=body, headers=headers) for _ in range(1000))
    )

    assert {answer.status for answer in answers} == {202}
    assert len({answer.json()["event_id"] for answer in answers}) == 1
    await hub.services.triggers.close()
    runs = done(await editor.get("/api/runs"))["items"]
    assert len(runs) == 1


@pytest.mark.requirement("D65", "D18")
async def test_whoever_guesses_or_floods_is_slowed_down(hub: Hub) -> None:
    tight = {
        "requests_per_second": 0.01,
        "requests_burst": 5,
        "hook_requests_per_second": 0.01,
        "hook_requests_burst": 3,
    }
    editor, process = await shop(hub)
    made = await webhook(editor, process, verify="none")
    narrow = hub.with_settings(
        hub.services.settings.model_copy(update={"limits": hub.services.settings.limits.model_copy(update=tight)})
    )

    guesses = [await narrow.client().request("POST", f"/hooks/{number}", body=b"") for number in range(7)]
    floods = [await narrow.client().request("POST", made["path"], body=b"") for _ in range(5)]

    assert [answer.status for answer in guesses] == [404] * 5 + [429] * 2
    assert [answer.status for answer in floods] == [202] * 3 + [429] * 2


@pytest.mark.requirement("P5")
async def test_the_answer_is_what_the_run_ends_with_where_that_was_said(hub: Hub) -> None:
    editor, process = await shop(hub)
    made = await webhook(editor, process, verify="none", respond="result")

    assert hub.engine is not None
    async with hub.engine.running():
        answer = await hub.client().request(
            "POST",
            made["path"],
            body=json.dumps({"order": 17}).encode(),
            headers={"content-type": "application/json"},
        )

    assert (answer.status, answer.json()) == (200, {"order": 17})
    (run,) = done(await editor.get("/api/runs"))["items"]
    event = done(await editor.get(f"/api/triggers/{run['starter']['id']}/events/{run['event_id']}"))
    assert (run["starter"]["id"], event["run_id"]) == (made["id"], run["id"])
    by_hand = done(await editor.post(f"/api/processes/{process}/runs", {}, headers={"idempotency-key": "mine"}))
    assert by_hand["event_id"] is None


@pytest.mark.requirement("P5", "P6")
async def test_an_event_that_can_not_be_told_of_its_run_has_none(hub: Hub) -> None:
    editor, process = await shop(hub)
    made = await webhook(editor, process, verify="none", respond="result")
    with hub.services.database.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER spoil BEFORE UPDATE ON trigger_events WHEN NEW.outcome = 'started' "
                "BEGIN SELECT RAISE(ABORT, 'spoilt'); END"
            )
        )

    await hub.client().request("POST", made["path"], body=b"")  # answered once its run was tried to be started

    (event,) = done(await editor.get(f"/api/triggers/{made['id']}/events"))["items"]
    assert (event["outcome"], event["run_id"]) == ("refused", None)
    assert event["reason"]
    assert done(await editor.get("/api/runs"))["items"] == []


@pytest.mark.requirement("P5", "D65")
async def test_slow_work_is_acknowledged_at_once_or_when_the_sender_has_waited_long_enough(hub: Hub) -> None:
    editor, process = await shop(hub, SLOW)
    told = await webhook(editor, process, verify="none")
    awaited = await webhook(editor, process, verify="none", respond="result", respond_seconds=1, name="Awaited")
    assert hub.engine is not None

    async def send(path: str) -> tuple[Answer, float]:
        began = monotonic()
        answer = await hub.client().request("POST", path, body=b"")
        return answer, monotonic() - began

    async with hub.engine.running():
        acknowledged = await asyncio.gather(*(send(told["path"]) for _ in range(20)))
        late, seconds = await send(awaited["path"])

    assert {answer.status for answer, _ in acknowledged} == {202}
    assert max(seconds for _, seconds in acknowledged) <= 1
    assert (late.status, seconds >= 1) == (202, True)
    where = late.header("location")
    assert where == f"/api/runs/{late.json()['run_id']}"
    assert done(await editor.get(str(where)))["state"] == "waiting"


async def until(editor: Client, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The one run, once something holds of it."""
    deadline = monotonic() + 20
    while True:
        found = done(await editor.get("/api/runs"))["items"]
        if found and holds(found[0]):
            return found[0]
        assert monotonic() < deadline, found
        await asyncio.sleep(0.02)


@pytest.mark.requirement("P5")
async def test_a_run_goes_on_when_whoever_sent_the_request_hangs_up(hub: Hub) -> None:
    editor, process = await shop(
        hub, {**SLOW, "States": {**SLOW["States"], "Work": {**SLOW["States"]["Work"], "Seconds": 1}}}
    )
    made = await webhook(editor, process, verify="none", respond="result")
    assert hub.engine is not None

    async with hub.engine.running():
        sender = asyncio.create_task(hub.client().request("POST", made["path"], body=b""))
        begun = await until(editor, lambda run: bool(run["id"]))
        sender.cancel()
        run = await until(editor, lambda run: run["ended_at"] is not None)
        run = done(await editor.get(f"/api/runs/{run['id']}"))

    assert begun["ended_at"] is None
    assert (run["state"], run["output"]) == ("succeeded", "done")


@pytest.mark.requirement("E3", "D12")
async def test_a_secret_is_told_once_and_kept_from_programs_without_the_scope(hub: Hub) -> None:
    editor, process = await shop(hub)
    made = await webhook(editor, process)
    where = f"/api/triggers/{made['id']}/secrets"

    added = done(await editor.post(where, {}))
    given = await editor.post(where, {"secret": "too many are in force"})
    assert (added["number"], given.status) == (2, 409)
    assert (await editor.delete(f"{where}/1")).status == 204
    reader = await hub.program(editor, [Scope.READ])
    assert (await reader.post(where, {})).code == "token.scope_missing"
    assert [one["number"] for one in done(await reader.get(f"/api/triggers/{made['id']}"))["secrets"]] == [2]
