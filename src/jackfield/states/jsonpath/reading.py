"""Reading a path."""

import re
from typing import Any, Final, NoReturn

from jackfield.states.jsonpath.paths import (
    Both,
    Comparison,
    Descent,
    Either,
    Exists,
    Filter,
    FromEnd,
    Indices,
    Inverse,
    JsonPath,
    Literal,
    Names,
    PathSyntaxError,
    Segment,
    Slice,
    Test,
    Wildcard,
)
from jackfield.states.patterns import PatternError, read_pattern

_ROOT: Final = re.compile(r"\$\$|\$(?P<name>[^\W\d][\w]*)?")
_NAME: Final = re.compile(r"[^\s.\[\]'\",*?]+")
_NAME_IN_FILTER: Final = re.compile(r"[^\s.\[\]()'\",*?@$:&|!=<>~]+(?:\(\))?")
_SPACE: Final = re.compile(r"\s*")
_INDEX: Final = re.compile(r"-?\d{1,9}")
_SLICE: Final = re.compile(r"\s*(-?\d{1,9})?\s*:\s*(-?\d{1,9})?\s*(?::\s*(-?\d{1,9})?\s*)?(?=\])")
_FROM_END: Final = re.compile(r"\(\s*@\.length\s*-\s*(\d{1,9})\s*\)")
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_BARE: Final = re.compile(r"[^()'\"\[\]{}@$&|,]+")
_BARE_ON_LEFT: Final = re.compile(r"[^()'\"\[\]{}@$&|,=<>!~]+")
_WORDS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_OPERATOR: Final = re.compile(r"==|!=|<=|>=|=~|<|>|(?:in|nin|subsetof|anyof|noneof|contains|size|empty)\b")
_NESTING: Final = 50


def read_path(text: str) -> JsonPath:
    """The path that a text says.

    Raises:
        PathSyntaxError: It is none.
    """
    reader = _Reader(text)
    path = reader.path()
    if reader.at != len(text):
        reader.refuse(f"{text[reader.at]!r} is not expected here")
    return path


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._depth = 0
        self._name = _NAME
        self.at = 0

    def refuse(self, message: str) -> NoReturn:
        raise PathSyntaxError(message, self.at)

    def path(self, *, inside: bool = False) -> JsonPath:
        start = self.at
        if inside and self._text.startswith("@", self.at):
            root, self.at = "@", self.at + 1
        else:
            match = _ROOT.match(self._text, self.at)
            if not match:
                self.refuse("a path begins with $")
            self.at = match.end()
            root = match["name"] or match[0]
        segments: list[Segment] = []
        while (segment := self._segment()) is not None:
            segments.append(segment)
        if segments and isinstance(segments[-1], Descent):
            self.refuse("a path doesn't end with ..")
        return JsonPath(self._text[start : self.at], root, tuple(segments))

    def _segment(self) -> Segment | None:
        text = self._text
        if text.startswith("..", self.at):
            # `..name` and `..[…]`: the name is the next segment.
            self.at += 1 if text[self.at + 2 : self.at + 3] != "[" else 2
            return Descent()
        if text.startswith(".", self.at):
            self.at += 1
            return self._member()
        if text.startswith("[", self.at):
            self.at += 1
            segment = self._bracket()
            self._expect("]")
            return segment
        return None

    def _member(self) -> Segment:
        if self._text.startswith("*", self.at):
            self.at += 1
            return Wildcard()
        match = self._name.match(self._text, self.at)
        if not match:
            self.refuse("a name is missing after the dot")
        self.at = match.end()
        return Names((match[0],))

    def _bracket(self) -> Segment:
        self._space()
        text = self._text
        if text.startswith("*", self.at):
            self.at += 1
            return Wildcard()
        if text.startswith("?", self.at):
            self.at += 1
            self._expect("(")
            outer, self._name = self._name, _NAME_IN_FILTER
            test = self._either()
            self._name = outer
            self._expect(")")
            return Filter(test)
        if text[self.at : self.at + 1] in {"'", '"'}:
            names = [self._string()]
            while self._takes(","):
                names.append(self._string())
            return Names(tuple(names))
        if match := _SLICE.match(text, self.at):
            # AWS leaves the step out, too.
            start, stop = (int(one) if one else None for one in match.groups()[:2])
            if start is None and stop is None:
                self.refuse("a slice has a beginning or an end")
            self.at = match.end()
            return Slice(start, stop)
        if match := _FROM_END.match(text, self.at):
            self.at = match.end()
            return FromEnd(int(match[1]))
        indices = [self._index()]
        while self._takes(","):
            indices.append(self._index())
        return Indices(tuple(indices))

    def _index(self) -> int:
        self._space()
        match = _INDEX.match(self._text, self.at)
        if not match:
            self.refuse("an index, a name in quotes, * or ?(…) is expected here")
        self.at = match.end()
        return int(match[0])

    def _string(self) -> str:
        self._space()
        quote = self._text[self.at : self.at + 1]
        if quote not in {"'", '"'}:
            self.refuse("a name in quotes is expected here")
        end = self.at + 1
        while self._text[end : end + 1] not in {quote, ""}:
            end += 2 if self._text[end] == "\\" else 1
        if end >= len(self._text):
            self.refuse("the quote is not closed")
        # Only the quote and the backslash itself are escaped; any other backslash stands for itself.
        found = re.sub(rf"\\([{quote}\\])", r"\1", self._text[self.at + 1 : end])
        self.at = end + 1
        return found

    def _either(self) -> Test:
        self._depth += 1
        if self._depth > _NESTING:
            self.refuse("the filter is nested too deep")
        test = self._both()
        while self._takes("||"):
            test = Either(test, self._both())
        self._depth -= 1
        return test

    def _both(self) -> Test:
        test = self._single()
        while self._takes("&&"):
            test = Both(test, self._single())
        return test

    def _single(self) -> Test:
        if self._takes("!"):
            return Inverse(self._single())
        if self._takes("("):
            test = self._either()
            self._expect(")")
            return test
        left = self._operand(_BARE_ON_LEFT)
        self._space()
        match = _OPERATOR.match(self._text, self.at)
        if match:
            self.at = match.end()
            return Comparison(left, match[0], self._operand(is_pattern=match[0] == "=~"))
        if isinstance(left, JsonPath):
            return Exists(left)
        return self.refuse("an operator is expected here")

    def _operand(self, bare: re.Pattern[str] = _BARE, *, is_pattern: bool = False) -> JsonPath | Literal:
        self._space()
        first = self._text[self.at : self.at + 1]
        if first in {"@", "$"}:
            return self.path(inside=True)
        if is_pattern and first == "/":
            return Literal(self._pattern())
        if first in {"'", '"'}:
            return Literal(self._string())
        return Literal(self._list() if first == "[" else self._scalar(bare))

    def _scalar(self, bare: re.Pattern[str]) -> Any:
        """A number, `true`, `false`, `null`, or a text without quotes."""
        match = bare.match(self._text, self.at)
        text = match[0].strip() if match else ""
        if match is None or not text:
            return self.refuse("a path or a value is expected here")
        self.at = match.end()
        if number := _NUMBER.fullmatch(text):
            return float(text) if number[1] or number[2] else int(text)
        return _WORDS.get(text, text)

    def _list(self) -> list[Any]:
        self.at += 1
        found: list[Any] = []
        if self._takes("]"):
            return found
        while True:
            one = self._operand()
            if not isinstance(one, Literal):
                self.refuse("only values stand in a list")
            found.append(one.value)
            if not self._takes(","):
                break
        self._expect("]")
        return found

    def _pattern(self) -> Any:
        end = self.at + 1
        while self._text[end : end + 1] not in {"/", ""}:
            end += 2 if self._text[end] == "\\" else 1
        if end >= len(self._text):
            self.refuse("the regular expression is not closed")
        source, start = self._text[self.at + 1 : end], self.at
        self.at = end + 1
        ignore_case = self._text.startswith("i", self.at)
        self.at += ignore_case
        try:
            return read_pattern(source, ignore_case=ignore_case)
        except PatternError as error:
            raise PathSyntaxError(str(error), start) from None

    def _space(self) -> None:
        match = _SPACE.match(self._text, self.at)
        self.at = match.end() if match else self.at

    def _takes(self, token: str) -> bool:
        self._space()
        if self._text.startswith(token, self.at) and not self._text.startswith("!=", self.at):
            self.at += len(token)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._takes(token):
            self.refuse(f"{token!r} is missing")
