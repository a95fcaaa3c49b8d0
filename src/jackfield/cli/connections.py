"""`jackfield connection`: made, shown, tested, renamed, corrected, replaced, deleted."""

from dataclasses import replace as replace_fields
from typing import Annotated, Any

import typer

from jackfield.cli import connection_credentials, connection_rights
from jackfield.cli.commands import All, Limit, Yes, asking, people_app
from jackfield.cli.connection_view import COLUMNS, USABLE_COLUMNS, show_connection, tell_state
from jackfield.cli.credentials import Clear, Given, SecretOption, SecretsStdin, Set, fill_in
from jackfield.cli.failures import UsageError
from jackfield.cli.names import person_id, unit_id
from jackfield.cli.output import hint
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, Remote, path_of
from jackfield.cli.schemas import Field, fields_of

app = people_app("Connections: one configured access to one system each. Nobody who uses one learns its secret.")

Which = Annotated[str, typer.Argument(metavar="CONNECTION", help="By name or id.")]
Scheme = Annotated[str | None, typer.Option(help="The way to sign in, as `jackfield connector show` lists them.")]


@app.command("list", epilog="Example: jackfield connection list --state needs_sign_in --sort=-modified")
def list_connections(
    ctx: typer.Context,
    *,
    search: Annotated[str | None, typer.Option(help="Part of the name.")] = None,
    connector: Annotated[str | None, typer.Option(help="Of this kind.")] = None,
    state: Annotated[
        str | None,
        typer.Option(help="connected, needs_sign_in, unreachable, off or not_connected; several with commas."),
    ] = None,
    unit: Annotated[str | None, typer.Option(help="In this business unit.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Those that you created.")] = False,
    shared: Annotated[bool, typer.Option("--shared", help="Those of others that you are an admin of.")] = False,
    usable: Annotated[
        bool, typer.Option("--usable", help="Those that you may design with and call, whoever's they are.")
    ] = False,
    seen_as: Annotated[
        str | None, typer.Option("--as", help="As this person would see them; for administrators and auditors.")
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(help="name, created, modified, last_used, connector, health or uses; -name turns it round."),
    ] = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List the connections that you created or that were shared with you; with --usable those that you may use."""
    if usable and (state or mine or shared or seen_as or sort):
        raise UsageError("--usable goes with --search, --connector and --unit only")
    with asking(ctx) as desk:
        if usable:
            desk.show_list(
                "/api/pickable-connections",
                USABLE_COLUMNS,
                limit=limit,
                everything=everything,
                empty="There is none that you may use. The editors of a business unit use its connections.",
                search=search,
                connector=connector,
                business_unit_id=unit and unit_id(desk.remote, unit),
            )
            return
        desk.show_list(
            path_of("connections"),
            COLUMNS,
            limit=limit,
            everything=everything,
            empty="There is none of yours. `jackfield connection list --usable` shows those that you may use, "
            "`jackfield connection create NAME --connector …` makes one.",
            search=search,
            connector=connector,
            state=state,
            business_unit_id=unit and unit_id(desk.remote, unit),
            created_by_me=mine or None,
            shared_with_me=shared or None,
            as_person_id=seen_as and person_id(desk.remote, seen_as),
            sort=sort or "name",
        )


@app.command("show")
def show(ctx: typer.Context, connection: Which) -> None:
    """Show one connection, as far as you may see it."""
    with asking(ctx) as desk:
        show_connection(desk, desk.remote.get(path_of("connections", connection)))


@app.command(
    "create",
    epilog="Example: jackfield connection create Archive --connector http --scheme bearer "
    "--set base_url=https://archive.example.com/ --secret token",
)
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called in its business unit.")],
    *,
    connector: Annotated[str, typer.Option(help="Its kind, as `jackfield connector list` shows them.")],
    unit: Annotated[
        str | None, typer.Option(help="The business unit; if left out, the only one you may create in.")
    ] = None,
    scheme: Scheme = None,
    sets: Set = None,
    secrets: SecretOption = None,
    secrets_stdin: SecretsStdin = False,
) -> None:
    """Make a connection and test it. One that fails is kept as not connected, with the reason."""
    with asking(ctx) as desk:
        kind: JsonObject = desk.remote.get(path_of("connectors", connector))
        key, form = choose_scheme(kind, scheme)
        given = Given(sets or (), secrets or (), secrets_stdin)
        filled = fill_in(given, fields_of(kind["details"]), form, ask_missing=True)
        made: JsonObject = desk.remote.post(
            path_of("connections"),
            {
                "business_unit_id": own_unit(desk.remote) if unit is None else unit_id(desk.remote, unit),
                "name": name,
                "connector": connector,
                "scheme": key,
                "details": filled.details,
                "credentials": filled.credentials,
            },
        )
        tell_state(desk, made, "Made")


@app.command("test")
def test(ctx: typer.Context, connection: Which) -> None:
    """Sign in with the stored credentials once more."""
    with asking(ctx) as desk:
        tested: JsonObject = desk.remote.post(path_of("connections", connection, "test"))
        tell_state(desk, tested, "Tested")


@app.command("rename")
def rename(ctx: typer.Context, connection: Which, name: Annotated[str, typer.Argument(help="The new name.")]) -> None:
    """Give it another name; whatever uses it stays as it is."""
    with asking(ctx) as desk:
        renamed: JsonObject = desk.remote.patch(path_of("connections", connection), {"name": name})
        desk.done(f"It is called {renamed['name']} now.", renamed)


@app.command(
    "change", epilog="Example: jackfield connection change Archive --set base_url=https://archive.corp/ --secret token"
)
def change(
    ctx: typer.Context,
    connection: Which,
    *,
    scheme: Scheme = None,
    sets: Set = None,
    secrets: SecretOption = None,
    secrets_stdin: SecretsStdin = False,
    clear: Clear = None,
) -> None:
    """Correct a connection that has never been connected, and test it again. Another host needs its secrets anew."""
    with asking(ctx) as desk:
        body = _changes(desk.remote, connection, scheme, Given(sets or (), secrets or (), secrets_stdin, clear or ()))
        changed: JsonObject = desk.remote.put(path_of("connections", connection, "details"), body)
        tell_state(desk, changed, "Changed")


@app.command(
    "replace", epilog="Example: jackfield connection replace Archive --set base_url=https://new.corp/ --secret token"
)
def replace(
    ctx: typer.Context,
    connection: Which,
    *,
    name: Annotated[str | None, typer.Option(help="The successor's name; the same if left out.")] = None,
    scheme: Scheme = None,
    sets: Set = None,
    secrets: SecretOption = None,
    secrets_stdin: SecretsStdin = False,
    clear: Clear = None,
    accept_account: Annotated[
        str | None, typer.Option(help="Accept that it signs in as this other account there.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Make a successor with other general details; everything that uses the old one uses it, the old one retires."""
    with asking(ctx) as desk:
        body = _changes(desk.remote, connection, scheme, Given(sets or (), secrets or (), secrets_stdin, clear or ()))
        body |= {key: value for key, value in (("name", name), ("accept_account", accept_account)) if value is not None}
        confirm(f"Replace {connection}?", yes=yes)
        tell_state(desk, desk.remote.post(path_of("connections", connection, "replace"), body), "Replaced by")


@app.command("delete")
def delete(ctx: typer.Context, connection: Which, *, yes: Yes = False) -> None:
    """Delete it, and destroy its credentials at once. Refused while something in force uses it."""
    with asking(ctx) as desk:
        confirm(f"Delete {connection} and destroy its credentials?", yes=yes)
        desk.remote.delete(path_of("connections", connection))
        desk.done(f"Deleted {connection}; its credentials are destroyed.")


@app.command("uses")
def uses(ctx: typer.Context, connection: Which) -> None:
    """Show where it is used, drafts included."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(path_of("connections", connection, "uses"))
        if desk.as_json:
            desk.done("", found)
            return
        desk.show_rows(
            found["items"],
            [
                ("KIND", "kind"),
                ("NAME", "label"),
                ("IN", "container"),
                ("STATE", "state"),
                ("KEEPS IT FROM BEING DELETED", "blocks_deletion"),
                ("ID", "id"),
            ],
            empty="Nothing that you may see uses it.",
        )
        for owner, count in found["hidden"].items():
            hint(f"{count} more that you may not see, of {owner}.")


def _changes(remote: Remote, connection: str, scheme: str | None, given: Given) -> dict[str, Any]:
    """What is to become of details and credentials; general details that weren't given stay as they are."""
    found: JsonObject = remote.get(path_of("connections", connection))
    present: JsonObject = found["details"] or {}
    kind: JsonObject = remote.get(path_of("connectors", found["connector"]))
    key, form = choose_scheme(kind, scheme or present.get("scheme"))
    filled = fill_in(given, fields_of(kind["details"]), form, ask_missing=False)
    body: dict[str, Any] = {"credentials": filled.credentials}
    if filled.details:
        body["details"] = {**present.get("details", {}), **filled.details}
    if scheme is not None:
        body["scheme"] = key
    return body


def choose_scheme(connector: JsonObject, wanted: str | None) -> tuple[str, dict[str, Field]]:
    """A way to sign in, and its form.

    Raises:
        UsageError: There is none of that key, or several to choose from.
    """
    by_key: dict[str, JsonObject] = {one["key"]: one for one in connector["schemes"]}
    if wanted is None and len(by_key) == 1:
        wanted = next(iter(by_key))
    keys = [] if wanted is None else wanted.split("+")
    if wanted is None or not set(keys) <= by_key.keys() or len(keys) > connector["most_schemes"]:
        known = ", ".join(by_key)
        several = "; or several, as basic+bearer" if connector["most_schemes"] > 1 else ""
        raise UsageError(f"choose how to sign in at {connector['title']} with --scheme: {known}{several}")
    if len(keys) == 1:
        return wanted, fields_of(by_key[wanted]["credentials"])
    form: dict[str, Field] = {}
    for number, key in enumerate(keys, start=1):
        for one in fields_of(by_key[key]["credentials"]).values():
            name = f"{number}.{one.name}"
            form[name] = replace_fields(one, name=name)
    return wanted, form


def own_unit(remote: Remote) -> str:
    """The only business unit that one may create in.

    Raises:
        UsageError: There are several, or none.
    """
    me: JsonObject = remote.get("/api/me")
    units = [one["business_unit_id"] for one in me["business_units"] if {"editor", "administrator"} & set(one["roles"])]
    if len(units) != 1:
        raise UsageError("say in which business unit, with --unit; `jackfield unit list` shows them")
    return str(units[0])


app.add_typer(connection_credentials.app)
app.add_typer(connection_rights.app)
