"""How a command fails: one sentence on standard error, with the field's path, and an exit code. Never a stack trace."""

import json
import os
import sys
import traceback
from collections.abc import Mapping
from typing import Any, Final, cast

from rich.console import Console
from rich.markup import escape

from jackfield.cli.output import visible
from jackfield.errors import HubError

FAILED: Final = 1
"""Refused, or failed."""
USAGE: Final = 2
"""The command line can't be understood."""
NOT_SIGNED_IN: Final = 3
UNREACHABLE: Final = 4
"""The server did not answer."""

_NEEDLESS: Final = frozenset({"type", "title", "status"})


class CommandError(Exception):
    """A command can't go on.

    Args:
        message: One sentence that says what to do.
        exit_code: Of the process.
        problem: What the server said, for `--json` and for what it lists beside the sentence.
    """

    def __init__(self, message: str, *, exit_code: int = FAILED, problem: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code
        self.problem: Mapping[str, Any] = problem or {}


class UsageError(CommandError):
    """What was typed doesn't make sense together."""

    def __init__(self, message: str) -> None:
        super().__init__(message, exit_code=USAGE)


def failure_of(error: HubError) -> CommandError:
    """An error of our own parts on this machine."""
    return CommandError(error.message, problem={"code": error.code, "kind": error.kind.value, **error.data})


def tell_failure(error: CommandError, *, as_json: bool) -> None:
    """Write it to standard error."""
    if as_json:
        problem = {name: value for name, value in error.problem.items() if name not in _NEEDLESS}
        problem.setdefault("detail", error.message)
        sys.stderr.write(json.dumps(problem, ensure_ascii=False, default=str) + "\n")
        return
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]error:[/] {escape(visible(error.message))}")
    for line in _further(error):
        console.print(f"  {escape(visible(line))}", style="dim")


def _further(error: CommandError) -> list[str]:
    """What stands beside the sentence and isn't in it."""
    problem = error.problem
    lines: list[str] = []
    field = problem.get("field")
    if isinstance(field, str) and field not in error.message:
        lines.append(f"at {field}")
    others: list[dict[str, Any]] = [one for one in problem.get("problems") or () if isinstance(one, dict)]
    lines += [f"{_place(one)}: {one.get('message')}" for one in others if _place(one) not in error.message]
    for blocker in problem.get("blockers") or ():
        lines.append(f"in the way: {_blocker(blocker)}")
    hidden: Mapping[str, Any] = problem.get("hidden_blockers") or {}
    lines += [f"in the way: {count} more of {owner}" for owner, count in hidden.items()]
    who = problem.get("who_can_change")
    if isinstance(who, str) and who and who not in error.message:
        lines.append(f"who can change that: {who}")
    rule = problem.get("rule")
    if isinstance(rule, str) and rule:
        lines.append(f"rule {rule}")
    expected = problem.get("expected")
    if problem.get("code") == "connection.other_account" and isinstance(expected, str):
        lines.append(f"if that account is meant, give the same command with --accept-account {quoted(expected)}")
    detail = problem.get("remote_detail")
    if isinstance(detail, str) and detail and detail not in error.message:
        lines.append(f"it said: {detail}")
    return lines


def _place(problem: Mapping[str, Any]) -> str:
    """Of a form the field, of a definition the pointer."""
    return str(problem.get("field") or problem.get("pointer") or "the top")


def quoted(text: str) -> str:
    """A value as it is typed in a shell, always in single quotes."""
    return "'" + text.replace("'", "'\"'\"'") + "'"


def _blocker(blocker: Any) -> str:
    if not isinstance(blocker, dict):
        return str(blocker)
    named = cast("Mapping[str, Any]", blocker)
    kind = str(named.get("kind") or "").replace("_", " ")
    label, identity = named.get("label"), named.get("id")
    text = " ".join(str(one) for one in ("the", kind or "object", label or identity) if one)
    if named.get("container"):
        text += f" in {named['container']}"
    return f"{text} ({identity})" if label and identity and label != identity else text


def tell_unexpected(error: BaseException, log: os.PathLike[str] | None) -> None:
    """Write down what nobody foresaw, and say where."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    place = ""
    if log is not None:
        try:
            handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "a", encoding="utf-8") as file:
                # Frames without their variables: these may hold secrets.
                file.write("".join(traceback.format_exception(error)) + "\n")
            place = f"; {os.fspath(log)} says where"
        except OSError:
            place = ""
    console.print(
        f"[bold red]error:[/] something went wrong in jackfield itself ({type(error).__name__}){escape(place)}"
    )
