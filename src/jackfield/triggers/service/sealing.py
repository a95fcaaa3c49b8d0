"""What is sealed of a trigger: its secrets, and the inputs of its events; all under one key of its own."""

from collections.abc import Mapping
from typing import Any

from jackfield.kernel import BusinessUnitId, EventId, TriggerId, read_json, write_json
from jackfield.triggers.models import Trigger
from jackfield.triggers.store.records import Kept
from jackfield.vault import Binding, Box, Sealed, Vault

_MOST_NAMES = 1_000_000


def binding(unit: BusinessUnitId, trigger_id: TriggerId) -> Binding:
    """What a trigger's box is bound to."""
    return Binding(unit, trigger_id, "trigger", 1, "")


def new_box(vault: Vault, trigger: Trigger) -> tuple[Sealed, Box]:
    """A box for a new trigger."""
    return vault.new_box(binding(trigger.business_unit_id, trigger.id))


def box_of(vault: Vault, kept: Kept) -> Box:
    """The box of a trigger.

    Raises:
        IntegrityError: It was changed or moved outside Jackfield.
    """
    return vault.open_box(kept.box, binding(kept.trigger.business_unit_id, kept.trigger.id))


def close_secret(box: Box, number: int, secret: bytes) -> bytes:
    """A webhook's secret, as it is stored."""
    return box.close(secret, f"secret:{number}")


def open_secrets(box: Box, closed: Mapping[int, bytes]) -> list[bytes]:
    """A webhook's secrets, for the time of one request."""
    return [box.open(data, f"secret:{number}") for number, data in closed.items()]


def close_input(box: Box, event_id: EventId, value: Mapping[str, Any]) -> bytes:
    """The input of an event's run, as it is stored."""
    return box.close(write_json(value), f"input:{event_id}")


def open_input(box: Box, event_id: EventId, closed: bytes) -> Mapping[str, Any]:
    """The input of an event's run."""
    value = read_json(box.open(closed, f"input:{event_id}"), what="the input", max_depth=200, max_names=_MOST_NAMES)
    return value if isinstance(value, dict) else {}
