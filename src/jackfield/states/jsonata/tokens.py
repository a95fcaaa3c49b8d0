"""The tokens of an expression (JSONata 2.2)."""

import re
from dataclasses import dataclass
from typing import Any, Final

from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.patterns import PatternError, read_pattern

POWERS: Final = {
    ".": 75,
    "[": 80,
    "]": 0,
    "{": 70,
    "}": 0,
    "(": 80,
    ")": 0,
    ",": 0,
    "@": 80,
    "#": 80,
    ";": 0,
    ":": 0,
    "?": 20,
    "+": 50,
    "-": 50,
    "*": 60,
    "/": 60,
    "%": 60,
    "|": 0,
    "=": 40,
    "<": 40,
    ">": 40,
    "^": 40,
    "**": 0,
    "..": 0,
    ":=": 10,
    "!=": 40,
    "<=": 40,
    ">=": 40,
    "~>": 40,
    "?:": 40,
    "??": 40,
    "and": 30,
    "or": 25,
    "in": 40,
    "&": 50,
    "!": 0,
    "~": 0,
}
"""The binding power of each operator; 0 for what only ends something."""
_ESCAPES: Final = {
    '"': '"',
    "\\": "\\",
    "/": "/",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}
_DOUBLE: Final = ("..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??")
_SPACE: Final = re.compile(r"[ \t\n\r\v]*")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([Ee][-+]?[0-9]+)?")
_HEX: Final = re.compile(r"[0-9a-fA-F]{4}")
_NAME: Final = re.compile(r"[^ \t\n\r\v.\[\]{}(),@#;:?+\-*/%|=<>^!~&]*")
_CONSTANTS: Final = {"true": True, "false": False, "null": None}


@dataclass(slots=True)
class Token:
    """One token; `position` is the offset after it."""

    type: str
    value: Any
    position: int


class Lexer:
    """Gives one token after the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def next(self, *, is_infix: bool = False) -> Token | None:  # noqa: PLR0911  # one branch per kind of token
        """The next token; None at the end. Only where no operator can stand does `/` begin a regular expression."""
        self._skip()
        text, at = self._text, self._at
        if at >= len(text):
            return None
        character = text[at]
        if character == "/" and not is_infix:
            self._at += 1
            return self._token("regex", self._regex())
        double = text[at : at + 2]
        if double in _DOUBLE:
            self._at += 2
            return self._token("operator", double)
        if character in "!~":
            raise JsonataError("S0204", position=at + 1, token=character)
        if character in POWERS:
            self._at += 1
            return self._token("operator", character)
        if character in "\"'":
            return self._string(character)
        if match := _NUMBER.match(text, at):
            return self._number(match)
        if character == "`":
            end = text.find("`", at + 1)
            if end < 0:
                raise JsonataError("S0105", position=len(text))
            self._at = end + 1
            return self._token("name", text[at + 1 : end])
        return self._name()

    def _token(self, kind: str, value: Any) -> Token:
        return Token(kind, value, self._at)

    def _skip(self) -> None:
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if not self._text.startswith("/*", self._at):
                return
            end = self._text.find("*/", self._at + 2)
            if end < 0:
                raise JsonataError("S0106", position=self._at)
            self._at = end + 2

    def _string(self, quote: str) -> Token:
        text, at = self._text, self._at + 1
        made: list[str] = []
        while at < len(text):
            character = text[at]
            if character == quote:
                self._at = at + 1
                return self._token("string", _joined("".join(made)))
            if character == "\\":
                at += 1
                escape = text[at : at + 1]
                if escape in _ESCAPES and escape:
                    made.append(_ESCAPES[escape])
                elif escape == "u":
                    match = _HEX.match(text, at + 1)
                    if not match:
                        raise JsonataError("S0104", position=at)
                    made.append(chr(int(match[0], 16)))
                    at += 4
                else:
                    raise JsonataError("S0103", position=at, token=escape)
            else:
                made.append(character)
            at += 1
        raise JsonataError("S0101", position=len(text))

    def _number(self, match: re.Match[str]) -> Token:
        digits = match[0]
        value: int | float = float(digits) if match[1] or match[2] or len(digits) > 15 else int(digits)
        if value in (float("inf"), float("-inf")):
            raise JsonataError("S0102", position=self._at, token=digits)
        if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
            value = int(value)
        self._at = match.end()
        return self._token("number", value)

    def _name(self) -> Token:
        match = _NAME.match(self._text, self._at)
        name = match[0] if match else ""
        self._at += len(name)
        if name.startswith("$"):
            return self._token("variable", name[1:])
        if name in {"or", "in", "and"}:
            return self._token("operator", name)
        if name in _CONSTANTS:
            return self._token("value", _CONSTANTS[name])
        return self._token("name", name)

    def _regex(self) -> Any:
        text, start, depth = self._text, self._at, 0
        while self._at < len(text):
            character = text[self._at]
            escaped = _is_escaped(text, self._at)
            if character == "/" and depth == 0 and not escaped:
                return self._compiled(text[start : self._at])
            if not text.startswith("\\", self._at - 1):
                depth += (character in "([{") - (character in ")]}")
            self._at += 1
        raise JsonataError("S0302", position=self._at)

    def _compiled(self, source: str) -> Any:
        if not source:
            raise JsonataError("S0301", position=self._at)
        self._at += 1
        start = self._at
        while self._text[self._at : self._at + 1] in {"i", "m"}:
            self._at += 1
        flags = self._text[start : self._at]
        try:
            return read_pattern(source.replace("\\/", "/"), ignore_case="i" in flags, multiline="m" in flags)
        except PatternError as error:
            raise JsonataError("S0303", position=start, message=str(error)) from None


def _is_escaped(text: str, at: int) -> bool:
    count = 0
    while at - count > 0 and text[at - count - 1] == "\\":
        count += 1
    return count % 2 == 1


def _joined(text: str) -> str:
    """Surrogate pairs that were written as two escapes are one character."""
    if any("\ud800" <= one <= "\udfff" for one in text):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text
