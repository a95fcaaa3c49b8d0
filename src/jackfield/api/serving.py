"""The HTTP server (granian) with the deadlines and sizes that keep half-sent requests from filling it (case D64).

What it does by itself, and what is set here:

- A head that isn't there after `Limits.inbound_header_seconds` closes its connection; so does an idle one. Granian's
  default is 30 s.
- `backpressure` counts open connections, not requests: at the default of the embedded server (128) as many half-sent
  requests keep everybody else waiting. It is raised to `Limits.inbound_connections`, and so is the process's limit of
  open files.
- HTTP/1.1 only: HTTP/2 heads may have 16 MiB by default, and a proxy in front speaks HTTP/1.1 to us.
- Bodies are bounded in size and time by the guard; slow readers of answers are held back by the socket.
"""

import asyncio
import os
import resource
import sys
from collections.abc import Coroutine
from typing import Any, Final, NoReturn, cast

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from granian.utils.proxies import (
    wrap_asgi_with_proxy_headers,  # pyright: ignore[reportUnknownVariableType]  # its parameters have no types
)
from starlette.types import ASGIApp

from jackfield.settings import Limits

try:
    import uvloop
except ImportError:  # there is none for this interpreter
    uvloop = None

_SPARE_FILES: Final = 512
"""For the database, calls to the outside and files."""


def run_to_end(work: Coroutine[Any, Any, None]) -> None:
    """Run the server's work on its event loop: uvloop, which takes a tenth off the CPU of a call, where there is one."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if uvloop else None) as runner:
        runner.run(work)


def make_server(app: ASGIApp, *, host: str, port: int, limits: Limits, trusted_proxies: tuple[str, ...] = ()) -> Server:
    """A server for the running event loop: `await server.serve()` serves until `server.stop()`, which finishes what runs.

    Where a request came from is what its socket says, or a trusted proxy's `X-Forwarded-For`.

    Stopping takes no new connections and ends the life cycle of the app. Signals are the caller's business.
    """
    if trusted_proxies:
        app = cast("ASGIApp", wrap_asgi_with_proxy_headers(app, list(trusted_proxies)))
    _allow_open_files(limits.inbound_connections + _SPARE_FILES)
    return Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        backpressure=limits.inbound_connections,
        http1_settings=HTTP1Settings(
            header_read_timeout=round(limits.inbound_header_seconds * 1000),
            max_buffer_size=max(8192, 2 * limits.inbound_header_bytes),
        ),
        log_enabled=False,
    )


def leave_process(code: int = 0) -> NoReturn:
    """End the process at once; the last thing a process that served does, after everything was closed.

    Granian's own threads may still be ending when the event loop is done. If one of them asks for Python while the
    interpreter is being taken down, it aborts the process (signal 6, measured in about one of twelve stops).
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _allow_open_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        ceiling = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, ceiling), hard))
