"""From stored rows to entries, and from entries to lines that leave the house. Pure."""

import csv
import io
import json
from collections.abc import Iterable
from typing import cast

from jackfield.audit.chain import Row
from jackfield.audit.models import Entry, EntryOutcome, RowKind
from jackfield.errors import IntegrityError
from jackfield.kernel import Actor, ActorKind, BusinessUnitId, Door, JsonValue, ObjectRef, RequestId


def entry_id(sequence: int) -> str:
    """The id of the act or intent at a place in the chain."""
    return f"aud_{sequence}"


def entry_of(row: Row, outcome: str, duration_us: int | None, outcome_data: str | None) -> Entry:
    """The entry of an act, or of an intent and what is known of its outcome.

    Raises:
        IntegrityError: The row holds what was never recorded there.
    """
    try:
        return _entry_of(row, outcome, duration_us, outcome_data)
    except (TypeError, ValueError):
        sequence = row["sequence"]
        raise IntegrityError(
            f"row {sequence} of the audit was changed outside Jackfield; run jackfield audit verify",
            what="audit_entries",
            row=sequence,
        ) from None


def _entry_of(row: Row, outcome: str, duration_us: int | None, outcome_data: str | None) -> Entry:
    unit = row["business_unit_id"]
    return Entry(
        sequence=row["sequence"],
        id=entry_id(row["sequence"]),
        at=row["at"],
        kind=RowKind(row["kind"]),
        actor=Actor(ActorKind(row["actor_kind"]), row["actor_id"] or "", row["actor_label"] or "", row["actor_via"]),
        door=Door(row["door"]),
        request_id=RequestId(row["request_id"] or ""),
        name=row["name"] or "",
        object=ObjectRef(row["object_kind"] or "", row["object_id"] or "", row["object_label"] or ""),
        business_unit_id=None if unit is None else BusinessUnitId(unit),
        rule=row["rule"],
        outcome=EntryOutcome(outcome),
        duration_ms=None if duration_us is None else duration_us / 1000,
        data=_read_data(row["data"]),
        outcome_data=_read_data(outcome_data) if outcome_data else {},
    )


def _read_data(text: str) -> dict[str, JsonValue]:
    value: JsonValue = json.loads(text)
    return value if isinstance(value, dict) else {"value": value}


def entry_json(entry: Entry) -> dict[str, JsonValue]:
    """An entry as JSON values, the same in every export and answer."""
    return {
        "id": entry.id,
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "kind": entry.kind.value,
        "actor": {
            "kind": entry.actor.kind.value,
            "id": entry.actor.id,
            "label": entry.actor.label,
            "via": entry.actor.via,
        },
        "door": entry.door.value,
        "request_id": entry.request_id,
        "name": entry.name,
        "object": {"kind": entry.object.kind, "id": entry.object.id, "label": entry.object.label},
        "business_unit_id": entry.business_unit_id,
        "rule": entry.rule,
        "outcome": entry.outcome.value,
        "duration_ms": entry.duration_ms,
        "data": dict(entry.data),
        "outcome_data": dict(entry.outcome_data),
    }


def jsonl_line(entry: Entry) -> bytes:
    """One line of JSON; ASCII alone, so that nothing in it ends the line early."""
    return json.dumps(entry_json(entry), separators=(",", ":")).encode() + b"\n"


CSV_COLUMNS = (
    "id",
    "sequence",
    "at",
    "kind",
    "actor_kind",
    "actor_id",
    "actor_label",
    "actor_via",
    "door",
    "request_id",
    "name",
    "object_kind",
    "object_id",
    "object_label",
    "business_unit_id",
    "rule",
    "outcome",
    "duration_ms",
    "data",
    "outcome_data",
)


def csv_line(cells: Iterable[object]) -> bytes:
    """One record of CSV (RFC 4180)."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow([_safe_cell(cell) for cell in cells])
    return out.getvalue().encode(errors="replace")


def csv_cells(entry: Entry) -> list[object]:
    """The cells of an entry, in the order of `CSV_COLUMNS`."""
    cells: list[object] = []
    for name, value in entry_json(entry).items():
        if name in {"actor", "object"}:
            cells.extend(cast("dict[str, object]", value).values())
        elif isinstance(value, dict):
            cells.append(json.dumps(value, separators=(",", ":"), sort_keys=True))
        else:
            cells.append(value)
    return cells


def _safe_cell(cell: object) -> object:
    # A spreadsheet takes these, and in some languages their wide forms, for the start of a formula (OWASP, CSV injection).
    if isinstance(cell, str) and cell.startswith(tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")):
        return "'" + cell
    return cell


def file_line(row: Row) -> bytes:
    """The line of a row in the audit file; ASCII alone, with the row's mac at its end."""
    values = {name: value for name, value in row.items() if name not in {"data", "mac", "at"} and value is not None}
    head = json.dumps({"at": row["at"].isoformat(), **values}, separators=(",", ":"))
    return f'{head[:-1]},"data":{row["data"]},"mac":"{row["mac"].hex()}"}}\n'.encode(errors="backslashreplace")
