"""What becomes of a mail or a file once its run is started: done until it is done, also after a crash."""

from collections.abc import Awaitable, Callable
from typing import Final

from jackfield.errors import HubError, Kind
from jackfield.triggers.models import Event, Followed, Trigger
from jackfield.triggers.service.parts import Parts
from jackfield.triggers.store import events

_AT_ONCE: Final = 50
_GONE: Final = frozenset({"message.not_found", "folder.renumbered", "file.not_found"})
"""Somebody else has dealt with it."""
_LATER: Final = frozenset(
    {Kind.LIMITED, Kind.REMOTE_THROTTLED, Kind.REMOTE_UNAVAILABLE, Kind.REMOTE_SIGN_IN, Kind.FEATURE_OFF}
)
"""Nothing is wrong with what was asked for; it is done at the next look."""


async def follow(parts: Parts, trigger: Trigger, act: Callable[[Event], Awaitable[None]]) -> None:
    """Deal with the mails or files of events whose runs are started.

    Args:
        parts: What use cases are made with.
        trigger: Whose.
        act: Deals with the one of an event.

    Raises:
        HubError: It can't be done now; what is left is done at the next look.
    """
    for event in await parts.read(lambda tx: events.list_to_follow(tx, trigger.id, _AT_ONCE)):
        try:
            await act(event)
        except HubError as error:
            if error.kind in _LATER:
                raise
            followed, reason = (Followed.DONE, "") if error.code in _GONE else (Followed.FAILED, error.message)
        else:
            followed, reason = Followed.DONE, ""
        await _note(parts, event, followed, reason)


async def _note(parts: Parts, event: Event, followed: Followed, reason: str) -> None:
    await parts.database.write(lambda tx: events.set_followed(tx, event.id, followed, reason))
