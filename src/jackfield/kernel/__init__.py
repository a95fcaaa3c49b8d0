"""Small things every room uses: ids, time, JSON, paging, secrets, names, and the words for an act and its weight.

Pure: nothing here does I/O or knows a feature.
"""

from jackfield.kernel.acts import Act, Actor, ActorKind, Door, ObjectRef, Outcome
from jackfield.kernel.clock import Clock, SystemClock
from jackfield.kernel.ids import (
    BusinessUnitId,
    ConnectionId,
    EventId,
    GroupId,
    NoticeId,
    PersonId,
    ProcessId,
    RequestId,
    RunId,
    SessionId,
    TaskId,
    TokenId,
    TriggerId,
    new_id,
)
from jackfield.kernel.json import JsonValue, canonical_json, read_json, write_json
from jackfield.kernel.names import clean_name, name_key
from jackfield.kernel.paging import MAX_BIG_INTEGER, MAX_INTEGER, Cursor, Page, PageRequest
from jackfield.kernel.secret import Secret
from jackfield.kernel.weights import Effect, Repeat, Weight
from jackfield.kernel.wrong_input import describe_wrong_input, place_of_wrong_input

__all__ = [
    "MAX_BIG_INTEGER",
    "MAX_INTEGER",
    "Act",
    "Actor",
    "ActorKind",
    "BusinessUnitId",
    "Clock",
    "ConnectionId",
    "Cursor",
    "Door",
    "Effect",
    "EventId",
    "GroupId",
    "JsonValue",
    "NoticeId",
    "ObjectRef",
    "Outcome",
    "Page",
    "PageRequest",
    "PersonId",
    "ProcessId",
    "Repeat",
    "RequestId",
    "RunId",
    "Secret",
    "SessionId",
    "SystemClock",
    "TaskId",
    "TokenId",
    "TriggerId",
    "Weight",
    "canonical_json",
    "clean_name",
    "describe_wrong_input",
    "name_key",
    "new_id",
    "place_of_wrong_input",
    "read_json",
    "write_json",
]
