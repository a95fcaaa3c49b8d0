"""A schedule's turn: the times up to now, each one event, in one transaction with how far was looked (D61)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from jackfield.db import Transaction
from jackfield.triggers.kinds import Schedule
from jackfield.triggers.models import Arrival, Sight, Sighted
from jackfield.triggers.schedules import due, next_ticks
from jackfield.triggers.service.arrivals import Stored, store_arrival
from jackfield.triggers.service.parts import Parts
from jackfield.triggers.service.sealing import box_of
from jackfield.triggers.store import records
from jackfield.triggers.store.records import Kept

SHOWN: Final = 5
_NEVER: Final = timedelta(days=365)
"""When to look again where no time comes in the years that are searched."""


def first_place(settings: Schedule, now: datetime) -> tuple[dict[str, Any], datetime]:
    """From where, and when, a schedule looks first: from now on."""
    return {"looked": now.isoformat()}, _next(settings, now)


async def take_turn(parts: Parts, kept: Kept) -> Sequence[Stored]:
    """Store an event for each time that is due."""
    trigger, settings = kept.trigger, kept.trigger.settings
    assert isinstance(settings, Schedule)
    now = parts.clock.now()
    looked = datetime.fromisoformat(trigger.place["looked"])
    found = due(settings.cron, settings.zone, after=looked, until=now, catch_up=settings.catch_up, most=settings.most)
    box = box_of(parts.vault, kept)
    arrivals = [*_left_out(settings, looked, found.left_out), *(_arrival(settings, tick, now) for tick in found.ticks)]

    def work(tx: Transaction) -> list[Stored]:
        stored = [
            store_arrival(
                tx,
                trigger,
                box,
                one,
                now=now,
                known_until=now + parts.limits.trigger_memory,
                due_at=now + parts.own_turn,
            )
            for one in arrivals
        ]
        records.end_turn(tx, trigger, place={"looked": now.isoformat()}, due_at=_next(settings, now))
        return stored

    return await parts.database.write(work)


def look(settings: Schedule, now: datetime) -> Sight:
    """The next times."""
    times = next_times(settings, now)
    return Sight(tuple(Sighted(_shown(settings, one), is_known=False) for one in times), next_times=times)


def next_times(settings: Schedule, now: datetime) -> tuple[datetime, ...]:
    """The next five times."""
    return next_ticks(settings.cron, settings.zone, now, SHOWN)


def _arrival(settings: Schedule, tick: datetime, now: datetime) -> Arrival:
    local = tick.astimezone(ZoneInfo(settings.zone))
    given = {
        "schedule": {
            "at": tick.isoformat(),
            "local": local.isoformat(),
            "zone": settings.zone,
            "seconds_late": max(0, round((now - tick).total_seconds())),
        },
        "input": settings.input,
    }
    return Arrival(f"tick:{tick.isoformat()}", _shown(settings, tick), given)


def _left_out(settings: Schedule, looked: datetime, count: int) -> list[Arrival]:
    if not count:
        return []
    return [
        Arrival(
            f"missed:{looked.isoformat()}",
            _shown(settings, looked),
            None,
            reason="times of the schedule were missed while nobody looked, and are not made up for",
        )
    ]


def _shown(settings: Schedule, tick: datetime) -> str:
    return tick.astimezone(ZoneInfo(settings.zone)).strftime("%Y-%m-%d %H:%M %Z")


def _next(settings: Schedule, now: datetime) -> datetime:
    ticks = next_ticks(settings.cron, settings.zone, now, 1)
    return ticks[0] if ticks else now + _NEVER
