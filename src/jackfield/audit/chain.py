"""The rows of the chain: made from acts, cleaned, bounded, spelled in one way, and linked (mechanism M28). Pure."""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict

import msgspec

from jackfield.audit.models import RowKind
from jackfield.kernel import Act, JsonValue, Outcome

Mac = Callable[[bytes], bytes]
"""A keyed digest; its key lies outside the database and stays the same as long as the chain."""

DATA_BYTES = 16 << 10
_ID_LENGTH = 200
_LABEL_LENGTH = 500
_REPLACED = "�"
_DOMAIN = "jackfield.audit.v1"


class Row(TypedDict):
    """One row of `audit_entries`."""

    sequence: int
    at: datetime
    kind: str
    intent: int | None
    request_id: str | None
    actor_kind: str | None
    actor_id: str | None
    actor_label: str | None
    actor_via: str | None
    door: str | None
    name: str | None
    object_kind: str | None
    object_id: str | None
    object_label: str | None
    business_unit_id: str | None
    rule: str | None
    outcome: str
    duration_us: int | None
    data: str
    mac: bytes


def act_row(act: Act, kind: RowKind, at: datetime) -> Row:
    """The row of an act or an intent, not yet in the chain."""
    actor, thing = act.actor, act.object
    return {
        "sequence": 0,
        "at": at,
        "kind": kind.value,
        "intent": None,
        "request_id": _clean(act.request_id, _ID_LENGTH),
        "actor_kind": actor.kind.value,
        "actor_id": _clean(actor.id, _ID_LENGTH),
        "actor_label": _clean(actor.label, _LABEL_LENGTH),
        "actor_via": None if actor.via is None else _clean(actor.via, _ID_LENGTH),
        "door": act.door.value,
        "name": _clean(act.name, _ID_LENGTH),
        "object_kind": _clean(thing.kind, _ID_LENGTH),
        "object_id": _clean(thing.id, _ID_LENGTH),
        "object_label": _clean(thing.label, _LABEL_LENGTH),
        "business_unit_id": None if act.business_unit_id is None else _clean(act.business_unit_id, _ID_LENGTH),
        "rule": None if act.rule is None else _clean(act.rule, _LABEL_LENGTH),
        "outcome": "open" if kind is RowKind.INTENT else act.outcome.value,
        "duration_us": None,
        "data": write_data(act.data),
        "mac": b"",
    }


def outcome_row(intent: int, outcome: Outcome, duration_us: int, data: Mapping[str, JsonValue], at: datetime) -> Row:
    """The row of an intent's outcome, not yet in the chain."""
    return {
        "sequence": 0,
        "at": at,
        "kind": RowKind.OUTCOME.value,
        "intent": intent,
        "request_id": None,
        "actor_kind": None,
        "actor_id": None,
        "actor_label": None,
        "actor_via": None,
        "door": None,
        "name": None,
        "object_kind": None,
        "object_id": None,
        "object_label": None,
        "business_unit_id": None,
        "rule": None,
        "outcome": outcome.value,
        "duration_us": duration_us,
        "data": write_data(data),
        "mac": b"",
    }


def link(rows: Sequence[Row], sequence: int, mac_before: bytes, mac: Mac) -> bytes:
    """Put rows behind `sequence`, in place; returns the mac of the last."""
    for row in rows:
        sequence += 1
        row["sequence"] = sequence
        mac_before = row["mac"] = mac(spell(row, mac_before))
    return mac_before


def spell(row: Row, mac_before: bytes) -> bytes:
    """What a row's mac is taken over: every field with its length before it, and the mac of the row before.

    No two different rows, or places in the chain, are spelled alike.
    """
    intent, duration = row["intent"], row["duration_us"]
    fields = (
        _DOMAIN,
        mac_before.hex(),
        str(row["sequence"]),
        row["at"].isoformat(),
        row["kind"],
        None if intent is None else str(intent),
        row["request_id"],
        row["actor_kind"],
        row["actor_id"],
        row["actor_label"],
        row["actor_via"],
        row["door"],
        row["name"],
        row["object_kind"],
        row["object_id"],
        row["object_label"],
        row["business_unit_id"],
        row["rule"],
        row["outcome"],
        None if duration is None else str(duration),
        row["data"],
    )
    # Lengths count characters; "-" is nothing, which the empty text "0:" is not. Texts read back from a tampered
    # database may hold what UTF-8 has no place for.
    spelled = ["-" if field is None else f"{len(field)}:{field}" for field in fields]
    return "".join(spelled).encode(errors="surrogatepass")


_encode_data = json.JSONEncoder(separators=(",", ":"), sort_keys=True, allow_nan=False).encode
"""ASCII alone, so that neither a line break nor an invisible sign of any kind stands in the record."""


_encode_plain = msgspec.json.Encoder(order="deterministic").encode
"""The same for what is plain and ASCII, as nearly all data is, in a twentieth of the time."""
_PLAIN = frozenset({str, int, bool, type(None)})


def write_data(data: Mapping[str, JsonValue]) -> str:
    """The canonical spelling of an act's data; in place of what is no JSON or too large a marker says so.

    An outcome must be recorded whatever its data is, so nothing is refused here.
    """
    if not data:
        return "{}"
    if all(type(one) in _PLAIN for one in data.values()):
        try:
            plain = _encode_plain(data)
        except (TypeError, ValueError, OverflowError):
            plain = b""
        if plain.isascii() and 0 < len(plain) <= DATA_BYTES:
            return plain.decode()
    try:
        text = _encode_data(dict(data))
    except (TypeError, ValueError, RecursionError):
        return '{"left_out":"no JSON"}'
    if len(text) > DATA_BYTES:
        return f'{{"left_out":"too large","size_bytes":{len(text)}}}'
    return text


def _clean(text: str, longest: int) -> str:
    if type(text) is not str:
        text = str(text)  # of an enumeration's member its value, which drivers would not all store
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    if text.isprintable():
        return text
    return "".join(_REPLACED if _is_control(char) else char for char in text)


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} or unicodedata.bidirectional(char) in _TURNS


_TURNS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Signs that turn the direction of writing make a line read as another."""
