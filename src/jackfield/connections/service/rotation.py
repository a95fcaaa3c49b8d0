"""Moving sealed credentials under the newest key, online and resumable (D06)."""

from jackfield.connections.models import RewrapCount
from jackfield.connections.service.parts import Parts
from jackfield.connections.store import credentials
from jackfield.connections.store.credentials import StoredField
from jackfield.db import Transaction
from jackfield.errors import IntegrityError, InvalidError
from jackfield.kernel import read_json, write_json
from jackfield.vault import Sealed


async def rewrap_batch(parts: Parts, after: str | None, limit: int) -> RewrapCount:
    """Wrap the data keys of the next fields anew; no secret is in clear, and nothing that changed is overwritten.

    Args:
        parts: What use cases are made with.
        after: `RewrapCount.after` of the batch before; None at the beginning.
        limit: How many fields at most.
    """
    place = _read_place(after)
    found = await parts.read(lambda tx: credentials.list_fields(tx, place, limit))
    new: list[tuple[StoredField, Sealed]] = []
    failed = 0
    for stored in found:
        sealed = Sealed(stored.sealed.key_id, stored.sealed.data)
        try:
            wrapped = parts.vault.rewrap(sealed, stored.binding)
        except IntegrityError:
            failed += 1
            continue
        if wrapped.key_id != sealed.key_id:
            new.append((stored, wrapped))

    def store(tx: Transaction) -> int:
        if new:
            # What is remembered for use is still under the old key, which may be retired soon.
            tx.change_policy()
        return sum(credentials.replace_wrapping(tx, stored, wrapped) for stored, wrapped in new)

    rewrapped = await parts.database.write(store)
    return RewrapCount(
        rewrapped=rewrapped,
        skipped=len(found) - failed - rewrapped,
        failed=failed,
        after=write_json(list(found[-1].cursor)).decode() if len(found) == limit else None,
    )


async def count_by_key_id(parts: Parts) -> dict[str, int]:
    """How many stored fields are sealed under each key: a key that isn't here may be retired."""
    return await parts.read(credentials.count_by_key_id)


def _read_place(after: str | None) -> tuple[str, int, str] | None:
    if after is None:
        return None
    match read_json(after, what="the place to go on"):
        case [str(connection_id), int(version), str(field)]:
            return connection_id, version, field
        case _:
            raise InvalidError("the place to go on is not one of ours; start again without it", field="after")
