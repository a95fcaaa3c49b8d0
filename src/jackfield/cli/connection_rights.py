"""`jackfield connection share`, `unshare`, `authorize`, `activity` and `explain`."""

from typing import Annotated

import typer

from jackfield.cli.commands import All, Limit, asking, people_app
from jackfield.cli.connection_view import designers_of
from jackfield.cli.explaining import tell_explanation, tell_explanations
from jackfield.cli.failures import UsageError
from jackfield.cli.names import group_id, person_id
from jackfield.cli.remote import JsonObject, path_of

app = people_app()

Which = Annotated[str, typer.Argument(metavar="CONNECTION", help="By name or id.")]
People = Annotated[list[str], typer.Argument(metavar="PERSON…", help="By sign-in name, name or id.")]


@app.command("share", epilog="Example: jackfield connection share Archive anna ben")
def share(ctx: typer.Context, connection: Which, people: People) -> None:
    """Make people admins of it: they may rename, reconnect, share and delete it."""
    with asking(ctx) as desk:
        ids = [person_id(desk.remote, one) for one in people]
        shared: JsonObject = desk.remote.post(path_of("connections", connection, "admins"), {"people": ids})
        admins = ", ".join(one["name"] for one in shared["shared_with"])
        desk.done(f"Admins of {shared['name']}: {admins}.", shared)


@app.command("unshare")
def unshare(ctx: typer.Context, connection: Which, people: People) -> None:
    """Remove people from its admins; the last one stays."""
    with asking(ctx) as desk:
        ids = {person_id(desk.remote, one): one for one in people}
        before: JsonObject = desk.remote.get(path_of("connections", connection))
        names = ids | {one["id"]: one["name"] for one in before["shared_with"] if one["id"] in ids}
        for found in ids:
            desk.remote.delete(path_of("connections", before["id"], "admins", found))
        desk.done(f"No longer admins of {before['name']}: {', '.join(names.values())}.")


@app.command("authorize", epilog='Example: jackfield connection authorize Archive --person anna --group "Night shift"')
def authorize(
    ctx: typer.Context,
    connection: Which,
    *,
    person: Annotated[list[str] | None, typer.Option("--person", help="An authorized person.")] = None,
    group: Annotated[list[str] | None, typer.Option("--group", help="An authorized group.")] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Every editor of the business unit again: nobody is named.")
    ] = False,
) -> None:
    """Narrow who may design with it, to exactly these people and groups.

    It narrows the editors of the business unit, and never widens them. Who may run a process runs all its actions,
    whoever is named here.
    """
    if everybody == bool(person or group):
        raise UsageError("name the authorized persons with --person and --group, or give --everybody")
    with asking(ctx) as desk:
        body = {
            "people": [person_id(desk.remote, one) for one in person or ()],
            "groups": [group_id(desk.remote, one) for one in group or ()],
        }
        changed: JsonObject = desk.remote.put(path_of("connections", connection, "authorized-persons"), body)
        who = designers_of(changed, changed["details"] or {})
        desk.done(f"Who may design with {changed['name']}: {who}; its creator and its admins in any case.", changed)


@app.command("activity")
def activity(ctx: typer.Context, connection: Which, *, limit: Limit = 50, everything: All = False) -> None:
    """Show what was done with it, newest first."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("connections", connection, "activity"),
            [
                ("WHEN", "at"),
                ("WHO", lambda one: one["actor"]["label"]),
                ("DOOR", "door"),
                ("ACT", "name"),
                ("ACTION", lambda one: one["data"].get("action")),
                ("OUTCOME", "outcome"),
                ("RULE", "rule"),
                ("MS", "duration_ms"),
            ],
            limit=limit,
            everything=everything,
            empty="Nothing yet.",
        )


@app.command("explain", epilog="Example: jackfield connection explain Archive use --person ben")
def explain(
    ctx: typer.Context,
    connection: Which,
    act: Annotated[
        str | None, typer.Argument(help="As use, design, rename, reconnect, share, delete; everything, if left out.")
    ] = None,
    *,
    person: Annotated[str | None, typer.Option(help="Who; you, if left out.")] = None,
) -> None:
    """Say whether somebody may do something with it, by which rule, and who could change that."""
    with asking(ctx) as desk:
        who = person and person_id(desk.remote, person)
        if act is None:
            every = desk.remote.get(path_of("connections", connection, "explanations"), person_id=who)
            tell_explanations(desk, every["items"], person or "you", connection)
            return
        found: JsonObject = desk.remote.get(path_of("connections", connection, "explain"), act=act, person_id=who)
        tell_explanation(desk, found, person or "you", connection)
