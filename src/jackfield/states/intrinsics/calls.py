"""Reading the text of a call."""

import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from jackfield.states.jsonpath import JsonPath, PathSyntaxError, read_path

NAMES: Final = {
    "States.Format": (1, None),
    "States.StringToJson": (1, 1),
    "States.JsonToString": (1, 1),
    "States.Array": (0, None),
    "States.ArrayPartition": (2, 2),
    "States.ArrayContains": (2, 2),
    "States.ArrayRange": (3, 3),
    "States.ArrayGetItem": (2, 2),
    "States.ArrayLength": (1, 1),
    "States.ArrayUnique": (1, 1),
    "States.Base64Encode": (1, 1),
    "States.Base64Decode": (1, 1),
    "States.Hash": (2, 2),
    "States.JsonMerge": (3, 3),
    "States.MathRandom": (2, 3),
    "States.MathAdd": (2, 2),
    "States.StringSplit": (2, 2),
    "States.UUID": (0, 0),
}
"""The functions, and how many arguments they take."""
_NAME: Final = re.compile(r"\s*(States\.\w+)\s*\(")
_TEXT: Final = re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?(?=\s*[,)])")
_WORD: Final = re.compile(r"(true|false|null)(?=\s*[,)])")
_SPACE: Final = re.compile(r"\s*")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_NESTING: Final = 10


class IntrinsicSyntaxError(ValueError):
    """The text is no call of an intrinsic function."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text in single quotes."""

    raw: str
    """With its backslashes: for `States.Format`, an escaped brace is no gap."""

    @property
    def value(self) -> str:
        """Without."""
        return _ESCAPE.sub(r"\1", self.raw)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number, `true`, `false` or `null`."""

    value: Any


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple["Part", ...]


Part = Text | Constant | JsonPath | Call


def read_call(text: str) -> Call:
    """The call that a text says.

    Raises:
        IntrinsicSyntaxError: It is none.
    """
    reader = _Reader(text)
    found = reader.call()
    reader.space()
    if reader.at != len(text):
        reader.refuse(f"{text[reader.at]!r} is not expected after the call")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._depth = 0
        self.at = 0

    def refuse(self, message: str) -> NoReturn:
        raise IntrinsicSyntaxError(message)

    def space(self) -> None:
        match = _SPACE.match(self._text, self.at)
        self.at = match.end() if match else self.at

    def call(self) -> Call:
        match = _NAME.match(self._text, self.at)
        if not match or match[1] not in NAMES:
            self.refuse("there is no such intrinsic function" if match else "a call like States.Format(…) is expected")
        self._depth += 1
        if self._depth > _NESTING:
            self.refuse(f"intrinsic functions are nested at most {_NESTING} deep")
        self.at = match.end()
        arguments: list[Part] = []
        self.space()
        while not self._text.startswith(")", self.at):
            arguments.append(self._argument())
            self.space()
            if self._text.startswith(",", self.at):
                self.at += 1
                self.space()
                if self._text.startswith(")", self.at):
                    self.refuse("an argument is missing after the comma")
            elif not self._text.startswith(")", self.at):
                self.refuse("a comma or a closing parenthesis is missing")
        self.at += 1
        self._depth -= 1
        least, most = NAMES[match[1]]
        if len(arguments) < least or (most is not None and len(arguments) > most):
            number = str(least) if least == most else f"{least} to {most}" if most else f"at least {least}"
            self.refuse(f"{match[1]} takes {number} arguments")
        return Call(match[1], tuple(arguments))

    def _argument(self) -> Part:
        self.space()
        text = self._text
        if text.startswith("States.", self.at):
            return self.call()
        if text.startswith("$", self.at):
            return self._path()
        if match := _TEXT.match(text, self.at):
            self.at = match.end()
            for one in _ESCAPE.finditer(match[1]):
                if one[1] not in "'{}\\":
                    self.refuse(f"\\{one[1]} is no escape; there are \\', \\{{, \\}} and \\\\")
            return Text(match[1])
        if match := _NUMBER.match(text, self.at):
            self.at = match.end()
            return Constant(float(match[0]) if match[1] or match[2] else int(match[0]))
        if match := _WORD.match(text, self.at):
            self.at = match.end()
            return Constant({"true": True, "false": False, "null": None}[match[1]])
        return self.refuse("an argument is a path, a text in single quotes, a number, true, false, null or a call")

    def _path(self) -> JsonPath:
        end = self._end_of_path()
        try:
            path = read_path(self._text[self.at : end].rstrip())
        except PathSyntaxError as error:
            self.refuse(error.message)
        self.at = end
        return path

    def _end_of_path(self) -> int:
        """A path ends at a comma or parenthesis that isn't inside of its own brackets or quotes."""
        depth, quote, at = 0, "", self.at
        while at < len(self._text):
            one = self._text[at]
            if quote:
                at += one == "\\"
                quote = "" if one == quote else quote
            elif one in "'\"":
                quote = one
            elif one in "[(":
                depth += 1
            elif one in "])" and depth:
                depth -= 1
            elif one in ",)" and not depth:
                break
            at += 1
        return at
