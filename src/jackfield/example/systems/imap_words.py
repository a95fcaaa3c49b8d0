"""The words of an IMAP command (RFC 3501 §9): atoms as `str`, quoted strings and literals as `bytes`, lists as lists."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

Word: TypeAlias = "str | bytes | list[Word]"

LITERAL: Final = re.compile(rb"\{(\d{1,10})(\+?)\}$")
_MARK: Final = b"\x00"
_WORD: Final = re.compile(
    rb'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<quoted>(?:[^"\\]|\\.)*)"|\x00(?P<literal>\d+)\x00'
    rb'|(?P<atom>[^\s()"\x00\[]*\[[^\]]*\](?:<\d+(?:\.\d+)?>)?|[^\s()"\x00\[]+))'
)


class SyntaxFaultError(Exception):
    """The command can't be understood; the text is for the client."""


def mark(number: int) -> bytes:
    """Stands in a command for its n-th literal; lines themselves have no NUL."""
    return _MARK + str(number).encode() + _MARK


def split_words(line: bytes, literals: Sequence[bytes]) -> list["Word"]:
    """The words of a line in which literals were replaced by their marks.

    Raises:
        SyntaxFaultError: It is none.
    """
    lists: list[list[Word]] = [[]]
    at, end = 0, len(line.rstrip())
    while at < end:
        found = _WORD.match(line, at)
        if found is None:
            raise SyntaxFaultError("this can't be read")
        at = found.end()
        match found.lastgroup:
            case "open":
                lists.append([])
            case "close":
                if len(lists) == 1:
                    raise SyntaxFaultError("a parenthesis too many")
                closed = lists.pop()
                lists[-1].append(closed)
            case "quoted":
                lists[-1].append(re.sub(rb"\\(.)", rb"\1", found["quoted"]))
            case "literal":
                lists[-1].append(literals[int(found["literal"])])
            case _:
                lists[-1].append(found["atom"].decode("latin-1"))
    if len(lists) != 1:
        raise SyntaxFaultError("a parenthesis is open")
    return lists[0]


def text_of(word: "Word") -> str:
    """An atom or a string.

    Raises:
        SyntaxFaultError: It is a list.
    """
    match word:
        case str():
            return word
        case bytes():
            return word.decode(errors="replace")
        case _:
            raise SyntaxFaultError("a string belongs here")


def in_set(text: str, number: int, largest: int) -> bool:
    """Whether a sequence set (`2:4,7:*`) has a number; `*` is the largest in use.

    Raises:
        SyntaxFaultError: It is no set.
    """
    return any(low <= number <= high for low, high in _ranges(text, largest))


def _ranges(text: str, largest: int) -> Iterator[tuple[int, int]]:
    for part in text.split(","):
        found = re.fullmatch(r"(\d{1,10}|\*)(?::(\d{1,10}|\*))?", part)
        if found is None:
            raise SyntaxFaultError(f"{part!r} is no set of numbers")
        ends = [largest if end == "*" else int(end) for end in (found[1], found[2] or found[1])]
        yield min(ends), max(ends)


def quoted(text: str) -> str:
    """A quoted string for an answer."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
