"""MariaDB alone: types, what a query must not do, signing in, TLS, cancelling, losing the connection."""

import asyncio
import threading
from typing import Any

import pytest

from jackfield.errors import (
    ConflictError,
    HubError,
    InvalidError,
    LimitedError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteUnavailableError,
)
from servers import mariadb
from servers.certificates import make_proof


async def until(condition: Any) -> None:
    """Wait until a condition holds, for at most ten seconds."""
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110  # what is waited for is in another process or thread
            await asyncio.sleep(0.02)


def running(server: mariadb.MariaDb, text: str) -> list[int]:
    with server.admin() as admin, admin.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM information_schema.processlist WHERE info LIKE %s AND id <> connection_id()", (f"%{text}%",)
        )
        return [row[0] for row in cursor.fetchall()]


def run_as_admin(server: mariadb.MariaDb, *statements: str) -> None:
    with server.admin() as admin, admin.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
async def items(my: Any) -> Any:
    await my.call(
        "execute",
        sql="CREATE TABLE items (id int PRIMARY KEY, name varchar(50)) ENGINE=InnoDB;"
        "INSERT INTO items VALUES (1, 'i1'), (2, 'i2'), (3, 'i3'), (4, 'i4'), (5, 'i5')",
        allow_schema_changes=True,
        max_changes=5,
    )
    return my


async def count(base: Any) -> int:
    return await base.value("SELECT count(*) FROM items")


@pytest.mark.requirement("C14")
async def test_the_test_tells_who_we_are(my: Any) -> None:
    identity = await my.test()

    assert identity.account == f"{my.credentials['user']}@127.0.0.1/{my.details['database']}"
    assert identity.system.startswith("MariaDB 1")
    assert identity.notes["encrypted"] is True


@pytest.mark.requirement("C14")
async def test_a_wrong_password_asks_to_sign_in(my: Any) -> None:
    with pytest.raises(RemoteSignInError) as caught:
        await my.but(credentials={"password": "wrong-hush"}).test()

    assert "hush" not in caught.value.message


async def test_an_unknown_database_is_a_wrong_detail(my: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        await my.but(database="nowhere").test()

    assert caught.value.data["field"] == "details.database"


@pytest.mark.requirement("D32")
async def test_a_certificate_of_another_authority_or_name_is_refused(my: Any) -> None:
    with pytest.raises(RemoteUnavailableError, match="authority") as caught:
        await my.but(ca_pem=make_proof("127.0.0.1").authority).test()
    with pytest.raises(RemoteUnavailableError, match="authority"):
        await my.but(ca_pem=None).test()
    base = my.but(host="localhost")
    base.allowed = (*my.allowed, type(my.allowed[0])("localhost", my.details["port"]))
    with pytest.raises(RemoteUnavailableError, match="not one for localhost"):
        await base.test()

    assert caught.value.code == "sql.tls"


async def test_encryption_without_proof_works_and_warns(my: Any) -> None:
    identity = await my.but(ca_pem=None, tls="encrypt_only").test()

    assert identity.notes["encrypted"] is True
    assert "not checked" in identity.notes["warning"]


async def test_without_encryption_it_says_so(my: Any) -> None:
    identity = await my.but(tls="off").test()

    assert identity.notes["encrypted"] is False


async def test_a_server_without_tls_is_refused_and_nothing_is_downgraded(my: Any) -> None:
    with mariadb.own_server() as server:
        run_as_admin(server, "CREATE DATABASE d", "CREATE USER anna IDENTIFIED BY 'x'", "GRANT ALL ON d.* TO anna")
        base = my.but(port=server.port, database="d", credentials={"user": "anna", "password": "x"})
        base.allowed = (type(my.allowed[0])("127.0.0.1", server.port),)
        for tls in ("verify", "encrypt_only"):
            with pytest.raises(RemoteUnavailableError, match="doesn't offer encryption"):
                await base.but(tls=tls).test()

        assert (await base.but(tls="off").test()).account == "anna@127.0.0.1/d"


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"dialog"])
async def test_the_server_may_not_ask_for_the_bare_password_when_it_is_not_proven(my: Any, plugin: bytes) -> None:
    sent: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting = b"\x0a8.0.0\0" + b"\x01\0\0\0" + b"12345678\0" + b"\x05\xa2" + b"\x2d\x02\0" + b"\x08\0\x15"
        greeting += b"\0" * 10 + b"123456789012\0" + b"mysql_native_password\0"
        writer.write(len(greeting).to_bytes(3, "little") + b"\0" + greeting)
        await reader.readexactly(int.from_bytes((await reader.readexactly(4))[:3], "little"))
        switch = b"\xfe" + plugin + b"\0Password: "
        writer.write(len(switch).to_bytes(3, "little") + b"\x02" + switch)
        sent.append(await reader.read(1000))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    base = my.but(tls="off", port=port)
    base.allowed = (type(my.allowed[0])("127.0.0.1", port),)
    with pytest.raises(RemoteUnavailableError, match="asks for the password itself"):
        await base.test()
    await until(lambda: sent)
    server.close()

    assert sent == [b""]


async def test_a_server_that_asks_for_a_local_file_gets_none(my: Any) -> None:
    with pytest.raises(HubError):
        await my.call("execute", sql="LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE x", allow_schema_changes=True)


@pytest.mark.parametrize(
    ("kind", "text", "name", "expected"),
    [
        ("decimal(10,2)", "12.50", "decimal", "12.50"),
        ("bigint", "9007199254740993", "bigint", "9007199254740993"),
        ("int", "-5", "int", -5),
        ("double", "1.5", "double", 1.5),
        ("date", "'2026-03-31'", "date", "2026-03-31"),
        ("datetime(3)", "'2026-03-31 14:30:00.123'", "datetime", "2026-03-31T14:30:00.123"),
        ("timestamp", "'2026-03-31 14:30:00'", "timestamp", "2026-03-31T14:30:00Z"),
        ("time", "'14:30:00'", "time", "14:30:00"),
        ("year", "2026", "year", 2026),
        ("blob", "x'00ff'", "blob", {"type": "bytes", "value": "AP8="}),
        ("varbinary(5)", "x'00ff'", "varbinary", {"type": "bytes", "value": "AP8="}),
        ("text", "'é😀'", "text", "é😀"),
        ("varchar(9)", "'x'", "varchar", "x"),
        ("int", "NULL", "int", None),
        ("bit(9)", "b'100000001'", "bit", {"type": "bytes", "value": "AQE="}),
    ],
)
async def test_values_are_json(my: Any, kind: str, text: str, name: str, expected: Any) -> None:
    await my.call("execute", sql=f"CREATE TABLE v (x {kind} NULL)", allow_schema_changes=True)
    await my.call("execute", sql=f"INSERT INTO v VALUES ({text})")

    found = await my.call("query", sql="SELECT x FROM v", rows_as="lists")

    assert found.rows == [[expected]]
    assert found.columns[0].type == name


@pytest.mark.parametrize(
    ("kind", "value", "column", "expected"),
    [
        ("date", "2026-03-31", "date", "2026-03-31"),
        ("time", "14:30:00", "time", "14:30:00"),
        ("timestamp", "2026-03-31T14:30:00+02:00", "timestamp", "2026-03-31T12:30:00Z"),
        ("timestamp", "2026-03-31T14:30:00.5", "datetime(1)", "2026-03-31T14:30:00.5"),
        ("decimal", "-0.10", "decimal(10,2)", "-0.10"),
        ("uuid", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "varchar(36)", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("bytes", "", "blob", {"type": "bytes", "value": ""}),
        ("json", {"a": ["'", None, 1.5]}, "json", '{"a":["\'",null,1.5]}'),
        ("number", 1e-300, "double", 1e-300),
        ("boolean", True, "boolean", 1),
    ],
)
async def test_typed_parameters_arrive_as_their_type(
    my: Any, kind: str, value: Any, column: str, expected: Any
) -> None:
    await my.call("execute", sql=f"CREATE TABLE v (x {column} NULL)", allow_schema_changes=True)

    await my.call("execute", sql="INSERT INTO v VALUES (:x)", parameters={"x": {"type": kind, "value": value}})

    assert await my.rows("SELECT x FROM v") == [[expected]]
    assert await my.rows("SELECT count(*) FROM v WHERE x = :x", x={"type": kind, "value": value}) == [[1]]


async def test_text_with_nul_comes_back(my: Any) -> None:
    assert await my.value("SELECT :x", x="a\0b") == "a\0b"


@pytest.mark.parametrize("mode", ["ANSI_QUOTES", "NO_BACKSLASH_ESCAPES"])
async def test_the_mode_of_the_server_does_not_change_how_sql_is_read(
    my: Any, mariadb_server: mariadb.MariaDb, mode: str
) -> None:
    with mariadb_server.admin() as admin, admin.cursor() as cursor:
        cursor.execute("SELECT @@global.sql_mode")
        [(before,)] = cursor.fetchall()
        cursor.execute("SET GLOBAL sql_mode = %s", (mode,))
    try:
        found = await my.rows("SELECT 'a\\' :x', \"b\", :x", x="\\' OR 1=1 -- ")
    finally:
        with mariadb_server.admin() as admin, admin.cursor() as cursor:
            cursor.execute("SET GLOBAL sql_mode = %s", (before,))

    assert found == [["a' :x", "b", "\\' OR 1=1 -- "]]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT wipe()",
        "SELECT * FROM items INTO OUTFILE '/tmp/jackfield-out'",
        "SELECT 'x' INTO DUMPFILE '/tmp/jackfield-out'",
        "SELECT nextval(counter)",
        "SELECT 1 /*! INTO OUTFILE '/tmp/jackfield-out' */",
        "CALL wipe_all()",
    ],
)
async def test_a_query_can_not_write_however_it_is_put(items: Any, mariadb_server: mariadb.MariaDb, text: str) -> None:
    name = items.details["database"]
    run_as_admin(
        mariadb_server,
        f"CREATE FUNCTION {name}.wipe() RETURNS int MODIFIES SQL DATA BEGIN DELETE FROM {name}.items; RETURN 1; END",
        f"CREATE PROCEDURE {name}.wipe_all() BEGIN COMMIT; DELETE FROM {name}.items; COMMIT; END",
        f"CREATE SEQUENCE {name}.counter",
    )

    with pytest.raises((InvalidError, RemoteRejectedError)):
        await items.call("query", sql=text)

    assert await count(items) == 5


@pytest.mark.requirement("D6")
async def test_changes_are_counted_before_what_commits_by_itself(items: Any) -> None:
    with pytest.raises(ConflictError):
        await items.call("execute", sql="DELETE FROM items; CREATE TABLE after_it (x int)", allow_schema_changes=True)

    assert await count(items) == 5


@pytest.mark.requirement("D6")
async def test_a_table_without_transactions_is_told_apart(my: Any) -> None:
    await my.call("execute", sql="CREATE TABLE old (x int) ENGINE=MyISAM", allow_schema_changes=True)

    with pytest.raises(ConflictError) as caught:
        await my.call("execute", sql="INSERT INTO old VALUES (1), (2)")

    assert caught.value.code == "sql.not_rolled_back"


async def test_rows_that_already_were_so_count_as_changed(items: Any) -> None:
    found = await items.call("execute", sql="UPDATE items SET name = 'i1' WHERE id = 1")

    assert found.affected == 1


async def test_messages_about_values_do_not_have_them(items: Any) -> None:
    for text in ("INSERT INTO items VALUES (:x, 'a')", "INSERT INTO items VALUES ('hush-hush', 'a')"):
        parameters = {"x": "hush-hush"} if ":x" in text else {}
        with pytest.raises(RemoteRejectedError) as caught:
            await items.call("execute", sql=text, parameters=parameters)

        assert "hush" not in caught.value.message


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(my: Any, mariadb_server: mariadb.MariaDb) -> None:
    with pytest.raises(RemoteUnavailableError) as caught:
        await my.but(seconds=2).rows(
            "SELECT count(*), 'marked_for_time' FROM seq_1_to_1000000 a, seq_1_to_1000000 b WHERE a.seq + b.seq < 0"
        )

    assert caught.value.code == "sql.timed_out"
    assert running(mariadb_server, "marked_for_time") == []


@pytest.mark.parametrize("action", ["query", "execute"])
async def test_cancelling_ends_the_statement_at_the_server_too_and_leaves_no_thread(
    items: Any, mariadb_server: mariadb.MariaDb, action: str
) -> None:
    text = {
        "query": "SELECT sleep(60), 'marked_query'",
        "execute": "UPDATE items SET name = 'marked_execute' WHERE id = 1 AND sleep(60) = 0",
    }[action]
    call = asyncio.create_task(items.call(action, sql=text))
    await until(lambda: running(mariadb_server, f"marked_{action}"))

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    await until(lambda: not running(mariadb_server, f"marked_{action}"))
    await until(lambda: not [one for one in threading.enumerate() if one.name == "sql"])


async def test_a_connection_lost_while_executing_leaves_the_outcome_unknown(
    items: Any, mariadb_server: mariadb.MariaDb
) -> None:
    call = asyncio.create_task(
        items.call("execute", sql="UPDATE items SET name = 'marked_lost' WHERE id = 1 AND sleep(30) = 0")
    )
    await until(lambda: running(mariadb_server, "marked_lost"))
    run_as_admin(mariadb_server, *(f"KILL {number}" for number in running(mariadb_server, "marked_lost")))

    with pytest.raises(OutcomeUnknownError):
        await call


async def test_rows_are_cut_off_at_the_budget_and_said_so(my: Any) -> None:
    found = await my.call("query", sql="SELECT repeat('x', 100000) AS x FROM seq_1_to_100000", max_rows=10_000)

    assert found.truncated_by == "bytes"
    assert 0 < found.row_count < 100


async def test_one_gigantic_value_is_refused_before_it_fills_the_memory(my: Any) -> None:
    with pytest.raises(LimitedError) as caught:
        await my.rows("SELECT repeat('x', 100000000)")

    assert caught.value.code == "sql.result_too_large"


async def test_a_lock_is_to_be_tried_again(items: Any, mariadb_server: mariadb.MariaDb) -> None:
    with mariadb_server.admin() as admin, admin.cursor() as cursor:
        cursor.execute("SET autocommit = 0")
        cursor.execute(f"SELECT * FROM {items.details['database']}.items FOR UPDATE")
        with pytest.raises(RemoteUnavailableError) as caught:
            await items.but(seconds=3).call("execute", sql="UPDATE items SET name = 'y' WHERE id = 1")

    assert caught.value.code in {"sql.busy", "sql.timed_out"}
    assert caught.value.retryable


async def test_a_silent_server_does_not_outlive_the_call(my: Any) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    base = my.but(port=port)
    base.allowed = (type(my.allowed[0])("127.0.0.1", port),)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await base.test()
    server.close()

    await until(lambda: not [one for one in threading.enumerate() if one.name == "sql"])
