"""The text of a definition: read strictly, and searched for the places of problems."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from jackfield.errors import HubError
from jackfield.kernel.json import read_json
from jackfield.states.errors import DefinitionError
from jackfield.states.models import Problem

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_SCALAR: Final = re.compile(r"[^\s,\]}]+")
_DEEPEST: Final = 100
_NAMES: Final = 200_000


def read_text(text: str) -> Any:
    """The JSON value of a text.

    Raises:
        DefinitionError: It is no JSON, or has a name twice in one object.
    """
    try:
        return read_json(text, what="the definition", max_depth=_DEEPEST, max_names=_NAMES)
    except HubError as error:
        line, column = _json_place(text)
        problem = Problem("", error.message, code="INVALID_JSON_DESCRIPTION", line=line, column=column)
        raise DefinitionError([problem]) from None


def _json_place(text: str) -> tuple[int | None, int | None]:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno, error.colno
    except (ValueError, RecursionError):
        pass
    return None, None


def place_problems(text: str | None, problems: Sequence[Problem]) -> list[Problem]:
    """The problems with their lines and columns, in the order of the text."""
    if text is None or not problems:
        return list(problems)
    places = _Places(text)
    placed: list[tuple[int, Problem]] = []
    for one in problems:
        at = places.find(one.pointer)
        line = text.count("\n", 0, at) + 1
        column = at - (text.rfind("\n", 0, at) + 1) + 1
        placed.append((at, replace(one, line=line, column=column)))
    return [one for _, one in sorted(placed, key=lambda pair: pair[0])]


class _Places:
    """Offsets of members (of their names) and items, by pointer; found in one pass, without recursion."""

    def __init__(self, text: str) -> None:
        self._offsets: dict[str, int] = {"": 0}
        self._walk(text)

    def find(self, pointer: str) -> int:
        """Where it is, or what it would be in."""
        while pointer not in self._offsets:
            pointer = pointer.rpartition("/")[0]
        return self._offsets[pointer]

    def _walk(self, text: str) -> None:
        # One entry for each open collection: its pointer, and the index of the next item (None in an object).
        open_: list[tuple[str, int | None]] = []
        pointer, at = "", _space(text, 0)
        while at < len(text):
            character = text[at]
            if character in "{[":
                open_.append((pointer, None if character == "{" else 0))
                at = _space(text, at + 1)
                if text[at : at + 1] in {"}", "]"}:
                    continue
            else:
                if character in "}]":
                    open_.pop()
                    at += 1
                else:
                    match = _STRING.match(text, at) or _SCALAR.match(text, at)
                    at = match.end() if match else len(text)
                at = _space(text, at)
                if text[at : at + 1] != ",":
                    continue
                at = _space(text, at + 1)
            if not open_:
                return
            pointer, at = self._next(text, at, open_)

    def _next(self, text: str, at: int, open_: list[tuple[str, int | None]]) -> tuple[str, int]:
        """The pointer of the member or item that begins there, and where its value does."""
        inside, index = open_[-1]
        if index is not None:
            pointer = f"{inside}/{index}"
            self._offsets[pointer] = at
            open_[-1] = (inside, index + 1)
            return pointer, at
        match = _STRING.match(text, at)
        if not match:
            return inside, len(text)
        name = json.loads(match[0])
        pointer = inside + "/" + name.replace("~", "~0").replace("/", "~1")
        self._offsets[pointer] = at
        return pointer, _space(text, _space(text, match.end()) + 1)


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
