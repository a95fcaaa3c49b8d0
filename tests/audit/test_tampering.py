"""Whoever changes the record without the key is found out (case D66)."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from audit.builders import WAIT_SECONDS, OpenAudit, a_use, an_act, other_mac
from jackfield.audit import AuditLog, AuditUnavailableError, Place, Problem
from jackfield.db import Database, Transaction

COLUMNS = (
    "at, kind, intent, request_id, actor_kind, actor_id, actor_label, actor_via, door, name, object_kind, object_id, "
    "object_label, business_unit_id, rule, outcome, duration_us, data, mac"
)


def tamper(database: Database, *statements: str) -> None:
    with database.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


async def ten_rows(audit: AuditLog) -> None:
    for number in range(5):
        await a_use(audit, number)


@pytest.mark.requirement("D66")
@pytest.mark.parametrize(
    ("statement", "sequence", "problem"),
    [
        ("UPDATE audit_entries SET actor_label = 'Eve' WHERE sequence = 5", 5, Problem.CHANGED),
        ("UPDATE audit_entries SET outcome = 'refused' WHERE sequence = 4", 4, Problem.CHANGED),
        ("UPDATE audit_entries SET data = '{}' WHERE sequence = 10", 10, Problem.CHANGED),
        ("UPDATE audit_entries SET rule = NULL WHERE sequence = 1", 1, Problem.CHANGED),
        ("UPDATE audit_entries SET at = '2001-01-01 00:00:00' WHERE sequence = 7", 7, Problem.CHANGED),
        ("DELETE FROM audit_entries WHERE sequence = 1", 1, Problem.DELETED),
        ("DELETE FROM audit_entries WHERE sequence IN (6, 7)", 6, Problem.DELETED),
        ("DELETE FROM audit_entries WHERE sequence > 8", 9, Problem.CUT),
        ("DELETE FROM audit_entries", 1, Problem.CUT),
        ("DELETE FROM audit_head", 1, Problem.INSERTED),
        ("UPDATE audit_head SET sequence = 6", 7, Problem.INSERTED),
        ("UPDATE audit_head SET count = 9", 10, Problem.CHANGED),
    ],
)
async def test_verify_names_the_first_row_that_was_modified_or_deleted(
    database: Database, audit: AuditLog, statement: str, sequence: int, problem: Problem
) -> None:
    await ten_rows(audit)
    assert (await audit.verify()).is_intact

    tamper(database, statement)

    (finding,) = (await audit.verify()).findings
    assert (finding.place, finding.sequence, finding.problem) == (Place.DATABASE, sequence, problem)
    assert f"row {sequence} " in finding.message


@pytest.mark.requirement("D66")
async def test_verify_names_the_first_of_two_swapped_rows(database: Database, audit: AuditLog) -> None:
    await ten_rows(audit)

    tamper(
        database,
        "UPDATE audit_entries SET sequence = 1000 WHERE sequence = 3",
        "UPDATE audit_entries SET sequence = 3 WHERE sequence = 7",
        "UPDATE audit_entries SET sequence = 7 WHERE sequence = 1000",
    )

    (finding,) = (await audit.verify()).findings
    assert (finding.sequence, finding.problem) == (3, Problem.CHANGED)


@pytest.mark.requirement("D66")
async def test_verify_names_a_row_put_in_between(database: Database, audit: AuditLog) -> None:
    await ten_rows(audit)

    tamper(
        database,
        *(f"UPDATE audit_entries SET sequence = {number + 1} WHERE sequence = {number}" for number in range(10, 4, -1)),
        f"INSERT INTO audit_entries (sequence, {COLUMNS}) SELECT 5, {COLUMNS.replace('intent,', 'NULL,')} "
        "FROM audit_entries WHERE sequence = 4",
        "UPDATE audit_head SET sequence = 11, count = 11",
    )

    (finding,) = (await audit.verify()).findings
    assert (finding.sequence, finding.problem) == (5, Problem.CHANGED)


@pytest.mark.requirement("D66")
async def test_verify_names_a_row_put_in_at_the_end(database: Database, audit: AuditLog) -> None:
    await ten_rows(audit)

    tamper(
        database,
        f"INSERT INTO audit_entries (sequence, {COLUMNS}) SELECT 11, {COLUMNS.replace('intent,', 'NULL,')} "
        "FROM audit_entries WHERE sequence = 10",
    )

    (finding,) = (await audit.verify()).findings
    assert (finding.sequence, finding.problem) == (11, Problem.INSERTED)


@pytest.mark.requirement("D66")
@pytest.mark.parametrize("sequence", [0, -5])
async def test_verify_names_a_row_put_in_before_the_first(database: Database, audit: AuditLog, sequence: int) -> None:
    await ten_rows(audit)

    tamper(
        database,
        f"INSERT INTO audit_entries (sequence, {COLUMNS}) SELECT {sequence}, {COLUMNS.replace('intent,', 'NULL,')} "
        "FROM audit_entries WHERE sequence = 1",
    )

    (finding,) = (await audit.verify()).findings
    assert (finding.sequence, finding.problem) == (sequence, Problem.INSERTED)
    assert finding.message == f"row {sequence} of the audit was put in before the first"


@pytest.mark.requirement("D66")
@pytest.mark.parametrize("value", ["sequence = 'x'", "mac = 'x'", "count = 1.5"])
async def test_a_head_of_another_type_is_found(database: Database, audit: AuditLog, value: str) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL stores no other type")
    await ten_rows(audit)

    tamper(database, f"UPDATE audit_head SET {value}")

    (finding,) = (await audit.verify()).findings
    assert (finding.sequence, finding.problem) == (1, Problem.INSERTED)


CUT_TO_SIX = (
    "DELETE FROM audit_entries WHERE sequence > 6",
    "UPDATE audit_head SET sequence = 6, count = 6, mac = (SELECT mac FROM audit_entries WHERE sequence = 6)",
)


@pytest.mark.requirement("D66")
async def test_a_chain_cut_back_with_its_head_is_found_by_an_anchor(database: Database, audit: AuditLog) -> None:
    await ten_rows(audit)
    anchor = await audit.anchor()
    assert (await audit.verify(anchor=anchor)).is_intact

    tamper(database, *CUT_TO_SIX)
    cut = await audit.verify(anchor=anchor)
    await ten_rows(audit)
    regrown = await audit.verify(anchor=anchor)

    assert [(finding.place, finding.sequence) for finding in cut.findings] == [(Place.ANCHOR, 7)]
    assert [(finding.place, finding.sequence) for finding in regrown.findings] == [(Place.ANCHOR, 10)]


@pytest.mark.requirement("D66")
async def test_a_chain_cut_back_with_its_head_is_found_by_the_file_and_nothing_more_is_done(
    database: Database, open_audit: OpenAudit, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    audit = open_audit(file=path)
    await ten_rows(audit)

    tamper(database, *CUT_TO_SIX)

    (finding,) = (await audit.verify()).findings
    assert (finding.place, finding.sequence, finding.problem) == (Place.FILE, 7, Problem.CUT)
    with pytest.raises(AuditUnavailableError):
        await open_audit(file=path, wait_seconds=WAIT_SECONDS).intend(an_act())


Lines = list[bytes]
EDITS: dict[str, tuple[Callable[[Lines], Lines], int, Problem]] = {
    "a word changed": (lambda was: [*was[:3], was[3].replace(b'"done"', b'"refused"'), *was[4:]], 4, Problem.CHANGED),
    "a blank put in": (lambda was: [line.replace(b'"Ada"', b'"Ada" ') for line in was], 1, Problem.CHANGED),
    "a line deleted": (lambda was: [*was[:3], *was[4:]], 4, Problem.DELETED),
    "the first line deleted": (lambda was: was[1:], 1, Problem.DELETED),
    "two lines swapped": (lambda was: [*was[:3], was[4], was[3], *was[5:]], 4, Problem.DELETED),
    "a line twice": (lambda was: [*was[:3], was[2], *was[3:]], 4, Problem.INSERTED),
    "a foreign line between": (lambda was: [*was[:3], b"what is this\n", *was[3:]], 4, Problem.CHANGED),
    "a foreign line at the end": (lambda was: [*was, b"what is this\n"], 11, Problem.CHANGED),
    "cut between lines": (lambda was: was[:7], 8, Problem.CUT),
    "cut in a line": (lambda was: [*was[:9], was[9][:-9]], 10, Problem.CUT),
    "emptied": (lambda was: was[:0], 1, Problem.CUT),
}


@pytest.mark.requirement("D66")
@pytest.mark.parametrize(("edit", "sequence", "problem"), EDITS.values(), ids=EDITS.keys())
async def test_an_edited_or_truncated_audit_file_is_found(
    open_audit: OpenAudit,
    tmp_path: Path,
    edit: Callable[[Lines], Lines],
    sequence: int,
    problem: Problem,
) -> None:
    path = tmp_path / "audit.jsonl"
    audit = open_audit(file=path, wait_seconds=WAIT_SECONDS)
    await ten_rows(open_audit(file=path))
    assert (await audit.verify()).is_intact

    path.write_bytes(b"".join(edit(path.read_bytes().splitlines(keepends=True))))

    (finding,) = (await audit.verify()).findings
    assert (finding.place, finding.sequence, finding.problem) == (Place.FILE, sequence, problem)


@pytest.mark.requirement("D66")
async def test_a_deleted_audit_file_is_found(open_audit: OpenAudit, tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = open_audit(file=path, wait_seconds=WAIT_SECONDS)
    await ten_rows(open_audit(file=path))

    path.unlink()

    (finding,) = (await audit.verify()).findings
    assert (finding.place, finding.sequence, finding.problem) == (Place.FILE, 1, Problem.CUT)


@pytest.mark.requirement("D66")
async def test_with_another_key_the_chain_does_not_verify(audit: AuditLog, open_audit: OpenAudit) -> None:
    await ten_rows(audit)
    other = open_audit(mac=other_mac)

    (finding,) = (await other.verify()).findings
    assert (finding.sequence, finding.problem) == (1, Problem.CHANGED)


async def test_a_row_that_the_database_itself_can_not_read_is_named(database: Database, audit: AuditLog) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL stores nothing of the wrong type")
    await ten_rows(audit)

    tamper(database, "UPDATE audit_entries SET at = 'yesterday' WHERE sequence = 6")
    (unreadable,) = (await audit.verify()).findings
    tamper(database, "UPDATE audit_entries SET name = 17 WHERE sequence = 3")
    (of_another_type,) = (await audit.verify()).findings

    assert (unreadable.sequence, unreadable.problem) == (6, Problem.CHANGED)
    assert (of_another_type.sequence, of_another_type.problem) == (3, Problem.CHANGED)


async def test_verifying_shows_progress_and_does_not_mind_writing_meanwhile(
    open_audit: OpenAudit, tmp_path: Path
) -> None:
    audit = open_audit(file=tmp_path / "audit.jsonl")
    await asyncio.gather(*(a_use(audit, number) for number in range(600)))
    seen: list[tuple[int, int]] = []

    writing = asyncio.gather(*(a_use(audit, number) for number in range(200)))
    verification = await audit.verify(lambda done, of: seen.append((done, of)))
    await writing

    assert verification.is_intact
    assert seen[-1] == (verification.rows, verification.rows)
    assert len(seen) >= 2
    assert (await audit.verify()).rows == 1600


async def test_an_empty_chain_is_intact(open_audit: OpenAudit, tmp_path: Path) -> None:
    audit = open_audit(file=tmp_path / "audit.jsonl")

    verification = await audit.verify(anchor=await audit.anchor())

    assert verification.is_intact
    assert verification.rows == 0


async def test_a_deleted_head_stops_all_recording(database: Database, open_audit: OpenAudit) -> None:
    await ten_rows(open_audit())

    tamper(database, "DELETE FROM audit_head")

    with pytest.raises(AuditUnavailableError):
        await open_audit(wait_seconds=WAIT_SECONDS).intend(an_act())


async def test_each_line_of_the_file_is_one_row_whatever_is_in_it(
    database: Database, open_audit: OpenAudit, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    audit = open_audit(file=path)
    evil = 'x\n{"sequence":2}\r\u2028\u0085\x1b[2J'

    await audit.record_alone(an_act(label=evil, data={evil: evil}))
    await database.write(lambda tx: audit.record(tx, an_act(person=evil)))
    await audit.record_alone(an_act())

    lines = [line for line in path.read_bytes().splitlines() if line]
    assert [json.loads(line)["sequence"] for line in lines] == [1, 2, 3]
    assert all(line.isascii() for line in lines)
    assert json.loads(lines[0])["data"] == {evil: evil}
    assert (await audit.verify()).is_intact
    assert path.stat().st_mode & 0o777 == 0o600


async def test_two_servers_of_one_machine_may_share_the_file(
    database: Database, open_audit: OpenAudit, tmp_path: Path
) -> None:
    path = tmp_path / "audit.jsonl"
    one, other = open_audit(file=path), open_audit(file=path)

    def change(tx: Transaction) -> None:
        one.record(tx, an_act("connection.share"))

    await asyncio.gather(
        *(a_use(one) for _ in range(40)),
        *(a_use(other) for _ in range(40)),
        *(database.write(change) for _ in range(10)),
    )

    verification = await one.verify()
    assert verification.findings == ()
    assert verification.rows == 170
