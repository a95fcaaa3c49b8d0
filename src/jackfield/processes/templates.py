"""What a process can begin as: small definitions that are to be changed, in the Amazon States Language (P4).

They are plain definitions: nothing keeps that one came from here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jackfield.errors import InvalidError, NotFoundError

_Definition = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Called:
    """What a step calls: an action of a connection, or what its connector offers to begin with."""

    connector: str = "http"
    connection: str = ""
    """By name or id; one that is empty is filled in by whoever edits the definition."""
    action: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of the action, where one is named."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What a template is filled with."""

    call: Called = field(default_factory=Called)
    tell: Called = field(default_factory=lambda: Called("mail"))
    """Through what somebody is told that the call has failed."""
    attempts: int = 3
    """How often the call is tried again, when it has failed."""
    seconds: int = 10
    """How long is waited before that; twice as long before each time after."""


@dataclass(frozen=True, slots=True)
class Template:
    """A definition with gaps."""

    key: str
    title: str
    description: str
    takes: tuple[str, ...]
    """The fields of `Filling` that it heeds."""
    write: Callable[[Filling], _Definition]


_SQL: Final = ("query", {"sql": "select 1 as one"})
_FIRST: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "http": ("request", {"method": "GET", "path": ""}),
    "mail": ("search", {}),
    "folder": ("list", {}),
    "sftp": ("list", {}),
    "postgresql": _SQL,
    "mysql": _SQL,
    "sqlite": _SQL,
    # No method has this name: that one is to be chosen is found when the definition is checked.
    "openapi": ("method", {}),
}
"""A harmless call of each connector."""
_TELLING: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "mail": (
        "send",
        {
            "to": ["somebody@example.com"],
            "subject": "A step has failed",
            "text": (
                '{% $states.input.action & " failed after " & $states.input.attempts & " attempts: " '
                "& $states.input.message %}"
            ),
        },
    ),
    "http": ("request", {"method": "POST", "path": "", "body": {"type": "json", "value": "{% $states.input %}"}}),
}

TELL_WITH: Final = tuple(_TELLING)
"""The connectors through which somebody can be told, without an action being named."""


def fill_template(key: str, filling: Filling) -> _Definition:
    """The definition that a template makes.

    Raises:
        NotFoundError: There is no such template.
        InvalidError: Nothing can be begun with a connector, unless an action is named.
    """
    template = TEMPLATES.get(key)
    if template is None:
        raise NotFoundError(f"there is no template {key[:60]!r}; there are {', '.join(TEMPLATES)}", field="template")
    return template.write(filling)


def _empty(_: Filling) -> _Definition:
    return _machine("Done", Done={"Type": "Succeed"})


def _call(filling: Filling) -> _Definition:
    return _machine("Call", Call={**_calling(filling), "End": True})


def _again(filling: Filling) -> _Definition:
    step = _calling(filling) | _retry(filling)
    return _machine("Call", Call={**step, "Catch": [_catch("Done")], "Next": "Done"}, Done={"Type": "Succeed"})


def _careful(filling: Filling) -> _Definition:
    step = _calling(filling) | _retry(filling)
    return _machine(
        "Call",
        Call={**step, "Catch": [_catch("Tell somebody")], "Next": "Done"},
        **{"Tell somebody": {**_task(filling.tell, "tell", _TELLING), "Next": "Done"}},
        Done={"Type": "Succeed"},
    )


def _calling(filling: Filling) -> dict[str, Any]:
    return _task(filling.call, "call", _FIRST)


def _retry(filling: Filling) -> dict[str, Any]:
    if not filling.attempts:
        return {}
    tries = {"IntervalSeconds": filling.seconds, "MaxAttempts": filling.attempts, "BackoffRate": 2}
    return {"Retry": [{"ErrorEquals": ["States.ALL"], **tries, "JitterStrategy": "FULL"}]}


def _catch(following: str) -> dict[str, Any]:
    return {"ErrorEquals": ["States.ALL"], "Next": following, "Output": "{% $states.errorOutput %}"}


def _task(called: Called, part: str, known: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    action, arguments = called.action, dict(called.arguments)
    if action is None:
        if called.connector not in known:
            raise InvalidError(
                f"there is no action of {called.connector[:60]} to begin with; name one, or take a connection of "
                f"{', '.join(known)}",
                field=f"{part}.action",
            )
        action, arguments = known[called.connector]
    return {
        "Type": "Task",
        "Resource": f"connection:{called.connector}.{action}",
        "Credentials": {"Connection": called.connection},
        "Arguments": arguments,
    }


def _machine(start: str, **states: dict[str, Any]) -> _Definition:
    return {"QueryLanguage": "JSONata", "StartAt": start, "States": states}


TEMPLATES: Final = {
    one.key: one
    for one in (
        Template("empty", "An empty definition", "One state that ends at once.", (), _empty),
        Template(
            "call", "One call", "Calls one of your connections, and ends with what was answered.", ("call",), _call
        ),
        Template(
            "again",
            "A call that is tried again",
            "Calls a connection; when that fails, waits and tries again some times, then goes on.",
            ("call", "attempts", "seconds"),
            _again,
        ),
        Template(
            "careful",
            "A call that gets over failures",
            "Calls a connection; when that fails, waits and tries again some times, then tells somebody and goes on.",
            ("call", "attempts", "seconds", "tell"),
            _careful,
        ),
    )
}
"""By key, in the order in which they are offered."""
