"""`jackfield code`: the operator's way to let somebody in who can't sign in any more, also the first super admin."""

import asyncio
from shlex import quote
from typing import Annotated

import typer

from jackfield.bootstrap import assemble
from jackfield.cli.database import open_database
from jackfield.cli.logs import configure_logs
from jackfield.cli.output import print_json, say
from jackfield.directory import IssuedCode
from jackfield.settings import Settings, read_settings

app = typer.Typer(add_completion=False)


@app.command("code", epilog="Example: jackfield code admin")
def code(
    name: Annotated[str, typer.Argument(help="The sign-in name of the person.")] = "admin",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Make a one-time code with which somebody chooses a new password. The present password works until then."""
    settings = read_settings()
    configure_logs(settings)
    issued = asyncio.run(_renew(settings, name))
    url = settings.effective_public_url
    if as_json:
        person = issued.person
        print_json({"sign_in_name": person.sign_in_name, "code": issued.code.reveal(), "expires_at": issued.expires_at})
        return
    say(f"{issued.person.name} can choose a password until {issued.expires_at.astimezone():%Y-%m-%d %H:%M}:\n")
    name = quote(issued.person.sign_in_name)
    say(f"    jackfield sign-in {url} --name {name} --code {issued.code.reveal()}\n")


async def _renew(settings: Settings, name: str) -> IssuedCode:
    with open_database(settings) as database:
        async with assemble(settings, database) as parts:
            return await parts.directory.sign_in.renew_code(name)
