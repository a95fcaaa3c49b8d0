"""Asking the person at the keyboard: secrets without echo, yes or no, and secrets piped in by programs."""

import getpass
import sys
from typing import Any

from jackfield.cli.failures import CommandError, UsageError
from jackfield.errors import HubError
from jackfield.kernel import Secret, read_json

_LONGEST = 1 << 20


def ask_secret(what: str, *, twice: bool = False, otherwise: str) -> Secret:
    """Ask without echo.

    Args:
        what: What is asked for, as in `Password`.
        twice: Whether to have it typed again, as it is chosen now.
        otherwise: How a program hands it in instead.

    Raises:
        UsageError: There is no terminal.
        CommandError: Nothing was typed, or not twice the same.
    """
    if not sys.stdin.isatty():
        raise UsageError(f"{what} must be typed at a terminal; {otherwise}")
    text = getpass.getpass(f"{what}: ")
    if not text:
        raise CommandError("nothing was typed")
    if twice and getpass.getpass(f"{what} again: ") != text:
        raise CommandError("these are not the same; nothing was done")
    return Secret(text)


def read_secret_line() -> Secret:
    """The first line of standard input.

    Raises:
        UsageError: There is none.
    """
    text = sys.stdin.readline(_LONGEST).rstrip("\r\n")
    if not text:
        raise UsageError("standard input has no line")
    return Secret(text)


def read_secrets() -> dict[str, Any]:
    """A JSON object from standard input: secret fields by name.

    Raises:
        UsageError: It isn't one.
    """
    try:
        value = read_json(sys.stdin.buffer.read(_LONGEST), what="standard input")
    except HubError as error:
        raise UsageError(error.message) from None
    if not isinstance(value, dict):
        raise UsageError('standard input must be a JSON object with the secrets by name, as {"password": "…"}')
    return value


def confirm(question: str, *, yes: bool) -> None:
    """Go on only after a yes.

    Args:
        question: What would be done.
        yes: Whether `--yes` has answered it.

    Raises:
        UsageError: There is no terminal to ask at.
        CommandError: The answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("this needs a yes: give --yes")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes", "j", "ja"}:
        raise CommandError("nothing was done")
