"""`jackfield integration update|versions|restore`: other versions of the document."""

from pathlib import Path
from typing import Annotated, Final

import typer

from jackfield.cli.commands import All, Desk, Limit, asking, people_app
from jackfield.cli.files import read_text
from jackfield.cli.integration_methods import Accept, Which
from jackfield.cli.output import Column, head, hint, print_json, print_table, say
from jackfield.cli.remote import JsonObject, path_of

app = people_app()

_AcceptMethods = Annotated[
    list[str] | None, typer.Option("--accept", help="A changed method that may be called on; may be repeated.")
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what it would change.")]
_ConfirmRemoved = Annotated[bool, typer.Option("--confirm-removed", help="Methods in use that are gone may go.")]


@app.command("update", epilog="Example: jackfield integration update Tickets tickets.yaml --dry-run")
def update(
    ctx: typer.Context,
    integration: Which,
    document: Annotated[Path, typer.Argument(help="The new OpenAPI document, JSON or YAML.")],
    *,
    dry_run: _DryRun = False,
    accept_methods: _AcceptMethods = None,
    confirm_removed: _ConfirmRemoved = False,
    accept: Accept = None,
) -> None:
    """Show what another version of the document changes, and put it in force."""
    with asking(ctx) as desk:
        text = read_text(document)
        looked = _look(desk, integration, {"document": text}, dry_run=dry_run)
        if dry_run:
            return
        body = {
            "document": text,
            "based_on": looked["based_on"],
            "accept": accept_methods or [],
            "confirm_removed": confirm_removed,
            "accept_responsibilities": accept,
        }
        _tell(desk, desk.remote.post(path_of("integrations", integration, "versions"), body))


@app.command("versions")
def versions(ctx: typer.Context, integration: Which, *, limit: Limit = 50, everything: All = False) -> None:
    """List the versions of the document, newest first."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("integrations", integration, "versions"),
            [
                ("NUMBER", "number"),
                ("TITLE", "title"),
                ("ITS VERSION", "api_version"),
                ("UNDERSTOOD", "understood"),
                ("RESTORED FROM", "restored_from"),
                ("MADE", "created_at"),
                ("BY", "created_by_name"),
            ],
            limit=limit,
            everything=everything,
            empty="There is none.",
        )


@app.command("restore", epilog="Example: jackfield integration restore Tickets 1 --dry-run")
def restore(
    ctx: typer.Context,
    integration: Which,
    number: Annotated[int, typer.Argument(help="As `jackfield integration versions` lists them.")],
    *,
    dry_run: _DryRun = False,
    accept_methods: _AcceptMethods = None,
    confirm_removed: _ConfirmRemoved = False,
    accept: Accept = None,
) -> None:
    """Show what an earlier version of the document would change, and put it in force again, as a new one."""
    with asking(ctx) as desk:
        looked = _look(desk, integration, {"number": number}, dry_run=dry_run)
        if dry_run:
            return
        body = {
            "based_on": looked["based_on"],
            "accept": accept_methods or [],
            "confirm_removed": confirm_removed,
            "accept_responsibilities": accept,
        }
        _tell(desk, desk.remote.post(path_of("integrations", integration, "versions", str(number), "restore"), body))


def _look(desk: Desk, integration: str, version: JsonObject, *, dry_run: bool) -> JsonObject:
    """What a version would change, shown."""
    looked: JsonObject = desk.remote.post(path_of("integrations", integration, "updates"), version)
    if not desk.as_json:
        _show(looked)
    elif dry_run:
        print_json(looked)
    return looked


_USES: Final[list[Column]] = [
    ("WHAT", "kind"),
    ("NAME", "label"),
    ("STATE", "state"),
    ("VERSION", "version"),
    ("OWNER", "owner_name"),
    ("LOSES", "lost"),
    ("CHANGED", "changed"),
]


def _tell(desk: Desk, done: JsonObject) -> None:
    desk.done(f"Version {done['document_number']} is in force, with {done['methods']} methods.", done)
    if done["held"]:
        hint(f"Granted, but not to be called until they are accepted or granted anew: {done['held']}.")


def _show(looked: JsonObject) -> None:
    added, removed, changed = looked["added"], looked["removed"], looked["changed"]
    say(f"Methods: {len(added)} more, {len(removed)} fewer, {len(changed)} changed, {looked['same']} the same.")
    rows = [
        *({"what": "more", "name": one["name"], "label": one["label"], "note": "granted to nobody"} for one in added),
        *(
            {
                "what": "fewer",
                "name": one["method"]["name"],
                "label": one["method"]["label"],
                "note": "granted" if one["granted"] else "",
            }
            for one in removed
        ),
        *(
            {
                "what": one["impact"],
                "name": one["method"]["name"],
                "label": one["method"]["label"],
                "note": "; ".join(change["sentence"] for change in one["changes"][:5]),
            }
            for one in changed
        ),
    ]
    columns: list[Column] = [("WHAT", "what"), ("METHOD", "name"), ("REQUEST", "label"), ("NOTE", "note")]
    print_table(rows, columns, empty="Nothing is different.")
    if looked["to_accept"]:
        head("\nCan't be called until they are accepted (--accept)")
        say(", ".join(looked["to_accept"]))
    if looked["uses"] or looked["hidden_uses"]:
        head("\nWhat uses them")
        uses = [{**one, "lost": ", ".join(one["lost"]), "changed": ", ".join(one["changed"])} for one in looked["uses"]]
        hidden = [{"owner_name": owner, "label": f"{n} more"} for owner, n in looked["hidden_uses"].items()]
        print_table([*uses, *hidden], _USES, empty="")
    if looked["needs_confirmation"]:
        head("\nIn use, and no longer there (--confirm-removed)")
        say(", ".join(looked["needs_confirmation"]))
