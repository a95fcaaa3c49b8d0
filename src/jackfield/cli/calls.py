"""`jackfield call`: an action of a connection."""

import base64
import binascii
import sys
from pathlib import Path, PurePath
from typing import Annotated, Any

import typer

from jackfield.cli.commands import asking, people_app
from jackfield.cli.connectors import find_action
from jackfield.cli.failures import CommandError, UsageError
from jackfield.cli.files import file_value, read_file, write_new
from jackfield.cli.output import Column, hint, print_fields, print_json, print_table, say
from jackfield.cli.remote import JsonObject, Remote, path_of
from jackfield.cli.schemas import Field, fields_of, read_value
from jackfield.errors import HubError
from jackfield.kernel import read_json, write_json

app = people_app()

_SHOWN = 4000


@app.command("call", epilog="Example: jackfield call Archive request --arg method=GET --arg path=/invoices")
def call(
    ctx: typer.Context,
    connection: Annotated[str, typer.Argument(help="By name or id.")],
    action: Annotated[str, typer.Argument(help="As `jackfield connector show` lists them.")],
    *,
    arg: Annotated[
        list[str] | None, typer.Option("--arg", metavar="NAME=VALUE", help="An argument; read by the action's schema.")
    ] = None,
    args: Annotated[
        str | None,
        typer.Option("--args", metavar="JSON|@FILE|-", help="Arguments as a JSON object; - is standard input."),
    ] = None,
    file: Annotated[
        list[str] | None, typer.Option("--file", metavar="NAME=PATH", help="A file as an argument; may be repeated.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write a file that comes back (a folder for several), or else the result as JSON."),
    ] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="Calling again with the same key has one effect, and gives the first answer.")
    ] = None,
) -> None:
    """Call an action. It is authorised, recorded and bounded like every use of a connection."""
    with asking(ctx) as desk:
        arguments = _whole(args)
        if arg or file:
            form = _form(desk.remote, connection, action)
            for text in arg or ():
                name, value = _split(text, "--arg")
                _put(arguments, name, read_value(form.get(name), value, where=name))
            for text in file or ():
                name, path = _split(text, "--file")
                _put_file(arguments, form.get(name), name, Path(path))
        body = {"connection": connection, "action": action, "arguments": arguments}
        answer = desk.remote.send("POST", "/api/calls", body=body, key=idempotency_key)
        done: JsonObject = answer.value
        result: JsonObject = done["result"]
        written = [] if out is None else _write(result, out)
        if written and not list(_files(result)):
            result = {}
        if desk.as_json:
            print_json(done)
        else:
            _show(result)
    for path in written:
        hint(f"Wrote {path}.")
    if done["secret_reflected"]:
        hint("The other system sent a secret back; it was replaced by [secret].".replace("[", "\\["))


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
    """The action's arguments; none where one may call and not read: then values are read as JSON, or as text."""
    try:
        found: JsonObject = remote.get(path_of("connections", connection))
        connector: JsonObject = remote.get(path_of("connectors", found["connector"]))
    except CommandError as error:
        if error.problem.get("code") == "token.scope_missing":
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
        inner = place.setdefault(part, {})
        if not isinstance(inner, dict):
            raise UsageError(f"--arg {name}: {part} isn't an object")
        place = inner
    place[last] = value


def _put_file(arguments: dict[str, Any], field: Field | None, name: str, path: Path) -> None:
    if field is not None and "array" in field.types:
        arguments.setdefault(name, []).append(file_value(path))
    else:
        arguments[name] = file_value(path)


def _write(result: Any, out: Path) -> list[Path]:
    files = list(_files(result))
    if not files:
        path = out / "result.json" if out.is_dir() else out
        write_new(path, write_json(result) + b"\n")
        return [path]
    if len(files) > 1 and not out.is_dir():
        raise CommandError(f"{len(files)} files came back: make the folder {out}, or give another one")
    written: list[Path] = []
    for one in files:
        # only the last part of the name: what another system calls a file must not choose where it goes
        name = PurePath(str(one["name"]).replace("\\", "/")).name.lstrip(".") or "file"
        path = out / name if out.is_dir() else out
        try:
            content = base64.b64decode(one["base64"], validate=True)
        except (binascii.Error, ValueError):
            raise CommandError(f"the content of {name} can't be read") from None
        write_new(path, content)
        written.append(path)
    return written


def _files(value: Any) -> Any:
    if isinstance(value, dict):
        if _is_file(value):
            yield value
        else:
            for one in value.values():
                yield from _files(one)
    elif isinstance(value, list):
        for one in value:
            yield from _files(one)


def _is_file(value: Any) -> bool:
    return isinstance(value, dict) and {"name", "base64"} <= value.keys()


def _show(result: JsonObject) -> None:
    """Short values as lines, lists of things as tables, the rest as JSON."""
    plain = {name: value for name, value in result.items() if _is_short(value)}
    fields: list[Column] = [(name, name) for name in plain]
    if fields:
        print_fields(plain, fields)
    for name, value in result.items():
        if name in plain or value in (None, [], {}):
            continue
        if _is_file(value):
            say(f"{name}: a file, {value['name']}, {_size(value['base64'])} bytes; --out FILE writes it")
        elif isinstance(value, list) and all(isinstance(one, dict) and not _is_file(one) for one in value):
            _show_rows(name, value)
        elif isinstance(value, str):
            sys.stdout.write(f"\n{value}\n")
        else:
            say(f"\n[bold]{name}[/]")
            print_json(_without_content(value))


def _show_rows(name: str, rows: list[JsonObject]) -> None:
    names = list(dict.fromkeys(key for row in rows for key in row))
    say(f"\n[bold]{name}[/]")
    columns: list[Column] = [(key, key) for key in names]
    print_table([{key: _without_content(value) for key, value in row.items()} for row in rows], columns, empty="None.")


def _is_short(value: Any) -> bool:
    return isinstance(value, (bool, int, float)) or (isinstance(value, str) and len(value) < 200 and "\n" not in value)


def _size(text: str) -> int:
    return len(text) * 3 // 4 - text.count("=")


def _without_content(value: Any) -> Any:
    if _is_file(value):
        return f"file {value['name']}, {_size(value['base64'])} bytes"
    if isinstance(value, dict):
        return {name: _without_content(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_without_content(one) for one in value]
    return value
