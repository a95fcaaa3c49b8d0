"""Waiting for a trigger's first look, so that whoever made it knows from when on what arrives starts runs."""

import asyncio
from contextlib import suppress
from typing import Final

from jackfield.db import Transaction
from jackfield.kernel import TriggerId
from jackfield.triggers.service.parts import Parts
from jackfield.triggers.store import records

_ASK_AGAIN_SECONDS: Final = 0.05
"""It is asked for in the database, as another server process may be the one that looks."""


async def until_begun(parts: Parts, trigger_id: TriggerId, seconds: float) -> None:
    """Return once a trigger has looked, couldn't, or is not to look any more; after `seconds` at the latest."""

    def is_settled(tx: Transaction) -> bool:
        kept = records.find_trigger(tx, trigger_id)
        return kept is None or not kept.trigger.is_enabled or kept.trigger.has_begun or kept.trigger.failures > 0

    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while True:
                if await parts.read(is_settled):
                    return
                await asyncio.sleep(_ASK_AGAIN_SECONDS)
