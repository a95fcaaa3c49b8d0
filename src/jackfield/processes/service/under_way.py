"""What goes on by earlier versions: their runs use connections until they end, whatever is published meanwhile (P1, O9)."""

from jackfield.connections import Use, UserKind, UserState
from jackfield.db import Transaction
from jackfield.integrations import CONNECTOR as INTEGRATIONS
from jackfield.kernel import ConnectionId
from jackfield.processes.definitions import methods_used
from jackfield.processes.store import records, runs, versions


def uses_under_way(tx: Transaction, connection_id: ConnectionId) -> list[Use]:
    """A use for each earlier version with open runs, with the methods of a custom integration that it calls.

    Nothing is written of them: the last run to end would have to take it back, on the way that every run goes.
    """
    found: list[Use] = []
    for process_id, number in runs.list_open_versions(tx, connection_id):
        process, version = records.find_process(tx, process_id), versions.find_version(tx, process_id, number)
        if process is None or version is None:
            continue
        meanings = records.find_meanings(tx, process_id, number)
        methods = methods_used(version.content.definition, INTEGRATIONS, meanings)
        found.append(
            Use(
                connection_id=connection_id,
                kind=UserKind.PROCESS,
                id=process.id,
                state=UserState.RUNNING,
                label=process.name,
                container=process.name,
                owner_id=process.owner_id,
                link=f"/processes/{process.id}",
                business_unit_id=process.business_unit_id,
                part=str(number),
                methods=methods.get(connection_id, ()),
            )
        )
    return found
