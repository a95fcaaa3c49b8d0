"""What people are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jackfield.errors import JsonValue
from jackfield.kernel import NoticeId, ObjectRef, PersonId


@dataclass(frozen=True, slots=True)
class Notice:
    """Something one person is told once."""

    id: NoticeId
    person_id: PersonId
    kind: str
    """What it is about, as in `connection.unhealthy`; whoever shows it has the words."""
    subject: ObjectRef
    data: Mapping[str, JsonValue]
    """What the words are filled with; never a secret."""
    created_at: datetime
    read_at: datetime | None
