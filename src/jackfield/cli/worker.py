"""`jackfield worker`: carries runs on and watches triggers beside the servers, on as many machines as wanted."""

import asyncio
import signal

import typer
from rich.console import Console

from jackfield.api.serving import leave_process, run_to_end
from jackfield.bootstrap import assemble
from jackfield.cli.background import beside, settle_memory
from jackfield.cli.database import open_database
from jackfield.cli.logs import configure_logs
from jackfield.db import Database
from jackfield.errors import MisconfiguredError
from jackfield.settings import Settings, read_settings
from jackfield.vault import forbid_core_dumps

app = typer.Typer(add_completion=False)


@app.command("worker", epilog="For PostgreSQL: a SQLite file is carried on by the one server that owns it.")
def worker() -> None:
    """Carry runs on, and watch triggers, until told to stop."""
    settings = read_settings()
    configure_logs(settings)
    forbid_core_dumps()
    with open_database(settings, may_be_new=True) as database:
        if database.is_sqlite:
            raise MisconfiguredError(
                "a SQLite database has one owner, the server, which carries runs on itself: workers need a "
                "JACKFIELD_DATABASE_URL of PostgreSQL",
                setting="JACKFIELD_DATABASE_URL",
            )
        run_to_end(_work(settings, database))
    leave_process()


async def _work(settings: Settings, database: Database) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with assemble(settings, database) as parts, parts.engine.running(), beside(parts.triggers.keep_watch()):
        settle_memory()
        Console(highlight=False).print("Carrying runs on   (Ctrl-C stops it)")
        await stop.wait()
