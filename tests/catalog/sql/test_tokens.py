"""Finding parameters in SQL: quotes, comments, casts and operators of three dialects."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jackfield.catalog.sql.statements import bind, read_statements
from jackfield.catalog.sql.tokens import Dialect, TokenKind, read_tokens
from jackfield.errors import HubError, InvalidError, LimitedError

PG, MY, LITE = Dialect.POSTGRESQL, Dialect.MYSQL, Dialect.SQLITE
ALL = (PG, MY, LITE)

CASES = [
    # dialects, SQL, names found
    (ALL, "SELECT :a", "a"),
    (ALL, "SELECT:a,:b", "a b"),
    (ALL, "SELECT ':a', \":b\", :c", "c"),
    (ALL, "SELECT 'it''s :a' || :b", "b"),
    (ALL, "SELECT '' || :a || ''''", "a"),
    (ALL, "SELECT 1 -- :a\n, :b", "b"),
    (ALL, "SELECT 1 /* :a ' \" */, :b", "b"),
    (ALL, "SELECT :a/* */:b", "a b"),
    (ALL, "SELECT :a_1 + :Ä", "a_1"),
    (ALL, "SELECT x :: int, a:= 1", ""),
    (ALL, "SELECT ':' , ': a'", ""),
    (ALL, "SELECT :1", ""),
    ((PG,), "SELECT :a::date, x::text, now()::timestamp::date, :b", "a b"),
    ((PG,), "SELECT data ? 'k', data ?| array['a'], data ?& :keys, data @> :j", "keys j"),
    ((PG,), "SELECT $$ :a ' $$, :b", "b"),
    ((PG,), "SELECT $tag$ :a $$ $other$ $tag$, :b", "b"),
    ((PG,), "SELECT a$b$c, :x", "x"),
    ((PG,), "SELECT E'it\\' :a', :b", "b"),
    ((PG,), "SELECT e'\\\\', :b", "b"),
    ((PG,), "SELECT 'back\\', :b", "b"),
    ((PG,), "SELECT namee'x\\', :b", "b"),
    ((PG,), "SELECT E'a'\n  'b\\' :a', :b", "b"),
    ((PG,), "SELECT E'a' -- note\n 'b\\' :a', :b", "b"),
    ((PG,), "SELECT U&'\\0041' , B'01', X'ff', :b", "b"),
    ((PG,), 'SELECT "a"":b", :c', "c"),
    ((PG,), "SELECT /* /* :a */ :b */ :c", "c"),
    ((PG,), "SELECT a[1:n], a[n:2], a[:lo], a[lo : :hi]", "lo hi"),
    ((PG,), "SELECT f(x := 1, y => :a)", "a"),
    ((PG,), "SELECT 5 -- :a", ""),
    ((PG,), "SELECT '\\' , :a -- '", "a"),
    ((PG,), "SELECT 'a' \":b\" LIKE :c ESCAPE '\\'", "c"),
    ((MY,), "SELECT 'it\\' :a', :b", "b"),
    ((MY,), 'SELECT "it\\" :a", :b', "b"),
    ((MY,), "SELECT `a``:b`, :c", "c"),
    ((MY,), "SELECT `a\\`, :c", "c"),
    ((MY,), "SELECT 1 # :a '\n, :b", "b"),
    ((MY,), "SELECT 5--:a", "a"),
    ((MY,), "SELECT 5 -- :a\n + :b", "b"),
    ((MY,), "SELECT /* /* :a */ :b", "b"),
    ((MY,), "SELECT @x := :a, @@global.y, x->'$.:a', _utf8':a'", "a"),
    ((MY,), "SELECT 'a' ':b' \":c\" :d", "d"),
    ((LITE,), "SELECT [a:b], [it's], :c", "c"),
    ((LITE,), "SELECT 'a\\', :b", "b"),
    ((LITE,), "SELECT `a:b`, :c", "c"),
    ((LITE,), "SELECT x->>'$.a', :c /* unfinished :d", "c"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("dialect", "text", "names"),
    [(dialect, text, names) for dialects, text, names in CASES for dialect in dialects],
)
def test_parameters_are_found_outside_of_quotes_and_comments_alone(dialect: Dialect, text: str, names: str) -> None:
    found = [token.text for token in read_tokens(text, dialect) if token.kind is TokenKind.PARAMETER]

    assert found == names.split()


@pytest.mark.parametrize(
    ("dialect", "text"),
    [(one, "SELECT 'open") for one in ALL]
    + [(one, 'SELECT "open') for one in ALL]
    + [(one, "SELECT 'a\0'") for one in ALL]
    + [(PG, "SELECT $$ open"), (PG, "SELECT /* /* */"), (PG, "SELECT $1"), (PG, "SELECT E'a\\'")]
    + [(MY, "SELECT `open"), (MY, "SELECT /* open"), (MY, "SELECT ?"), (MY, "SELECT 'a\\'")]
    + [(MY, "SELECT 1 /*! INTO OUTFILE '/tmp/x' */"), (MY, "SELECT /*M!100100 1 */"), (MY, "SELECT /*!50000 1 */")]
    + [(LITE, "SELECT [open"), (LITE, "SELECT ?"), (LITE, "SELECT ?1"), (LITE, "SELECT @a"), (LITE, "SELECT $a")],
)
def test_what_can_not_be_read_for_certain_is_refused(dialect: Dialect, text: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_statements(text, dialect)

    assert caught.value.data["field"] == "arguments.sql"


@pytest.mark.parametrize(
    ("dialect", "text", "verbs"),
    [
        (PG, "SELECT ';'; DELETE FROM a", ["SELECT", "DELETE"]),
        (PG, "SELECT $$;$$;;  ; -- ;", ["SELECT"]),
        (PG, "WITH a AS (DELETE FROM b RETURNING *) SELECT * FROM a", ["SELECT"]),
        (PG, "WITH a AS (SELECT 1) INSERT INTO b SELECT * FROM a", ["INSERT"]),
        (PG, "(SELECT 1) UNION (SELECT 2)", ["SELECT"]),
        (PG, "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END", ["CREATE"]),
        (LITE, "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; DELETE FROM c; END", ["CREATE"]),
        (MY, "CREATE TABLE a (b int); DROP TABLE a", ["CREATE", "DROP"]),
        (PG, "/* a */ -- b\n delete from a", ["DELETE"]),
    ],
)
def test_statements_are_told_apart_and_named(dialect: Dialect, text: str, verbs: list[str]) -> None:
    assert [statement.verb for statement in read_statements(text, dialect)] == verbs


def test_a_place_in_what_was_sent_is_a_place_in_what_was_given() -> None:
    text = "SELECT :long_name,\n  :other_one, oops"
    [statement] = read_statements(text, PG)

    bound = bind(statement, {"long_name": 1, "other_one": 2}, lambda _name, _value, _values: "$1")

    assert bound.text == "SELECT $1,\n  $1, oops"
    assert bound.place(bound.text.index("oops")) == "line 2, character 15"
    assert bound.place(0) == "line 1, character 1"


def test_sql_that_is_too_long_is_refused_at_once() -> None:
    with pytest.raises(LimitedError):
        read_tokens("SELECT 1, " * 100_000, PG)


@given(
    text=st.text(alphabet=st.sampled_from("abE'\"`$[]():;-/*#\\!\n .1?@"), max_size=60), dialect=st.sampled_from(ALL)
)
def test_any_text_is_read_whole_or_refused(text: str, dialect: Dialect) -> None:
    try:
        tokens = read_tokens(text, dialect)
    except HubError:
        return

    places: list[Any] = [place for token in tokens for place in (token.start, token.end)]
    assert places == sorted(places)


@pytest.mark.parametrize("dialect", ALL)
@pytest.mark.parametrize(
    "text",
    [
        "'" + "''" * 60_000,
        "/*" * 60_000,
        "$" * 100_000,
        "(" * 40_000,
        "E'" + "\\'" * 60_000,
        "-" * 200_000,
        "--\n" * 20_000,
    ],
)
def test_nothing_takes_long_to_read(text: str, dialect: Dialect) -> None:
    # The bound is the time-out of the test itself.
    with suppress(HubError):
        read_tokens(text, dialect)
