"""Telling people once."""

import asyncio

import pytest

from jackfield.db import Database, Transaction
from jackfield.kernel import NoticeId, ObjectRef, PageRequest, PersonId, SystemClock
from jackfield.notices import NoticeNotFoundError, Notices

ANNA = PersonId("per_anna")
BERT = PersonId("per_bert")
CRM = ObjectRef("connection", "con_crm", "CRM")


async def _tell(database: Database, notices: Notices, key: str, *people: PersonId) -> None:
    await database.write(lambda tx: notices.tell(tx, people, "connection.unhealthy", CRM, {"state": key}, key))


async def test_the_same_is_told_a_person_once_however_many_tell_it(database: Database) -> None:
    notices = Notices(database, SystemClock())

    await asyncio.gather(*(_tell(database, notices, "crm:1", ANNA, BERT, ANNA) for _ in range(8)))
    await _tell(database, notices, "crm:2", BERT)

    assert [notice.data["state"] for notice in (await notices.list_for(ANNA)).items] == ["crm:1"]
    found = (await notices.list_for(BERT)).items
    assert sorted(str(notice.data["state"]) for notice in found) == ["crm:1", "crm:2"]
    assert {(notice.kind, notice.subject) for notice in found} == {("connection.unhealthy", CRM)}


async def test_nobody_was_told_of_what_did_not_happen(database: Database) -> None:
    notices = Notices(database, SystemClock())

    def undone(tx: Transaction) -> None:
        notices.tell(tx, [ANNA], "connection.unhealthy", CRM, {}, "crm:1")
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(undone)

    assert (await notices.list_for(ANNA)).items == ()


async def test_notices_are_counted_until_read_and_paged_from_the_newest(database: Database) -> None:
    notices = Notices(database, SystemClock())
    for index in range(5):
        await _tell(database, notices, f"crm:{index}", ANNA, BERT)

    first = await notices.list_for(ANNA, PageRequest(limit=3))
    rest = await notices.list_for(ANNA, PageRequest(3, first.next))
    read = await notices.mark_read(ANNA, first.items[0].id)
    again = await notices.mark_read(ANNA, first.items[0].id)

    ids = [notice.id for notice in (*first.items, *rest.items)]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), rest.next) == (5, None)
    assert read.read_at is not None
    assert again == read
    assert await notices.count_unread(ANNA) == 4
    assert len((await notices.list_for(ANNA, only_unread=True)).items) == 4
    await notices.mark_all_read(ANNA)
    assert (await notices.count_unread(ANNA), await notices.count_unread(BERT)) == (0, 5)


async def test_nobody_marks_what_another_was_told(database: Database) -> None:
    notices = Notices(database, SystemClock())
    await _tell(database, notices, "crm:1", ANNA)
    notice = (await notices.list_for(ANNA)).items[0]

    for notice_id in (notice.id, NoticeId("ntc_unknown")):
        with pytest.raises(NoticeNotFoundError):
            await notices.mark_read(BERT, notice_id)

    assert await notices.count_unread(ANNA) == 1
