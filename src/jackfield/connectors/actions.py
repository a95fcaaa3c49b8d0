"""Actions: what a connector does, how far its effect goes, and whether it may be done again."""

import inspect
import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from jackfield.connectors.fields import Arguments, Result
from jackfield.kernel import Effect, Repeat, Weight


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a connector does."""

    key: str
    title: str
    description: str
    weight: Weight
    """The heaviest that a call of it can be."""
    arguments: type[Arguments]
    result: type[Result]
    perform: Callable[[Any, Any, Any], Awaitable[Result]]
    """`(connector, use, arguments) -> result`."""
    weigh: Callable[[Any], Weight] | None = None
    """For actions whose weight depends on the arguments."""

    def weight_of(self, arguments: Arguments) -> Weight:
        """The weight of a call with these arguments."""
        return self.weigh(arguments) if self.weigh else self.weight


F = TypeVar("F", bound=Callable[..., Awaitable[Result]])

MARK = "__jackfield_action__"


def action(
    *, title: str, effect: Effect, repeat: Repeat, weigh: Callable[[Any], Weight] | None = None
) -> Callable[[F], F]:
    """Declare a method `async def name(self, use, arguments: SomeArguments) -> SomeResult` of a connector an action.

    The docstring's first paragraph is its description; its key is the method's name.
    """

    def declare(method: F) -> F:
        hints = typing.get_type_hints(method)
        description = (inspect.getdoc(method) or "").split("\n\n")[0].replace("\n", " ")
        declared = Action(
            key=method.__name__,
            title=title,
            description=description,
            weight=Weight(effect, repeat),
            arguments=hints["arguments"],
            result=hints["return"],
            perform=method,
            weigh=weigh,
        )
        setattr(method, MARK, declared)
        return method

    return declare
