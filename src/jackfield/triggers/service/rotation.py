"""Moving what is sealed of triggers under the newest key, online and resumable (D06): one wrapped key for each."""

from collections import Counter

from jackfield.errors import IntegrityError
from jackfield.kernel import TriggerId
from jackfield.triggers.service.parts import Parts
from jackfield.triggers.service.sealing import binding
from jackfield.triggers.store import records
from jackfield.vault import Sealed


async def rewrap_boxes(parts: Parts, *, at_once: int = 100) -> int:
    """Wrap the keys of all triggers anew; says how many. One that can't be opened stays as it is."""
    rewrapped, after = 0, ""
    while True:
        place = after
        found = await parts.read(lambda tx, place=place: records.list_boxes(tx, place, at_once))
        new: list[tuple[TriggerId, Sealed, Sealed]] = []
        for trigger_id, unit, sealed in found:
            try:
                wrapped = parts.vault.rewrap(sealed, binding(unit, trigger_id))
            except IntegrityError:
                continue
            if wrapped.key_id != sealed.key_id:
                new.append((trigger_id, sealed, wrapped))
        if new:
            rewrapped += await parts.database.write(
                lambda tx, new=new: sum(records.replace_wrapping(tx, *one) for one in new)
            )
        if len(found) < at_once:
            return rewrapped
        after = found[-1][0]


async def count_by_key_id(parts: Parts) -> dict[str, int]:
    """How many triggers' boxes are wrapped under each key."""
    return dict(Counter(await parts.read(records.key_ids)))
