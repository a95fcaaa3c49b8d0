"""`jackfield audit list` and `jackfield audit export`."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer

from jackfield.cli.commands import All, Limit, asking, people_app
from jackfield.cli.failures import UsageError
from jackfield.cli.files import write_new
from jackfield.cli.names import person_id, unit_id
from jackfield.cli.output import Column, hint, say
from jackfield.cli.remote import Remote, path_of

list_app = people_app()
export_app = people_app()

Since = Annotated[str | None, typer.Option(help="At or after, as 2026-11-23 or 2026-11-23T08:00.")]
Until = Annotated[str | None, typer.Option(help="Before.")]
Person = Annotated[str | None, typer.Option(help="Who did it.")]
Act = Annotated[str | None, typer.Option("--act", help="As connection.rename; connection. is all that begin so.")]
Object = Annotated[str | None, typer.Option(help="What it was done to, by its id.")]
Unit = Annotated[str | None, typer.Option(help="In this business unit.")]
Outcome = Annotated[str | None, typer.Option(help="done, refused, failed, unknown or open.")]
Text = Annotated[str | None, typer.Option(help="Part of a name.")]
Request = Annotated[str | None, typer.Option(help="Of this request.")]

_COLUMNS: Final[Sequence[Column]] = (
    ("WHEN", "at"),
    ("WHO", lambda one: one["actor"]["label"] or "nobody"),
    ("DOOR", "door"),
    ("ACT", "name"),
    ("WHAT", lambda one: one["object"]["label"] or one["object"]["id"]),
    ("OUTCOME", "outcome"),
    ("RULE", "rule"),
    ("ENTRY", "id"),
)


@list_app.command("list", epilog="Example: jackfield audit list --act connection. --person anna --since 2026-11-01")
def list_entries(
    ctx: typer.Context,
    *,
    since: Since = None,
    until: Until = None,
    person: Person = None,
    act: Act = None,
    object_id: Object = None,
    unit: Unit = None,
    outcome: Outcome = None,
    text: Text = None,
    request: Request = None,
    limit: Limit = 50,
    everything: All = False,
) -> None:
    """Show what was done, newest first. `--json` has all of each entry."""
    with asking(ctx) as desk:
        query = _query(desk.remote, since, until, person, act, object_id, unit, outcome, text, request)
        desk.show_list(
            path_of("audit"), _COLUMNS, limit=limit, everything=everything, empty="Nothing recorded fits.", **query
        )


@export_app.command("export", epilog="Example: jackfield audit export --format csv --out audit.csv")
def export(
    ctx: typer.Context,
    *,
    form: Annotated[
        Literal["jsonl", "csv"], typer.Option("--format", help="One JSON object a line, or a table.")
    ] = "jsonl",
    out: Annotated[Path | None, typer.Option(help="The file; standard output if left out.")] = None,
    since: Since = None,
    until: Until = None,
    person: Person = None,
    act: Act = None,
    object_id: Object = None,
    unit: Unit = None,
    outcome: Outcome = None,
    text: Text = None,
    request: Request = None,
) -> None:
    """Write all entries that fit, newest first. The export is recorded itself."""
    with asking(ctx) as desk:
        query = _query(desk.remote, since, until, person, act, object_id, unit, outcome, text, request)
        body = desk.remote.send("GET", path_of("audit", "export"), query={**query, "format": form}).body
    if out is None:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    write_new(out, body)
    say(f"Wrote {body.count(10)} lines to {out}.")
    hint("It says who did what; keep it accordingly.")


def _query(  # noqa: PLR0917  # one filter each
    remote: Remote,
    since: str | None,
    until: str | None,
    person: str | None,
    act: str | None,
    object_id: str | None,
    unit: str | None,
    outcome: str | None,
    text: str | None,
    request: str | None,
) -> dict[str, Any]:
    return {
        "since": _moment(since, "--since"),
        "until": _moment(until, "--until"),
        "person_id": person and person_id(remote, person),
        "name": act,
        "object_id": object_id,
        "business_unit_id": unit and unit_id(remote, unit),
        "outcome": outcome,
        "text": text,
        "request_id": request,
    }


def _moment(text: str | None, option: str) -> str | None:
    if text is None:
        return None
    try:
        # without a zone it is this machine's
        return datetime.fromisoformat(text).astimezone().isoformat()
    except ValueError:
        raise UsageError(f"{option} must be a day or a time, as 2026-11-23 or 2026-11-23T08:00") from None
