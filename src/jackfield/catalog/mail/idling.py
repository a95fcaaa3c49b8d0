"""Hearing of mails when they arrive (IMAP IDLE, RFC 2177), on a connection that stays open."""

import asyncio
from time import monotonic
from typing import Any, Final

from jackfield.catalog.mail.mailbox import Mailbox, with_mailbox
from jackfield.connectors import NOT_OFFERED, Tell, Use
from jackfield.errors import RemoteRejectedError

_AGAIN_SECONDS: Final = 9 * 60
"""IDLE is asked for anew before 29 minutes are over (RFC 2177 §3), and before what stands between forgets the connection:
many translate addresses for ten minutes only. It also shows whether anybody is still there."""
_LEAVE_SECONDS: Final = 5
"""Left of the time, to sign out."""


async def idle(use: Use[Any], folder: str, tell: Tell) -> None:
    """Tell whenever something may be new in a folder, until the time of the use is over.

    Each time IDLE has begun it is told once: whoever looks then misses nothing, wherever the server has put its word of
    what came before.

    Raises:
        RemoteRejectedError: `watch.not_offered`: the server has no IDLE.
        InvalidError: There is no such folder.
        RemoteUnavailableError: The server is gone.
    """
    loop = asyncio.get_running_loop()

    def listen(box: Mailbox) -> None:
        if not box.can("IDLE"):
            raise RemoteRejectedError(
                f"{box.target} doesn't tell when mails arrive (no IDLE); it is looked at now and then",
                code=NOT_OFFERED,
                target=box.target,
            )
        box.enter(folder, read_only=True)
        until = monotonic() + use.seconds - _LEAVE_SECONDS
        while (left := until - monotonic()) > 0:
            box.begin_idling()
            loop.call_soon_threadsafe(tell)
            box.hears(min(left, _AGAIN_SECONDS))
            box.end_idling()

    await with_mailbox(use, listen, message_bytes=0)
