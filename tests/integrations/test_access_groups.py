"""Access groups can't be changed after creation, by anybody, through anything (O1)."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from api.company import done
from integrations.office import Office
from jackfield.db import Transaction


def _statement(sql: str) -> Callable[[Transaction], None]:
    def work(tx: Transaction) -> None:
        tx.connection.execute(text(sql))

    return work


@pytest.mark.requirement("O1")
async def test_the_database_itself_refuses_to_change_them(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()
    table = "integration_access_groups"
    tried = [
        f"INSERT INTO {table} (integration_id, group_id) VALUES ('{made['id']}', '{office.outside}')",
        f"UPDATE {table} SET group_id = '{office.outside}' WHERE integration_id = '{made['id']}'",
        f"DELETE FROM {table} WHERE integration_id = '{made['id']}'",
    ]

    for sql in tried:
        with pytest.raises(DatabaseError, match="access groups are fixed"):
            await office.hub.services.database.write(_statement(sql))

    again = done(await office["editor"].get(f"/api/integrations/{made['id']}"))
    assert [one["id"] for one in again["access_groups"]] == [office.desk]


@pytest.mark.requirement("O1", "D17")
async def test_no_route_takes_access_groups_of_one_that_is_there(office: Office) -> None:
    made = await office.create()

    refused = await office["editor"].patch(
        f"/api/integrations/{made['id']}", {"title": "Mine", "access_groups": [office.outside]}
    )

    assert refused.status == 422
    assert done(await office["editor"].get(f"/api/integrations/{made['id']}"))["title"] == "Tickets"


@pytest.mark.requirement("O1")
async def test_a_group_in_use_cant_be_deleted_and_its_membership_changes_who_may_call(stored_office: Office) -> None:
    office = stored_office
    made = await office.create()

    refused = await office.admin.delete(f"/api/groups/{office.desk}")

    assert (refused.status, refused.code) == (409, "group.in_use")
    assert refused.json()["blockers"] == [{"kind": "integration", "id": made["id"], "label": "Tickets"}]
    assert done(await office.call("temp", made["id"], "listTickets"))
    done(await office.admin.delete(f"/api/groups/{office.desk}/members/{office.people['temp']}"))
    gone = await office.call("temp", made["id"], "listTickets")
    assert (gone.status, gone.code) == (404, "integration.not_found")
    done(await office.admin.put(f"/api/groups/{office.desk}/members/{office.people['temp']}"))
    assert done(await office.call("temp", made["id"], "listTickets"))
