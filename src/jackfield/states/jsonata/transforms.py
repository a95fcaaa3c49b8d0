"""`| pattern | update, delete |`: a copy of a value in which what the pattern finds is changed."""

from collections.abc import Callable
from typing import Any, cast

from jackfield.states.jsonata.data import UNDEFINED, Native, each_item, is_function
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation, Frame
from jackfield.states.jsonata.signatures import validator

Code = Callable[[Any, Frame], Any]


def transform(frame: Frame, pattern: Code, update: Code, delete: Code | None, position: int) -> Native:
    """The function that makes the copy."""

    def run(evaluation: Evaluation, value: Any) -> Any:
        if value is UNDEFINED:
            return UNDEFINED
        made = clone(evaluation, value)
        found = pattern(made, frame)
        if found is UNDEFINED:
            return made
        for one in cast("list[Any]", found) if isinstance(found, list) else [found]:
            _change(frame, one, update, delete, position)
        return made

    return Native("transform", run, 1, validator("<(oa):o>"))


def _change(frame: Frame, one: Any, update: Code, delete: Code | None, position: int) -> None:
    new = update(one, frame)
    if new is not UNDEFINED:
        if type(new) is not dict:
            raise JsonataError("T2011", position=position, value=new)
        if isinstance(one, dict):
            cast("dict[str, Any]", one).update(cast("dict[str, Any]", new))
    if delete is None:
        return
    names = delete(one, frame)
    if names is UNDEFINED:
        return
    wanted: list[Any] = list(each_item(names))
    if any(not isinstance(name, str) for name in wanted):
        raise JsonataError("T2012", position=position, value=names)
    for name in wanted:
        if isinstance(one, dict):
            cast("dict[Any, Any]", one).pop(name, None)


def clone(evaluation: Evaluation, value: Any) -> Any:
    """A deep copy."""
    evaluation.spend(1)
    if isinstance(value, list):
        return [clone(evaluation, one) for one in cast("list[Any]", value)]
    if type(value) is dict:
        members = cast("dict[str, Any]", value)
        return {name: clone(evaluation, one) for name, one in members.items() if one is not UNDEFINED}
    return "" if is_function(value) else value
