"""`jackfield serve`: one server process, until it is told to stop."""

import asyncio
import errno
import os
import signal
import socket
from contextlib import nullcontext
from dataclasses import replace
from typing import Annotated

import typer
from rich.console import Console

from jackfield.api.app import create_app
from jackfield.api.serving import leave_process, make_server, run_to_end
from jackfield.bootstrap import assemble, keep_house, services_of
from jackfield.cli.background import beside, settle_memory
from jackfield.cli.database import open_database
from jackfield.cli.logs import configure_logs
from jackfield.db import Database, own_database
from jackfield.errors import MisconfiguredError
from jackfield.example.company import Company
from jackfield.example.opening import Example
from jackfield.kernel import Secret
from jackfield.settings import Settings, read_settings
from jackfield.vault import forbid_core_dumps

app = typer.Typer(add_completion=False)


@app.command("serve", epilog="Settings are JACKFIELD_… variables of the environment; docs/operate.md lists them.")
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on; JACKFIELD_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; JACKFIELD_PORT.")] = None,
    empty: Annotated[
        bool, typer.Option("--empty", help="Without the example company; JACKFIELD_EXAMPLE=false.")
    ] = False,
) -> None:
    """Start the server."""
    given = (("host", host), ("port", port), ("example", False if empty else None))
    chosen = {name: value for name, value in given if value is not None}
    settings = read_settings(**chosen)
    configure_logs(settings)
    forbid_core_dumps()
    _require_free(settings.host, settings.port)
    url = settings.effective_database_url
    with own_database(url), open_database(settings, may_be_new=True) as database:
        example = Example.find(settings, database)
        run_to_end(_serve(example.widen(settings) if example else settings, database, example))
    leave_process()


def _require_free(host: str, port: int) -> None:
    """Say what is wrong with the address before anything is made.

    Raises:
        MisconfiguredError: It isn't this machine's, or somebody is listening there.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        reason = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
        raise MisconfiguredError(
            f"can't listen on {host} port {port}: {reason}; choose another with --host and --port",
            setting="JACKFIELD_PORT",
        ) from None


async def _serve(settings: Settings, database: Database, example: Example | None) -> None:
    async with assemble(settings, database) as parts:
        company = example.company(parts) if example else None
        server = make_server(
            create_app(replace(services_of(parts), example=company)),
            host=settings.host,
            port=settings.port,
            limits=settings.limits,
            trusted_proxies=settings.trusted_proxies,
        )
        code = await parts.directory.sign_in.first_start()
        _welcome(settings, code, company)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.stop)
        settle_memory()
        async with (
            parts.engine.running() if settings.runs else nullcontext(),
            beside(keep_house(parts), parts.triggers.keep_watch(), *([company.keep()] if company else [])),
        ):
            await server.serve()


def _welcome(settings: Settings, code: Secret | None, company: Company | None) -> None:
    console = Console(highlight=False)
    # As `scripts/jackfield` has it, where that is what started this; in another terminal nothing else is on the path.
    program = os.environ.get("JACKFIELD_PROGRAM", "jackfield")
    url = settings.effective_public_url
    console.print(f"\n[bold]Jackfield[/] is at [bold cyan]{url}[/]   (Ctrl-C stops it)\n")
    if company is not None:
        console.print(
            f"Open it, and be one of the people of [bold]{company.name}[/] with one click: an example company with "
            "systems of its own on this machine.\n"
        )
        if code is not None:
            console.print(f"`{program} serve --empty` starts a new installation without it.\n", style="dim")
    if code is not None:
        whose = "Your own account" if company else "The first super admin"
        console.print(f"{whose} is [bold]admin[/]. Choose a password within 24 hours:\n")
        console.print(f"    {program} sign-in {url} --name admin --code {code.reveal()}\n", soft_wrap=True)
        console.print(f"The code works once. `{program} code admin` on this machine makes another.\n", style="dim")
