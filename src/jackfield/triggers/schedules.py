"""When a schedule is due: cron expressions in a time zone (crontab(5)). Pure: the moments are handed in.

The clock is put forward and back as Debian's cron has it: a schedule at a fixed time runs once a day, whatever happens
to the hour it names; one that recurs every hour or every few minutes goes by the time that really passes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from cronsim import CronSim, CronSimError

ON_TIME: Final = timedelta(minutes=5)
"""A tick is missed if nobody looked for so long after it."""
_FIRST_WINDOW: Final = timedelta(hours=1)
_NOWHERE: Final = frozenset({"Factory", "localtime", "posixrules"})
"""What lies among the zones of many machines, and is none: what they mean differs from one machine to the next."""


class CatchUp(StrEnum):
    """What becomes of ticks that were missed."""

    SKIP = "skip"
    """Nothing; the next one is on time."""
    ONCE = "once"
    """One run for all of them."""
    EACH = "each"
    """A run for each, the latest so many."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done about the ticks up to a moment."""

    ticks: tuple[datetime, ...]
    """Each starts a run; in UTC, the earliest first."""
    left_out: int
    """How many ticks start none; counted up to one more than there may be runs for."""


def check_zone(name: str) -> str:
    """The name of a time zone of the IANA database.

    Raises:
        ValueError: There is none of that name.
    """
    if name != "UTC" and name not in _zone_names():
        raise ValueError("must be a time zone of the IANA database, as in Europe/Berlin")
    return name


def check_cron(expression: str) -> str:
    """A cron expression of five fields that comes due at all, with single blanks.

    Raises:
        ValueError: It can't be read, or never comes due.
    """
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(
            "must have five fields: minute, hour, day of the month, month, day of the week; as in 0 8 * * 1-5"
        )
    try:
        found = next(CronSim(expression, datetime(2026, 1, 1, tzinfo=UTC)), None)
    except CronSimError as error:
        field = str(error).removeprefix("Bad ").replace("-", " ")
        raise ValueError(f"can't be read at the {field}; five fields are needed, as in 0 8 * * 1-5") from None
    if found is None:
        raise ValueError("names a day that never comes")
    return " ".join(fields)


def next_ticks(expression: str, zone: str, after: datetime, count: int) -> tuple[datetime, ...]:
    """The next ticks after a moment, in UTC, each one once; fewer if there are no more."""
    return tuple(islice(_ticks(expression, zone, after), count))


def due(expression: str, zone: str, *, after: datetime, until: datetime, catch_up: CatchUp, most: int) -> Due:
    """What is to be done about the ticks after one moment and up to another.

    It costs what the runs cost, and not what was missed: of a year without anybody looking, only the end is looked at.

    Args:
        expression: Five fields of cron.
        zone: The time zone they are meant in.
        after: Up to where it has been looked.
        until: Now.
        catch_up: What becomes of missed ticks.
        most: With `each`, for how many of the latest ticks there is a run.
    """
    wanted = most if catch_up is CatchUp.EACH else 1
    latest = _latest(expression, zone, after, until, wanted + 1)
    chosen = latest[-wanted:]
    if catch_up is CatchUp.SKIP:
        chosen = [tick for tick in chosen if until - tick <= ON_TIME]
    return Due(tuple(chosen), len(latest) - len(chosen))


def _latest(expression: str, zone: str, after: datetime, until: datetime, count: int) -> Sequence[datetime]:
    window = _FIRST_WINDOW
    while True:
        start = max(after, until - window)
        found: list[datetime] = []
        for tick in _ticks(expression, zone, start):
            if tick > until:
                break
            found = [*found[-count + 1 :], tick] if count > 1 else [tick]
        if len(found) == count or start == after:
            return found
        window *= 4


def _ticks(expression: str, zone: str, after: datetime) -> Iterator[datetime]:
    last = after.astimezone(UTC)
    for local in CronSim(expression, last.astimezone(ZoneInfo(zone))):
        tick = local.astimezone(UTC)
        # Two times that don't exist on a day move to the same moment, and of one that comes twice only the first counts.
        if tick > last:
            last = tick
            yield tick


@lru_cache(maxsize=1)
def _zone_names() -> frozenset[str]:
    return frozenset(name for name in available_timezones() - _NOWHERE if _is_zone(name))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
