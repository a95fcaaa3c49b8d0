"""`jackfield notices`: what one was told."""

from typing import Annotated

import typer

from jackfield.cli.commands import All, Limit, asking, people_app
from jackfield.cli.remote import path_of

app = people_app()


@app.command("notices")
def notices(
    ctx: typer.Context,
    *,
    unread: Annotated[bool, typer.Option("--unread", help="Only those you haven't read.")] = False,
    mark_read: Annotated[bool, typer.Option("--mark-read", help="Mark all as read, after showing them.")] = False,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """Show what you were told, newest first."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("notices"),
            [
                ("WHEN", "created_at"),
                ("WHAT", "kind"),
                ("ABOUT", lambda one: one["subject"]["label"] or one["subject"]["id"]),
                ("MORE", "data"),
                ("READ", lambda one: "yes" if one["read_at"] else "no"),
            ],
            limit=limit,
            everything=everything,
            empty="Nothing new.",
            only_unread=unread or None,
        )
        if mark_read:
            desk.remote.post(path_of("notices", "read-all"))
