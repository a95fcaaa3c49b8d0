"""`jackfield connection reconnect` and `roll-back`."""

from typing import Annotated, Any

import typer

from jackfield.cli.commands import asking, people_app
from jackfield.cli.connection_view import tell_state
from jackfield.cli.credentials import Clear, Given, SecretOption, SecretsStdin, Set, fill_in
from jackfield.cli.failures import UsageError
from jackfield.cli.remote import JsonObject, path_of
from jackfield.cli.schemas import fields_of

app = people_app()

Which = Annotated[str, typer.Argument(metavar="CONNECTION", help="By name or id.")]


@app.command("reconnect", epilog="Example: jackfield connection reconnect Archive --secret token")
def reconnect(
    ctx: typer.Context,
    connection: Which,
    *,
    scheme: Annotated[str | None, typer.Option(help="Another way to sign in.")] = None,
    sets: Set = None,
    secrets: SecretOption = None,
    secrets_stdin: SecretsStdin = False,
    clear: Clear = None,
    accept_account: Annotated[
        str | None, typer.Option(help="Accept that the credentials are this other account's.")
    ] = None,
) -> None:
    """Replace the credentials. The new ones are tested first; if they fail, nothing changes."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(path_of("connections", connection))
        kind: JsonObject = desk.remote.get(path_of("connectors", found["connector"]))
        present: JsonObject = found["details"] or {}
        key = scheme or present.get("scheme")
        forms = {one["key"]: fields_of(one["credentials"]) for one in kind["schemes"]}
        if key not in forms:
            raise UsageError(f"choose how to sign in at {kind['title']} with --scheme: {', '.join(forms)}")
        given = Given(sets or (), secrets or (), secrets_stdin, clear or ())
        filled = fill_in(given, {}, forms[key], ask_missing=False)
        if not filled.credentials and scheme is None:
            raise UsageError(f"say what is new, with --secret NAME; there are {', '.join(forms[key]) or 'none'}")
        body: dict[str, Any] = {"credentials": filled.credentials, "accept_account": accept_account, "scheme": scheme}
        changed: JsonObject = desk.remote.put(
            path_of("connections", connection, "credentials"),
            {name: value for name, value in body.items() if value is not None},
        )
        tell_state(desk, changed, "Reconnected")


@app.command("roll-back")
def roll_back(ctx: typer.Context, connection: Which) -> None:
    """Put the credentials back that were replaced last; they are kept for a while."""
    with asking(ctx) as desk:
        tell_state(desk, desk.remote.post(path_of("connections", connection, "roll-back")), "Rolled back")
