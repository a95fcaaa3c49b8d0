"""`jackfield person`."""

from collections.abc import Sequence
from contextlib import nullcontext
from shlex import quote
from typing import Annotated, Any, Final

import typer

from jackfield.cli.commands import All, Desk, Limit, Yes, asking, people_app
from jackfield.cli.names import group_id, person_id, unit_id
from jackfield.cli.output import Column, say
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, path_of
from jackfield.cli.sessions import PasswordStdin, in_session

app = people_app("People: who may sign in. Nobody is ever deleted, so that the audit keeps its meaning.")

Who = Annotated[str, typer.Argument(metavar="PERSON", help="By sign-in name, name or id.")]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help="In the whole installation: super_admin or auditor. Asks for your password."),
]

COLUMNS: Final[Sequence[Column]] = (
    ("NAME", "name"),
    ("SIGNS IN AS", "sign_in_name"),
    ("MAIL", "email"),
    ("ROLES", "installation_roles"),
    ("STATE", lambda one: "active" if one["is_active"] else "inactive"),
    ("ID", "id"),
)


@app.command("list", epilog="Example: jackfield person list --unit Accounting --unit-role editor")
def list_people(
    ctx: typer.Context,
    *,
    search: Annotated[str | None, typer.Option(help="Part of name, sign-in name or mail address.")] = None,
    unit: Annotated[str | None, typer.Option(help="With a role in this business unit.")] = None,
    unit_role: Annotated[
        str | None, typer.Option(help="With this role: administrator, editor, member, auditor.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="In this group.")] = None,
    inactive: Annotated[bool, typer.Option("--inactive", help="Those who were deactivated.")] = False,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List people by name."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("people"),
            COLUMNS,
            limit=limit,
            everything=everything,
            empty="Nobody fits. `jackfield person create NAME --sign-in-name …` adds somebody.",
            search=search,
            business_unit_id=unit and unit_id(desk.remote, unit),
            role=unit_role,
            group_id=group and group_id(desk.remote, group),
            is_active=False if inactive else None,
        )


@app.command("create", epilog='Example: jackfield person create "Anna Berg" --sign-in-name anna@example.com')
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="As others see it.")],
    *,
    sign_in_name: Annotated[str, typer.Option(help="With which the person signs in.")],
    email: Annotated[str, typer.Option(help="The person's mail address.")] = "",
    role: Roles = None,
    password_stdin: PasswordStdin = False,
) -> None:
    """Add a person, and print the one-time code with which the person signs in for the first time."""
    body: dict[str, Any] = {"name": name, "sign_in_name": sign_in_name, "email": email}
    with asking(ctx) as desk:
        if role:
            body["installation_roles"] = role
        with in_session(desk, password_stdin=password_stdin) if role else nullcontext(desk.remote) as remote:
            issued: JsonObject = remote.post(path_of("people"), body)
        _show_code(desk, issued)


@app.command("show")
def show(ctx: typer.Context, person: Who) -> None:
    """Show one person."""
    with asking(ctx) as desk:
        _show(desk, desk.remote.get(path_of("people", person_id(desk.remote, person))))


@app.command("change", epilog="Example: jackfield person change anna --role super_admin")
def change(
    ctx: typer.Context,
    person: Who,
    *,
    name: Annotated[str | None, typer.Option(help="The new name.")] = None,
    email: Annotated[str | None, typer.Option(help="The new mail address.")] = None,
    role: Roles = None,
    no_roles: Annotated[bool, typer.Option("--no-roles", help="No role in the installation any more.")] = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """Change what is given; roles are set to exactly those given."""
    changes: dict[str, Any] = {key: value for key, value in (("name", name), ("email", email)) if value is not None}
    with_roles = bool(role) or no_roles
    if with_roles:
        changes["installation_roles"] = role or []
    with asking(ctx) as desk:
        found = person_id(desk.remote, person)
        with in_session(desk, password_stdin=password_stdin) if with_roles else nullcontext(desk.remote) as remote:
            _show(desk, remote.patch(path_of("people", found), changes))


@app.command("deactivate")
def deactivate(ctx: typer.Context, person: Who, *, yes: Yes = False) -> None:
    """Let a person go: sessions and tokens end at once, connections pass to the other admins."""
    with asking(ctx) as desk:
        found = person_id(desk.remote, person)
        confirm(f"Deactivate {person}?", yes=yes)
        desk.done(f"{person} is deactivated.", desk.remote.post(path_of("people", found, "deactivate")))


@app.command("reactivate")
def reactivate(ctx: typer.Context, person: Who) -> None:
    """Let a person come back, with roles, groups and password as before."""
    with asking(ctx) as desk:
        found = person_id(desk.remote, person)
        desk.done(f"{person} is active again.", desk.remote.post(path_of("people", found, "reactivate")))


@app.command("reset")
def reset(
    ctx: typer.Context,
    person: Who,
    *,
    yes: Yes = False,
    with_password: Annotated[
        bool, typer.Option("--with-password", help="Ask for your password: for people with roles in the installation.")
    ] = False,
    password_stdin: PasswordStdin = False,
) -> None:
    """Void a person's password and sessions, and print a new one-time code."""
    with asking(ctx) as desk:
        found = person_id(desk.remote, person)
        confirm(f"Void the password of {person}?", yes=yes)
        as_person = with_password or password_stdin
        with in_session(desk, password_stdin=password_stdin) if as_person else nullcontext(desk.remote) as remote:
            issued: JsonObject = remote.post(path_of("people", found, "reset-sign-in"))
        _show_code(desk, issued)


def _show(desk: Desk, value: JsonObject) -> None:
    desk.show(
        value,
        [
            ("name", "name"),
            ("id", "id"),
            ("signs in as", "sign_in_name"),
            ("mail", "email"),
            ("roles in the installation", "installation_roles"),
            ("active", "is_active"),
            ("since", "created_at"),
            ("changed", "modified_at"),
        ],
    )


def _show_code(desk: Desk, issued: JsonObject) -> None:
    person: JsonObject = issued["person"]
    desk.done(f"{person['name']} ({person['id']}) signs in with this line, once, and chooses a password:", issued)
    if not desk.as_json:
        # It may have blanks, and whatever else a shell reads in its own way.
        name = quote(person["sign_in_name"])
        say(f"\n    jackfield sign-in {desk.profile.server} --name {name} --code {issued['code']}\n")
