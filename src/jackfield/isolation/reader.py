"""Running the child, from the server's side."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from jackfield.errors import InvalidError, LimitedError

_CHUNK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class IsolationLimits:
    """The limits of one child (docs/security.md, 4.2)."""

    memory: int = 1 << 30
    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    answer_bytes: int = 64 << 20
    at_a_time: int = 2


class ReadingFailedError(InvalidError):
    """The text could not be read within the limits, or its reader died of it."""

    code = "document.unreadable"


class IsolatedReader:
    """Reads texts in children, a few at a time; the others wait."""

    def __init__(self, limits: IsolationLimits | None = None) -> None:
        self._limits = limits or IsolationLimits()
        self._places = asyncio.Semaphore(self._limits.at_a_time)

    async def read(self, task: str, text: bytes, options: Mapping[str, int] | None = None) -> Any:
        """What the task makes of the text; the options are the task's.

        Raises:
            ReadingFailedError: It took too much memory or time, or the child died.
            LimitedError: The answer is too large.
        """
        async with self._places:
            limits = self._limits
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-m", "jackfield.isolation.child"),
                *(task, str(limits.memory), str(limits.cpu_seconds), json.dumps(options or {})),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={},
            )
            try:
                async with asyncio.timeout(limits.wall_seconds):
                    answer = await self._talk(child, text)
                    code = await child.wait()
            except TimeoutError:
                raise ReadingFailedError(f"it could not be read in {limits.wall_seconds:.0f} seconds") from None
            finally:
                if child.returncode is None:
                    child.kill()
                    await child.wait()
        if code != 0:
            raise ReadingFailedError("its reader was stopped: it takes too much memory or time")
        # Beside the event loop, and in one quick step: it may be many megabytes.
        return await asyncio.to_thread(msgspec.json.decode, answer)

    async def _talk(self, child: asyncio.subprocess.Process, text: bytes) -> bytes:
        assert child.stdin is not None
        assert child.stdout is not None
        answer = bytearray()
        # A child that dies before it has read all is told by its exit code.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            child.stdin.write(text)
            await child.stdin.drain()
        child.stdin.close()
        while chunk := await child.stdout.read(_CHUNK):
            answer += chunk
            if len(answer) > self._limits.answer_bytes:
                limit = self._limits.answer_bytes
                raise LimitedError("what was made of it is too large", code="document.too_large", limit=limit)
        return bytes(answer)
