"""`jackfield audit verify` and `jackfield audit anchor`: whether the record is what was recorded (E1, case D66)."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from jackfield.audit import Anchor, Verification
from jackfield.bootstrap import assemble
from jackfield.cli.database import open_database
from jackfield.cli.failures import CommandError
from jackfield.cli.logs import configure_logs
from jackfield.cli.output import mark, print_json
from jackfield.errors import HubError
from jackfield.kernel import read_json
from jackfield.settings import Settings, read_settings

verify_app = typer.Typer(add_completion=False)
anchor_app = typer.Typer(add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


@verify_app.command("verify", epilog="Example: jackfield audit verify --anchor /media/safe/anchor.json")
def verify(
    *,
    anchor: Annotated[
        Path | None, typer.Option(help="A file that `jackfield audit anchor` printed: the record must contain it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Walk the whole record, and its file where there is one. Exit code 1 when something was changed."""
    settings = read_settings()
    configure_logs(settings)
    kept = None if anchor is None else _read_anchor(anchor)
    found = asyncio.run(_verify(settings, kept))
    if as_json:
        findings = [
            {"place": one.place.value, "row": one.sequence, "problem": one.problem.value, "message": one.message}
            for one in found.findings
        ]
        print_json({"intact": found.is_intact, "rows": found.rows, "findings": findings, "end": _spell(found.end)})
    else:
        for one in found.findings:
            mark("✗", one.message)
        if found.is_intact:
            mark("✓", f"all {found.rows} rows of the audit are as they were recorded")
    if not found.is_intact:
        raise typer.Exit(1)


@anchor_app.command("anchor", epilog="Example: jackfield audit anchor > /media/safe/anchor-2026-11.json")
def anchor_() -> None:
    """Print the end of the record as JSON, to be kept where Jackfield can't write: a cut-off end is found with it."""
    settings = read_settings()
    configure_logs(settings)
    print_json(_spell(asyncio.run(_anchor(settings))))


async def _verify(settings: Settings, anchor: Anchor | None) -> Verification:
    with open_database(settings) as database:
        async with assemble(settings, database) as parts:
            columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn())
            with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
                task = progress.add_task("checking")
                return await parts.audit.verify(
                    lambda done, total: progress.update(task, completed=done, total=total), anchor=anchor
                )


async def _anchor(settings: Settings) -> Anchor:
    with open_database(settings) as database:
        async with assemble(settings, database) as parts:
            return await parts.audit.anchor()


def _spell(anchor: Anchor) -> dict[str, Any]:
    return {"sequence": anchor.sequence, "mac": anchor.mac, "count": anchor.count, "at": anchor.at.isoformat()}


def _read_anchor(path: Path) -> Anchor:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CommandError(f"the anchor {path} can't be read: {error.strerror}") from None
    try:
        match read_json(raw):
            case {"sequence": int(sequence), "mac": str(mac), "count": int(count), "at": str(at)}:
                return Anchor(sequence, mac, count, datetime.fromisoformat(at))
            case _:
                pass
    except (HubError, ValueError):
        pass
    raise CommandError(f"{path} isn't what `jackfield audit anchor` prints")
