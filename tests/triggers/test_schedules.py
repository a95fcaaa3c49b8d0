"""When a schedule is due: across the changes of the clock, and after nobody looked."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jackfield.triggers import CatchUp, check_cron, check_zone, due, next_ticks

BERLIN = "Europe/Berlin"
FORWARD = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
"""02:00 becomes 03:00 in Berlin."""
BACK = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
"""03:00 becomes 02:00 again."""

CRONS = ("*/5 * * * *", "0 * * * *", "30 2 * * *", "15,45 2 * * *", "0 */2 * * *", "0 8 * * 1-5", "30 1-3 * * *")
ZONES = ("UTC", BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")


def near(change: datetime, minutes: int) -> datetime:
    return change + timedelta(minutes=minutes)


moments = st.builds(
    near,
    st.sampled_from([FORWARD, BACK, datetime(2026, 4, 4, 15, 0, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)]),
    st.integers(-24 * 60, 24 * 60),
)
"""Within a day of a change of the clock, in Berlin or on Lord Howe, or in no such time."""


def local(tick: datetime, zone: str = BERLIN) -> str:
    return tick.astimezone(ZoneInfo(zone)).strftime("%d %H:%M")


@pytest.mark.requirement("P5", "D61")
def test_a_time_that_the_clock_leaves_out_comes_right_after_it() -> None:
    ticks = next_ticks("30 2 * * *", BERLIN, FORWARD - timedelta(hours=3), 2)

    assert [local(tick) for tick in ticks] == ["29 03:00", "30 02:30"]


@pytest.mark.requirement("P5", "D61")
def test_a_time_that_the_clock_shows_twice_comes_once() -> None:
    ticks = next_ticks("30 2 * * *", BERLIN, BACK - timedelta(hours=3), 2)

    assert [local(tick) for tick in ticks] == ["25 02:30", "26 02:30"]
    assert ticks[0] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.requirement("P5", "D61")
def test_two_times_that_the_clock_leaves_out_come_together() -> None:
    ticks = next_ticks("15,45 2 * * *", BERLIN, FORWARD - timedelta(hours=1), 2)

    assert [local(tick) for tick in ticks] == ["29 03:00", "30 02:15"]


@pytest.mark.requirement("P5", "D61")
@pytest.mark.parametrize("change", [FORWARD, BACK])
def test_what_comes_every_quarter_goes_by_the_time_that_passes(change: datetime) -> None:
    ticks = next_ticks("*/15 * * * *", BERLIN, change - timedelta(hours=1), 12)

    assert [tick - change for tick in ticks] == [timedelta(minutes=15 * quarter) for quarter in range(-3, 9)]


@given(
    cron=st.sampled_from(CRONS),
    zone=st.sampled_from(ZONES),
    start=moments,
    minutes=st.integers(0, 24 * 60),
)
@settings(max_examples=40)
@pytest.mark.requirement("P5", "D61")
def test_the_ticks_are_the_same_wherever_one_begins_to_look(
    cron: str, zone: str, start: datetime, minutes: int
) -> None:
    later = start + timedelta(minutes=minutes)
    all_of_them = next_ticks(cron, zone, start, 400)

    rest = [tick for tick in all_of_them if tick > later]

    assert list(next_ticks(cron, zone, later, 3)) == rest[:3] or len(rest) < 3
    assert all(first < second for first, second in pairwise(all_of_them))


@pytest.mark.requirement("P5", "D61")
def test_missed_ticks_are_skipped_taken_together_or_each_made_up_for() -> None:
    after = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
    until = after + timedelta(hours=3, minutes=20)

    skipped = due("0 * * * *", "UTC", after=after, until=until, catch_up=CatchUp.SKIP, most=10)
    once = due("0 * * * *", "UTC", after=after, until=until, catch_up=CatchUp.ONCE, most=10)
    each = due("0 * * * *", "UTC", after=after, until=until, catch_up=CatchUp.EACH, most=2)

    assert (skipped.ticks, skipped.left_out) == ((), 2)
    assert [tick.hour for tick in once.ticks] == [3]
    assert [tick.hour for tick in each.ticks] == [2, 3]
    assert each.left_out == 1


@pytest.mark.requirement("P5")
@pytest.mark.parametrize("catch_up", CatchUp)
def test_a_tick_on_time_is_due_whatever_becomes_of_missed_ones(catch_up: CatchUp) -> None:
    after = datetime(2026, 6, 1, 7, 59, 30, tzinfo=UTC)

    found = due("0 8 * * *", "UTC", after=after, until=after + timedelta(minutes=2), catch_up=catch_up, most=1)

    assert [tick.hour for tick in found.ticks] == [8]
    assert found.left_out == 0


@given(
    cron=st.sampled_from(CRONS),
    zone=st.sampled_from(ZONES),
    start=moments,
    hours=st.lists(st.integers(0, 30), min_size=1, max_size=4),
)
@settings(max_examples=40)
@pytest.mark.requirement("P5", "D61")
def test_looked_at_in_whatever_steps_no_tick_is_due_twice_and_none_is_lost(
    cron: str, zone: str, start: datetime, hours: list[int]
) -> None:
    found: list[datetime] = []
    after = start
    for step in hours:
        until = after + timedelta(hours=step)
        found += due(cron, zone, after=after, until=until, catch_up=CatchUp.EACH, most=1000).ticks
        after = until

    assert found == [tick for tick in next_ticks(cron, zone, start, 2000) if tick <= after]


@pytest.mark.requirement("P5")
def test_of_a_year_that_was_missed_only_the_end_is_looked_at() -> None:
    after = datetime(2025, 6, 1, tzinfo=UTC)

    found = due("* * * * *", BERLIN, after=after, until=after + timedelta(days=365), catch_up=CatchUp.EACH, most=3)

    assert len(found.ticks) == 3
    assert found.left_out == 1


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("0 8 * *", "five fields"),
        ("0 0 8 * * *", "five fields"),
        ("61 8 * * *", "at the minute"),
        ("0 8 * * FUN", "at the day of week"),
        ("0 8 30 2 *", "at the day of month"),
        ("* * * * * ; rm", "five fields"),
    ],
)
def test_what_is_no_schedule_is_refused_with_the_place(expression: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        check_cron(expression)


def test_schedules_and_zones_are_read() -> None:
    assert check_cron("  0  8 * * mon-fri ") == "0 8 * * mon-fri"
    assert check_zone("Europe/Berlin") == "Europe/Berlin"
    assert check_zone("UTC") == "UTC"
    elsewhere = ("localtime", "posixrules", "Factory", "posix/Europe/Berlin", "right/Europe/Berlin")
    for wrong in ("Europe/Entenhausen", "../etc/passwd", "", "CEST ", *elsewhere):
        with pytest.raises(ValueError, match="IANA"):
            check_zone(wrong)
