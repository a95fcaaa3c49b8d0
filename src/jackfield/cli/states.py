"""`jackfield states`: check definitions in the Amazon States Language, and run them in memory, without a server."""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, cast

import typer

from jackfield.cli.failures import FAILED, UsageError
from jackfield.cli.files import read_file
from jackfield.cli.functions import Functions, read_functions
from jackfield.cli.output import mark, print_json, print_table, say
from jackfield.errors import HubError
from jackfield.kernel.json import read_json
from jackfield.states import (
    DefinitionError,
    Event,
    EventKind,
    Execution,
    Failed,
    Severity,
    StateMachine,
    Succeeded,
    TaskOrder,
    parse,
)
from jackfield.states import check as check_definition

app = typer.Typer(
    help="Check a process's definition (Amazon States Language), and run it here; no connection is used.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
_DEEPEST: Final = 200
_NAMES: Final = 1_000_000
_KEPT: Final = 16
"""Definitions of a batch that are kept, since lines often share one."""


@app.command("check", epilog="Example: jackfield states check invoices.asl.json")
def check(
    file: Annotated[Path, typer.Argument(help="The definition, in JSON.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Say all that is wrong with a definition, and where."""
    problems = check_definition(read_file(file).decode("utf-8", "replace"))
    is_valid = all(one.severity is not Severity.ERROR for one in problems)
    rows = [
        {
            "severity": one.severity.value,
            "code": one.code,
            "line": one.line,
            "column": one.column,
            "pointer": one.pointer,
            "message": one.message,
        }
        for one in problems
    ]
    if as_json:
        print_json({"valid": is_valid, "problems": rows})
    elif not rows:
        mark("✓", "nothing is wrong with it")
    else:
        columns = (("", "severity"), ("LINE", "line"), ("COLUMN", "column"), ("WHERE", "pointer"), ("WHAT", "message"))
        print_table(rows, columns, empty="")
    if not is_valid:
        raise typer.Exit(FAILED)


@app.command("run", epilog="Example: jackfield states run invoices.asl.json --input order.json --functions tasks.py")
def run(
    file: Annotated[Path | None, typer.Argument(help="The definition, in JSON.")] = None,
    *,
    given: Annotated[
        Path | None, typer.Option("--input", metavar="FILE", help="The input, in JSON; without it, an empty object.")
    ] = None,
    functions: Annotated[
        Path | None,
        typer.Option(
            "--functions",
            metavar="FILE.py",
            help="Python functions for the tasks: function:NAME, and Lambda ARNs that end with :NAME, call NAME.",
        ),
    ] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Let all time pass at once.")] = False,
    batch: Annotated[
        bool,
        typer.Option("--batch", help='Lines {"id", "definition", "input"} on standard input, a result a line back.'),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a definition to its end, and print what comes out."""
    calls = read_functions(functions)
    if batch:
        _answer_batch(calls, no_wait=no_wait)
        return
    if file is None:
        raise UsageError("name a definition, or use --batch")
    machine = parse(read_file(file).decode("utf-8", "replace"))
    value: Any = {} if given is None else _read_value(read_file(given), str(given))
    runner = _Runner(calls, no_wait=no_wait, tell=None if as_json else _tell)
    found = runner.run(machine, value)
    if as_json:
        print_json(found)
    elif found["status"] == "SUCCEEDED":
        say(json.dumps(found["output"], ensure_ascii=False, indent=2))
    else:
        mark("✗", f"failed with {found['error'] or 'an error without a name'}: {found['cause'] or 'no cause is given'}")
    if found["status"] != "SUCCEEDED":
        raise typer.Exit(FAILED)


def _read_value(raw: bytes | str, what: str) -> Any:
    return read_json(raw, what=what, max_depth=_DEEPEST, max_names=_NAMES)


def _tell(event: Event) -> None:
    match event.kind:
        case EventKind.EXITED:
            mark("✓", f"{event.path} ({event.type})")
        case EventKind.RETRIED:
            mark("!", f"{event.path} failed with {event.error}; it is tried again")
        case EventKind.CAUGHT:
            mark("!", f"{event.path} failed; {event.next} goes on")
        case EventKind.ORDERED if event.until is not None:
            mark(" ", f"{event.path} waits until {event.until.isoformat(timespec='seconds')}")
        case _:
            pass


class _Runner:
    """Does what an execution orders: calls functions, and lets time pass."""

    def __init__(self, functions: Functions, *, no_wait: bool, tell: Any = None) -> None:
        self._functions = functions
        self._no_wait = no_wait
        self._tell = tell

    def run(self, machine: StateMachine, value: Any) -> dict[str, Any]:
        """The outcome, as `{"status", "output"}` or `{"status", "error", "cause"}`."""
        now = datetime.now(UTC)
        execution = Execution.start(machine, value, now=now, seed=f"run-{time.time_ns()}")
        while True:
            execution.run()
            for event in execution.events():
                if self._tell is not None:
                    self._tell(event)
            match execution.outcome:
                case Succeeded(output):
                    return {"status": "SUCCEEDED", "output": output}
                case Failed(error, cause):
                    return {"status": "FAILED", "error": error, "cause": cause}
                case None:
                    now = self._go_on(execution, now)

    def _go_on(self, execution: Execution, now: datetime) -> datetime:
        for order in execution.orders():
            if isinstance(order, TaskOrder):
                self._functions.do(execution, order, now if self._no_wait else None)
                return now
        due = execution.next_due
        assert due is not None, "something is always outstanding"
        if not self._no_wait:
            time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
        now = max(now, due)
        execution.elapse(now)
        return now


def _answer_batch(functions: Functions, *, no_wait: bool) -> None:
    machines: dict[str, StateMachine] = {}
    runner = _Runner(functions, no_wait=no_wait)
    for line in _lines():
        sys.stdout.write(json.dumps(_answer(line, machines, runner), ensure_ascii=False) + "\n")
        sys.stdout.flush()


def _lines() -> Iterator[str]:
    for line in sys.stdin:
        if line.strip():
            yield line


def _answer(line: str, machines: dict[str, StateMachine], runner: _Runner) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    try:
        asked = _read_line(line)
        return {"id": asked.get("id"), **runner.run(_machine(asked.get("definition"), machines), asked.get("input"))}
    except DefinitionError as error:
        return {"id": asked.get("id"), "status": "INVALID", "error": error.code, **error.data, "cause": error.message}
    except HubError as error:
        return {"id": asked.get("id"), "status": "INVALID", "error": error.code, "cause": error.message}
    except UsageError as error:
        return {"id": asked.get("id"), "status": "INVALID", "error": "line.invalid", "cause": error.message}


def _read_line(line: str) -> dict[str, Any]:
    found = _read_value(line, "the line")
    if not isinstance(found, dict):
        raise UsageError("the line must be a JSON object")
    return cast("dict[str, Any]", found)


def _machine(definition: Any, machines: dict[str, StateMachine]) -> StateMachine:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    known = machines.get(text)
    if known is None:
        known = parse(text)
        if len(machines) >= _KEPT:
            machines.clear()
        machines[text] = known
    return known
