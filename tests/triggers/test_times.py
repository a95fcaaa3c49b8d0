"""Schedules as they run: each time once, whoever looks and whenever (D61)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from jackfield.triggers import Outcome, TriggerState
from triggers.house import Ledger, Station, refused


@pytest.mark.requirement("P5")
async def test_a_time_that_has_come_starts_one_run_which_is_told_of_it(station: Station) -> None:
    trigger = await station.schedule("30 9 * * *", zone="Europe/Berlin", input={"region": "north"})
    assert [one.hour for one in trigger.next_times] == [8] * 5

    await station.turn(minutes=29)
    assert station.ledger.starts == []
    await station.turn(minutes=1, seconds=2)
    await station.turn(minutes=20)

    (given,) = station.ledger.inputs
    (event,) = await station.events(trigger.row.id)
    assert given["schedule"]["at"] == "2026-11-23T08:30:00+00:00"
    assert given["schedule"]["local"] == "2026-11-23T09:30:00+01:00"
    assert given["input"] == {"region": "north"}
    assert given["event"]["id"] == event.id == station.ledger.starts[0].key
    assert (event.outcome, event.run_id, event.what) == (Outcome.STARTED, "run_1", "2026-11-23 09:30 CET")
    assert station.ledger.starts[0].starter.id == trigger.row.id


@pytest.mark.requirement("P5", "D61")
async def test_of_a_day_with_two_workers_and_three_hours_without_any_no_time_starts_two_runs(
    stored_station: Station,
) -> None:
    # Into the night in which the clock is put forward in Berlin.
    stored_station.clock.turn(
        seconds=(datetime(2026, 3, 28, 20, tzinfo=UTC) - stored_station.clock.now()).total_seconds()
    )
    start = stored_station.clock.now()
    every = await stored_station.schedule("*/20 * * * *", zone="Europe/Berlin", catch_up="each", most=100)
    other = stored_station.worker()

    for minute in range(0, 24 * 60, 10):
        stored_station.clock.turn(minutes=10)
        if 6 * 60 <= minute < 9 * 60:
            continue
        await asyncio.gather(stored_station.triggers.look_about(), other.look_about())

    ticks = [datetime.fromisoformat(given["schedule"]["at"]) for given in stored_station.ledger.inputs]
    assert sorted(ticks) == [start + timedelta(minutes=20 * step) for step in range(1, 73)]
    assert len(await stored_station.events(every.row.id)) == 72


@pytest.mark.requirement("P5", "D61")
@pytest.mark.parametrize(
    ("change", "hours"), [(datetime(2026, 3, 29, 1, tzinfo=UTC), [1]), (datetime(2026, 10, 25, 1, tzinfo=UTC), [0])]
)
async def test_a_fixed_time_starts_one_run_on_the_day_that_the_clock_is_put_forward_or_back(
    station: Station, change: datetime, hours: list[int]
) -> None:
    station.clock.turn(seconds=(change - timedelta(hours=12) - station.clock.now()).total_seconds())
    await station.schedule("30 2 * * *", zone="Europe/Berlin")

    for _ in range(24 * 2):
        await station.turn(minutes=30)

    assert [datetime.fromisoformat(one["schedule"]["at"]).hour for one in station.ledger.inputs] == hours


@pytest.mark.requirement("P5", "D61")
@pytest.mark.parametrize(("catch_up", "hours", "skipped"), [("skip", [], 1), ("once", [11], 1), ("each", [10, 11], 1)])
async def test_times_missed_while_no_server_ran_are_dealt_with_as_the_schedule_says(
    stored_station: Station, catch_up: str, hours: list[int], skipped: int
) -> None:
    trigger = await stored_station.schedule("0 * * * *", catch_up=catch_up, most=2)

    await stored_station.turn(hours=3, minutes=30)

    assert [datetime.fromisoformat(one["schedule"]["at"]).hour for one in stored_station.ledger.inputs] == hours
    events = await stored_station.events(trigger.row.id)
    assert sum(event.outcome is Outcome.SKIPPED for event in events) == skipped
    await stored_station.turn(minutes=31)
    assert datetime.fromisoformat(stored_station.ledger.inputs[-1]["schedule"]["at"]).hour == 12


@pytest.mark.requirement("P5", "D61")
async def test_whoever_dies_between_the_event_and_its_run_leaves_it_to_the_next_who_starts_one(
    stored_station: Station,
) -> None:
    trigger = await stored_station.schedule("0 * * * *")
    dying = Ledger(gate=asyncio.Event())
    worker = stored_station.worker(dying)

    stored_station.clock.turn(hours=1)
    task = asyncio.create_task(worker.look_about())
    await dying.is_asked.wait()
    task.cancel()
    await worker.close()
    (event,) = await stored_station.events(trigger.row.id)
    assert event.outcome is Outcome.WAITING

    await stored_station.turn(seconds=10)
    assert stored_station.ledger.starts == []
    await stored_station.turn(seconds=30)

    (start,) = stored_station.ledger.starts
    (event,) = await stored_station.events(trigger.row.id)
    assert start.key == event.id
    assert event.outcome is Outcome.STARTED


@pytest.mark.requirement("P5")
async def test_one_that_is_paused_starts_nothing_and_begins_anew_when_it_goes_on(station: Station) -> None:
    trigger = await station.schedule("0 * * * *", catch_up="each")
    paused = await station.triggers.set_enabled(station.editor, trigger.row.id, on=False)
    assert paused.row.state is TriggerState.PAUSED

    await station.turn(hours=3)
    assert station.ledger.starts == []
    await station.triggers.set_enabled(station.editor, trigger.row.id, on=True)
    await station.turn(hours=1)

    assert len(station.ledger.starts) == 1
    assert [len(await station.acts(name)) for name in ("trigger.pause", "trigger.resume")] == [1, 1]


@pytest.mark.requirement("P5")
async def test_an_event_that_may_start_no_run_says_why_and_can_be_replayed(stored_station: Station) -> None:
    trigger = await stored_station.schedule("0 * * * *")
    stored_station.ledger.refusals.append(refused())
    await stored_station.turn(hours=1)
    (event,) = await stored_station.events(trigger.row.id)
    assert (event.outcome, event.reason) == (Outcome.REFUSED, "no version of the process is published")

    again = await stored_station.triggers.replay(stored_station.editor, trigger.row.id, event.id)

    assert (again.outcome, again.replay_of, again.run_id) == (Outcome.STARTED, event.id, "run_1")
    (given,) = stored_station.ledger.inputs
    assert given["event"]["id"] == event.id
    (act,) = await stored_station.acts("trigger.replay")
    assert (act.data["event"], act.data["replay"]) == (event.id, again.id)


@pytest.mark.requirement("P5")
async def test_looking_shows_the_next_times_and_starts_nothing(station: Station) -> None:
    trigger = await station.schedule("0 8 * * 1-5", zone="Europe/Berlin")

    sight = await station.triggers.look(station.editor, trigger.row.id)

    assert [one.what for one in sight.found][:2] == ["2026-11-24 08:00 CET", "2026-11-25 08:00 CET"]
    assert station.ledger.starts == []
