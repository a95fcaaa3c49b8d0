"""Details and credentials as people give them: `--set`, `--secret`, `--secrets-stdin`, `--clear`.

A secret is never a plain argument: it would stay in the shell's history, and stand in the list of processes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from jackfield.cli.failures import UsageError
from jackfield.cli.files import read_file
from jackfield.cli.prompts import ask_secret, read_secrets
from jackfield.cli.schemas import Field, read_value

Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A field that is no secret; NAME=@FILE reads it from a file."),
]
SecretOption = Annotated[
    list[str] | None,
    typer.Option("--secret", metavar="NAME", help="Ask for a secret without echo; NAME=@FILE reads it from a file."),
]
SecretsStdin = Annotated[
    bool, typer.Option("--secrets-stdin", help='Read secrets from standard input, as {"password": "…"}.')
]
Clear = Annotated[list[str] | None, typer.Option("--clear", metavar="NAME", help="Empty a field of the credentials.")]


@dataclass(frozen=True, slots=True)
class Filled:
    """What was given."""

    details: dict[str, Any]
    credentials: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """The options, as they were typed."""

    sets: Sequence[str]
    secrets: Sequence[str]
    secrets_stdin: bool
    clears: Sequence[str] = ()


def fill_in(given: Given, details: dict[str, Field], credentials: dict[str, Field], *, ask_missing: bool) -> Filled:
    """Read the options by the forms they are for.

    Args:
        given: The options.
        details: The form of the general details; empty where they can't be given.
        credentials: The form of the credentials.
        ask_missing: Whether to ask for required secrets that weren't given.

    Raises:
        UsageError: A name that isn't in the forms, a value that doesn't fit, a secret given as a plain argument.
    """
    filled = Filled({}, {})
    for text in given.sets:
        _set(text, filled, details, credentials)
    for name in given.clears:
        _require_known(name, credentials, "--clear")
        filled.credentials[name] = None
    if given.secrets_stdin:
        for name, value in read_secrets().items():
            _require_known(name, credentials, "standard input")
            filled.credentials[name] = value
    for text in given.secrets:
        name, has_value, value = text.partition("=")
        _require_known(name, credentials, "--secret")
        if has_value and not value.startswith("@"):
            raise _exposed(name)
        filled.credentials[name] = _from_file(value[1:]) if has_value else _ask(name)
    if ask_missing:
        for one in credentials.values():
            if one.is_required and one.is_secret and one.name not in filled.credentials:
                filled.credentials[one.name] = _ask(one.name)
    return filled


def _set(text: str, filled: Filled, details: dict[str, Field], credentials: dict[str, Field]) -> None:
    name, has_value, value = text.partition("=")
    name = name.strip()
    place = "credentials" if name.startswith("credentials.") else ""
    name = name.removeprefix("credentials.").removeprefix("details.")
    known = details.get(name) if not place else None
    target = filled.details
    if known is None:
        known, target = credentials.get(name), filled.credentials
    if known is None:
        names = ", ".join([*details, *(one.name for one in credentials.values() if not one.is_secret)]) or "none"
        raise UsageError(f"there is no field {name[:60]!r} to set here; there are {names}")
    if known.is_secret and not value.startswith("@"):
        raise _exposed(name)
    if not has_value:
        raise UsageError(f"--set takes NAME=VALUE, as --set {name}=…")
    if value.startswith("@"):
        target[name] = (
            _from_file(value[1:]) if known.is_secret else read_value(known, _from_file(value[1:]), where=name)
        )
    else:
        target[name] = read_value(known, value, where=name)


def _require_known(name: str, credentials: dict[str, Field], option: str) -> None:
    if name not in credentials:
        names = ", ".join(credentials) or "none for this way to sign in"
        raise UsageError(f"{option}: there is no field {name[:60]!r} in the credentials; there are {names}")


def _exposed(name: str) -> UsageError:
    return UsageError(
        f"{name} is a secret: as an argument it would stay in the shell's history and stand in the list of processes, so "
        f"it was not used. Give --secret {name} to be asked for it, --secret {name}=@FILE, or --secrets-stdin"
    )


def _from_file(path: str) -> str:
    try:
        return read_file(Path(path)).decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not text in UTF-8") from None


def _ask(name: str) -> str:
    return ask_secret(name, otherwise=f"give --secret {name}=@FILE, or --secrets-stdin").reveal()
