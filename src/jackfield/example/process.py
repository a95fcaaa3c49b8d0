"""The program of the example's systems, from the server's side: started, listened to, stopped.

It ends with the server, however that ends: it reads from a pipe whose other end is the server's alone, and its end of
file is the end of the program.
"""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 5


class SystemsError(Exception):
    """The systems don't start."""


class Systems:
    """One run of the program after the other.

    Args:
        folder: The example's own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: Process | None = None

    async def start(self, ports: Mapping[str, int], *, exactly: bool) -> dict[str, int]:
        """Start them; the ports they listen at, by their names.

        Args:
            ports: Wanted, by their names.
            exactly: Do without a system whose port somebody else has; else it gets another one.

        Raises:
            SystemsError: They don't come up.
        """
        arguments = json.dumps({"folder": str(self._folder), "ports": dict(ports), "exactly": exactly})
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "jackfield.example.systems", arguments, stdin=PIPE, stdout=PIPE, env=_environment()
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(_START_SECONDS):
                line = await process.stdout.readline()
        except TimeoutError:
            raise SystemsError(f"they were not there after {_START_SECONDS} seconds") from None
        if not line:
            raise SystemsError(f"their program ended with {await process.wait()}")
        return json.loads(line)

    async def wait(self) -> None:
        """Until the program has ended, by itself or by somebody's hand."""
        if self._process is not None:
            await self._process.wait()

    async def stop(self) -> None:
        """End it."""
        process, self._process = self._process, None
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _environment() -> dict[str, str]:
    # Our settings are nothing that it needs to know: there may be a password among them.
    return {name: value for name, value in os.environ.items() if not name.startswith("JACKFIELD_")}
