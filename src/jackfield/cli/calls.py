"""`jackfield call`: an action of a connection."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from jackfield.cli.commands import Desk, asking, people_app
from jackfield.cli.connectors import find_action
from jackfield.cli.failures import CommandError, UsageError
from jackfield.cli.files import file_value, read_file
from jackfield.cli.names import connector_of
from jackfield.cli.output import hint, print_json
from jackfield.cli.remote import JsonObject, Remote, path_of
from jackfield.cli.results import show_result, write_result
from jackfield.cli.schemas import Field, fields_of, find_field, read_value
from jackfield.errors import HubError, Kind
from jackfield.kernel import read_json

app = people_app()


Arg = Annotated[
    list[str] | None, typer.Option("--arg", metavar="NAME=VALUE", help="An argument; read by the action's schema.")
]
Args = Annotated[
    str | None,
    typer.Option("--args", metavar="JSON|@FILE|-", help="Arguments as a JSON object; - is standard input."),
]
Files = Annotated[
    list[str] | None, typer.Option("--file", metavar="NAME=PATH", help="A file as an argument; may be repeated.")
]
Out = Annotated[
    Path | None,
    typer.Option(help="Where to write a file that comes back (a folder for several), or else the result as JSON."),
]
Key = Annotated[
    str | None, typer.Option(help="Calling again with the same key has one effect, and gives the first answer.")
]


@app.command("call", epilog="Example: jackfield call Archive request --arg method=GET --arg path=/invoices")
def call(
    ctx: typer.Context,
    connection: Annotated[str, typer.Argument(help="By name or id.")],
    action: Annotated[str, typer.Argument(help="As `jackfield connector show` lists them.")],
    *,
    arg: Arg = None,
    args: Args = None,
    file: Files = None,
    out: Out = None,
    idempotency_key: Key = None,
) -> None:
    """Call an action. It is authorised, recorded and bounded like every use of a connection."""
    with asking(ctx) as desk:
        arguments = read_arguments(args, arg, file, lambda: _form(desk.remote, connection, action))
        body = {"connection": connection, "action": action, "arguments": arguments}
        perform(desk, "/api/calls", body, key=idempotency_key, out=out)


def read_arguments(
    args: str | None, arg: list[str] | None, file: list[str] | None, form: Callable[[], dict[str, Field]]
) -> dict[str, Any]:
    """The arguments as they were typed; the form says how, and is looked up only if something needs it.

    Raises:
        UsageError: Something can't be read.
    """
    arguments = _whole(args)
    if arg or file:
        fields, given = form(), set[str]()
        for text in arg or ():
            name, value = _split(text, "--arg")
            if name in given:
                raise UsageError(f"--arg {name} is given twice; several values are a list, as in {name}=[1,2]")
            given.add(name)
            _put(arguments, name, read_value(find_field(fields, name), value, where=name))
        for text in file or ():
            name, path = _split(text, "--file")
            _put_file(arguments, fields.get(name), name, Path(path))
    return arguments


def perform(desk: Desk, path: str, body: JsonObject, *, key: str | None, out: Path | None) -> None:
    """Make a call, and show or write what came of it."""
    done: JsonObject = desk.remote.send("POST", path, body=body, key=key).value
    result: JsonObject = done["result"]
    written = [] if out is None else write_result(result, out)
    if desk.as_json:
        print_json(done)
    else:
        show_result(result)
    for one in written:
        hint(f"Wrote {one}.")
    if done["secret_reflected"]:
        hint("The other system sent a secret back; it was replaced by [secret].")


def _whole(text: str | None) -> dict[str, Any]:
    if text is None:
        return {}
    if text == "-":
        raw: bytes | str = sys.stdin.buffer.read()
    else:
        raw = read_file(Path(text[1:])) if text.startswith("@") else text
    try:
        value = read_json(raw, what="--args")
    except HubError as error:
        raise UsageError(error.message) from None
    if not isinstance(value, dict):
        raise UsageError("--args must be a JSON object")
    return value


def _form(remote: Remote, connection: str, action: str) -> dict[str, Field]:
    """The action's arguments; none where one may call and not look: then values are read as JSON, or as text."""
    try:
        connector: JsonObject = remote.get(path_of("connectors", connector_of(remote, connection)))
    except CommandError as error:
        if error.problem.get("kind") == Kind.FORBIDDEN:
            return {}
        raise
    return fields_of(find_action(connector, action)["arguments"])


def _split(text: str, option: str) -> tuple[str, str]:
    name, has_value, value = text.partition("=")
    if not has_value or not name:
        raise UsageError(f"{option} takes NAME=VALUE")
    return name, value


def _put(arguments: dict[str, Any], name: str, value: Any) -> None:
    """Set an argument; `headers.accept` is one inside another."""
    *outer, last = name.split(".")
    place = arguments
    for part in outer:
        inner: Any = place.setdefault(part, {})
        if not isinstance(inner, dict):
            raise UsageError(f"--arg {name}: {part} isn't an object")
        place = cast("dict[str, Any]", inner)
    place[last] = value


def _put_file(arguments: dict[str, Any], field: Field | None, name: str, path: Path) -> None:
    if field is not None and "array" in field.types:
        arguments.setdefault(name, []).append(file_value(path))
    else:
        arguments[name] = file_value(path)
