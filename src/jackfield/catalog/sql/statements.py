"""Statements: what kind they are, and their parameters put where the driver expects them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from jackfield.catalog.sql.parameters import Value
from jackfield.catalog.sql.tokens import Dialect, Token, TokenKind, read_tokens
from jackfield.errors import InvalidError

_READING: Final = {
    Dialect.POSTGRESQL: frozenset({"SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN"}),
    Dialect.MYSQL: frozenset({"SELECT", "WITH", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC"}),
    Dialect.SQLITE: frozenset({"SELECT", "WITH", "VALUES", "EXPLAIN"}),
}
# PostgreSQL counts what functions and procedures change (see postgresql.py); MySQL doesn't say.
_CHANGING: Final = {
    Dialect.POSTGRESQL: frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "SELECT", "VALUES", "CALL"}),
    Dialect.MYSQL: frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE"}),
    Dialect.SQLITE: frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE"}),
}
_SCHEMA: Final = {
    Dialect.POSTGRESQL: frozenset(
        {"CREATE", "ALTER", "DROP", "TRUNCATE", "COMMENT", "GRANT", "REVOKE", "ANALYZE", "REINDEX", "REFRESH", "DO"}
    ),
    Dialect.MYSQL: frozenset(
        {"CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "GRANT", "REVOKE", "ANALYZE", "OPTIMIZE", "CALL"}
    ),
    Dialect.SQLITE: frozenset({"CREATE", "ALTER", "DROP", "ANALYZE", "REINDEX"}),
}
_ROUTINES: Final = frozenset({"FUNCTION", "PROCEDURE", "TRIGGER", "EVENT", "PACKAGE"})
_BEFORE_A_NAME: Final = frozenset({"JOIN", "INTO", "UPDATE", "TABLE"})
_AFTER_A_SORT_KEY: Final = frozenset({"ASC", "DESC", "NULLS", "LIMIT", "OFFSET", "FETCH", "HAVING", ",", ")"})
_OUTER_VERBS: Final = frozenset({"SELECT", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"})
HINT: Final = "a parameter stands for a value; names of tables and columns, and keywords, are written in the SQL itself"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of an SQL text."""

    sql: str
    """The whole text it stands in."""
    tokens: tuple[Token, ...]
    dialect: Dialect

    @property
    def verb(self) -> str:
        """Its first word in capitals; after WITH, the one of the statement that the names are for."""
        first = next((token.text for token in self.tokens if token.text != "("), "")
        if first != "WITH":
            return first
        return next((one.text for one in self.tokens if one.depth == 0 and one.text in _OUTER_VERBS), first)

    @property
    def names(self) -> tuple[str, ...]:
        """Its parameters, each once."""
        return tuple(dict.fromkeys(one.text for one in self.tokens if one.kind is TokenKind.PARAMETER))

    @property
    def changes_schema(self) -> bool:
        """Whether it changes what can't be counted in rows."""
        return self.verb in _SCHEMA[self.dialect]

    @property
    def counts_itself(self) -> bool:
        """Whether the number of rows that the server answers is all that it changes by itself."""
        plain = self.verb in {"INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"}
        return plain and not any(one.text == "WITH" for one in self.tokens)

    def has_words(self, *words: str) -> bool:
        """Whether these words stand in it, one after the other."""
        kinds = [one.text if one.kind is TokenKind.WORD else "" for one in self.tokens]
        return any(tuple(kinds[at : at + len(words)]) == words for at in range(len(kinds)))


@dataclass(frozen=True, slots=True)
class Bound:
    """A statement as the driver takes it."""

    statement: Statement
    text: str
    values: tuple[Value, ...]
    """For placeholders; parameters that were written as literals are not among them."""
    parameters: tuple[Value, ...]
    """All of them."""
    pieces: tuple[tuple[int, int], ...]
    """Where text starts in `text` and where in the SQL that was given."""

    def place(self, offset: int) -> str:
        """`line 2, character 7` of the SQL that was given, for an offset in `text`."""
        here, there = next((piece for piece in reversed(self.pieces) if piece[0] <= offset), (0, 0))
        before = self.statement.sql[: there + offset - here]
        return f"line {before.count(chr(10)) + 1}, character {len(before) - before.rfind(chr(10))}"


def read_statements(sql: str, dialect: Dialect) -> tuple[Statement, ...]:
    """The statements of an SQL text; one that makes a routine with a body reaches to the end of the text.

    Raises:
        InvalidError: There is none, or it can't be read.
    """
    found: list[Statement] = []
    current: list[Token] = []
    for token in read_tokens(sql, dialect):
        if token.kind is TokenKind.END and token.depth == 0 and not _makes_a_routine(current):
            if current:
                found.append(Statement(sql, tuple(current), dialect))
            current = []
        else:
            current.append(token)
    if current:
        found.append(Statement(sql, tuple(current), dialect))
    if not found:
        raise InvalidError("sql has no statement", field="arguments.sql")
    for statement in found:
        _check_parameter_places(statement)
    return tuple(found)


def _makes_a_routine(tokens: list[Token]) -> bool:
    head = [token.text for token in tokens[:12]]
    return head[:1] == ["CREATE"] and not _ROUTINES.isdisjoint(head)


def _check_parameter_places(statement: Statement) -> None:
    """Refuse parameters where only a name can stand, and where a value would silently sort by nothing."""
    padded = [None, None, *statement.tokens, None]
    for before, last, token, following in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        if token is None or token.kind is not TokenKind.PARAMETER or last is None:
            continue
        follows = following.text if following is not None else ","
        sorts = last.text == "BY" and before is not None and before.text in {"ORDER", "GROUP"}
        if last.text in _BEFORE_A_NAME or (sorts and follows in _AFTER_A_SORT_KEY):
            raise InvalidError(
                f":{token.text} stands where a name belongs: {HINT}", field=f"arguments.parameters.{token.text}"
            )


def require_query(statements: tuple[Statement, ...]) -> Statement:
    """The one statement, which reads.

    Raises:
        InvalidError: There are several, or it isn't one that reads.
    """
    statement = _require_one(statements)
    dialect = statement.dialect
    first = next((token.text for token in statement.tokens if token.text != "("), "")
    if first not in _READING[dialect]:
        raise _not_a_query(first)
    if dialect is Dialect.MYSQL and (statement.has_words("INTO", "OUTFILE") or statement.has_words("INTO", "DUMPFILE")):
        raise InvalidError("a query can't write files on the server", code="sql.not_a_query", field="arguments.sql")
    return statement


def _not_a_query(verb: str) -> InvalidError:
    return InvalidError(
        f"{verb[:40] or 'this'} is not a query; what changes something goes through the action execute",
        code="sql.not_a_query",
        field="arguments.sql",
    )


def _require_one(statements: tuple[Statement, ...]) -> Statement:
    if len(statements) != 1:
        raise InvalidError(
            f"sql has {len(statements)} statements; give one at a time",
            code="sql.several_statements",
            field="arguments.sql",
        )
    return statements[0]


def require_changes(statements: tuple[Statement, ...], *, schema: bool) -> tuple[Statement, ...]:
    """Statements that may be executed.

    Raises:
        InvalidError: There are several or one changes the schema, and `schema` is false; or it is of no permitted kind.
    """
    if not schema:
        _require_one(statements)
    for statement in statements:
        verb = statement.verb
        if verb in _SCHEMA[statement.dialect]:
            if not schema:
                raise InvalidError(
                    f"{verb} changes what can't be counted or undone; it needs allow_schema_changes",
                    code="sql.schema_change",
                    field="arguments.allow_schema_changes",
                )
        elif verb not in _CHANGING[statement.dialect]:
            raise _not_executable(verb, statement.dialect)
    return statements


def _not_executable(verb: str, dialect: Dialect) -> InvalidError:
    if verb in _READING[dialect]:
        return InvalidError(
            f"{verb} only reads; use the action query", code="sql.not_executable", field="arguments.sql"
        )
    known = ", ".join(sorted(_CHANGING[dialect]))
    return InvalidError(
        f"{verb[:40] or 'this'} can't be executed here: every call has a transaction and a session of its own; "
        f"possible are {known}",
        code="sql.not_executable",
        field="arguments.sql",
    )


def check_names(
    statements: tuple[Statement, ...], given: Collection[str], *, where: str = "arguments.parameters"
) -> None:
    """Each parameter is given, and each that is given is used.

    Raises:
        InvalidError: Naming those that are missing or unused.
    """
    wanted = dict.fromkeys(name for statement in statements for name in statement.names)
    missing = [name for name in wanted if name not in given]
    if missing:
        listed = ", ".join(f":{name}" for name in missing)
        raise InvalidError(f"{where}: the SQL has {listed}, and no value is given", field=f"{where}.{missing[0]}")
    unused = [name for name in given if name not in wanted]
    if unused:
        listed = ", ".join(name[:80] for name in unused[:10])
        raise InvalidError(f"{where}: given and not in the SQL: {listed}", field=f"{where}.{unused[0][:80]}")


Placeholder = Callable[[str, Value, list[Value]], str]
"""`(name, value, values)` → what is written; it appends to `values` what the driver is to bind."""


def bind(statement: Statement, parameters: Mapping[str, Value], placeholder: Placeholder) -> Bound:
    """The statement with its parameters where and as the driver takes them."""
    sql, values = statement.sql, list[Value]()
    start, end = statement.tokens[0].start, statement.tokens[-1].end
    parts: list[str] = []
    pieces: list[tuple[int, int]] = []
    length = 0
    for token in statement.tokens:
        if token.kind is not TokenKind.PARAMETER:
            continue
        written = placeholder(token.text, parameters[token.text], values)
        pieces += [(length, start), (length + token.start - start, token.start)]
        parts += [sql[start : token.start], written]
        length += token.start - start + len(written)
        start = token.end
    pieces.append((length, start))
    parts.append(sql[start:end])
    used = tuple(parameters[name] for name in statement.names)
    return Bound(statement, "".join(parts), tuple(values), used, tuple(pieces))
