"""`jackfield outbound`: which systems inside the network connections may reach."""

from typing import Annotated

import typer

from jackfield.cli.commands import Yes, asking, people_app
from jackfield.cli.failures import CommandError
from jackfield.cli.names import unit_id
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, path_of
from jackfield.egress import parse_target

app = people_app("Outbound targets: systems inside the network that connections may reach. Public ones need no entry.")

Unit = Annotated[str | None, typer.Option(help="The list of this business unit; the installation's if left out.")]


@app.command("list")
def list_targets(ctx: typer.Context, *, unit: Unit = None) -> None:
    """List what is allowed."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(
            path_of("outbound-targets"), business_unit_id=unit and unit_id(desk.remote, unit)
        )
        desk.show_rows(
            found["items"],
            [
                ("HOST", "host"),
                ("PORT", lambda one: one["port"] or "every"),
                ("NOTE", "note"),
                ("SINCE", "created_at"),
                ("ID", "id"),
            ],
            empty="Nothing inside the network may be reached. `jackfield outbound allow HOST:PORT` allows something.",
        )


@app.command("allow", epilog='Example: jackfield outbound allow 10.20.0.5:5432 --note "the ERP database"')
def allow(
    ctx: typer.Context,
    target: Annotated[str, typer.Argument(help="10.1.2.3:443, 10.0.0.0/8, db.corp.example:5432, *.corp.example …")],
    *,
    note: Annotated[str, typer.Option(help="What it is.")] = "",
    unit: Unit = None,
) -> None:
    """Allow a target. For super admins."""
    wanted = parse_target(target)
    with asking(ctx) as desk:
        made: JsonObject = desk.remote.post(
            path_of("outbound-targets"),
            {
                "host": wanted.host,
                "port": wanted.port,
                "note": note,
                "business_unit_id": unit and unit_id(desk.remote, unit),
            },
        )
        desk.done(f"{target} may be reached ({made['id']}).", made)


@app.command("remove")
def remove(
    ctx: typer.Context,
    target: Annotated[str, typer.Argument(help="The entry, by its id or as it was written.")],
    *,
    unit: Unit = None,
    yes: Yes = False,
) -> None:
    """Take an entry back; connections can't reach it from the next call on."""
    with asking(ctx) as desk:
        found = target
        if not target.startswith("out_"):
            wanted = parse_target(target)
            entries: JsonObject = desk.remote.get(
                path_of("outbound-targets"), business_unit_id=unit and unit_id(desk.remote, unit)
            )
            fitting = [
                one["id"] for one in entries["items"] if (one["host"], one["port"]) == (wanted.host, wanted.port)
            ]
            if not fitting:
                raise CommandError(f"{target} isn't in the list; `jackfield outbound list` shows it")
            found = fitting[0]
        confirm(f"Take back {target}?", yes=yes)
        desk.remote.delete(path_of("outbound-targets", found))
        desk.done(f"{target} may not be reached any more.")
