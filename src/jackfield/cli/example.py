"""`jackfield example`: the operator's way to take the example company away, and to be its systems' administrator."""

import asyncio
from typing import Annotated

import typer

from jackfield.bootstrap import assemble
from jackfield.cli.database import open_database
from jackfield.cli.failures import CommandError
from jackfield.cli.logs import configure_logs
from jackfield.cli.output import hint, say
from jackfield.cli.prompts import confirm
from jackfield.db import own_database
from jackfield.example.accounts import Accounts
from jackfield.example.names import COMPANY
from jackfield.example.record import ExampleFolder, ExampleRecord
from jackfield.example.removal import remove_example
from jackfield.settings import Settings, read_settings

app = typer.Typer(help="The example company of this installation.", no_args_is_help=True, add_completion=False)


@app.command("remove", epilog="Example: jackfield example remove --yes")
def remove(*, yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False) -> None:
    """Take the example away: its connections, groups, outbound targets and systems. Its people are deactivated.

    The server must not be running.
    """
    settings = read_settings()
    configure_logs(settings)
    folder, record = _find(settings)
    with own_database(settings.effective_database_url):
        confirm(f"Take {COMPANY} away, with its systems and all that is in them?", yes=yes)
        asyncio.run(_remove(settings, folder, record))
    say(f"{COMPANY} is gone; its business units stay, and its people are deactivated.")
    hint("`jackfield code admin` makes a code for the first super admin.")


@app.command("password", epilog="Example: jackfield example password news@linden.example")
def password(
    account: Annotated[str, typer.Argument(help="At one of the example's systems.")],
) -> None:
    """Give an account of the example's systems a new password, as their administrator would: to try reconnecting."""
    folder, _ = _find(read_settings())
    accounts = Accounts(folder.path)
    if account not in accounts.names:
        raise CommandError(f"there is no account {account}; there are {', '.join(sorted(accounts.names))}")
    say(accounts.renew(account))
    hint(f"{account} signs in with this from now on; its connection must be reconnected.")


async def _remove(settings: Settings, folder: ExampleFolder, record: ExampleRecord) -> None:
    with open_database(settings) as database:
        async with assemble(settings, database) as parts:
            await remove_example(parts, folder, record)


def _find(settings: Settings) -> tuple[ExampleFolder, ExampleRecord]:
    folder = ExampleFolder(settings.data_dir)
    record = folder.find()
    if record is None:
        raise CommandError(f"there is no example in {settings.data_dir}")
    return folder, record
