"""`jackfield task`: what runs ask people, answered, and asked of others."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from jackfield.cli.commands import All, Desk, Limit, asking, people_app
from jackfield.cli.failures import CommandError, UsageError
from jackfield.cli.names import group_id, person_id
from jackfield.cli.output import Column
from jackfield.cli.remote import JsonObject, path_of
from jackfield.errors import HubError
from jackfield.kernel import read_json

app = people_app("Tasks: what runs ask people.")

Which = Annotated[str, typer.Argument(metavar="TASK", help="By id.")]
Reason = Annotated[str, typer.Option(help="For those who read the run.")]


def _asked(row: Mapping[str, Any]) -> str:
    return ", ".join(one["name"] for one in (*row["people"], *row["groups"]))


_COLUMNS: Final[list[Column]] = [
    ("TASK", "id"),
    ("TITLE", "title"),
    ("KIND", "kind"),
    ("PROCESS", lambda one: one["process"]["name"]),
    ("STATE", "state"),
    ("ASKS", _asked),
    ("DUE", "due_at"),
]
_FIELDS: Final[list[Column]] = [
    *_COLUMNS[1:],
    ("TEXT", "text"),
    ("FORM", "form"),
    ("EXPIRES", "expires_at"),
    ("DECISION", "decision"),
    ("BY", lambda one: "" if one["decided_by"] is None else one["decided_by"]["name"]),
    ("ANSWER", "answer"),
    ("WHY NOT YOU", "why_not"),
    ("RUN", "run_id"),
    ("TASK", "id"),
]


@app.command("list", epilog="Example: jackfield task list --governed")
def list_tasks(
    ctx: typer.Context,
    *,
    done: Annotated[bool, typer.Option("--done", help="Those that you have answered.")] = False,
    governed: Annotated[bool, typer.Option("--governed", help="What the processes that you edit or own ask.")] = False,
    process: Annotated[str | None, typer.Option(help="With --governed: of this process, by name or id.")] = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List what you can answer now, the newest first."""
    if done and governed:
        raise UsageError("--done and --governed are two lists; ask for one")
    with asking(ctx) as desk:
        found: JsonObject | None = desk.remote.get(path_of("processes", process)) if process else None
        desk.show_list(
            path_of("tasks"),
            _COLUMNS,
            limit=limit,
            everything=everything,
            empty="There is none.",
            view="done" if done else "governed" if governed or process else "open",
            process_id=found and found["id"],
        )


@app.command("show")
def show(ctx: typer.Context, task: Which) -> None:
    """Show one task."""
    with asking(ctx) as desk:
        desk.show(desk.remote.get(path_of("tasks", task)), _FIELDS)


@app.command("approve", epilog='Example: jackfield task approve tsk_06f… --reason "looks right"')
def approve(ctx: typer.Context, task: Which, *, reason: Reason = "") -> None:
    """Say yes; the run goes on with that."""
    with asking(ctx) as desk:
        _decide(desk, task, {"decision": "approved", "reason": reason}, "The task is approved.")


@app.command("reject", epilog='Example: jackfield task reject tsk_06f… --reason "too dear"')
def reject(ctx: typer.Context, task: Which, *, reason: Reason = "") -> None:
    """Say no; the run goes on with that, too."""
    with asking(ctx) as desk:
        _decide(desk, task, {"decision": "rejected", "reason": reason}, "The task is rejected.")


@app.command("answer", epilog="""Example: jackfield task answer tsk_06f… --values '{"cost": 12.5}'""")
def answer(
    ctx: typer.Context,
    task: Which,
    *,
    values: Annotated[str | None, typer.Option(help="The form's values, as a JSON object.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A file with them.", dir_okay=False)] = None,
) -> None:
    """Fill in the form; the run goes on with its values."""
    if (values is None) == (file is None):
        raise UsageError("give the values by --values or by --file")
    text = file.read_bytes() if file else (values or "").encode()
    with asking(ctx) as desk:
        _decide(desk, task, {"decision": "answered", "values": _object(text)}, "The task is answered.")


@app.command("reassign", epilog='Example: jackfield task reassign tsk_06f… --person mira --group "Night shift"')
def reassign(
    ctx: typer.Context,
    task: Which,
    *,
    person: Annotated[list[str] | None, typer.Option(help="By sign-in name, name or id; repeatable.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="By name or id; repeatable.")] = None,
) -> None:
    """Ask these people and groups in place of those who were asked."""
    with asking(ctx) as desk:
        body = {
            "people": [person_id(desk.remote, one) for one in person or ()],
            "groups": [group_id(desk.remote, one) for one in group or ()],
        }
        found: JsonObject = desk.remote.put(path_of("tasks", task, "assignees"), body)
        desk.done(f"The task asks {_asked(found)}.", found)


@app.command("link", epilog="Example: jackfield task link tsk_06f… --person mira")
def link(
    ctx: typer.Context,
    task: Which,
    *,
    person: Annotated[str, typer.Option(help="Whom it is for: one of those who are asked.")],
) -> None:
    """Make a token with which one person answers without signing in, once; whoever has it can answer in his name."""
    with asking(ctx) as desk:
        body = {"person_id": person_id(desk.remote, person)}
        made: JsonObject = desk.remote.post(path_of("tasks", task, "links"), body)
        desk.show(made, [("FOR", lambda one: one["person"]["name"]), ("TOKEN", "token"), ("EXPIRES", "expires_at")])


def _decide(desk: Desk, task: str, body: JsonObject, text: str) -> None:
    found: JsonObject = desk.remote.post(path_of("tasks", task, "decision"), body)
    desk.done(text, found)


def _object(text: bytes) -> JsonObject:
    try:
        found = read_json(text, what="the values")
    except HubError as error:
        raise CommandError(error.message) from None
    if not isinstance(found, dict):
        raise CommandError("the values must be a JSON object")
    return found
