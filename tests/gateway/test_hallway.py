"""The seven steps, walked from the outside: an installation as the server makes it, and a server that misbehaves."""

import asyncio
import base64
import json
from pathlib import Path

import pytest
from sqlalchemy import text

from gateway.hall import TOKEN, Hall
from installation import open_house
from jackfield.audit import EntryOutcome
from jackfield.connections import ConnectionNotFoundError
from jackfield.db import Database, Transaction
from jackfield.directory import Role
from jackfield.errors import (
    ForbiddenError,
    HubError,
    IntegrityError,
    InvalidError,
    Kind,
    NotFoundError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteThrottledError,
    RemoteUnavailableError,
    UnauthenticatedError,
)
from jackfield.kernel import Secret
from jackfield.settings import Limits
from servers import evil


async def test_a_call_arrives_with_the_credentials_and_is_recorded_before_and_after(hall: Hall) -> None:
    result = await hall.call("ok")

    assert json.loads(result.result)["data"] == {"ok": True}
    assert hall.sent("/ok")[-1].header("authorization") == [f"Bearer {TOKEN}"]
    use = (await hall.uses())[0]
    assert (use.outcome, use.rule, use.actor.id) == (EntryOutcome.DONE, "C8", hall.editor.principal.person_id)
    assert use.request_id == result.request_id
    assert use.data == {"action": "request", "effect": "read", "connector": "http"}


@pytest.mark.requirement("D66")
async def test_every_request_that_left_has_an_intent_before_it_and_an_outcome_after(hall: Hall) -> None:
    paths = ["ok", "status/500", "status/404", "reset", "hang-up", "raw?base64=x"]
    await asyncio.gather(*(hall.call(path.split("?")[0], "POST") for path in paths * 3), return_exceptions=True)

    posted = [request for request in hall.server.requests if request.method == "POST"]
    uses = await hall.uses()
    assert len(posted) == len(uses) == 18
    assert EntryOutcome.OPEN not in {use.outcome for use in uses}
    assert (await hall.house.parts.audit.verify()).is_intact


@pytest.mark.requirement("D66")
async def test_what_cannot_be_recorded_does_not_leave(hall: Hall) -> None:
    before = len(hall.server.requests)

    await hall.house.parts.database.write(lambda tx: rename_table(tx, "audit_entries", "audit_gone"))
    with pytest.raises(HubError) as caught:
        await hall.call("ok", "POST")

    assert caught.value.code == "audit.unavailable"
    assert len(hall.server.requests) == before
    await hall.house.parts.database.write(lambda tx: rename_table(tx, "audit_gone", "audit_entries"))
    assert (await hall.call("ok", "POST")).attempts == 1


@pytest.mark.requirement("D66", "D37")
async def test_a_connection_recovers_although_its_probe_could_not_be_recorded(
    database: Database, tmp_path: Path, server: evil.EvilServer
) -> None:
    limits = Limits(circuit_failures=1, circuit_open_seconds=1e-9)
    async with open_house(database, tmp_path, limits) as house:
        await house.allow(server.host, server.port)
        editor = await house.person("erika", Role.EDITOR)
        token = {"token": Secret(TOKEN)}
        made = await house.connect(editor, "Tickets", server.url("/"), "bearer", token, test_path="/ok")
        hall = Hall(house, editor, server, made.id)
        with pytest.raises(OutcomeUnknownError):
            await hall.call("reset", "POST")
        await database.write(lambda tx: rename_table(tx, "audit_entries", "audit_gone"))
        with pytest.raises(HubError, match="audit"):
            await hall.call("ok", "POST")
        await database.write(lambda tx: rename_table(tx, "audit_gone", "audit_entries"))

        assert (await hall.call("ok", "POST")).attempts == 1


def rename_table(tx: Transaction, old: str, new: str) -> None:
    tx.connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


@pytest.mark.requirement("D11")
@pytest.mark.parametrize("as_basic", [False, True])
async def test_a_secret_that_the_other_side_reflects_does_not_come_back(hall: Hall, as_basic: bool) -> None:
    packed = base64.b64encode(f"user:{TOKEN}".encode()).decode()
    result = await hall.call("echo", "POST", body={"type": "text", "value": packed if as_basic else f"a {TOKEN} b"})

    assert result.secret_reflected
    assert TOKEN not in result.result.decode()
    assert packed not in result.result.decode()
    said = json.loads(result.result)["data"]
    assert ["Authorization", "Bearer [secret]"] in said["headers"]
    assert "[secret]" in said["body"]
    assert (await hall.uses())[0].outcome_data["secret_reflected"] is True


@pytest.mark.requirement("D11")
async def test_a_secret_in_an_error_does_not_come_back(hall: Hall) -> None:
    with pytest.raises(RemoteRejectedError) as caught:
        await hall.call("status/422", query={"say": f"bad token {TOKEN}"})

    assert TOKEN not in str(caught.value)
    assert TOKEN not in json.dumps(caught.value.data)


@pytest.mark.requirement("D36")
@pytest.mark.parametrize("path", ["reset", "hang-up", "reset/half"])
async def test_a_read_that_is_cut_is_tried_again_and_then_unavailable(hall: Hall, path: str) -> None:
    with pytest.raises(RemoteUnavailableError):
        await hall.call(path)

    assert len(hall.sent(f"/{path}")) == 3
    assert (await hall.uses())[0].outcome_data["attempts"] == 3


@pytest.mark.requirement("D36")
@pytest.mark.parametrize("path", ["reset", "hang-up", "reset/half", "silent"])
async def test_a_write_that_is_cut_is_sent_once_and_its_outcome_is_unknown(hall: Hall, path: str) -> None:
    with pytest.raises(OutcomeUnknownError):
        await hall.call(path, "POST")

    assert len(hall.sent(f"/{path}")) == 1
    assert (await hall.uses())[0].outcome is EntryOutcome.UNKNOWN


@pytest.mark.requirement("D36")
async def test_a_keyed_write_is_repeated_with_the_same_key(hall: Hall) -> None:
    with pytest.raises(OutcomeUnknownError):
        await hall.call("hang-up", "POST", idempotency_header="Idempotency-Key")

    keys = [request.header("idempotency-key") for request in hall.sent("/hang-up")]
    assert len(keys) == 3
    assert keys[0] == keys[1] == keys[2] != []


@pytest.mark.requirement("D36")
async def test_a_retry_after_that_is_too_long_is_told_and_not_waited_for(hall: Hall) -> None:
    with pytest.raises(RemoteThrottledError) as caught:
        await hall.call("status/503", query={"retry_after": "1000000000"})

    assert len(hall.sent("/status/503")) == 1
    assert (caught.value.retry_after or 0) > 10


@pytest.mark.requirement("D36")
async def test_a_caller_who_goes_away_leaves_a_recorded_outcome(hall: Hall) -> None:
    count = len(hall.server.requests)
    waiting = asyncio.create_task(hall.call("silent", "POST"))
    await hall.server.wait_for_requests(count + 1)

    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await hall.house.parts.gateway.close()

    assert (await hall.uses())[0].outcome is EntryOutcome.UNKNOWN


@pytest.mark.requirement("C14", "D36")
async def test_refused_credentials_make_it_need_a_sign_in_and_are_not_tried_again(hall: Hall) -> None:
    with pytest.raises(RemoteSignInError):
        await hall.call("status/401")
    await hall.house.parts.connections.close()

    view = await hall.house.parts.connections.get_connection(hall.editor, hall.connection)
    assert len(hall.sent("/status/401")) == 1
    assert view.row.state == "needs_sign_in"


@pytest.mark.requirement("D16")
async def test_a_right_taken_away_binds_the_next_call_though_decisions_are_remembered(hall: Hall) -> None:
    parts = hall.house.parts
    bert = await hall.house.person("bert", Role.EDITOR)
    await hall.call("ok", caller=bert)
    count = len(hall.server.requests)

    await parts.directory.units.remove_member(hall.house.admin, hall.house.unit.id, bert.principal.person_id)

    # Bert's caller is as he was when he signed in: with the right that is gone.
    with pytest.raises((ForbiddenError, NotFoundError)):
        await hall.call("ok", caller=bert)
    assert len(hall.server.requests) == count
    assert (await hall.uses())[0].outcome is EntryOutcome.REFUSED


@pytest.mark.requirement("D16")
async def test_a_person_who_was_deactivated_calls_nothing_any_more(hall: Hall) -> None:
    bert = await hall.house.person("bert", Role.EDITOR)
    await hall.call("ok", caller=bert)
    count = len(hall.server.requests)

    await hall.house.parts.directory.people.deactivate_person(hall.house.admin, bert.principal.person_id)

    with pytest.raises((ForbiddenError, NotFoundError, UnauthenticatedError)):
        await hall.call("ok", caller=bert)
    assert len(hall.server.requests) == count


@pytest.mark.requirement("C8", "D14")
async def test_a_member_without_editing_rights_finds_nothing_to_call(hall: Hall) -> None:
    member = await hall.house.person("mia", Role.MEMBER)

    with pytest.raises(ConnectionNotFoundError):
        await hall.call("ok", caller=member)


@pytest.mark.requirement("C13")
async def test_a_connector_switched_off_stops_calls_and_switched_on_again_all_is_back(hall: Hall) -> None:
    connections = hall.house.parts.connections
    await connections.set_feature(hall.house.admin, "http", on=False)

    with pytest.raises(HubError) as caught:
        await hall.call("ok")
    assert caught.value.code == "feature.off"
    assert caught.value.kind is Kind.FEATURE_OFF
    await connections.set_feature(hall.house.admin, "http", on=True)

    assert (await hall.call("ok")).attempts == 1


@pytest.mark.requirement("D03")
async def test_a_ciphertext_moved_in_the_database_is_refused_recorded_and_harms_nobody_else(hall: Hall) -> None:
    house = hall.house
    other = await house.connect(
        hall.editor, "Other", hall.server.url("/"), "bearer", {"token": Secret("other-token-99999999")}, test_path="/ok"
    )

    def swap(tx: Transaction) -> None:
        tx.connection.execute(
            text(
                "UPDATE credentials SET data = (SELECT data FROM credentials WHERE connection_id = :other LIMIT 1) "
                "WHERE connection_id = :mine"
            ),
            {"mine": hall.connection, "other": other.id},
        )
        tx.change_policy()

    await house.parts.database.write(swap)
    count = len(hall.server.requests)

    with pytest.raises(IntegrityError):
        await hall.call("ok")
    assert len(hall.server.requests) == count
    use = (await hall.uses())[0]
    assert (use.outcome, use.outcome_data["code"]) == (EntryOutcome.FAILED, "integrity.broken")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"path": 5}, "arguments.path"),
        ({"path": "ok", "nonsense": 1}, "arguments.nonsense"),
        ({"path": "ok", "method": "TRACE"}, "arguments.method"),
        ({"path": "ok", "headers": {"Host": "x"}}, "arguments.headers"),
    ],
)
async def test_arguments_that_do_not_fit_are_refused_with_their_path(
    hall: Hall, arguments: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as caught:
        await hall.house.parts.gateway.use(hall.editor, hall.connection, "request", arguments)

    assert str(caught.value.data["field"]).startswith(field)


async def test_an_action_that_is_not_there_is_named_with_those_that_are(hall: Hall) -> None:
    with pytest.raises(NotFoundError, match="it has request") as caught:
        await hall.house.parts.gateway.use(hall.editor, hall.connection, "explode", {})

    assert caught.value.code == "action.not_found"


async def test_a_connection_is_called_by_its_name_where_that_is_clear(hall: Hall) -> None:
    result = await hall.house.parts.gateway.use(hall.editor, " tickets ", "request", {"path": "ok"})

    assert result.attempts == 1


@pytest.mark.requirement("E1")
async def test_a_use_that_a_rule_refuses_is_recorded_with_the_rule_and_nothing_leaves(hall: Hall) -> None:
    member = await hall.house.person("mary", Role.MEMBER)
    before = len(hall.server.requests)

    with pytest.raises(HubError) as caught:
        await hall.call("ok", caller=member)

    (refused,) = await hall.uses()
    assert (refused.outcome, refused.actor.id) == (EntryOutcome.REFUSED, member.principal.person_id)
    assert refused.data == {"action": "request", "code": caught.value.code}
    assert len(hall.server.requests) == before
