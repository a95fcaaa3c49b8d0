"""What an action gave back: shown to people, its files written."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from jackfield.cli.failures import CommandError
from jackfield.cli.files import write_new
from jackfield.cli.output import Column, head, print_fields, print_json, print_table, say
from jackfield.errors import JsonValue
from jackfield.kernel import write_json


def write_result(result: Mapping[str, JsonValue], out: Path) -> list[Path]:
    """Write the files of a result, or where there are none the result as JSON; never over an existing file.

    Raises:
        CommandError: It can't be written.
    """
    files = list(_files(dict(result)))
    if not files:
        path = out / "result.json" if out.is_dir() else out
        write_new(path, write_json(dict(result)) + b"\n")
        return [path]
    if len(files) > 1 and not out.is_dir():
        raise CommandError(f"{len(files)} files came back: make the folder {out}, or give another one")
    written: list[Path] = []
    for called, content in files:
        # only the last part of the name: what another system calls a file must not choose where it goes
        name = PurePath(called.replace("\\", "/")).name.lstrip(".") or "file"
        path = out / name if out.is_dir() else out
        try:
            write_new(path, base64.b64decode(content, validate=True))
        except (binascii.Error, ValueError):
            raise CommandError(f"the content of {name} can't be read") from None
        written.append(path)
    return written


def show_result(result: Mapping[str, JsonValue]) -> None:
    """Short values as lines, lists of things as tables, the rest as JSON."""
    plain = {name: value for name, value in result.items() if _is_short(value)}
    fields: list[Column] = [(name, name) for name in plain]
    if fields:
        print_fields(plain, fields)
    for name, value in result.items():
        if name not in plain and value not in (None, [], {}):
            _show_long(name, value)


def _show_long(name: str, value: JsonValue) -> None:
    file = _find_file(value)
    if file is not None:
        say(f"{name}: {_spell(*file)}; --out FILE writes it")
        return
    rows = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    head(f"\n{name}")
    if isinstance(value, str):
        say(value)
    elif rows and isinstance(value, list) and len(rows) == len(value):
        columns: list[Column] = [(key, key) for key in dict.fromkeys(key for row in rows for key in row)]
        print_table([{key: _without_content(cell) for key, cell in row.items()} for row in rows], columns, empty="")
    else:
        print_json(_without_content(value))


def _is_short(value: JsonValue) -> bool:
    return isinstance(value, (bool, int, float)) or (isinstance(value, str) and len(value) < 200 and "\n" not in value)


def _files(value: JsonValue) -> Iterator[tuple[str, str]]:
    """Every file in a value, by its name and its content in base 64."""
    file = _find_file(value)
    if file is not None:
        yield file
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _files(one)


def _find_file(value: JsonValue) -> tuple[str, str] | None:
    match value:
        case {"name": str(name), "base64": str(content)}:
            return name, content
        case _:
            return None


def _spell(name: str, content: str) -> str:
    return f"file {name}, {len(content) * 3 // 4 - content.count('=')} bytes"


def _without_content(value: JsonValue) -> JsonValue:
    file = _find_file(value)
    if file is not None:
        return _spell(*file)
    if isinstance(value, dict):
        return {name: _without_content(one) for name, one in value.items()}
    return [_without_content(one) for one in value] if isinstance(value, list) else value
