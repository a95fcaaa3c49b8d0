"""Who may do what with a trigger, what is recorded of it, and what becomes of it when others change something."""

import pytest

from jackfield.directory import Role
from jackfield.errors import ForbiddenError, HubError, InvalidError
from jackfield.kernel import PageRequest
from jackfield.triggers import (
    NewTrigger,
    TriggerChangedError,
    TriggerKind,
    TriggerNameTakenError,
    TriggerNotFoundError,
    TriggerQuery,
)
from triggers.house import Station

DAILY = {"cron": "0 8 * * *"}


@pytest.mark.requirement("P5", "P1", "C17")
async def test_editors_of_the_process_make_triggers_auditors_see_them_and_to_others_there_are_none(
    stored_station: Station,
) -> None:
    house, triggers = stored_station.house, stored_station.triggers
    made = await stored_station.schedule("0 8 * * *")
    auditor, member = await house.person("arno", Role.AUDITOR), await house.person("mia", Role.MEMBER)

    assert (await triggers.get_trigger(auditor, made.row.id)).may_edit is False
    with pytest.raises(ForbiddenError) as refusal:
        await triggers.set_enabled(auditor, made.row.id, on=False)
    assert refusal.value.data["rule"] == "P1"
    for act in (triggers.get_trigger, triggers.delete_trigger, triggers.look):
        with pytest.raises(TriggerNotFoundError):
            await act(member, made.row.id)
    with pytest.raises(HubError):
        await triggers.create_trigger(member, NewTrigger(stored_station.process, "Mine", TriggerKind.SCHEDULE, DAILY))
    for who, names in ((stored_station.editor, ["Schedule"]), (auditor, ["Schedule"]), (member, [])):
        page = await triggers.list_triggers(who, TriggerQuery(), PageRequest())
        assert [row.name for row in page.items] == names
    refused = [entry for entry in await stored_station.acts("trigger.pause") if entry.outcome == "refused"]
    assert [entry.actor.label for entry in refused] == ["arno"]


@pytest.mark.requirement("P5")
async def test_a_list_is_narrowed_and_walked_by_name(stored_station: Station) -> None:
    for number in range(5):
        await stored_station.make(TriggerKind.SCHEDULE, DAILY, name=f"Daily {number}", is_enabled=number != 2)
    await stored_station.webhook()

    first = await stored_station.triggers.list_triggers(
        stored_station.editor, TriggerQuery(search="DAILY"), PageRequest(limit=3)
    )
    rest = await stored_station.triggers.list_triggers(
        stored_station.editor, TriggerQuery(search="DAILY"), PageRequest(limit=3, cursor=first.next)
    )
    hooks = await stored_station.triggers.list_triggers(
        stored_station.editor, TriggerQuery(kind=TriggerKind.WEBHOOK, process_id=stored_station.process), PageRequest()
    )
    paused = await stored_station.triggers.list_triggers(
        stored_station.editor, TriggerQuery(is_enabled=False), PageRequest()
    )

    assert [row.name for row in (*first.items, *rest.items)] == [f"Daily {number}" for number in range(5)]
    assert [row.name for row in hooks.items] == ["Orders"]
    assert [row.name for row in paused.items] == ["Daily 2"]


@pytest.mark.requirement("P5")
async def test_names_are_unique_in_a_process_and_changes_know_what_they_were_made_for(stored_station: Station) -> None:
    made = await stored_station.schedule("0 8 * * *")
    with pytest.raises(TriggerNameTakenError):
        await stored_station.make(TriggerKind.SCHEDULE, DAILY, name="  schedule ")

    changed = await stored_station.triggers.change_trigger(
        stored_station.editor, made.row.id, name="Mornings", settings={"cron": "0 9 * * *"}, expected_version=1
    )
    with pytest.raises(TriggerChangedError):
        await stored_station.triggers.change_trigger(
            stored_station.editor, made.row.id, name="Late", expected_version=1
        )

    assert (changed.row.name, changed.next_times[0].hour, changed.row.version) == ("Mornings", 9, 2)
    (act,) = await stored_station.acts("trigger.change")
    assert (act.data["new"], act.data["settings"]) == ("Mornings", ["cron"])
    await stored_station.turn(hours=1, seconds=1)
    assert len(stored_station.ledger.starts) == 1


@pytest.mark.requirement("P5", "D02")
@pytest.mark.parametrize(
    ("kind", "settings", "field"),
    [
        (TriggerKind.SCHEDULE, {}, "settings.cron"),
        (TriggerKind.SCHEDULE, {"cron": "0 8 * * *", "zone": "Mars/Olympus"}, "settings.zone"),
        (TriggerKind.SCHEDULE, {"cron": "canary", "canary": 1}, "settings.cron"),
        (TriggerKind.WEBHOOK, {"verify": "canary"}, "settings.verify"),
        (TriggerKind.WEBHOOK, {"header": "X Canary"}, "settings.header"),
        (TriggerKind.WEBHOOK, {"verify": "hmac", "header": ""}, "settings.header"),
        (TriggerKind.MAIL, {}, "connection"),
    ],
)
async def test_what_makes_no_sense_is_refused_at_its_place(
    station: Station, kind: TriggerKind, settings: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        await station.make(kind, settings)

    assert refusal.value.data["field"] == field
    assert "canary" not in refusal.value.message.lower()


@pytest.mark.requirement("P5", "C15")
async def test_with_its_process_a_trigger_is_renamed_where_it_is_told_and_deleted(stored_station: Station) -> None:
    processes = stored_station.house.parts.processes
    hook = await stored_station.webhook()
    await processes.change_process(stored_station.editor, stored_station.process, name="Take an order")
    assert (
        await stored_station.triggers.get_trigger(stored_station.editor, hook.id)
    ).row.process.name == "Take an order"

    await processes.delete_process(stored_station.editor, stored_station.process)

    with pytest.raises(TriggerNotFoundError):
        await stored_station.triggers.get_trigger(stored_station.editor, hook.id)
    with pytest.raises(HubError, match="nobody listens"):
        await hook.send("msg_1")


@pytest.mark.requirement("P5", "C2")
async def test_deleted_it_starts_nothing_more_and_its_name_is_free(station: Station) -> None:
    made = await station.schedule("0 * * * *")
    await station.triggers.delete_trigger(station.editor, made.row.id)

    await station.turn(hours=2)

    assert station.ledger.starts == []
    await station.schedule("0 * * * *")
    assert len(await station.acts("trigger.delete")) == 1


@pytest.mark.requirement("C12")
async def test_whoever_made_a_trigger_may_leave_and_it_goes_on(station: Station) -> None:
    await station.schedule("0 * * * *")
    house = station.house
    await house.parts.directory.people.deactivate_person(house.admin, station.editor.principal.person_id)

    await station.turn(hours=1)

    assert len(station.ledger.starts) == 1


@pytest.mark.requirement("D06")
async def test_what_is_sealed_moves_under_a_new_key_and_opens_afterwards(stored_station: Station) -> None:
    from jackfield.vault import add_key, retire_keys

    hook = await stored_station.webhook()
    await hook.send("msg_1")
    (event,) = await stored_station.events(hook.id)
    parts = stored_station.house.parts
    add_key(parts.settings.key_file)
    primary = parts.vault.primary_key_id

    assert await stored_station.triggers.rewrap_boxes() == 1
    assert await stored_station.triggers.count_by_key_id() == {primary: 1}
    assert await stored_station.triggers.rewrap_boxes() == 0
    retire_keys(parts.settings.key_file, {primary, *await parts.connections.count_by_key_id()})

    assert (await hook.send("msg_2")).is_new
    again = await stored_station.triggers.replay(stored_station.editor, hook.id, event.id)
    assert again.run_id is not None
