"""`jackfield group`."""

from typing import Annotated, Any

import typer

from jackfield.cli.commands import All, Desk, Limit, Yes, asking, people_app
from jackfield.cli.names import group_id, person_id
from jackfield.cli.people import COLUMNS as PEOPLE
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, path_of

app = people_app("Groups: named sets of people. Who is in one is asked anew each time it counts.")

Which = Annotated[str, typer.Argument(metavar="GROUP", help="By name or id.")]
Who = Annotated[list[str], typer.Argument(metavar="PERSON…", help="By sign-in name, name or id.")]


@app.command("list")
def list_groups(
    ctx: typer.Context,
    *,
    search: Annotated[str | None, typer.Option(help="Part of the name.")] = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List groups by name."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("groups"),
            [("NAME", "name"), ("DESCRIPTION", "description"), ("CREATED", "created_at"), ("ID", "id")],
            limit=limit,
            everything=everything,
            empty="There is none. `jackfield group create NAME` makes one.",
            search=search,
        )


@app.command("create", epilog='Example: jackfield group create "Night shift"')
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called.")],
    *,
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
) -> None:
    """Make a group without members."""
    with asking(ctx) as desk:
        group: JsonObject = desk.remote.post(path_of("groups"), {"name": name, "description": description})
        desk.done(f"Made the group {group['name']} ({group['id']}).", group)


@app.command("rename")
def rename(
    ctx: typer.Context,
    group: Which,
    name: Annotated[str, typer.Argument(help="The new name.")],
    *,
    description: Annotated[str | None, typer.Option(help="A new description, too.")] = None,
) -> None:
    """Give a group another name; whatever refers to it stays as it is."""
    body: dict[str, Any] = {"name": name} | ({} if description is None else {"description": description})
    with asking(ctx) as desk:
        changed: JsonObject = desk.remote.patch(path_of("groups", group_id(desk.remote, group)), body)
        desk.done(f"It is called {changed['name']} now.", changed)


@app.command("delete")
def delete(ctx: typer.Context, group: Which, *, yes: Yes = False) -> None:
    """Delete a group, unless something names it."""
    with asking(ctx) as desk:
        found = group_id(desk.remote, group)
        confirm(f"Delete the group {group}?", yes=yes)
        desk.remote.delete(path_of("groups", found))
        desk.done(f"Deleted the group {group}.")


@app.command("add", epilog='Example: jackfield group add "Night shift" anna ben')
def add(ctx: typer.Context, group: Which, people: Who) -> None:
    """Put people into a group."""
    with asking(ctx) as desk:
        found = group_id(desk.remote, group)
        ids = [person_id(desk.remote, one) for one in people]
        for person in ids:
            desk.remote.put(path_of("groups", found, "members", person), None)
        desk.done(f"Now in the group {_name(desk, 'groups', found)}: {_people(desk, ids)}.")


@app.command("remove")
def remove(ctx: typer.Context, group: Which, people: Who) -> None:
    """Take people out of a group."""
    with asking(ctx) as desk:
        found = group_id(desk.remote, group)
        ids = [person_id(desk.remote, one) for one in people]
        for person in ids:
            desk.remote.delete(path_of("groups", found, "members", person))
        desk.done(f"No longer in the group {_name(desk, 'groups', found)}: {_people(desk, ids)}.")


@app.command("members")
def members(ctx: typer.Context, group: Which, *, limit: Limit = 50, everything: All = False) -> None:
    """List the people in a group."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("groups", group_id(desk.remote, group), "members"),
            PEOPLE,
            limit=limit,
            everything=everything,
            empty=f"Nobody is in it. `jackfield group add {group} PERSON` changes that.",
        )


def _people(desk: Desk, ids: list[str]) -> str:
    return ", ".join(_name(desk, "people", one) for one in ids)


def _name(desk: Desk, path: str, id_: str) -> str:
    found: JsonObject = desk.remote.get(path_of(path, id_))
    return str(found["name"])
