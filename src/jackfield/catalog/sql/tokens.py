"""Reading SQL as far as one must to find its parameters: quotes, comments and casts of three dialects.

Not a parser: what a statement means is the server's business. Values never become SQL text here, so that a reading that
differs from the server's can end in an error, and not in an injection. SQLAlchemy's `text()` is not used: it finds
`:name` inside quotes and comments as well.
"""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from jackfield.errors import InvalidError, LimitedError

MAX_SQL_LENGTH: Final = 256 * 1024
MAX_TOKENS: Final = 50_000


class Dialect(Enum):
    """Whose SQL it is."""

    POSTGRESQL = "PostgreSQL"
    MYSQL = "MySQL"
    SQLITE = "SQLite"


class TokenKind(Enum):
    """What a piece of SQL is."""

    WORD = "word"
    """A keyword or a name without quotes."""
    PARAMETER = "parameter"
    QUOTED = "quoted"
    NUMBER = "number"
    SYMBOL = "symbol"
    END = "end"
    """A semicolon."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of SQL that is neither blank nor comment."""

    kind: TokenKind
    text: str
    """Words in capitals, parameters without the colon, symbols as they are, nothing for quoted text."""
    start: int
    end: int
    depth: int
    """How many parentheses and brackets are open."""


_COMMON = r"""
  (?P<blank>[\s\x00]+)
| (?P<number>[0-9][0-9A-Za-z_.]*)
| (?P<skip>:=)
| (?P<parameter>:[A-Za-z_]\w*)
"""

_PATTERNS: Final = {
    Dialect.POSTGRESQL: r"""
      (?P<comment>--[^\n\r]*)
    | (?P<nested>/\*)
    | (?P<continued>[eE]'(?:[^'\\]|\\.|'')*+')
    | (?P<quoted>'(?:[^']|'')*+' | "(?:[^"]|"")*+")
    | (?P<dollar>\$(?:[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff]*+)?\$)
    | (?P<native>\$[0-9]+)
    | (?P<open>[eE]?'|")
    | (?P<word>[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*+)
    | (?P<cast>::)
    """,
    Dialect.MYSQL: r"""
      (?P<comment>--(?=[\x00-\x20]|\Z)[^\n]*|\#[^\n]*)
    | (?P<executable>/\*M?!)
    | (?P<block>/\*(?:[^*]|\*(?!/))*+\*/)
    | (?P<quoted>'(?:[^'\\]|\\.|'')*+' | "(?:[^"\\]|\\.|"")*+" | `(?:[^`]|``)*+`)
    | (?P<native>\?)
    | (?P<open>/\*|['"`])
    | (?P<word>[A-Za-z_$\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*+)
    """,
    Dialect.SQLITE: r"""
      (?P<comment>--[^\n]*)
    | (?P<block>/\*(?:[^*]|\*(?!/))*+(?:\*/|\*?\Z))
    | (?P<quoted>'(?:[^']|'')*+' | "(?:[^"]|"")*+" | `(?:[^`]|``)*+` | \[[^\]]*+\])
    | (?P<native>\?[0-9]*|[@$\#][A-Za-z_0-9:]+)
    | (?P<open>['"`\[])
    | (?P<word>[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*+)
    """,
}
_LEXERS: Final = {
    dialect: re.compile(f"{pattern} | {_COMMON} | (?P<end>;) | (?P<symbol>.)", re.VERBOSE | re.DOTALL)
    for dialect, pattern in _PATTERNS.items()
}
# An E'…' that goes on after a line break is read as one constant (PostgreSQL manual, 4.1.2.1).
_CONTINUATION: Final = re.compile(
    r"(?:[ \t\f\v]|--[^\n\r]*)*+[\n\r](?:\s|--[^\n\r]*[\n\r])*+'(?:[^'\\]|\\.|'')*+'", re.DOTALL
)
_COMMENT_EDGE: Final = re.compile(r"/\*|\*/")
_NAMES_OF_OPEN: Final = {"/*": "comment", "'": "text", '"': "name or text", "`": "name", "[": "name", "$": "text"}
_OPENING: Final = frozenset("([")
_CLOSING: Final = frozenset(")]")
_KINDS: Final = {
    "word": TokenKind.WORD,
    "parameter": TokenKind.PARAMETER,
    "quoted": TokenKind.QUOTED,
    "number": TokenKind.NUMBER,
    "symbol": TokenKind.SYMBOL,
    "end": TokenKind.END,
    "cast": TokenKind.SYMBOL,
    "skip": TokenKind.SYMBOL,
}


def read_tokens(  # noqa: C901, PLR0912  # one branch per kind of token, in the order they matter
    sql: str, dialect: Dialect
) -> tuple[Token, ...]:
    """The tokens of an SQL text, which is read as the server reads it with its default settings.

    Raises:
        InvalidError: A NUL, an unfinished quotation or comment, a placeholder of the driver's own kind, or an
            executable comment of MySQL.
        LimitedError: It is too long.
    """
    if len(sql) > MAX_SQL_LENGTH:
        raise LimitedError(
            f"the SQL is longer than {MAX_SQL_LENGTH} characters", code="sql.too_long", field="arguments.sql"
        )
    if "\0" in sql:
        raise InvalidError(f"the SQL has a NUL at character {sql.index(chr(0)) + 1}", field="arguments.sql")
    tokens: list[Token] = []
    match = _LEXERS[dialect].match
    place, depth, brackets = 0, 0, 0
    while place < len(sql):
        found = match(sql, place)
        assert found is not None  # the last alternative takes any character
        group, start, text = found.lastgroup or "symbol", place, found.group()
        place = found.end()
        if group in {"blank", "comment", "block"}:
            continue
        if group == "nested":
            place = _after_nested_comment(sql, start)
            continue
        if group in {"native", "executable", "open"}:
            raise _refusal(group, text, start)
        if group == "dollar":
            place = _after_dollar_quote(sql, start, text)
            group = "quoted"
        if group == "continued":
            while more := _CONTINUATION.match(sql, place):
                place = more.end()
            group = "quoted"
        if group == "parameter" and brackets and tokens and _is_slice(tokens[-1], start):
            group, text, place = "symbol", ":", start + 1
        if text in _CLOSING:
            depth, brackets = max(depth - 1, 0), max(brackets - (text == "]"), 0)
        tokens.append(Token(_KINDS[group], _spelled(group, text), start, place, depth))
        if text in _OPENING:
            depth, brackets = depth + 1, brackets + (text == "[")
        if len(tokens) > MAX_TOKENS:
            raise LimitedError(f"the SQL has more than {MAX_TOKENS} words", code="sql.too_long", field="arguments.sql")
    return tuple(tokens)


def _spelled(group: str, text: str) -> str:
    match group:
        case "word":
            return text.upper()
        case "parameter":
            return text[1:]
        case "quoted":
            return ""
        case _:
            return text


def _is_slice(before: Token, start: int) -> bool:
    """Whether a colon inside brackets belongs to an array slice as in `a[1:n]`: nothing stands between."""
    value = before.kind in {TokenKind.WORD, TokenKind.NUMBER, TokenKind.QUOTED, TokenKind.PARAMETER}
    return before.end == start and (value or before.text in _CLOSING)


def _after_nested_comment(sql: str, start: int) -> int:
    open_comments, place = 1, start + 2
    while open_comments:
        edge = _COMMENT_EDGE.search(sql, place)
        if edge is None:
            raise _refusal("open", "/*", start)
        open_comments += 1 if edge.group() == "/*" else -1
        place = edge.end()
    return place


def _after_dollar_quote(sql: str, start: int, tag: str) -> int:
    end = sql.find(tag, start + len(tag))
    if end < 0:
        raise _refusal("open", tag, start)
    return end + len(tag)


def _refusal(group: str, text: str, start: int) -> InvalidError:
    where = f"at character {start + 1} of the SQL"
    if group == "native":
        return InvalidError(f"{where}: a parameter is written :name, not {text}", field="arguments.sql")
    if group == "executable":
        return InvalidError(
            f"{where}: comments that are executed, {text} … */, are not accepted", field="arguments.sql"
        )
    kind = _NAMES_OF_OPEN.get(text if text == "/*" else text[-1], "text")
    return InvalidError(f"{where}: a quoted {kind} begins with {text} and doesn't end", field="arguments.sql")
