"""Lines from a socket, as the mail protocols have them; bounded in length and in time."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Final

MAX_LINE: Final = 64 << 10
MAX_MESSAGE: Final = 12 << 20
IDLE_SECONDS: Final = 30 * 60


class LineTooLongError(Exception):
    """Nobody who means well sends such a line."""


async def read_line(reader: asyncio.StreamReader) -> bytes:
    """The next line without its end.

    Raises:
        EOFError: There is none.
        LineTooLongError: It is too long.
        TimeoutError: It doesn't come.
    """
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            line = await reader.readuntil(b"\n")
    except asyncio.LimitOverrunError:
        raise LineTooLongError from None
    return line.rstrip(b"\r\n")


async def start_lines(
    listener: socket.socket, talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
) -> asyncio.Server:
    """Serve a protocol of lines; whatever goes wrong in one connection ends that one."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (OSError, EOFError, TimeoutError, LineTooLongError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(serve, sock=listener, limit=MAX_LINE)
