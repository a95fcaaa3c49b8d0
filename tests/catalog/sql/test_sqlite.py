"""SQLite alone: which files may be opened, what a query must not do, locks, cancelling."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from jackfield.errors import ForbiddenError, HubError, InvalidError, LimitedError, RemoteUnavailableError


async def until(condition: Any) -> None:
    """Wait until a condition holds, for at most ten seconds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # what is waited for is in another process or thread
            await asyncio.sleep(0.02)


@pytest.fixture
async def items(lite: Any) -> Any:
    await lite.call(
        "execute",
        sql="CREATE TABLE items (id integer PRIMARY KEY, name text); INSERT INTO items VALUES (1, 'a'), (2, 'b')",
        allow_schema_changes=True,
        max_changes=2,
    )
    return lite


async def test_the_test_tells_which_file(lite: Any) -> None:
    identity = await lite.test()

    assert identity.account == lite.details["path"]
    assert identity.system.startswith("SQLite 3.")


async def test_a_file_elsewhere_is_refused_whether_it_is_there_or_not(lite: Any, tmp_path: Path) -> None:
    root = Path(lite.details["path"]).parent
    outside = tmp_path / "outside.db"
    sqlite3.connect(outside).execute("CREATE TABLE t (x)").connection.close()
    (root / "link.db").symlink_to(outside)
    (root / "folder").symlink_to(tmp_path)
    paths = [outside, tmp_path / "nothing.db", root / "link.db", root / "folder" / "outside.db", root / ".." / "outside.db",
             Path("/etc/passwd")]  # fmt: skip

    for path in paths:
        with pytest.raises(ForbiddenError) as caught:
            await lite.but(path=str(path)).test()

        assert caught.value.code == "sql.path_not_allowed"


@pytest.mark.parametrize("path", ["data.db", "", "a\0b"])
async def test_a_path_that_is_none_is_refused(lite: Any, path: str) -> None:
    with pytest.raises(InvalidError):
        await lite.but(path=path).test()


async def test_a_missing_file_is_not_made(lite: Any) -> None:
    path = Path(lite.details["path"]).parent / "new.db"

    with pytest.raises(InvalidError) as caught:
        await lite.but(path=str(path)).test()

    assert caught.value.data["field"] == "details.path"
    assert not path.exists()


async def test_a_path_with_signs_of_a_uri_is_taken_as_it_is(lite: Any) -> None:
    path = Path(lite.details["path"]).parent / "a?mode=memory&x#y%20.db"
    sqlite3.connect(path).execute("CREATE TABLE here (x)").connection.close()

    assert await lite.but(path=str(path)).value("SELECT count(*) FROM here") == 0


async def test_what_is_no_database_is_a_wrong_detail(lite: Any) -> None:
    path = Path(lite.details["path"]).parent / "text.db"
    path.write_text("no database" * 1000)

    with pytest.raises(InvalidError) as caught:
        await lite.but(path=str(path)).test()

    assert caught.value.data["field"] == "details.path"


async def test_without_writable_nothing_is_executed(items: Any) -> None:
    with pytest.raises(ForbiddenError) as caught:
        await items.but(writable=False).call("execute", sql="DELETE FROM items WHERE id = 1")

    assert caught.value.code == "sql.read_only"
    assert await items.but(writable=False).value("SELECT count(*) FROM items") == 2


@pytest.mark.parametrize(
    "text",
    ["SELECT load_extension('x')", "SELECT * FROM pragma_database_list", "SELECT fts3_tokenizer('simple')",
     "SELECT writefile('x', 'y')", "EXPLAIN ATTACH 'x' AS y", "SELECT * FROM pragma_journal_mode('delete')"],
)  # fmt: skip
async def test_functions_that_reach_out_of_the_database_are_refused(items: Any, text: str) -> None:
    with pytest.raises(HubError):
        await items.call("query", sql=text)


async def test_a_column_has_the_type_of_its_values_also_where_json_has_another(lite: Any) -> None:
    found = await lite.call("query", sql="SELECT 9223372036854775807 AS a, 1e999 AS b, x'00' AS c, 'x' AS d, NULL AS e")

    assert [column.type for column in found.columns] == ["integer", "real", "blob", "text", ""]


async def test_values_keep_what_they_are_stored_as(lite: Any) -> None:
    found = await lite.call(
        "query",
        sql="SELECT 1 AS i, 1.5 AS r, 'x' AS t, x'00ff' AS b, NULL AS n, 9e999 AS inf, CAST(x'ff' AS text) AS bad",
    )

    assert [column.type for column in found.columns] == ["integer", "real", "text", "blob", "", "real", "blob"]
    assert found.rows[0]["b"] == {"type": "bytes", "value": "AP8="}
    assert found.rows[0]["inf"] == "Infinity"
    assert found.rows[0]["bad"] == {"type": "bytes", "value": "/w=="}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("date", "2026-03-31", "2026-03-31"),
        ("timestamp", "2026-03-31T14:30:00", "2026-03-31 14:30:00"),
        ("timestamp", "2026-03-31T14:30:00+02:00", "2026-03-31 12:30:00+00:00"),
        ("decimal", "1.10", "1.10"),
        ("uuid", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("json", {"a": 1}, '{"a":1}'),
        ("boolean", True, 1),
    ],
)
async def test_typed_parameters_are_stored_in_the_usual_way(lite: Any, kind: str, value: Any, expected: Any) -> None:
    assert await lite.value("SELECT :x", x={"type": kind, "value": value}) == expected


async def test_a_number_beyond_64_bits_is_refused_by_name(lite: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        await lite.value("SELECT :x", x=2**63)

    assert caught.value.data["field"] == "arguments.parameters.x"


async def test_another_writer_is_waited_for_and_then_to_be_tried_again(items: Any) -> None:
    other = sqlite3.connect(items.details["path"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(RemoteUnavailableError) as caught:
        await items.but(seconds=1).call("execute", sql="DELETE FROM items WHERE id = 1")
    other.execute("ROLLBACK")
    other.close()

    assert caught.value.code == "sql.busy"
    assert (await items.call("execute", sql="DELETE FROM items WHERE id = 1")).affected == 1


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


async def test_an_endless_query_ends_in_time(lite: Any) -> None:
    with pytest.raises(RemoteUnavailableError) as caught:
        await lite.but(seconds=1).value(ENDLESS)

    assert caught.value.code == "sql.timed_out"


async def test_cancelling_ends_the_thread(lite: Any) -> None:
    call = asyncio.create_task(lite.value(ENDLESS))
    await until(lambda: [one for one in threading.enumerate() if one.name == "sql"])

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    await until(lambda: not [one for one in threading.enumerate() if one.name == "sql"])


async def test_one_gigantic_value_is_refused_before_it_fills_the_memory(lite: Any) -> None:
    with pytest.raises(LimitedError):
        await lite.value("SELECT zeroblob(500000000)")


async def test_a_slow_file_does_not_keep_others_waiting(lite: Any) -> None:
    slow = [asyncio.create_task(lite.but(seconds=20).value(ENDLESS)) for _ in range(8)]
    await until(lambda: len([one for one in threading.enumerate() if one.name == "sql"]) >= 8)

    assert await lite.value("SELECT 1") == 1

    for one in slow:
        one.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
