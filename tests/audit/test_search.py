"""Finding entries, page by page and as a file."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime
from typing import Literal

import pytest
from sqlalchemy import text

from audit.builders import OpenAudit, TickingClock, a_use, all_entries, an_act
from jackfield.audit import AuditLog, AuditQuery, EntryOutcome, entry_json
from jackfield.db import Database
from jackfield.errors import IntegrityError, InvalidError
from jackfield.kernel import BusinessUnitId, Cursor, Door, ObjectRef, Outcome, PageRequest

SALES, SUPPORT = BusinessUnitId("bu_sales"), BusinessUnitId("bu_support")


async def a_day(audit: AuditLog) -> None:
    """Six entries; with the ticking clock the times of their rows are 00:01 … 00:07."""
    await audit.record_alone(an_act("connection.create", request="req_a"))  # 1
    await audit.record_alone(an_act("connection.share", person="per_bob", label="Bob 100%", door=Door.CLI))  # 2
    await audit.record_alone(an_act("feature.change", object=ObjectRef("feature", "http", "HTTP"), unit=None))  # 3
    await audit.record_alone(an_act("connection.delete", unit="bu_support", outcome=Outcome.REFUSED))  # 4
    failed = await audit.intend(an_act(object=ObjectRef("connection", "con_mail", "Post_fach"), unit="bu_support"))  # 5
    audit.settle(failed, Outcome.FAILED, data={"code": "remote.sign_in"})  # 6
    await audit.intend(an_act(door=Door.MCP))  # 7


def minute(number: int) -> datetime:
    return datetime(2030, 1, 1, 0, number, tzinfo=UTC)


@pytest.mark.requirement("E1")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (AuditQuery(), [7, 5, 4, 3, 2, 1]),
        (AuditQuery(since=minute(3)), [7, 5, 4, 3]),
        (AuditQuery(until=minute(3)), [2, 1]),
        (AuditQuery(since=minute(2), until=minute(5)), [4, 3, 2]),
        (AuditQuery(person="per_bob"), [2]),
        (AuditQuery(door=Door.MCP), [7]),
        (AuditQuery(door=Door.CLI), [2]),
        (AuditQuery(name="connection.share"), [2]),
        (AuditQuery(name="connection."), [7, 5, 4, 2, 1]),
        (AuditQuery(name="connection"), []),
        (AuditQuery(name="%."), []),
        (AuditQuery(object_kind="feature"), [3]),
        (AuditQuery(object_kind="connection", object_id="con_mail"), [5]),
        (AuditQuery(business_units=frozenset({SUPPORT})), [5, 4]),
        (AuditQuery(business_units=frozenset({SALES, SUPPORT})), [7, 5, 4, 2, 1]),
        (AuditQuery(business_units=frozenset()), []),
        (AuditQuery(outcome=EntryOutcome.OPEN), [7]),
        (AuditQuery(outcome=EntryOutcome.FAILED), [5]),
        (AuditQuery(outcome=EntryOutcome.REFUSED), [4]),
        (AuditQuery(outcome=EntryOutcome.DONE), [3, 2, 1]),
        (AuditQuery(request_id="req_a"), [1]),
        (AuditQuery(text="bob"), [2]),
        (AuditQuery(text="0%"), [2]),
        (AuditQuery(text="T_F"), [5]),
        (AuditQuery(text="_%"), []),
        (AuditQuery(text="' OR 1=1 --"), []),
        (AuditQuery(text="crm", door=Door.REST, outcome=EntryOutcome.DONE), [1]),
    ],
)
async def test_entries_are_found_by(open_audit: OpenAudit, query: AuditQuery, expected: list[int]) -> None:
    audit = open_audit(clock=TickingClock())
    await a_day(audit)

    found = await all_entries(audit, query)
    paged = await all_entries(audit, query, limit=1)

    assert [entry.sequence for entry in found] == expected
    assert paged == found


async def test_pages_have_no_gaps_and_no_duplicates_while_writing_goes_on(audit: AuditLog) -> None:
    await asyncio.gather(*(a_use(audit, number) for number in range(60)))
    there = {entry.sequence for entry in await all_entries(audit)}
    is_read = asyncio.Event()

    async def go_on() -> None:
        while not is_read.is_set():
            await a_use(audit)

    writing = [asyncio.create_task(go_on()) for _ in range(4)]
    seen = [entry.sequence for entry in await all_entries(audit, limit=7)]
    is_read.set()
    await asyncio.gather(*writing)

    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)
    assert there <= set(seen)


@pytest.mark.parametrize(
    "cursor",
    [
        Cursor("name", (1,)),
        Cursor("-sequence", ("1",)),
        Cursor("-sequence", (True,)),
        Cursor("-sequence", (1, 2)),
        Cursor("-sequence", (1 << 64,)),
    ],
)
async def test_a_cursor_of_something_else_is_refused(audit: AuditLog, cursor: Cursor) -> None:
    with pytest.raises(InvalidError) as caught:
        await audit.list_entries(AuditQuery(), PageRequest(cursor=cursor))

    assert caught.value.data["field"] == "cursor"


async def exported(audit: AuditLog, query: AuditQuery, format: Literal["jsonl", "csv"]) -> list[bytes]:  # noqa: A002
    return [chunk async for chunk in audit.export(query, format=format)]


@pytest.mark.requirement("E1")
async def test_an_export_as_json_lines_says_all_that_the_list_says(audit: AuditLog) -> None:
    await a_day(audit)

    lines = b"".join(await exported(audit, AuditQuery(), "jsonl")).splitlines()

    assert [json.loads(line) for line in lines] == [entry_json(entry) for entry in await all_entries(audit)]


@pytest.mark.requirement("E1")
async def test_an_export_as_csv_can_be_read_back(audit: AuditLog) -> None:
    await a_day(audit)

    text_of = b"".join(await exported(audit, AuditQuery(business_units=frozenset({SUPPORT})), "csv")).decode()

    mail, refused = csv.DictReader(io.StringIO(text_of))
    assert (mail["sequence"], mail["object_id"], mail["outcome"], mail["actor_id"]) == (
        "5",
        "con_mail",
        "failed",
        "per_ada",
    )
    assert json.loads(mail["outcome_data"]) == {"code": "remote.sign_in"}
    assert (refused["name"], refused["duration_ms"]) == ("connection.delete", "")


@pytest.mark.parametrize(
    "evil", ["=1+1", "\uff1d1+1", "+1", "-1", "@SUM(A1)", '=cmd|" /C calc"!A0', "=1\r\n=2", 'x","=1']
)
async def test_no_cell_of_a_csv_export_is_a_formula_and_no_label_makes_a_line(audit: AuditLog, evil: str) -> None:
    await audit.record_alone(an_act(evil, label=evil, object=ObjectRef("connection", evil, evil), data={evil: evil}))

    text_of = b"".join(await exported(audit, AuditQuery(), "csv")).decode()

    rows = list(csv.reader(io.StringIO(text_of, newline="")))
    assert [len(row) for row in rows] == [20, 20]
    assert len(text_of.splitlines()) == 2
    assert not [cell for cell in rows[1] if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\uff1d"))]
    assert rows[1][6].removeprefix("'") == evil.replace("\r", "\ufffd").replace("\n", "\ufffd")


async def test_an_export_comes_in_pieces(audit: AuditLog) -> None:
    await asyncio.gather(*(audit.record_alone(an_act()) for _ in range(1200)))

    chunks = await exported(audit, AuditQuery(), "jsonl")

    assert [len(chunk.splitlines()) for chunk in chunks] == [500, 500, 200]


async def test_a_row_that_holds_what_was_never_recorded_is_named_when_listed(
    database: Database, audit: AuditLog
) -> None:
    await audit.record_alone(an_act())
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE audit_entries SET door = 'window'"))

    with pytest.raises(IntegrityError) as caught:
        await audit.list_entries(AuditQuery(), PageRequest())

    assert caught.value.data["row"] == 1
