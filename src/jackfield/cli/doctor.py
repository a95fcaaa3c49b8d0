"""`jackfield doctor`: what an operator would look at one by one, looked at together. Makes and changes nothing."""

from collections.abc import Callable, Iterable
from typing import Annotated, Final

import typer

from jackfield.cli.findings import Finding, Mark, bad
from jackfield.cli.inspections import (
    inspect_answer,
    inspect_clock,
    inspect_database,
    inspect_example,
    inspect_files_roots,
    inspect_hosts,
    inspect_keys,
    inspect_open_files,
    inspect_program,
    inspect_record,
)
from jackfield.cli.logs import configure_logs
from jackfield.cli.output import mark, print_json, say
from jackfield.errors import HubError
from jackfield.settings import Settings, read_settings

app = typer.Typer(add_completion=False)

_SIGNS: Final = {Mark.GOOD: "✓", Mark.WARNING: "!", Mark.BAD: "✗"}
_INSPECTIONS: Final[tuple[Callable[[Settings], Iterable[Finding]], ...]] = (
    inspect_program,
    inspect_database,
    inspect_keys,
    inspect_record,
    inspect_example,
    inspect_files_roots,
    inspect_hosts,
    inspect_open_files,
    inspect_clock,
    inspect_answer,
)


@app.command("doctor", epilog="Example: jackfield doctor --json")
def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False) -> None:
    """Look whether everything here is as it should be, and say what to do. Exit code 1 when something must be mended."""
    findings: list[Finding] = []
    try:
        settings = read_settings()
    except HubError as error:
        findings.append(bad("settings", error.message, "change the variable, or unset it"))
    else:
        configure_logs(settings.model_copy(update={"log_level": "error"}))
        for inspect in _INSPECTIONS:
            findings += inspect(settings)
    if as_json:
        rows = [{"mark": one.mark.value, "what": one.what, "text": one.text, "advice": one.advice} for one in findings]
        print_json(rows)
    else:
        for one in findings:
            mark(_SIGNS[one.mark], f"{one.what}: {one.text}")
            if one.advice:
                say(f"  {one.advice}")
    if any(one.mark is Mark.BAD for one in findings):
        raise typer.Exit(1)
