"""The states that a run went through without any effect, as they are kept for whoever looks at it (P7). Pure."""

from collections.abc import Iterable
from typing import Any, Final

from jackfield.processes.running.payloads import encode
from jackfield.states import Event, EventKind

_MOST_BYTES: Final = 4096
_ALWAYS: Final = frozenset({EventKind.CAUGHT, EventKind.RETRIED, EventKind.FAILED, EventKind.ABORTED})
_STEPS: Final = frozenset({"Task"})
"""What these read and wrote is in the journal."""


def trail_of(events: Iterable[Event]) -> list[dict[str, Any]]:
    """What is kept of some events; large values are left out."""
    return [
        _kept(one)
        for one in events
        if one.kind in _ALWAYS or (one.type not in _STEPS and one.kind in {EventKind.ENTERED, EventKind.EXITED})
    ]


def _kept(event: Event) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": event.kind.value,
        "path": event.path,
        "type": event.type,
        "at": event.at.isoformat(),
        "step": event.step,
    }
    for name in ("error", "cause", "next", "attempt"):
        if (value := getattr(event, name)) is not None:
            found[name] = value
    for name in ("input", "output", "assigned"):
        if (value := getattr(event, name)) is not None:
            size = len(encode(value))
            found[name] = value if size <= _MOST_BYTES else {"left_out_bytes": size}
    return found
