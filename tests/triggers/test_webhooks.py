"""Webhooks: who may send, what is taken twice, what the run is told (D65)."""

import asyncio
import hashlib
import hmac
import json
import shutil
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import text

from jackfield.audit import AuditUnavailableError
from jackfield.db import Database, Statements, Transaction, metadata
from jackfield.errors import HubError, InvalidError, LimitedError
from jackfield.kernel import Secret
from jackfield.settings import Limits
from jackfield.triggers import HookRefusedError, HookRequest, NoSecretError, Outcome
from triggers.house import Hook, Ledger, Station, open_station, refused

BODY = b'{"order": 17}'
T = TypeVar("T")


class SilentDatabase(Database):
    """Once, doesn't say that it has committed."""

    is_silent = False

    async def write_statements(self, work: Callable[[Statements], T]) -> T:
        done = await super().write_statements(work)
        if self.is_silent:
            self.is_silent = False
            raise OSError("the answer was lost")
        return done


@pytest.mark.requirement("P5", "D65")
async def test_a_signed_request_starts_a_run_that_is_told_what_came(station: Station) -> None:
    hook = await station.webhook()
    headers = {**hook.signed("msg_1", BODY), "x-source": "shop", "authorization": "Bearer foreign", "cookie": "a=b"}

    answer = await station.triggers.receive(hook.request(headers, BODY, "region=north"))
    await station.triggers.close()

    (given,) = station.ledger.inputs
    assert given["webhook"]["body"] == {"order": 17}
    assert given["webhook"]["query"] == {"region": "north"}
    assert given["webhook"]["headers"]["x-source"] == "shop"
    assert not given["webhook"]["headers"].keys() & {"authorization", "cookie", "webhook-signature"}
    assert given["event"]["trigger"] == "Orders"
    (event,) = await station.events(hook.id)
    assert (event.id, event.outcome, event.what, event.run_id) == (answer.event_id, Outcome.STARTED, "msg_1", "run_1")


@pytest.mark.requirement("P5")
async def test_a_name_that_is_repeated_in_the_query_is_a_list(station: Station) -> None:
    hook = await station.webhook()

    await station.triggers.receive(hook.request(hook.signed("msg_1", BODY), BODY, "a=1&b=&a=2&c=3&a=1"))
    await station.triggers.close()

    (given,) = station.ledger.inputs
    assert given["webhook"]["query"] == {"a": ["1", "2", "1"], "b": "", "c": "3"}


@pytest.mark.requirement("P5", "D65")
async def test_a_thousand_replays_of_one_request_at_once_are_one_run(stored_station: Station) -> None:
    hook = await stored_station.webhook()
    request = hook.request(hook.signed("msg_1", BODY), BODY)
    other = stored_station.worker()

    answers = await asyncio.gather(*((stored_station.triggers, other)[n % 2].receive(request) for n in range(1000)))
    await stored_station.triggers.close()
    await other.close()

    assert len(stored_station.ledger.starts) == 1
    assert sum(answer.is_new for answer in answers) == 1
    assert len({answer.event_id for answer in answers}) == 1


@pytest.mark.requirement("D65")
async def test_whoever_signs_wrongly_late_or_not_at_all_is_refused_without_detail(station: Station) -> None:
    hook = await station.webhook()
    good = hook.signed("msg_1", BODY)
    late = hook.signed("msg_1", BODY, at=station.clock.now() - timedelta(minutes=6))

    for headers, body in (
        ({}, BODY),
        (good, b'{"order":17}'),
        (late, BODY),
        ({**good, "webhook-id": "msg_2"}, BODY),
        (hook.signed("msg_1", BODY, secret="whsec_" + "A" * 32), BODY),
    ):
        with pytest.raises(HookRefusedError, match=r"^this request is not accepted here$"):
            await station.triggers.receive(hook.request(headers, body))

    assert await station.events(hook.id) == []
    view = await station.triggers.get_trigger(station.editor, hook.id)
    assert view.trouble is not None
    assert (view.trouble.code, "headers" in view.trouble.message) == ("hook.refused", True)


@pytest.mark.requirement("D65")
async def test_an_unknown_address_is_nobodys_and_an_old_one_too(station: Station) -> None:
    hook = await station.webhook()
    request = hook.request(hook.signed("msg_1", BODY), BODY)
    changed = await station.triggers.renew_address(station.editor, hook.id)
    assert changed.path != hook.view.path

    for key in (hook.key, "nobody", "ä" * 40):
        with pytest.raises(HubError, match="nobody listens"):
            await station.triggers.receive(HookRequest(key, request.headers, "", BODY))


@pytest.mark.requirement("D65", "C2")
async def test_a_secret_is_changed_without_losing_a_request(stored_station: Station) -> None:
    hook = await stored_station.webhook()
    new = await stored_station.triggers.add_secret(stored_station.editor, hook.id)

    await hook.send("msg_1")
    await hook.send("msg_2", secret=new.secret.reveal())
    with pytest.raises(NoSecretError, match="retire one first"):
        await stored_station.triggers.add_secret(stored_station.editor, hook.id)
    await stored_station.triggers.retire_secret(stored_station.editor, hook.id, 1)
    with pytest.raises(HookRefusedError):
        await hook.send("msg_3")
    await hook.send("msg_4", secret=new.secret.reveal())
    with pytest.raises(NoSecretError, match="the last one"):
        await stored_station.triggers.retire_secret(stored_station.editor, hook.id, new.number)

    assert [event.what for event in await stored_station.events(hook.id)] == ["msg_1", "msg_2", "msg_4"]
    view = await stored_station.triggers.get_trigger(stored_station.editor, hook.id)
    assert [one.number for one in view.secrets] == [2]
    assert [len(await stored_station.acts(f"trigger.{act}_secret")) for act in ("add", "retire")] == [1, 1]


@pytest.mark.requirement("P5", "P6", "D65")
@pytest.mark.parametrize("settings", [{}, {"verify": "none"}], ids=["with an id", "without one"])
async def test_a_request_whose_commit_was_not_heard_of_is_one_event(
    sqlite_template: Path, tmp_path: Path, settings: dict[str, str]
) -> None:
    path = Path(shutil.copy(sqlite_template, tmp_path / "silent.db"))
    database = SilentDatabase.open(f"sqlite:///{path}")
    assert isinstance(database, SilentDatabase)
    async with open_station(database, tmp_path) as station:
        hook = await station.webhook(**settings)
        database.is_silent = True

        headers = hook.signed("msg_1", BODY) if hook.secret else {}
        answer = await station.triggers.receive(hook.request(headers, BODY))
        await station.triggers.close()

        assert (answer.is_new, database.is_silent) == (True, False)
        assert [event.id for event in await station.events(hook.id)] == [answer.event_id]
        assert len(station.ledger.starts) == 1
    database.close()


class StuckDatabase(Database):
    """Holds what is to be written until somebody looks something up."""

    gate: asyncio.Event | None = None

    async def write_statements(self, work: Callable[[Statements], T]) -> T:
        if self.gate is not None:
            await self.gate.wait()
        return await super().write_statements(work)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        if self.gate is not None:
            self.gate.set()
        return await super().read(work)


@pytest.mark.requirement("P5", "D65")
async def test_a_request_that_could_not_be_stored_in_time_is_not_stored_a_second_time(
    sqlite_template: Path, tmp_path: Path
) -> None:
    database = StuckDatabase.open(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'stuck.db')}")
    assert isinstance(database, StuckDatabase)
    async with open_station(database, tmp_path, Limits(audit_wait_seconds=2)) as station:
        hook = await station.webhook(verify="none")
        await station.triggers.receive(hook.request({}, BODY))
        await station.triggers.close()
        database.gate = asyncio.Event()

        with pytest.raises(AuditUnavailableError):
            await station.triggers.receive(hook.request({}, BODY))

        assert len(await station.events(hook.id)) <= 2
    database.close()


@pytest.mark.requirement("D65")
@pytest.mark.parametrize("act", ["pause", "renew", "retire", "read otherwise", "delete"])
async def test_what_was_changed_at_another_server_counts_for_the_next_request(
    stored_station: Station, act: str
) -> None:
    station, hook = stored_station, await stored_station.webhook()
    new = await station.triggers.add_secret(station.editor, hook.id)
    elsewhere = station.worker()
    await hook.send("msg_1", triggers=elsewhere)  # from here on it remembers the webhook
    here, editor = station.triggers, station.editor

    match act:
        case "pause":
            await here.set_enabled(editor, hook.id, on=False)
        case "renew":
            await here.renew_address(editor, hook.id)
        case "retire":
            await here.retire_secret(editor, hook.id, 1)
        case "read otherwise":
            await here.change_trigger(editor, hook.id, settings={"passes": "body"})
        case _:
            await here.delete_trigger(editor, hook.id)

    if act == "read otherwise":
        assert (await hook.send("msg_2", {"order": 18}, triggers=elsewhere)).is_new
        await elsewhere.close()
        assert station.ledger.inputs[-1] == {"order": 18}
        return
    for event_id in ("msg_1", "msg_2"):
        with pytest.raises(HubError) as refusal:
            await hook.send(event_id, triggers=elsewhere)
        assert refusal.value.code == {"pause": "hook.paused", "retire": "hook.refused"}.get(act, "hook.not_found")
    if act == "retire":
        assert (await hook.send("msg_2", secret=new.secret.reveal(), triggers=elsewhere)).is_new


@pytest.mark.requirement("P5", "D65")
async def test_a_plain_hmac_is_checked_as_github_sends_it(station: Station) -> None:
    hook = await station.webhook(verify="hmac", id_header="X-GitHub-Delivery")
    signature = hmac.new(hook.secret.encode(), BODY, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature-256": f"sha256={signature}", "x-github-delivery": "72d3162e"}

    first = await station.triggers.receive(hook.request(headers, BODY))
    second = await station.triggers.receive(hook.request(headers, BODY))
    with pytest.raises(HookRefusedError):
        await station.triggers.receive(hook.request({**headers, "x-hub-signature-256": "sha256=00"}, BODY))
    await station.triggers.close()

    assert (first.is_new, second.is_new, first.event_id) == (True, False, second.event_id)
    assert len(station.ledger.starts) == 1


@pytest.mark.requirement("D65")
async def test_a_signed_body_without_an_id_is_known_by_itself_and_by_when_it_was_sent(station: Station) -> None:
    plain = await station.webhook(verify="hmac")
    dated = await station.webhook(verify="hmac", timestamp_header="X-Sent", name="Dated")

    async def send(hook: Hook, **headers: str) -> bool:
        signature = hmac.new(hook.secret.encode(), BODY, hashlib.sha256).hexdigest()
        request = hook.request({"x-hub-signature-256": f"sha256={signature}", **headers}, BODY)
        return (await station.triggers.receive(request)).is_new

    now = int(station.clock.now().timestamp())
    assert [await send(plain), await send(plain)] == [True, False]
    assert [await send(dated, **{"x-sent": str(now + n)}) for n in (0, 0, 1)] == [True, False, True]
    for moment in ("", str(now - 301), str(now + 301), "yesterday"):
        with pytest.raises(HookRefusedError):
            await send(dated, **{"x-sent": moment})


@pytest.mark.requirement("P5")
async def test_without_a_signature_only_where_that_was_said(station: Station) -> None:
    hook = await station.webhook(verify="none")
    assert hook.secret == ""

    answers = [await station.triggers.receive(hook.request({"content-type": "text/plain"}, b"ping")) for _ in range(2)]
    await station.triggers.close()

    assert [answer.is_new for answer in answers] == [True, True]
    assert [given["webhook"]["text"] for given in station.ledger.inputs] == ["ping", "ping"]
    with pytest.raises(NoSecretError, match="needs a secret"):
        await station.triggers.change_trigger(station.editor, hook.id, settings={"verify": "standard"})


@pytest.mark.requirement("P5", "D65")
async def test_a_secret_that_was_told_beforehand_fits_once_signatures_are_checked(station: Station) -> None:
    hook = await station.webhook(verify="none")
    told = await station.triggers.add_secret(station.editor, hook.id)
    secret = told.secret.reveal()
    await station.triggers.change_trigger(station.editor, hook.id, settings={"verify": "standard"})

    assert (await hook.send("msg_1", secret=secret)).is_new
    with pytest.raises(HookRefusedError):
        await hook.send("msg_2", secret="whsec_" + "A" * 64)


@pytest.mark.requirement("P5", "D65")
async def test_a_secret_of_standard_webhooks_signs_the_body_alone_as_it_was_told(station: Station) -> None:
    hook = await station.webhook()
    for verify in ("none", "hmac"):
        await station.triggers.change_trigger(station.editor, hook.id, settings={"verify": verify})
    digest = hmac.new(hook.secret.encode(), BODY, hashlib.sha256).hexdigest()

    assert (await station.triggers.receive(hook.request({"x-hub-signature-256": f"sha256={digest}"}, BODY))).is_new


@pytest.mark.requirement("P5")
async def test_what_is_no_text_comes_as_a_file(station: Station) -> None:
    hook = await station.webhook(verify="none")

    await station.triggers.receive(hook.request({"content-type": "image/png"}, b"\x89PNG\xff"))
    await station.triggers.receive(hook.request({"content-type": "application/json"}, b"{no json"))
    await station.triggers.close()

    picture, broken = [given["webhook"] for given in station.ledger.inputs]
    assert (picture["body"], picture["text"]) == (None, None)
    assert picture["file"] == {"name": "body", "media_type": "image/png", "base64": "iVBOR/8="}
    assert (broken["body"], broken["text"]) == (None, "{no json")


@pytest.mark.requirement("P5")
async def test_the_body_alone_is_the_input_where_a_form_asks_for_it(station: Station) -> None:
    hook = await station.webhook(passes="body")

    await hook.send("msg_1", {"amount": 3})
    with pytest.raises(InvalidError, match="JSON object"):
        await hook.send("msg_2", [1, 2])
    await station.triggers.close()

    assert station.ledger.inputs == [{"amount": 3}]


@pytest.mark.requirement("P5", "D65")
async def test_it_is_answered_before_the_run_is_started_or_with_what_the_run_ends_with(station: Station) -> None:
    station.ledger.gate = asyncio.Event()
    slow = await station.webhook()
    asked = await station.webhook(name="Asked", respond="result")

    await slow.send("msg_1")
    (event,) = await station.events(slow.id)
    assert event.outcome is Outcome.WAITING
    station.ledger.gate.set()
    answers = await asyncio.gather(asked.send("msg_2"), asked.send("msg_2"))

    for answer in answers:
        assert answer.end is not None
        assert answer.end.output == {"got": ["event", "webhook"]}
    assert len({answer.run_id for answer in answers}) == 1
    await station.triggers.close()


@pytest.mark.requirement("P5")
async def test_one_that_is_paused_asks_for_patience_and_says_so_only_to_who_knows_the_secret(station: Station) -> None:
    hook = await station.webhook()
    await station.triggers.set_enabled(station.editor, hook.id, on=False)

    with pytest.raises(HubError) as refusal:
        await hook.send("msg_1")
    assert (refusal.value.code, refusal.value.retry_after) == ("hook.paused", 60)
    with pytest.raises(HookRefusedError):
        await station.triggers.receive(hook.request({}, BODY))

    await station.triggers.set_enabled(station.editor, hook.id, on=True)
    assert (await hook.send("msg_1")).is_new


@pytest.mark.requirement("P5")
@pytest.mark.parametrize(("act", "code"), [("pause", "hook.paused"), ("delete", "hook.not_found")])
async def test_what_arrives_while_it_is_paused_or_deleted_starts_nothing(station: Station, act: str, code: str) -> None:
    hook = await station.webhook()

    def change() -> None:
        triggers, editor = station.triggers, station.editor
        done = (
            triggers.set_enabled(editor, hook.id, on=False)
            if act == "pause"
            else triggers.delete_trigger(editor, hook.id)
        )
        asyncio.run(done)

    class Meanwhile(dict[str, str]):
        """Headers of a request that is being checked while somebody changes the trigger."""

        def get(self, name: str, default: str = "") -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
            if name == "webhook-signature":
                changing = threading.Thread(target=change)
                changing.start()
                changing.join()
            return super().get(name, default)

    with pytest.raises(HubError) as refusal:
        await station.triggers.receive(hook.request(Meanwhile(hook.signed("msg_1", BODY)), BODY))
    await station.triggers.close()

    assert refusal.value.code == code
    assert station.ledger.starts == []


@pytest.mark.requirement("P5")
async def test_what_waits_when_it_is_paused_waits_until_it_goes_on_but_for_what_is_replayed(
    stored_station: Station,
) -> None:
    station, later = stored_station, LimitedError("too many runs are waiting", retry_after=1, limit=1)
    hook = await station.webhook()
    await hook.send("msg_1")
    await station.triggers.close()
    (first,) = await station.events(hook.id)
    station.ledger.refusals += [later, later]
    await hook.send("msg_2")
    await station.triggers.close()
    await station.triggers.set_enabled(station.editor, hook.id, on=False)
    again = await station.triggers.replay(station.editor, hook.id, first.id)

    await station.turn(hours=1)
    assert [start.key for start in station.ledger.starts] == [first.id, again.id]
    await station.triggers.set_enabled(station.editor, hook.id, on=True)
    await station.triggers.look_about()

    assert len(station.ledger.starts) == 3


@pytest.mark.requirement("P5")
async def test_nobody_who_looks_for_the_next_run_walks_past_what_waits_of_a_paused_trigger(
    stored_station: Station,
) -> None:
    station = stored_station
    hook, other = await station.webhook(), await station.webhook(name="Returns")
    station.ledger.refusals += [LimitedError("too many runs are waiting", retry_after=1, limit=1) for _ in range(20)]
    for number in range(20):
        await hook.send(f"msg_{number}")
    await station.triggers.close()

    def due(tx: Transaction) -> int:
        return tx.connection.execute(text("SELECT count(*) FROM trigger_events WHERE due_at IS NOT NULL")).scalar_one()

    waiting = station.house.parts.database.read_now(due)
    await station.triggers.set_enabled(station.editor, hook.id, on=False)
    held = station.house.parts.database.read_now(due)
    await other.send("msg_1")
    await station.triggers.close()
    await station.turn(days=400)
    await station.triggers.set_enabled(station.editor, hook.id, on=True)
    await station.triggers.look_about()

    assert (waiting, held) == (20, 0)
    assert len(station.ledger.starts) == 21


@pytest.mark.requirement("P5")
async def test_what_is_put_off_after_its_trigger_was_paused_waits_until_it_goes_on(stored_station: Station) -> None:
    station = stored_station
    hook = await station.webhook()
    gate = asyncio.Event()
    full = Ledger(gate=gate, refusals=[LimitedError("too many runs are waiting", retry_after=1, limit=1)])
    worker = station.worker(full)
    await hook.send("msg_1", triggers=worker)
    await full.is_asked.wait()

    await station.triggers.set_enabled(station.editor, hook.id, on=False)
    gate.set()
    await worker.close()
    await station.turn(hours=1)
    while_paused = list(station.ledger.starts)
    await station.triggers.set_enabled(station.editor, hook.id, on=True)
    await station.triggers.look_about()

    assert while_paused == []
    assert len(station.ledger.starts) == 1


@pytest.mark.requirement("P5", "D65")
async def test_whoever_dies_after_answering_leaves_the_run_to_the_next(stored_station: Station) -> None:
    hook = await stored_station.webhook()
    gate = asyncio.Event()
    dying = Ledger(gate=gate)
    worker = stored_station.worker(dying)

    answer = await hook.send("msg_1", triggers=worker)
    await dying.is_asked.wait()
    # The process is gone, its run not started; the sender comes again, and the next look finds what was left.
    assert not (await hook.send("msg_1")).is_new
    await stored_station.turn(seconds=31)

    assert [start.key for start in stored_station.ledger.starts] == [answer.event_id]
    gate.set()


@pytest.mark.requirement("P5")
async def test_a_run_that_can_not_be_started_now_is_tried_again(station: Station) -> None:
    hook = await station.webhook()
    station.ledger.refusals.append(LimitedError("too many runs are waiting", retry_after=90, limit=1))
    await hook.send("msg_1")
    await station.triggers.close()
    (event,) = await station.events(hook.id)
    assert (event.outcome, event.reason) == (Outcome.WAITING, "too many runs are waiting")

    await station.turn(seconds=60)
    assert station.ledger.starts == []
    await station.turn(seconds=31)

    assert len(station.ledger.starts) == 1


@pytest.mark.requirement("P5")
async def test_what_is_to_be_forgotten_is_forgotten_and_what_waits_is_not(stored_station: Station) -> None:
    hook = await stored_station.webhook()
    await hook.send("msg_1")
    await stored_station.triggers.close()
    stored_station.clock.turn(days=7, minutes=1)
    stored_station.ledger.refusals.append(refused())
    await hook.send("msg_2")

    await stored_station.triggers.forget()

    assert [event.what for event in await stored_station.events(hook.id)] == ["msg_2"]
    assert (await hook.send("msg_1")).is_new


@pytest.mark.requirement("D05", "C2")
async def test_neither_a_secret_nor_an_address_nor_what_came_stands_in_the_database(stored_station: Station) -> None:
    hook = await stored_station.webhook(verify="hmac")
    given = "canary-given-secret-0123"
    await stored_station.triggers.add_secret(stored_station.editor, hook.id, Secret(given))
    body = json.dumps({"card": "canary-4111"}).encode()
    signature = hmac.new(given.encode(), body, hashlib.sha256).hexdigest()
    await stored_station.triggers.receive(hook.request({"x-hub-signature-256": f"sha256={signature}"}, body))
    await stored_station.triggers.close()

    stored = await stored_station.house.parts.database.read(_everything)

    for canary in (given, hook.secret, hook.key, "canary-4111"):
        assert canary.encode() not in stored
        assert canary.encode().hex().encode() not in stored
    assert b"Orders" in stored


def _everything(tx: Transaction) -> bytes:
    rows = (
        tuple(row)
        for table in metadata.sorted_tables
        if table.name.startswith("trigger")
        for row in tx.connection.execute(table.select())
    )
    return b"\n".join(value if isinstance(value, bytes) else repr(value).encode() for row in rows for value in row)
