"""PostgreSQL alone: types, what a query must not do, signing in, TLS, cancelling, losing the connection."""

import asyncio
import socket
from typing import Any

import psycopg
import pytest

from jackfield.errors import (
    ConflictError,
    ForbiddenError,
    HubError,
    InvalidError,
    LimitedError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteUnavailableError,
)
from servers import postgres
from servers.certificates import make_proof


async def until(condition: Any) -> None:
    """Wait until a condition holds, for at most ten seconds."""
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(condition):  # noqa: ASYNC110  # what is waited for is in another process or thread
            await asyncio.sleep(0.02)


def running(server: postgres.OwnCluster, text: str) -> int:
    with psycopg.connect(server.admin, autocommit=True) as admin:
        found = admin.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state <> 'idle' AND query LIKE %s AND pid <> pg_backend_pid()",
            [f"%{text}%"],
        ).fetchone()
    return found[0] if found else 0


@pytest.fixture
async def items(pg: Any) -> Any:
    await pg.call(
        "execute",
        sql="CREATE TABLE items (id int PRIMARY KEY, name text); INSERT INTO items SELECT n, 'i' || n FROM generate_series(1, 5) n;"
        "CREATE FUNCTION wipe() RETURNS int LANGUAGE sql AS 'DELETE FROM items; SELECT 1'",
        allow_schema_changes=True,
        max_changes=5,
    )
    return pg


async def count(base: Any) -> int:
    return await base.value("SELECT count(*) FROM items")


@pytest.mark.requirement("C14")
async def test_the_test_tells_who_we_are(pg: Any) -> None:
    identity = await pg.test()

    assert identity.account == f"{pg.credentials['user']}@127.0.0.1/{pg.details['database']}"
    assert identity.system.startswith("PostgreSQL 1")
    assert identity.notes["encrypted"] is True


@pytest.mark.requirement("C14")
async def test_a_wrong_password_asks_to_sign_in_and_is_not_repeated(pg: Any) -> None:
    with pytest.raises(RemoteSignInError) as caught:
        await pg.but(credentials={"password": "wrong-hush"}).test()

    assert "hush" not in caught.value.message


async def test_an_unknown_database_is_a_wrong_detail(pg: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        await pg.but(database="nowhere").test()

    assert caught.value.data["field"] == "details.database"


async def test_an_unknown_schema_is_a_wrong_detail(pg: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        await pg.but(default_schema="nowhere").test()

    assert caught.value.data["field"] == "details.default_schema"


@pytest.mark.requirement("C14")
async def test_a_server_that_does_not_answer_is_unreachable(pg: Any) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        base = pg.but(port=port)
        base.allowed = (*pg.allowed, type(pg.allowed[0])("127.0.0.1", port))
        with pytest.raises(RemoteUnavailableError, match=f"nothing answers at 127.0.0.1:{port}"):
            await base.test()


async def test_an_address_that_is_not_allowed_is_never_dialled(pg: Any) -> None:
    pg.allowed = ()

    with pytest.raises(ForbiddenError):
        await pg.test()


@pytest.mark.requirement("D32")
async def test_a_certificate_of_another_authority_or_name_is_refused(pg: Any) -> None:
    with pytest.raises(RemoteUnavailableError, match="authority") as caught:
        await pg.but(ca_pem=make_proof("127.0.0.1").authority).test()
    with pytest.raises(RemoteUnavailableError, match="authority"):
        await pg.but(ca_pem=None).test()
    base = pg.but(host="localhost")
    base.allowed = (*pg.allowed, type(pg.allowed[0])("localhost", pg.details["port"]))
    with pytest.raises(RemoteUnavailableError, match="not one for localhost"):
        await base.test()

    assert caught.value.code == "sql.tls"


async def test_encryption_without_proof_works_and_warns(pg: Any) -> None:
    identity = await pg.but(ca_pem=None, tls="encrypt_only").test()

    assert identity.notes["encrypted"] is True
    assert "not checked" in identity.notes["warning"]


async def test_without_encryption_it_says_so(pg: Any) -> None:
    identity = await pg.but(tls="off").test()

    assert identity.notes["encrypted"] is False
    assert "Nothing is encrypted" in identity.notes["warning"]


async def test_a_server_without_tls_is_refused_and_nothing_is_downgraded(pg: Any) -> None:
    with postgres.own_cluster("", "") as server, psycopg.connect(server.admin, autocommit=True) as admin:
        admin.execute("CREATE ROLE anna LOGIN PASSWORD 'x'")
        base = pg.but(port=server.port, database="postgres", credentials={"user": "anna", "password": "x"})
        base.allowed = (type(pg.allowed[0])("127.0.0.1", server.port),)
        for tls in ("verify", "encrypt_only"):
            with pytest.raises(RemoteUnavailableError, match="doesn't offer encryption"):
                await base.but(tls=tls).test()

        assert (await base.but(tls="off").test()).account == "anna@127.0.0.1/postgres"


async def test_the_server_may_not_ask_for_the_bare_password_when_it_is_not_proven(
    pg: Any,
) -> None:
    got: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(int.from_bytes(await reader.readexactly(4)) - 4)
        writer.write(b"R\0\0\0\x08\0\0\0\x03")  # AuthenticationCleartextPassword
        got.append(await reader.read(1000))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    base = pg.but(tls="off", port=port)
    base.allowed = (type(pg.allowed[0])("127.0.0.1", port),)
    with pytest.raises(RemoteUnavailableError, match="asks for the password itself"):
        await base.test()
    await until(lambda: got)
    server.close()

    assert got == [b""]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("12.50::numeric(10,2)", "numeric", "12.50"),
        ("'NaN'::numeric", "numeric", "NaN"),
        ("'NaN'::float8", "float8", "NaN"),
        ("'-Infinity'::float8", "float8", "-Infinity"),
        ("1.5::float8", "float8", 1.5),
        ("9007199254740991::bigint", "int8", 9007199254740991),
        ("9007199254740993::bigint", "int8", "9007199254740993"),
        ("date '2026-03-31'", "date", "2026-03-31"),
        ("date '0044-03-15 BC'", "date", "0044-03-15 BC"),
        ("'infinity'::timestamptz", "timestamptz", "infinity"),
        ("timestamptz '2026-03-31 14:30:00.123+02'", "timestamptz", "2026-03-31T12:30:00.123Z"),
        ("timestamp '2026-03-31 14:30:00'", "timestamp", "2026-03-31T14:30:00"),
        ("time '14:30'", "time", "14:30:00"),
        ("interval '1 month 2 days 3 hours'", "interval", "P1M2DT3H"),
        ("'\\x00ff'::bytea", "bytea", {"type": "bytes", "value": "AP8="}),
        ("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("""'{"a": [1, null, "x"]}'::jsonb""", "jsonb", {"a": [1, None, "x"]}),
        ("array[[1,2],[3,null]]", "int4[]", [[1, 2], [3, None]]),
        ("array['a', null]", "text[]", ["a", None]),
        ("array[1.10]", "numeric[]", ["1.10"]),
        ("'10.0.0.1'::inet", "inet", "10.0.0.1"),
        ("int4range(1, 5)", "int4range", "[1,5)"),
        ("true", "bool", True),
        ("null::int", "int4", None),
        ("'a'::\"char\"", "char", "a"),
        ("point(1,2)", "point", "(1,2)"),
        ("'public'::regnamespace", "regnamespace", "public"),
    ],
)
async def test_values_are_json(pg: Any, text: str, kind: str, expected: Any) -> None:
    found = await pg.call("query", sql=f"SELECT {text} AS x", rows_as="lists")

    assert found.rows == [[expected]]
    assert found.columns[0].type.strip('"') == kind


@pytest.mark.parametrize(
    ("kind", "value", "cast", "expected"),
    [
        ("date", "2026-03-31", "date", "2026-03-31"),
        ("time", "14:30:00", "time", "14:30:00"),
        ("timestamp", "2026-03-31T14:30:00+02:00", "timestamptz", "2026-03-31T12:30:00Z"),
        ("timestamp", "2026-03-31T14:30:00", "timestamp", "2026-03-31T14:30:00"),
        ("decimal", "-0.10", "numeric", "-0.10"),
        ("uuid", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
        ("bytes", "AP8=", "bytea", {"type": "bytes", "value": "AP8="}),
        ("json", {"a": ["'", None, 1.5]}, "jsonb", {"a": ["'", None, 1.5]}),
        ("json", None, "jsonb", None),
        ("text", "x", "text", "x"),
        ("integer", "99999999999999999999", "numeric", "99999999999999999999"),
        ("array", ["a'b", None, '"{},'], "text[]", ["a'b", None, '"{},']),
        ("array", [], "int[]", []),
        ("date", None, "date", None),
    ],
)
async def test_typed_parameters_arrive_as_their_type(pg: Any, kind: str, value: Any, cast: str, expected: Any) -> None:
    found = await pg.rows(f"SELECT :x::{cast}, pg_typeof(:x::{cast})::text", x={"type": kind, "value": value})

    assert found[0][0] == expected


@pytest.mark.parametrize(
    ("values", "expected", "kind"),
    [
        ([1, 2.5, None], [1, 2.5, None], "double precision[]"),
        ([2.5, -3], [2.5, -3], "double precision[]"),
        ([9007199254740993, 0.1], ["9007199254740993", "0.1"], "numeric[]"),
        ([10**400, 0.5], [str(10**400), "0.5"], "numeric[]"),
        ([1, 2], [1, 2], "smallint[]"),
    ],
)
async def test_whole_numbers_go_among_others_and_lose_nothing(
    pg: Any, values: list[Any], expected: list[Any], kind: str
) -> None:
    found = await pg.rows("SELECT :x, pg_typeof(:x)::text", x={"type": "array", "value": values})

    assert found == [[expected, kind]]


@pytest.mark.requirement("D35")
@pytest.mark.parametrize(
    "text",
    ["9" * 5000, "[" * 100 + "]" * 100, "[" * 5000 + "]" * 5000, r'"\ud800"', '{"a": 1, "a": 2}'],
    ids=["long number", "deep", "very deep", "half a character", "a name twice"],
)
async def test_json_that_not_everybody_reads_is_a_text_and_no_failure(pg: Any, text: str) -> None:
    found = await pg.rows("SELECT :x::text::json, ARRAY[:x::text::json], 1", x=text)

    assert found == [[text, [text], 1]]


async def test_json_is_what_it_holds(pg: Any) -> None:
    found = await pg.rows(
        """SELECT '{"a": [1, 1.5, null]}'::json, '{"a": [1]}'::jsonb, ARRAY['1'::jsonb], 'null'::jsonb"""
    )

    assert found == [[{"a": [1, 1.5, None]}, {"a": [1]}, [1], None]]


async def test_a_wrong_value_for_a_type_is_refused_without_showing_it(pg: Any) -> None:
    for kind, value in (
        ("date", "hush"),
        ("decimal", "1E+999999999"),
        ("uuid", "hush"),
        ("bytes", "hush!"),
        ("date", 5),
    ):
        with pytest.raises(InvalidError) as caught:
            await pg.rows("SELECT :x", x={"type": kind, "value": value})

        assert caught.value.data["field"] == "arguments.parameters.x.value"
        assert "hush" not in caught.value.message


async def test_text_with_nul_is_refused_by_name(pg: Any) -> None:
    with pytest.raises(InvalidError) as caught:
        await pg.rows("SELECT :x", x="a\0b")

    assert caught.value.data["field"] == "arguments.parameters.x"


async def test_messages_about_values_do_not_have_them(pg: Any) -> None:
    with pytest.raises(RemoteRejectedError) as caught:
        await pg.rows("SELECT :x::int", x="hush-hush")

    assert "hush" not in caught.value.message
    assert caught.value.data["status"] == "22P02"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT wipe()",
        "WITH d AS (DELETE FROM items RETURNING *) SELECT count(*) FROM d",
        "SELECT * INTO other FROM items",
        "SELECT nextval('items_seq')",
        "SELECT set_config('transaction_read_only', 'off', false), wipe()",
        "EXPLAIN ANALYZE DELETE FROM items",
    ],
)
async def test_a_query_can_not_write_however_it_is_put(items: Any, text: str) -> None:
    with pytest.raises((InvalidError, RemoteRejectedError)):
        await items.call("query", sql=text)

    assert await count(items) == 5


async def test_what_a_server_lets_pass_in_a_query_is_rolled_back(pg: Any) -> None:
    try:
        await pg.rows("SELECT lo_create(4711)")
    except InvalidError:
        return  # refused from PostgreSQL 16 on

    assert await pg.value("SELECT count(*) FROM pg_largeobject_metadata") == 0


async def test_making_the_transaction_one_that_writes_is_refused(items: Any) -> None:
    with pytest.raises((InvalidError, RemoteRejectedError)):
        await items.call("query", sql="SELECT set_config('transaction_read_only', 'off', true)")


@pytest.mark.requirement("D6")
@pytest.mark.parametrize(
    "text",
    [
        "SELECT wipe()",
        "WITH d AS (DELETE FROM items RETURNING *) SELECT count(*) FROM d",
        "WITH d AS (DELETE FROM items WHERE id > 1) UPDATE items SET name = 'x' WHERE id = 1",
    ],
)
async def test_changes_that_the_answer_does_not_count_are_counted_all_the_same(items: Any, text: str) -> None:
    with pytest.raises(ConflictError, match="5 rows"):
        await items.call("execute", sql=text)

    assert await count(items) == 5


async def test_a_procedure_may_be_called_within_the_limit(items: Any) -> None:
    await items.call("execute", sql="SELECT wipe()", max_changes=5)

    assert await count(items) == 0


async def test_a_statement_that_takes_too_long_is_ended_by_the_server(
    pg: Any, postgres_server: postgres.OwnCluster
) -> None:
    with pytest.raises(RemoteUnavailableError) as caught:
        await pg.but(seconds=1).rows("SELECT pg_sleep(30) AS marked_for_time")

    assert caught.value.code == "sql.timed_out"
    assert running(postgres_server, "marked_for_time") == 0


@pytest.mark.parametrize("action", ["query", "execute"])
async def test_cancelling_ends_the_statement_at_the_server_too(
    pg: Any, postgres_server: postgres.OwnCluster, action: str
) -> None:
    call = asyncio.create_task(pg.call(action, sql=f"SELECT pg_sleep(60), 'marked_{action}'"))
    await until(lambda: running(postgres_server, f"marked_{action}") == 1)

    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call

    await until(lambda: running(postgres_server, f"marked_{action}") == 0)


async def test_a_connection_lost_while_executing_leaves_the_outcome_unknown(
    items: Any, postgres_server: postgres.OwnCluster
) -> None:
    call = asyncio.create_task(
        items.call("execute", sql="UPDATE items SET name = 'lost' WHERE id = 1 AND pg_sleep(30) IS NOT NULL")
    )
    await until(lambda: running(postgres_server, "name = 'lost'") == 1)
    with psycopg.connect(postgres_server.admin, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%name = ''lost''%' AND pid <> pg_backend_pid()"
        )

    with pytest.raises(OutcomeUnknownError):
        await call


async def test_a_connection_lost_while_asking_is_unavailable(pg: Any, postgres_server: postgres.OwnCluster) -> None:
    call = asyncio.create_task(pg.rows("SELECT pg_sleep(30), 'marked_lost'"))
    await until(lambda: running(postgres_server, "marked_lost") == 1)
    with psycopg.connect(postgres_server.admin, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%marked_lost%' AND pid <> pg_backend_pid()"
        )

    with pytest.raises(RemoteUnavailableError):
        await call


async def test_rows_are_cut_off_at_the_budget_and_said_so(pg: Any) -> None:
    found = await pg.call(
        "query", sql="SELECT repeat('x', 100000) AS x FROM generate_series(1, 100000)", max_rows=10_000
    )

    assert found.truncated_by == "bytes"
    assert 0 < found.row_count < 100


async def test_one_gigantic_value_is_refused_before_it_fills_the_memory(pg: Any) -> None:
    with pytest.raises(LimitedError) as caught:
        await pg.rows("SELECT repeat('x', 500000000)")

    assert caught.value.code == "sql.result_too_large"


async def test_a_deadlock_or_a_lock_is_to_be_tried_again(items: Any, postgres_server: postgres.OwnCluster) -> None:
    with psycopg.connect(postgres_server.admin.replace("/postgres?", f"/{items.details['database']}?")) as other:
        other.execute("SELECT * FROM items FOR UPDATE")
        with pytest.raises(RemoteUnavailableError) as caught:
            await items.call(
                "execute",
                sql="WITH x AS (SELECT * FROM items WHERE id = 1 FOR UPDATE NOWAIT) UPDATE items SET name = 'y' FROM x WHERE items.id = x.id",
            )

    assert caught.value.code == "sql.busy"
    assert caught.value.retryable


async def test_a_schema_of_choice_is_where_names_are_looked_up(pg: Any) -> None:
    await pg.call(
        "execute", sql='CREATE SCHEMA "My Own"; CREATE TABLE "My Own".t AS SELECT 7 AS x', allow_schema_changes=True
    )

    assert await pg.but(default_schema="My Own").value("SELECT x FROM t") == 7


async def test_operators_and_casts_work_beside_parameters(pg: Any) -> None:
    found = await pg.rows(
        "SELECT '{\"a\": 1}'::jsonb ? :key, (array[1,2,3])[1:2], :d::date + 1, $q$:x$q$", key="a", d="2026-03-31"
    )

    assert found == [[True, [1, 2], "2026-04-01", ":x"]]


async def test_an_enumeration_is_named_by_its_type(pg: Any) -> None:
    await pg.call("execute", sql="CREATE TYPE mood AS ENUM ('good')", allow_schema_changes=True)

    found = await pg.call("query", sql="SELECT 'good'::mood AS m")

    assert (found.columns[0].type, found.rows) == ("mood", [{"m": "good"}])


async def test_the_environment_changes_nothing(pg: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"PGHOST": "/tmp", "PGOPTIONS": "-c search_path=nowhere", "PGSSLMODE": "disable",
                        "PGUSER": "postgres", "PGTARGETSESSIONATTRS": "standby", "PGAPPNAME": "x"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)

    assert (await pg.test()).notes["encrypted"] is True


async def test_every_error_is_one_sentence(pg: Any) -> None:
    for text in ("SELEC 1", "SELECT x", "SELECT 1/0", "SELECT * FROM nowhere", "SELECT 'a'::int", "SELECT f(1)"):
        with pytest.raises(HubError) as caught:
            await pg.rows(text)

        assert "\n" not in caught.value.message
