"""`jackfield process`: made, edited, published, compared, given to people to run."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from jackfield.cli.commands import All, Desk, Limit, Yes, asking, people_app
from jackfield.cli.failures import CommandError
from jackfield.cli.files import read_file
from jackfield.cli.names import connector_of, group_id, person_id, unit_id
from jackfield.cli.output import Column, mark
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, path_of
from jackfield.errors import HubError
from jackfield.kernel import read_json

app = people_app("Processes: versioned definitions of what is done with connections.")

Which = Annotated[str, typer.Argument(metavar="PROCESS", help="By name or id.")]
Definition = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="A definition in Amazon States Language, as JSON; - is standard input.", dir_okay=False
    ),
]
Form = Annotated[Path | None, typer.Option(help="A file with the form that a run is started with.", dir_okay=False)]
Sensitive = Annotated[
    bool | None, typer.Option("--sensitive/--plain", help="Store what its runs read and write sealed.")
]
AtOnce = Annotated[int | None, typer.Option(min=1, help="How many of its runs go on at the same time.")]

_COLUMNS: Final[list[Column]] = [
    ("NAME", "name"),
    ("STATE", "state"),
    ("VERSION", "published"),
    ("CHANGED", "has_changes"),
    ("OWNER", lambda one: one["owner"]["name"]),
    ("BUSINESS UNIT", lambda one: one["business_unit"]["name"]),
    ("ID", "id"),
]
_FIELDS: Final[list[Column]] = [
    *_COLUMNS[:-1],
    ("WHOLE UNIT RUNS IT", "whole_unit"),
    ("RUN BY", lambda one: ", ".join(caller["name"] for caller in one["called_by"])),
    ("MODIFIED", "modified_at"),
    ("ID", "id"),
]
_TEMPLATES: Final[list[Column]] = [
    ("TEMPLATE", "key"),
    ("WHAT", "description"),
    ("TAKES", lambda one: ", ".join(f"--{name}" for name in one["takes"])),
]
_VERSIONS: Final[list[Column]] = [
    ("VERSION", "number"),
    ("PUBLISHED", "published_at"),
    ("BY", lambda one: one["published_by"]["name"]),
    ("CURRENT", "is_current"),
    ("NOTE", "note"),
]
_CHANGES: Final[list[Column]] = [
    ("STATE", "path"),
    ("CHANGE", "change"),
    ("WHAT", "pointer"),
    ("BEFORE", lambda one: _short(one["old"])),
    ("AFTER", lambda one: _short(one["new"])),
]
_MOST_SHOWN: Final = 60


@app.command("list")
def list_processes(
    ctx: typer.Context,
    *,
    search: Annotated[str | None, typer.Option(help="Part of the name.")] = None,
    unit: Annotated[str | None, typer.Option(help="In this business unit.")] = None,
    runnable: Annotated[bool, typer.Option("--runnable", help="Those that you may run.")] = False,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List the processes that you edit, audit, own or may run."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("processes"),
            _COLUMNS,
            limit=limit,
            everything=everything,
            empty="There is none. `jackfield process create NAME FILE` makes one; `jackfield process template`, its file.",
            search=search,
            business_unit_id=unit and unit_id(desk.remote, unit),
            runnable=runnable or None,
        )


@app.command("show")
def show(ctx: typer.Context, process: Which) -> None:
    """Show one process."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(path_of("processes", process))
        desk.show(found, _FIELDS)


@app.command("template", epilog="Example: jackfield process template careful --call Customers --tell Chat > watch.json")
def template(
    ctx: typer.Context,
    key: Annotated[str | None, typer.Argument(metavar="TEMPLATE", help="Print what this one makes.")] = None,
    *,
    call: Annotated[str | None, typer.Option(help="The connection to call, by name or id.")] = None,
    action: Annotated[str | None, typer.Option(help="Its action; a harmless one if left out.")] = None,
    tell: Annotated[str | None, typer.Option(help="The connection through which somebody is told.")] = None,
    attempts: Annotated[int, typer.Option(min=0, help="How often the call is tried again.")] = 3,
    seconds: Annotated[int, typer.Option(min=1, help="How long is waited before the first time.")] = 10,
) -> None:
    """List what a process can begin as, or print the definition that one of them makes."""
    with asking(ctx) as desk:
        if key is None:
            found: JsonObject = desk.remote.get("/api/process-templates")
            desk.show_rows(found["items"], _TEMPLATES, empty="There is none.")
            return
        body: JsonObject = {"attempts": attempts, "seconds": seconds}
        if call is not None:
            body["call"] = {"connector": connector_of(desk.remote, call), "connection": call, "action": action}
        if tell is not None:
            body["tell"] = {"connector": connector_of(desk.remote, tell), "connection": tell}
        made: JsonObject = desk.remote.post(path_of("process-templates", key, "definitions"), body)
        typer.echo(json.dumps(made["definition"], indent=2, ensure_ascii=False))


@app.command("create", epilog='Example: jackfield process create "Book an order" order.json --unit Sales')
def create(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is called in its business unit.")],
    definition: Definition,
    *,
    unit: Annotated[str, typer.Option(help="The business unit.")],
    description: Annotated[str, typer.Option(help="What it is for.")] = "",
    form: Form = None,
    sensitive: Sensitive = None,
    most_at_once: AtOnce = None,
) -> None:
    """Make a process with this definition as its draft."""
    with asking(ctx) as desk:
        body = {
            "business_unit_id": unit_id(desk.remote, unit),
            "name": name,
            "description": description,
            "definition": _read(definition),
            "form": None if form is None else _read(form),
            "settings": _settings({}, sensitive, most_at_once),
        }
        made: JsonObject = desk.remote.post(path_of("processes"), body)
        desk.done(f"Made the process {made['name']} ({made['id']}).", made)
        _remark(desk, made["id"])


@app.command("save", epilog='Example: jackfield process save "Book an order" order.json')
def save(
    ctx: typer.Context,
    process: Which,
    definition: Definition,
    *,
    form: Form = None,
    sensitive: Sensitive = None,
    most_at_once: AtOnce = None,
) -> None:
    """Replace the definition of the draft; what isn't given stays."""
    with asking(ctx) as desk:
        path = path_of("processes", process, "draft")
        draft: JsonObject = desk.remote.get(path)
        body = {
            "definition": _read(definition),
            "layout": draft["layout"],
            "form": draft["form"] if form is None else _read(form),
            "settings": _settings(draft["settings"], sensitive, most_at_once),
        }
        saved: JsonObject = desk.remote.put(path, body)
        desk.done(f"Saved the draft of {process}.", saved)
        _tell(desk, saved)


@app.command("check")
def check(ctx: typer.Context, process: Which) -> None:
    """Show what publishing the draft would refuse. Exit code 1 if there is anything."""
    with asking(ctx) as desk:
        draft: JsonObject = desk.remote.get(path_of("processes", process, "draft"))
        findings: list[JsonObject] = draft["findings"]
        desk.show_rows(
            findings,
            [("AT", "pointer"), ("WHAT", "message"), ("STOPS PUBLISHING", "is_error")],
            empty="The draft can be published.",
        )
        if any(one["is_error"] for one in findings):
            raise typer.Exit(1)


@app.command("definition")
def definition(
    ctx: typer.Context,
    process: Which,
    *,
    number: Annotated[int | None, typer.Option("--version", min=1, help="Of this version, and not the draft.")] = None,
) -> None:
    """Print the definition as JSON."""
    with asking(ctx) as desk:
        where = ("draft",) if number is None else ("versions", str(number))
        found: JsonObject = desk.remote.get(path_of("processes", process, *where))
        typer.echo(json.dumps(found["definition"], indent=2, ensure_ascii=False))


@app.command("publish", epilog='Example: jackfield process publish "Book an order" --note "asks twice"')
def publish(
    ctx: typer.Context, process: Which, *, note: Annotated[str, typer.Option(help="What is new.")] = ""
) -> None:
    """Make the draft the version that new runs have; its runs use connections by your right."""
    with asking(ctx) as desk:
        made: JsonObject = desk.remote.post(path_of("processes", process, "versions"), {"note": note})
        desk.done(f"Published version {made['number']}.", made)


@app.command("unpublish")
def unpublish(ctx: typer.Context, process: Which, *, yes: Yes = False) -> None:
    """Take the published version back: no new runs; those that there are go on."""
    with asking(ctx) as desk:
        confirm(f"Let nobody run {process} until it is published again?", yes=yes)
        desk.remote.delete(path_of("processes", process, "published"))
        desk.done("There are no new runs until it is published again.")


@app.command("versions")
def versions(ctx: typer.Context, process: Which, *, limit: Limit = 50, everything: All = False) -> None:
    """List the published versions, the newest first."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("processes", process, "versions"),
            _VERSIONS,
            limit=limit,
            everything=everything,
            empty=f"None yet. `jackfield process publish {process}` makes the first.",
        )


@app.command("diff", epilog='Example: jackfield process diff "Book an order" 3')
def diff(
    ctx: typer.Context,
    process: Which,
    old: Annotated[int, typer.Argument(help="The number of a version; 0 is the draft.")],
    new: Annotated[int, typer.Argument(help="Another one; the draft if left out.")] = 0,
) -> None:
    """Show what two versions don't have alike, state by state."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.get(path_of("processes", process, "difference"), old=old, new=new)
        if desk.as_json:
            desk.done("", found)
            return
        itself = [{"path": "(the whole)", "change": "changed", **one} for one in found["definition_fields"]]
        nothing = {"pointer": "", "old": None, "new": None}
        rows = [{**state, **one} for state in found["states"] for one in state["fields"] or [nothing]]
        desk.show_rows([*itself, *rows], _CHANGES, empty="Every state is the same.")
        if found["settings"]:
            desk.done(f"Changed in the settings: {', '.join(found['settings'])}")
        if found["form_changed"]:
            desk.done("The form is another.")


def _short(value: Any) -> str:
    text = "" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


@app.command("restore")
def restore(
    ctx: typer.Context, process: Which, number: Annotated[int, typer.Argument(help="The number of a version.")]
) -> None:
    """Make the draft what a version was; nothing is published by it."""
    with asking(ctx) as desk:
        saved: JsonObject = desk.remote.post(path_of("processes", process, "versions", str(number), "restore"))
        desk.done(f"The draft is what version {number} was.", saved)


@app.command("allow", epilog='Example: jackfield process allow "Book an order" --person anna --group "Night shift"')
def allow(
    ctx: typer.Context,
    process: Which,
    *,
    person: Annotated[list[str] | None, typer.Option(help="By sign-in name, name or id; repeatable.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="By name or id; repeatable.")] = None,
    whole_unit: Annotated[bool, typer.Option("--whole-unit", help="Every member of its business unit.")] = False,
) -> None:
    """Say who may run it, beside the editors of its business unit; replaces what was said before."""
    with asking(ctx) as desk:
        body = {
            "people": [person_id(desk.remote, one) for one in person or ()],
            "groups": [group_id(desk.remote, one) for one in group or ()],
            "whole_unit": whole_unit,
        }
        found: JsonObject = desk.remote.put(path_of("processes", process, "runners"), body)
        who = [one["name"] for one in (*found["people"], *found["groups"])]
        who += ["every member of the business unit"] if found["whole_unit"] else []
        desk.done(f"Beside the editors may run it: {', '.join(who) or 'nobody'}.", found)


@app.command("rename")
def rename(ctx: typer.Context, process: Which, name: Annotated[str, typer.Argument(help="The new name.")]) -> None:
    """Give it another name; whatever refers to it stays as it is."""
    with asking(ctx) as desk:
        changed: JsonObject = desk.remote.patch(path_of("processes", process), {"name": name})
        desk.done(f"It is called {changed['name']} now.", changed)


@app.command("delete")
def delete(ctx: typer.Context, process: Which, *, yes: Yes = False) -> None:
    """Delete it, unless runs of it haven't ended."""
    with asking(ctx) as desk:
        confirm(f"Delete the process {process}?", yes=yes)
        desk.remote.delete(path_of("processes", process))
        desk.done(f"Deleted the process {process}.")


def _read(path: Path) -> Any:
    if str(path) == "-":
        raw, what = sys.stdin.buffer.read(), "standard input"
    else:
        raw, what = read_file(path), str(path)
    try:
        return read_json(raw, what=what)
    except HubError as error:
        raise CommandError(error.message) from None


def _settings(before: JsonObject, sensitive: bool | None, most_at_once: int | None) -> JsonObject:
    given = {"sensitive": sensitive, "most_at_once": most_at_once}
    return {**before, **{name: value for name, value in given.items() if value is not None}}


def _remark(desk: Desk, process: str) -> None:
    if not desk.as_json:
        _tell(desk, desk.remote.get(path_of("processes", process, "draft")))


def _tell(desk: Desk, draft: JsonObject) -> None:
    if not desk.as_json:
        for one in draft["findings"]:
            mark("✗" if one["is_error"] else "!", f"{one['pointer'] or 'the top'}: {one['message']}")
