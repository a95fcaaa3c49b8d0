"""`jackfield run`: started, looked into, cancelled, mended."""

from collections.abc import Mapping
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Any, Final

import typer

from jackfield.cli.commands import All, Limit, Yes, asking, people_app
from jackfield.cli.failures import CommandError, UsageError
from jackfield.cli.output import Column, Show, mark
from jackfield.cli.prompts import confirm
from jackfield.cli.remote import JsonObject, path_of
from jackfield.errors import HubError
from jackfield.kernel import read_json

app = people_app("Runs: one execution of a version of a process each.")

Which = Annotated[str, typer.Argument(metavar="RUN", help="By id.")]
StepNumber = Annotated[int, typer.Argument(metavar="STEP", help="Its number, as `jackfield run steps` shows it.")]
Value = Annotated[list[str] | None, typer.Option("--set", help="NAME=TEXT of the input; repeatable.")]
InputFile = Annotated[Path | None, typer.Option("--input", help="A file with the input as JSON.", dir_okay=False)]


def _of(name: str, inner: str) -> Show:
    """A member of a member that may be missing."""

    def show(row: Mapping[str, Any]) -> Any:
        found: JsonObject | None = row[name]
        return "" if found is None else found.get(inner, "")

    return show


_GOOD: Final = frozenset({"succeeded", "running", "queued", "waiting"})
_COLUMNS: Final[list[Column]] = [
    ("RUN", "id"),
    ("PROCESS", lambda one: one["process"]["name"]),
    ("VERSION", "number"),
    ("STATE", "state"),
    ("STARTED", "created_at"),
    ("BY", lambda one: one["starter"]["name"]),
    ("PROBLEM", _of("problem", "code")),
]
_FIELDS: Final[list[Column]] = [
    *_COLUMNS[1:-1],
    ("RUNS AS", lambda one: one["run_as"]["name"]),
    ("ENDED", "ended_at"),
    ("WAITS UNTIL", "due_at"),
    ("STARTED AS A STEP OF", "parent_id"),
    ("PROBLEM", _of("problem", "message")),
    ("STEPS TO DECIDE", lambda one: ", ".join(map(str, one["problem"]["steps"] if one["problem"] else ()))),
    ("INPUT", "input"),
    ("OUTPUT", "output"),
    ("ERROR", "error"),
    ("RUN", "id"),
]
_STEPS: Final[list[Column]] = [
    ("STEP", "n"),
    ("STATE", "path"),
    ("ATTEMPT", "attempt"),
    ("STATUS", "status"),
    ("CONNECTION", _of("connection", "name")),
    ("MS", "duration_ms"),
    ("ERROR", _of("error", "code")),
    ("RUN", _of("child", "id")),
    ("DECIDED", _of("decision", "what")),
]


@app.command("start", epilog='Example: jackfield run start "Book an order" --set name=Ada --wait 10')
def start(
    ctx: typer.Context,
    process: Annotated[str, typer.Argument(metavar="PROCESS", help="By name or id.")],
    *,
    values: Value = None,
    file: InputFile = None,
    key: Annotated[str | None, typer.Option(help="The same key starts the same run, once.")] = None,
    wait: Annotated[float, typer.Option(min=0, max=60, help="Seconds to wait for it to end.")] = 0,
) -> None:
    """Start a run of the published version. Exit code 1 if it ended badly, or stopped, while waited for."""
    with asking(ctx) as desk:
        made: JsonObject = desk.remote.send(
            "POST",
            path_of("processes", process, "runs"),
            body={"input": _input(values, file)},
            query={"wait": wait},
            key=token_urlsafe(18) if key is None else key,
        ).value
        desk.show(made, _FIELDS)
        if made["state"] not in _GOOD:
            raise typer.Exit(1)


@app.command("list", epilog="Example: jackfield run list --state faulty,parked")
def list_runs(
    ctx: typer.Context,
    *,
    process: Annotated[str | None, typer.Option(help="Of this process, by name or id.")] = None,
    state: Annotated[str | None, typer.Option(help="In this state; several with commas.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Those that you started.")] = False,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """List the runs that you may see, the newest first."""
    with asking(ctx) as desk:
        found: JsonObject | None = desk.remote.get(path_of("processes", process)) if process else None
        desk.show_list(
            path_of("runs"),
            _COLUMNS,
            limit=limit,
            everything=everything,
            empty="There is none. `jackfield run start PROCESS` starts one.",
            process_id=found and found["id"],
            state=state,
            started_by_me=mine or None,
        )


@app.command("show")
def show(ctx: typer.Context, run: Which) -> None:
    """Show one run."""
    with asking(ctx) as desk:
        desk.show(desk.remote.get(path_of("runs", run)), _FIELDS)


@app.command("steps")
def steps(ctx: typer.Context, run: Which, *, limit: Limit = 200, everything: All = False) -> None:
    """List every attempt of every step of a run."""
    with asking(ctx) as desk:
        desk.show_list(
            path_of("runs", run, "steps"), _STEPS, limit=limit, everything=everything, empty="It has had no step yet."
        )


@app.command("cancel")
def cancel(ctx: typer.Context, run: Which, *, yes: Yes = False) -> None:
    """End a run; what is under way is followed to its outcome."""
    with asking(ctx) as desk:
        confirm(f"Cancel the run {run}?", yes=yes)
        found: JsonObject = desk.remote.post(path_of("runs", run, "cancel"))
        desk.done(f"The run is {found['state']}.", found)


@app.command("retry", epilog="Example: jackfield run retry run_06f… 3")
def retry(ctx: typer.Context, run: Which, step: StepNumber) -> None:
    """Have a step tried again that stopped a run."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.post(path_of("runs", run, "steps", str(step), "retry"))
        desk.done(f"Step {step} is tried again.", found)


@app.command("skip", epilog="""Example: jackfield run skip run_06f… 3 --value '{"order": 17}'""")
def skip(
    ctx: typer.Context,
    run: Which,
    step: StepNumber,
    *,
    value: Annotated[str, typer.Option(help="JSON, in place of the step's result.")] = "null",
) -> None:
    """Go on with a value in place of the result of a step that stopped a run."""
    with asking(ctx) as desk:
        body = {"value": _json(value.encode(), "--value")}
        found: JsonObject = desk.remote.post(path_of("runs", run, "steps", str(step), "skip"), body)
        desk.done(f"Step {step} is skipped.", found)


@app.command("resume")
def resume(ctx: typer.Context, run: Which) -> None:
    """Let a run go on that was put aside because servers died while it was under way."""
    with asking(ctx) as desk:
        found: JsonObject = desk.remote.post(path_of("runs", run, "resume"))
        desk.done("The run goes on.", found)
        if not desk.as_json and found["state"] not in _GOOD:
            mark("!", f"it is {found['state']} again")


def _input(values: list[str] | None, file: Path | None) -> JsonObject:
    if values and file:
        raise UsageError("give --set or --input, not both")
    if file is not None:
        found: JsonObject | list[Any] = _json(file.read_bytes(), str(file))
        if not isinstance(found, dict):
            raise CommandError(f"{file} must hold a JSON object")
        return found
    pairs = [one.partition("=") for one in values or ()]
    if wrong := next((name for name, sign, _ in pairs if not sign or not name), None):
        raise UsageError(f"--set {wrong}: write NAME=TEXT")
    return {name: text for name, _, text in pairs}


def _json(text: bytes, what: str) -> Any:
    try:
        return read_json(text, what=what)
    except HubError as error:
        raise CommandError(error.message) from None
