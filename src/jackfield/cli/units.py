"""`jackfield unit`: business units."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer

from jackfield.cli.commands import All, Limit, Yes, asking, people_app
from jackfield.cli.names import person_id, unit_id
from jackfield.cli.output import Column
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, path_of

app = people_app("Business units: each has its own members, connections, processes and apps.")

Which = Annotated[str, typer.Argument(metavar="UNIT", help="By name or id.")]
Who = Annotated[str, typer.Argument(metavar="PERSON", help="By sign-in name, name or id.")]
Roles = Annotated[list[str], typer.Option("--role", help="administrator, editor, member or auditor; may be repeated.")]

_MEMBERS: Final[Sequence[Column]] = (
    ("NAME", lambda one: one["person"]["name"]),
    ("SIGNS IN AS", lambda one: one["person"]["sign_in_name"]),
    ("ROLES", "roles"),
    ("STATE", lambda one: "active" if one["person"]["is_active"] else "inactive"),
    ("ID", lambda one: one["person"]["id"]),
)


@app.command("list")
def list_units(
    ctx: typer.Context,
    *,
    search: Annotated[str | None, typer.Option(help="Part of the name.")] = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List the business units that you may know of."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("business-units"),
            [("NAME", "name"), ("DESCRIPTION", "description"), ("CREATED", "created_at"), ("ID", "id")],
            limit=limit,
            everything=everything,
            empty="There is none for you. A super admin makes them: `jackfield unit create NAME`.",
            search=search,
        )


@app.command("create", epilog="Example: jackfield unit create Accounting")
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    *,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
) -> None:
    """Make a business unit without members."""
    with asking(ctx) as desk:
        unit: JsonObject = desk.remote.post(path_of("business-units"), {"name": name, "description": description})
        desk.done(f"Made the business unit {unit['name']} ({unit['id']}).", unit)


@app.command("show")
def show(ctx: typer.Context, unit: Which) -> None:
    """Show one business unit."""
    with asking(ctx) as desk:
        desk.show(
            desk.remote.get(path_of("business-units", unit_id(desk.remote, unit))),
            [
                ("name", "name"),
                ("id", "id"),
                ("description", "description"),
                ("runs kept", lambda one: _kept(one["runs_kept_days"])),
                ("created", "created_at"),
                ("changed", "modified_at"),
            ],
        )


@app.command("keep-runs", epilog="Example: jackfield unit keep-runs Accounting 30")
def keep_runs(
    ctx: typer.Context,
    unit: Which,
    days: Annotated[
        int | None,
        typer.Argument(metavar="[DAYS]", min=1, max=3650, help="After a run's end; left out: as by default."),
    ] = None,
) -> None:
    """Say how long runs of a business unit are kept after their end; then they are deleted, and the audit stays."""
    with asking(ctx) as desk:
        path = path_of("business-units", unit_id(desk.remote, unit))
        found: JsonObject = desk.remote.patch(path, {"runs_kept_days": days})
        desk.done(f"Runs of {found['name']} are kept for {_kept(days)} after their end.", found)


@app.command("members")
def members(ctx: typer.Context, unit: Which, *, limit: Limit = 50, everything: All = False) -> None:
    """List the people in a business unit, with their roles."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("business-units", unit_id(desk.remote, unit), "members"),
            _MEMBERS,
            limit=limit,
            everything=everything,
            empty=f"Nobody is in it. `jackfield unit add-member {unit} PERSON --role editor` changes that.",
        )


@app.command("add-member", epilog="Example: jackfield unit add-member Accounting anna --role editor")
def add_member(
    ctx: typer.Context,
    unit: Which,
    person: Who,
    *,
    role: Annotated[list[str] | None, typer.Option("--role", help="As in change-member; member.")] = None,
) -> None:
    """Give a person roles in a business unit: exactly these."""
    _give_roles(ctx, unit, person, role or ["member"])


@app.command("change-member", epilog="Example: jackfield unit change-member Accounting anna --role administrator")
def change_member(ctx: typer.Context, unit: Which, person: Who, *, role: Roles) -> None:
    """Give a person other roles in a business unit: exactly these."""
    _give_roles(ctx, unit, person, role or ["member"])


@app.command("remove-member")
def remove_member(ctx: typer.Context, unit: Which, person: Who, *, yes: Yes = False) -> None:
    """Take a person out of a business unit; the others take over what the person leaves."""
    with asking(ctx) as desk:
        found, who = unit_id(desk.remote, unit), person_id(desk.remote, person)
        confirm(f"Take {person} out of {unit}?", yes=yes)
        desk.remote.delete(path_of("business-units", found, "members", who))
        desk.done(f"{person} is not in {unit} any more.")


def _kept(days: int | None) -> str:
    return "as long as the installation says" if days is None else f"{days} day{'' if days == 1 else 's'}"


def _give_roles(ctx: typer.Context, unit: str, person: str, roles: list[str]) -> None:
    with asking(ctx) as desk:
        found, who = unit_id(desk.remote, unit), person_id(desk.remote, person)
        member: JsonObject = desk.remote.put(path_of("business-units", found, "members", who), {"roles": roles})
        desk.done(f"{member['person']['name']} is {', '.join(member['roles'])} in {unit}.", member)
