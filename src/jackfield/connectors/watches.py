"""Watches: what a connector tells by itself, for as long as it is listened to."""

import inspect
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from jackfield.connectors.fields import Arguments

Tell = Callable[[], None]
"""Says that something may be new; the first time that nothing from here on is missed. Called on the event loop."""
NOT_OFFERED: Final = "watch.not_offered"
"""The code of the error of a system that can't tell anything by itself; one looks now and then, then."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One thing that can be listened to; it only reads."""

    key: str
    description: str
    arguments: type[Arguments]
    perform: Callable[[Any, Any, Any, Tell], Awaitable[None]]
    """`(connector, use, arguments, tell)`; returns before `use.seconds` are over."""


F = TypeVar("F", bound=Callable[..., Awaitable[None]])

MARK: Final = "__jackfield_watch__"


def watch(method: F) -> F:
    """Declare a method `async def name(self, use, arguments: SomeArguments, tell: Tell) -> None` of a connector a watch.

    The docstring's first paragraph is its description; its key is the method's name.
    """
    hints = typing.get_type_hints(method)
    description = (inspect.getdoc(method) or "").split("\n\n")[0].replace("\n", " ")
    setattr(method, MARK, Watch(method.__name__, description, hints["arguments"], method))
    return method
