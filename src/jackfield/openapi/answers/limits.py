"""What an answer says about when to come again: `Retry-After` and the many headers that count requests, in seconds.

RFC 9110 §10.2.3; draft-ietf-httpapi-ratelimit-headers in its newest form (`RateLimit: "default";r=50;t=30`) and its older
ones; and the headers that were there before, `X-RateLimit-…` and `X-Rate-Limit-…`, whose resets are seconds, moments in
seconds or milliseconds since 1970, dates, or `6m0s`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST: Final = 366 * 86_400.0
_SECONDS_SINCE_1970: Final = 1_000_000_000
_MILLISECONDS_SINCE_1970: Final = 1_000_000_000_000
_NUMBER: Final = re.compile(r"\d{1,18}(?:\.\d{1,9})?")
_SPAN: Final = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h|d)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_MEMBER: Final = re.compile(r"\b(limit|remaining|reset|r|t|q|w)\s*=\s*(\d{1,18})", re.IGNORECASE)
_OLD: Final = {
    what: (
        f"x-ratelimit-{what}",
        f"x-rate-limit-{what}",
        f"ratelimit-{what}",
        f"x-ratelimit-{what}-requests",
        f"x-ratelimit-requests-{what}",
    )
    for what in ("limit", "remaining", "reset", "reset-after")
}


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What was said; None is: nothing."""

    retry_after: float | None = None
    """Seconds until the same request may be sent again."""
    limit: int | None = None
    """Requests in one window."""
    remaining: int | None = None
    """Requests that are left of them."""
    reset_after: float | None = None
    """Seconds until there are all of them again."""
    window: float | None = None
    """Seconds."""

    @property
    def pause(self) -> float | None:
        """Seconds to wait before the next request: what was asked for, or until there are requests again."""
        if self.retry_after is not None:
            return self.retry_after
        return self.reset_after if self.remaining == 0 else None


_NOTHING: Final = RateLimits()


def read_limits(headers: Mapping[str, str], now: datetime) -> RateLimits:
    """What the headers say.

    Args:
        headers: Names in lower case.
        now: The moment of the answer, with its zone.
    """
    if not any("rate" in name or name == "retry-after" for name in headers):
        return _NOTHING  # as most answers say, on the way of every call
    counted = _structured(headers.get("ratelimit", ""))
    policy = _structured(headers.get("ratelimit-policy", ""))
    reset_after = _first(headers, "reset-after")
    reset = _first(headers, "reset")
    return RateLimits(
        retry_after=read_retry_after(headers.get("retry-after"), now),
        limit=_either(policy.get("q"), counted.get("limit"), _count(_first(headers, "limit"))),
        remaining=_either(counted.get("r"), counted.get("remaining"), _count(_first(headers, "remaining"))),
        reset_after=_seconds(counted.get("t", counted.get("reset")), reset_after, reset, now),
        window=float(policy["w"]) if "w" in policy else None,
    )


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait: a number of them, or a date (RFC 9110 §10.2.3)."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return _bounded(float(text[:18]))
    return read_moment(value, now)


def read_moment(value: str | None, now: datetime) -> float | None:
    """Seconds from now until a moment that is written in one of the ways above; None where it says nothing readable."""
    if value is None:
        return None
    text = value.strip()
    if _NUMBER.fullmatch(text):
        number = float(text)
        if number >= _MILLISECONDS_SINCE_1970:
            number = number / 1000 - now.timestamp()
        elif number >= _SECONDS_SINCE_1970:
            number -= now.timestamp()
        return _bounded(number)
    spans = _SPAN.findall(text)
    if spans and "".join(f"{number}{unit}" for number, unit in spans) == text:
        return _bounded(sum(float(number) * _SECONDS[unit] for number, unit in spans))
    moment = _date(text)
    return None if moment is None else _bounded((moment - now).total_seconds())


def _date(text: str) -> datetime | None:
    if len(text) > 60:
        return None
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = read(text)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), _LONGEST)


def _structured(text: str) -> dict[str, int]:
    """The first policy of a list: `"default";r=50;t=30`, or in older drafts `limit=100, remaining=50, reset=5`."""
    first = text.partition(",")[0] if ";" in text else text
    return {name.lower(): int(number) for name, number in _MEMBER.findall(first[:500])}


def _first(headers: Mapping[str, str], what: str) -> str | None:
    return next((found for one in _OLD[what] if (found := headers.get(one)) is not None), None)


def _count(text: str | None) -> int | None:
    # `100, 100;w=60` was once a way to say the window, too.
    found = _NUMBER.match(text.strip()) if text else None
    return int(float(found[0])) if found else None


def _either(*values: int | None) -> int | None:
    return next((one for one in values if one is not None), None)


def _seconds(counted: int | None, reset_after: str | None, reset: str | None, now: datetime) -> float | None:
    if counted is not None:
        return _bounded(float(counted))
    return read_moment(reset_after if reset_after is not None else reset, now)
