"""How often somebody may ask: token buckets, in memory, one per principal or address (SECURITY §4.2, case D18)."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from jackfield.errors import LimitedError

_MOST_BUCKETS: Final = 20_000


class RateExceededError(LimitedError):
    """Asked too often; `retry_after` says how long to wait."""

    code = "rate.exceeded"


class Buckets:
    """Each key has a bucket of `burst` tokens that fills again with `per_second`.

    At most 20,000 buckets are kept; the ones not asked for longest are forgotten, and would long be full again.

    Args:
        per_second: Tokens that come back each second.
        burst: How many a full bucket has.
        monotonic: Seconds that only go forward.
    """

    def __init__(self, per_second: float, burst: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> None:
        """Take one token.

        Raises:
            RateExceededError: The bucket is empty.
        """
        now = self._monotonic()
        tokens, since = self._buckets.pop(key, (float(self._burst), now))
        tokens = min(float(self._burst), tokens + (now - since) * self._per_second)
        if tokens < 1:
            self._buckets[key] = (tokens, now)
            wait = (1 - tokens) / self._per_second
            raise RateExceededError(
                f"asked too often: {self._per_second:g} requests a second are possible, {self._burst} at once",
                limit=self._burst,
                retry_after=round(wait, 3),
            )
        self._buckets[key] = (tokens - 1, now)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
