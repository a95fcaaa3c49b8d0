"""What the three connectors do alike."""

from typing import Any

import pytest

from jackfield.errors import ConflictError, HubError, InvalidError, NotFoundError, RemoteRejectedError


async def count(base: Any) -> int:
    return await base.value("SELECT count(*) FROM numbers")


async def test_a_query_gives_columns_and_rows(numbers: Any) -> None:
    found = await numbers.call(
        "query", sql="SELECT id, name FROM numbers WHERE id > :low ORDER BY id", parameters={"low": 3}
    )

    assert [column.name for column in found.columns] == ["id", "name"]
    assert all(column.type for column in found.columns)
    assert found.rows == [{"id": 4, "name": "n4"}, {"id": 5, "name": "n5"}]
    assert (found.row_count, found.truncated) == (2, False)


async def test_a_query_without_rows_still_names_its_columns(numbers: Any) -> None:
    found = await numbers.call("query", sql="SELECT id, name FROM numbers WHERE id < 0")

    assert [column.name for column in found.columns] == ["id", "name"]
    assert found.rows == []


@pytest.mark.parametrize(("limit", "rows", "truncated"), [(4, 4, True), (5, 5, False), (6, 5, False)])
async def test_truncated_is_true_exactly_when_there_is_more(
    numbers: Any, limit: int, rows: int, *, truncated: bool
) -> None:
    found = await numbers.call("query", sql="SELECT id FROM numbers", max_rows=limit)

    assert (found.row_count, found.truncated) == (rows, truncated)
    assert found.truncated_by == ("rows" if truncated else None)


async def test_two_columns_of_one_name_are_refused_as_objects_and_given_as_lists(base: Any) -> None:
    with pytest.raises(InvalidError, match="'a'"):
        await base.call("query", sql="SELECT 1 AS a, 2 AS a")

    assert await base.rows("SELECT 1 AS a, 2 AS a") == [[1, 2]]


@pytest.mark.requirement("D6")
async def test_more_changes_than_allowed_are_rolled_back_with_both_numbers(numbers: Any) -> None:
    with pytest.raises(ConflictError) as caught:
        await numbers.call("execute", sql="DELETE FROM numbers WHERE id > :low", parameters={"low": 2})

    assert caught.value.code == "sql.too_many_changes"
    assert "3 rows" in caught.value.message
    assert "max_changes is 1" in caught.value.message
    assert await count(numbers) == 5


@pytest.mark.requirement("D6")
async def test_as_many_changes_as_allowed_are_made(numbers: Any) -> None:
    found = await numbers.call("execute", sql="DELETE FROM numbers WHERE id > 2", max_changes=3)

    assert found.affected == 3
    assert await count(numbers) == 2


@pytest.mark.requirement("D6")
async def test_many_executions_count_together_and_leave_nothing_when_too_many(numbers: Any) -> None:
    with pytest.raises(ConflictError):
        await numbers.call(
            "execute_many",
            sql="UPDATE numbers SET name = concat('x', name) WHERE id >= :id"
            if numbers.connector.key != "sqlite"
            else "UPDATE numbers SET name = 'x' || name WHERE id >= :id",
            parameter_sets=[{"id": 5}, {"id": 4}],
        )

    assert await numbers.value("SELECT count(*) FROM numbers WHERE name LIKE 'x%'") == 0


@pytest.mark.parametrize(
    "text",
    [
        "DROP TABLE numbers",
        "TRUNCATE TABLE numbers",
        "ALTER TABLE numbers ADD COLUMN x INTEGER",
        "CREATE TABLE x (y int)",
    ],
)
async def test_changes_of_the_schema_need_to_be_allowed(numbers: Any, text: str) -> None:
    with pytest.raises(InvalidError):
        await numbers.call("execute", sql=text)

    assert await count(numbers) == 5


async def test_two_statements_are_refused_and_neither_runs(numbers: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        await numbers.call("execute", sql="DELETE FROM numbers WHERE id = 1; DELETE FROM numbers WHERE id = 2")

    assert caught.value.code == "sql.several_statements"
    assert await count(numbers) == 5


async def test_with_schema_changes_allowed_several_statements_run_in_order(numbers: Any) -> None:
    await numbers.call(
        "execute",
        sql="CREATE TABLE more (id INTEGER); INSERT INTO more VALUES (:id); -- the end;\n",
        parameters={"id": 7},
        allow_schema_changes=True,
    )

    assert await numbers.value("SELECT id FROM more") == 7


@pytest.mark.parametrize(
    "text",
    ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "ATTACH DATABASE 'x' AS y", "VACUUM INTO '/tmp/x'", "SET x = 1",
     "COPY numbers TO '/tmp/x'", "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE numbers", "PRAGMA writable_schema = 1",
     "LOCK TABLES numbers WRITE", "PREPARE s FROM 'DELETE FROM numbers'"],
)  # fmt: skip
@pytest.mark.parametrize("allow", [False, True])
async def test_statements_about_sessions_and_files_are_never_executed(numbers: Any, text: str, *, allow: bool) -> None:
    with pytest.raises(InvalidError):
        await numbers.call("execute", sql=text, allow_schema_changes=allow)


@pytest.mark.parametrize(
    "text",
    ["DELETE FROM numbers", "UPDATE numbers SET name = 'x'", "INSERT INTO numbers VALUES (9, 'n9')", "DROP TABLE numbers",
     "CREATE TABLE x (y int)", "SELECT 1; DELETE FROM numbers", "EXPLAIN ANALYZE DELETE FROM numbers",
     "WITH d AS (SELECT 1 AS x) DELETE FROM numbers", "PRAGMA user_version = 5", "COMMIT", "/* SELECT */ DELETE FROM numbers"],
)  # fmt: skip
async def test_a_query_that_would_change_something_is_refused(numbers: Any, text: str) -> None:
    with pytest.raises((InvalidError, RemoteRejectedError)):
        await numbers.call("query", sql=text)

    assert await count(numbers) == 5


NASTY = ["'; DROP TABLE numbers; --", '"', "\\", "\\' OR 1=1 --", "%s", "${x}", ":x", "?", "' UNION SELECT 1 --", "--", "/*",
         "é €😀", "\x1a\r\n\t", "x" * 200_000, "", "_utf8mb4", "\ufeff", "\\0", "%", "{}"]  # fmt: skip


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
async def test_text_comes_back_as_it_was_given(base: Any, value: str) -> None:
    assert await base.value("SELECT :x AS y", x={"type": "text", "value": value}) == value


async def test_values_with_sql_in_them_stay_values(numbers: Any) -> None:
    for value in NASTY[:13]:
        found = await numbers.rows("SELECT id FROM numbers WHERE name = :x", x=value)

        assert found == []
    assert await count(numbers) == 5


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-12:00"])
async def test_a_moment_that_its_zone_moves_out_of_the_calendar_is_refused(base: Any, moment: str) -> None:
    with pytest.raises(InvalidError, match="for timestamp is expected") as caught:
        await base.call("query", sql="SELECT :x", parameters={"x": {"type": "timestamp", "value": moment}})

    assert caught.value.data["field"] == "arguments.parameters.x.value"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"sql": "SELECT 'x"}, "arguments.sql"),
        ({"sql": "SELECT 1; SELECT 2"}, "arguments.sql"),
        ({"sql": "DELETE FROM numbers"}, "arguments.sql"),
        ({"sql": "SELECT 1 AS a, 2 AS a"}, "arguments.rows_as"),
    ],
)
async def test_what_is_wrong_with_a_query_names_the_argument(base: Any, arguments: Any, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        await base.call("query", **arguments)

    assert caught.value.data["field"] == field


async def test_missing_and_unused_parameters_are_named(base: Any) -> None:
    with pytest.raises(InvalidError, match=":b") as missing:
        await base.call("query", sql="SELECT :a, :b", parameters={"a": 1})
    with pytest.raises(InvalidError, match="c") as unused:
        await base.call("query", sql="SELECT :a", parameters={"a": 1, "c": 2})

    assert missing.value.data["field"] == "arguments.parameters.b"
    assert unused.value.data["field"] == "arguments.parameters.c"


@pytest.mark.parametrize("text", ["INSERT INTO :t VALUES (1)", "SELECT id FROM numbers ORDER BY :t", "DELETE FROM :t"])
async def test_a_parameter_as_a_name_is_refused_with_the_reason(numbers: Any, text: str) -> None:
    action = "query" if text.startswith("SELECT") else "execute"

    with pytest.raises(HubError, match="a parameter stands for a value"):
        await numbers.call(action, sql=text, parameters={"t": "numbers"})


async def test_a_constraint_says_which_and_never_the_value(numbers: Any) -> None:
    with pytest.raises(RemoteRejectedError) as caught:
        await numbers.call(
            "execute", sql="INSERT INTO numbers VALUES (:id, :name)", parameters={"id": 1, "name": "hush-hush-1234"}
        )
    with pytest.raises(RemoteRejectedError) as double:
        await numbers.call("execute", sql="UPDATE numbers SET name = :name WHERE id = 1", parameters={"name": "n2"})

    assert caught.value.code == double.value.code == "sql.constraint"
    assert "hush" not in caught.value.message
    assert "n2" not in double.value.message
    assert await count(numbers) == 5


async def test_a_syntax_error_says_where(base: Any) -> None:
    with pytest.raises(RemoteRejectedError) as caught:
        await base.call("query", sql="SELECT 1\nFROMM numbers x y z")

    assert caught.value.code == "sql.rejected"
    assert "\n" not in caught.value.message
    if base.connector.key != "sqlite":
        assert "line 2" in caught.value.message


async def test_rows_of_returning_are_given(numbers: Any) -> None:
    found = await numbers.call("execute", sql="INSERT INTO numbers VALUES (6, 'n6') RETURNING id, name")

    assert found.affected == 1
    assert found.rows == [{"id": 6, "name": "n6"}]
    assert await count(numbers) == 6


async def test_tables_are_listed_and_described(numbers: Any) -> None:
    await numbers.call("execute", sql="CREATE VIEW few_numbers AS SELECT id FROM numbers", allow_schema_changes=True)

    listed = await numbers.call("list_tables")
    some = await numbers.call("list_tables", name_contains="EW_n")
    described = await numbers.call("describe_table", table="numbers")

    assert {(one.name, one.kind) for one in listed.tables} >= {("numbers", "table"), ("few_numbers", "view")}
    assert [one.name for one in some.tables] == ["few_numbers"]
    assert [(one.name, one.key, one.nullable) for one in described.columns] == [("id", 1, False), ("name", None, False)]
    assert "100" in described.columns[1].type


async def test_a_table_that_is_not_there_is_not_found(base: Any) -> None:
    with pytest.raises(NotFoundError):
        await base.call("describe_table", table="nothing'; --")


async def test_names_of_tables_may_be_anything_when_described(base: Any) -> None:
    quote = "`" if base.connector.key == "mysql" else '"'
    await base.call(
        "execute", sql=f"CREATE TABLE {quote}a'b :c{quote} ({quote}x y{quote} INTEGER)", allow_schema_changes=True
    )

    described = await base.call("describe_table", table="a'b :c")

    assert [one.name for one in described.columns] == ["x y"]


async def test_null_true_and_numbers_round_trip(base: Any) -> None:
    [[none, one, low, tiny]] = await base.rows(
        "SELECT :n, :i, :big, :f", n=None, i=-1, big={"type": "integer", "value": "9007199254740993"}, f=0.1
    )

    assert (none, one, low) == (None, -1, "9007199254740993")
    assert tiny == pytest.approx(0.1)


async def test_bytes_and_decimals_can_be_given_back_as_they_came(base: Any) -> None:
    kinds = {"postgresql": ("bytea", "numeric(30,10)"), "mysql": ("blob", "decimal(30,10)"), "sqlite": ("blob", "text")}
    blob, decimal = kinds[base.connector.key]
    await base.call("execute", sql=f"CREATE TABLE v (b {blob}, d {decimal})", allow_schema_changes=True)
    given = {
        "b": {"type": "bytes", "value": "AP8nIlw7"},
        "d": {"type": "decimal", "value": "12345678901234567890.0123456789"},
    }

    await base.call("execute", sql="INSERT INTO v VALUES (:b, :d)", parameters=given)
    [[b, d]] = await base.rows("SELECT b, d FROM v")

    assert b == given["b"]
    assert d == given["d"]["value"]


async def test_arrays_serve_for_in(numbers: Any) -> None:
    text = "id = ANY(:ids)" if numbers.connector.key == "postgresql" else "id IN :ids"

    found = await numbers.rows(
        f"SELECT id FROM numbers WHERE {text} ORDER BY id", ids={"type": "array", "value": [1, 3, 99]}
    )

    assert found == [[1], [3]]
