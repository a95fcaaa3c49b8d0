"""Small things every room uses: ids, time, JSON, paging, secrets, names, and the words for an act.

Pure: nothing here does I/O or knows a feature.
"""

from jackfield.kernel.acts import Act, Actor, ActorKind, Door, ObjectRef, Outcome
from jackfield.kernel.clock import Clock, SystemClock
from jackfield.kernel.ids import (
    BusinessUnitId,
    ConnectionId,
    GroupId,
    NoticeId,
    PersonId,
    RequestId,
    SessionId,
    TokenId,
    new_id,
)
from jackfield.kernel.json import JsonValue, canonical_json, read_json, write_json
from jackfield.kernel.names import clean_name, name_key
from jackfield.kernel.paging import Cursor, Page, PageRequest
from jackfield.kernel.secret import Secret

__all__ = [
    "Act",
    "Actor",
    "ActorKind",
    "BusinessUnitId",
    "Clock",
    "ConnectionId",
    "Cursor",
    "Door",
    "GroupId",
    "JsonValue",
    "NoticeId",
    "ObjectRef",
    "Outcome",
    "Page",
    "PageRequest",
    "PersonId",
    "RequestId",
    "Secret",
    "SessionId",
    "SystemClock",
    "TokenId",
    "canonical_json",
    "clean_name",
    "name_key",
    "new_id",
    "read_json",
    "write_json",
]
