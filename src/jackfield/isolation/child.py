"""What runs in the child: `python -I -m jackfield.isolation.child TASK MEMORY SECONDS OPTIONS`, text in, JSON out."""

import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

_TASKS: Final[Mapping[str, str]] = {"openapi": "jackfield.openapi.isolated"}
"""Modules with a function `read(text: bytes, options: Mapping[str, int]) -> bytes`."""
_NICENESS: Final = 5
"""Where processors are scarce the server has three times as much of them as a reader: calls don't wait for a reading."""
_FORBIDDEN: Final = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.spawn",
    "os.posix_spawn",
    "os.fork",
    "ctypes.",
)


def main(arguments: list[str]) -> int:
    """Limit this process, read standard input, and answer."""
    task, memory, seconds, options = arguments[0], int(arguments[1]), int(arguments[2]), json.loads(arguments[3])
    read: Callable[[bytes, Mapping[str, int]], bytes] = import_module(_TASKS[task]).read
    for what, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        try:
            resource.setrlimit(what, (limit, limit))
        except ValueError:
            if sys.platform != "darwin" or what != resource.RLIMIT_AS:
                raise
            # macOS knows no such limit; the time and what may be opened stay limited.
    os.nice(_NICENESS)
    text = sys.stdin.buffer.read()
    sys.addaudithook(_refuse)
    try:
        answer = read(text, options)
    except MemoryError:
        answer = json.dumps(
            {"error": {"code": "document.too_large", "message": "reading it takes too much memory"}}
        ).encode()
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return 0


def _refuse(event: str, details: Any) -> None:  # noqa: ARG001  # the hook's signature
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
