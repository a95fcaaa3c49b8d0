"""`jackfield token`: API tokens."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from jackfield.cli.commands import All, Limit, Yes, asking, people_app
from jackfield.cli.names import person_id
from jackfield.cli.output import say
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, path_of
from jackfield.cli.sessions import PasswordStdin, in_session
from jackfield.cli.sign_in import SCOPES

app = people_app("API tokens: for programs, each with as few scopes as it needs, and an end.")


@app.command("list")
def list_tokens(
    ctx: typer.Context,
    *,
    person: Annotated[str | None, typer.Option(help="Somebody else's; for super admins.")] = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List your tokens, newest first."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("tokens"),
            [
                ("NAME", "name"),
                ("SCOPES", "scopes"),
                ("EXPIRES", "expires_at"),
                ("LAST USED", "last_used_at"),
                ("REVOKED", "revoked_at"),
                ("ID", "id"),
            ],
            limit=limit,
            everything=everything,
            empty="There is none. `jackfield token create NAME --scope read` makes one.",
            person_id=person and person_id(desk.remote, person),
        )


@app.command("create", epilog='Example: jackfield token create "nightly filing" --scope use --days 30')
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is for.")],
    *,
    scope: Annotated[list[str], typer.Option("--scope", help=f"{', '.join(SCOPES)}; may be repeated.")],
    days: Annotated[int | None, typer.Option(min=1, max=365, help="How long it lasts; 90 days.")] = None,
    password_stdin: PasswordStdin = False,
) -> None:
    """Make a token, and print it, once. Asks for your password: a token can't make tokens."""
    body: dict[str, Any] = {"name": name, "scopes": scope}
    if days is not None:
        body["expires_at"] = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    with asking(ctx) as desk:
        with in_session(desk, password_stdin=password_stdin) as remote:
            made: JsonObject = remote.post(path_of("tokens"), body)
        desk.done(f"Made the token {made['token']['name']} ({made['token']['id']}). It is shown this once:", made)
        if not desk.as_json:
            say(f"\n    {made['text']}\n")


@app.command("revoke")
def revoke(
    ctx: typer.Context,
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="By its id, as `jackfield token list` shows it.")],
    *,
    yes: Yes = False,
) -> None:
    """Make a token worth nothing, at once."""
    with asking(ctx) as desk:
        confirm(f"Revoke the token {token}?", yes=yes)
        desk.remote.delete(path_of("tokens", token))
        desk.done(f"Revoked {token}.")
