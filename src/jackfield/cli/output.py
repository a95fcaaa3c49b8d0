"""What commands print: tables and sentences for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

_STATE_STYLES: Mapping[str, str] = {
    "connected": "green",
    "done": "green",
    "on": "green",
    "active": "green",
    "needs_sign_in": "red",
    "not_connected": "red",
    "failed": "red",
    "refused": "red",
    "unreachable": "yellow",
    "unknown": "yellow",
    "off": "dim",
    "inactive": "dim",
}

_SIGN_STYLES: Mapping[str, str] = {"✓": "green", "!": "yellow", "✗": "red"}

_EMPTY: Sequence[Any] = (None, "", [], {})

Show = Callable[[Mapping[str, Any]], Any]
Column = tuple[str, str | Show]
"""A heading, and the name of a member or a function of the row."""


def print_json(value: Any) -> None:
    """For programs: one JSON text on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def say(text: str, *, style: str = "") -> None:
    """A sentence for people on standard output. Stored text in it is no markup, and moves no cursor."""
    _console().print(visible(text), style=style or None, markup=False, soft_wrap=True)


def head(text: str) -> None:
    """A heading."""
    say(text, style="bold")


def mark(sign: str, text: str) -> None:
    """A line of a check: ✓, ! or ✗."""
    line = Text(sign, style=_SIGN_STYLES.get(sign, ""))
    _console().print(line.append(f" {visible(text)}", style="default"), soft_wrap=True)


def hint(text: str) -> None:
    """A sentence beside the result, on standard error."""
    Console(stderr=True, highlight=False).print(visible(text), style="dim", markup=False, soft_wrap=True)


def print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], *, empty: str) -> None:
    """A row each; `empty` says what to do when there are none."""
    if not rows:
        hint(empty)
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for title, _ in columns:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(_value(row, show)) for _, show in columns))
    _console().print(table)


def print_fields(value: Mapping[str, Any], fields: Iterable[Column]) -> None:
    """One thing: a line for each field that has a value."""
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for title, show in fields:
        found = _value(value, show)
        if found not in _EMPTY:
            table.add_row(title, _cell(found))
    _console().print(table)


def _console() -> Console:
    # In a file or a pipe lines are not to be cut at a terminal's width that isn't there.
    width = None if sys.stdout.isatty() else 240
    return Console(highlight=False, width=width)


def _value(row: Mapping[str, Any], show: str | Show) -> Any:
    return row.get(show) if isinstance(show, str) else show(row)


def _cell(value: Any) -> str:
    text = text_of(value)
    style = _STATE_STYLES.get(text)
    return f"[{style}]{escape(text)}[/]" if style else escape(text)


def text_of(value: Any) -> str:
    """A JSON value for people: names instead of objects, lists with commas, local times."""
    match value:
        case None | bool():
            text = {None: "", True: "yes", False: "no"}[value]
        case str():
            text = _time(value) or visible(value)
        case {"name": str(name), "id": str()}:
            text = visible(name)
        case {"name": str(name), "address": str(address), **rest} if not rest:
            text = visible(f"{name} <{address}>" if name else address)
        case list():
            text = ", ".join(text_of(one) for one in cast("list[Any]", value))
        case dict():
            text = ", ".join(
                _member(name, one) for name, one in cast("dict[str, Any]", value).items() if one not in _EMPTY
            )
        case _:
            text = str(value)
    return text


def _member(name: str, value: Any) -> str:
    text = text_of(value)
    return f"{visible(name)}: ({text})" if isinstance(value, (dict, list)) else f"{visible(name)}: {text}"


def visible(text: str) -> str:
    """Without control characters, with which stored text could rewrite what stands on somebody's terminal."""
    return "".join(one if one.isprintable() or one in "\n\t" else "\N{REPLACEMENT CHARACTER}" for one in text)


def _time(text: str) -> str | None:
    if not (len(text) >= 20 and text[4:5] == "-" and text[10:11] == "T"):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")


def names_of(member: str) -> Show:
    """A column of the names in a list of things."""
    return lambda row: [one.get("name", one.get("id", "")) for one in row.get(member) or ()]
