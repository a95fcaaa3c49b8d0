"""What a step asks people for: the arguments of `person:approve` and `person:form`, read (P2). Pure.

{"title": "Order 17", "text": "It costs **900**.", "format": "markdown", "assignees": {"groups": ["Buyers"]},
 "due": 86400, "escalate_to": {"people": ["mira@example.com"]}}
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, ValidationError

from jackfield.errors import InvalidError
from jackfield.kernel import clean_name, describe_wrong_input, place_of_wrong_input, write_json
from jackfield.processes.definitions import array_of, is_literal, object_of
from jackfield.processes.forms import Form
from jackfield.processes.task_models import TaskKind

PERSON: Final = "person:"
MOST_TITLE: Final = 200
MOST_TEXT: Final = 20_000
_LONGEST: Final = timedelta(days=365)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_Reference = Annotated[str, Field(min_length=1, max_length=254)]
_STRICT: Final = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _read_when(value: float | str) -> timedelta | datetime | None:
    """So long from now, or the moment itself; None if it is neither."""
    if not isinstance(value, str):
        return timedelta(seconds=value) if 0 < value <= _LONGEST.total_seconds() else None
    if not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _check_when(value: Any) -> float | str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float, str)) or _read_when(value) is None:
        raise ValueError("must be seconds from now, or a moment as in 2026-11-27T08:00:00Z, within a year")
    return value


_When = Annotated[float | str | None, PlainValidator(_check_when)]


class TextFormat(StrEnum):
    """How the text is to be shown."""

    PLAIN = "plain"
    MARKDOWN = "markdown"


class Asked(BaseModel):
    """People and groups, by id or by what they are called."""

    model_config = _STRICT

    people: Annotated[tuple[_Reference, ...], Field(max_length=100)] = ()
    groups: Annotated[tuple[_Reference, ...], Field(max_length=100)] = ()


class Question(BaseModel):
    """The arguments of a step that asks people."""

    model_config = _STRICT

    title: str
    text: Annotated[str, Field(max_length=MOST_TEXT)] = ""
    format: TextFormat = TextFormat.PLAIN
    assignees: Asked
    form: Form | None = None
    due: _When = None
    """By when it should be answered: seconds from now, or a moment."""
    remind: _When = None
    """When to remind, and to escalate; as `due` if it is left out."""
    escalate_to: Asked = Asked()
    self_approval: bool = False
    """Whether whoever started the run may approve it himself."""
    links: bool = False
    """Whether it may be answered by a link, without signing in."""


def read_question(kind: TaskKind, arguments: Any) -> Question:
    """The arguments as they are when the step begins.

    Raises:
        InvalidError: They are none; `field` says where, and nothing says what stood there.
    """
    if not isinstance(arguments, dict):
        raise InvalidError("the arguments of a step must be an object", field="arguments")
    try:
        found = Question.model_validate_json(write_json(arguments))  # pyright: ignore[reportUnknownArgumentType]  # JSON
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(["arguments", *place_of_wrong_input(first, arguments)])
        raise InvalidError(f"{place}: {describe_wrong_input(first)}", field=place) from None
    title = clean_name(found.title, field="arguments.title", max_length=MOST_TITLE)
    if not found.assignees.people and not found.assignees.groups:
        raise InvalidError("a step that asks people must name people or groups", field="arguments.assignees")
    if (kind is TaskKind.FORM) != (found.form is not None):
        raise InvalidError(
            "a step has a form if it is person:form, and only then; person:approve asks for yes or no",
            field="arguments.form",
        )
    return found.model_copy(update={"title": title})


def moment_of(value: float | str | None, now: datetime, *, field: str) -> datetime | None:
    """When that is: so many seconds from now, or the moment itself.

    Raises:
        InvalidError: It is neither, or further away than a year.
    """
    if value is None:
        return None
    read = _read_when(value)
    found = now + read if isinstance(read, timedelta) else read
    if found is None or found > now + _LONGEST:
        raise InvalidError(
            f"arguments.{field} must be seconds from now, or a moment as in 2026-11-27T08:00:00Z, within a year",
            field=f"arguments.{field}",
        )
    return found


def wrong_moments(arguments: Mapping[str, Any], now: datetime) -> Iterator[tuple[str, str]]:
    """The times that a definition names outright and that no run could keep to, as (which, what is wrong)."""
    for name in ("due", "remind"):
        value = arguments.get(name)
        if not is_literal(value):
            continue
        try:
            moment_of(_check_when(value), now, field=name)
        except ValueError as error:
            yield name, f"arguments.{name} {error}"
        except InvalidError as error:
            yield name, error.message


def constant_assignees(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Whom a definition names outright, as (where, `people` or `groups`, reference)."""
    for name in ("assignees", "escalate_to"):
        asked = object_of(arguments.get(name))
        for which in ("people", "groups"):
            for index, one in enumerate(array_of(asked.get(which))):
                if isinstance(one, str) and one and not one.startswith("{%"):
                    yield f"{name}/{which}/{index}", which, one
