"""Functions of objects, and of values of any kind."""

from typing import Any, NoReturn, cast

from jackfield.states.jsonata.data import UNDEFINED, Sequence, is_function, is_number, truth
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Evaluation
from jackfield.states.jsonata.sequences import append, lookup
from jackfield.states.jsonata.transforms import clone


def boolean(_: Evaluation, value: Any) -> Any:
    """`$boolean`."""
    return UNDEFINED if value is UNDEFINED else truth(value)


def inverse(_: Evaluation, value: Any) -> Any:
    """`$not`."""
    return UNDEFINED if value is UNDEFINED else not truth(value)


def exists(_: Evaluation, value: Any) -> Any:
    """`$exists`."""
    return value is not UNDEFINED


def keys(run: Evaluation, value: Any) -> Any:
    """`$keys`: of an object, or of all in an array."""
    names: dict[str, None] = {}
    waiting = [value]
    while waiting:
        one = waiting.pop()
        run.spend(1)
        if isinstance(one, list):
            waiting.extend(reversed(cast("list[Any]", one)))
        elif type(one) is dict:
            names.update(dict.fromkeys(cast("dict[str, Any]", one)))
            run.spend(len(cast("dict[str, Any]", one)))
    return Sequence(names)


def look_up(run: Evaluation, value: Any, name: Any) -> Any:
    """`$lookup`."""
    return lookup(run, value, name) if name is not UNDEFINED else UNDEFINED


def spread(run: Evaluation, value: Any) -> Any:
    """`$spread`: one object for each member."""
    if isinstance(value, list):
        made: Any = Sequence()
        for one in cast("list[Any]", value):
            made = append(run, made, spread(run, one))
        return Sequence(made) if isinstance(made, list) else made
    if type(value) is dict:
        members = cast("dict[str, Any]", value)
        run.spend(2 * len(members))
        return Sequence([{name: one} for name, one in members.items()])
    return "" if is_function(value) else value


def merge(run: Evaluation, items: Any) -> Any:
    """`$merge`."""
    if items is UNDEFINED:
        return UNDEFINED
    made: dict[str, Any] = {}
    for one in items:
        run.spend(1 + len(one))
        made.update(one)
    return made


def fail(_: Evaluation, message: Any = UNDEFINED) -> NoReturn:
    """`$error`."""
    raise JsonataError("D3137", message="$error() function evaluated" if message in {UNDEFINED, ""} else message)


def require(_: Evaluation, condition: Any, message: Any = UNDEFINED) -> Any:
    """`$assert`."""
    if condition is not True:
        raise JsonataError("D3141", message="$assert() statement failed" if message in {UNDEFINED, ""} else message)
    return UNDEFINED


def type_of(_: Evaluation, value: Any) -> Any:  # noqa: PLR0911  # one line per type
    """`$type`."""
    if value is UNDEFINED:
        return UNDEFINED
    if value is None:
        return "null"
    if type(value) is bool:
        return "boolean"
    if is_number(value):
        return "number"
    if type(value) is str:
        return "string"
    if isinstance(value, list):
        return "array"
    return "function" if is_function(value) else "object"


def copy_of(run: Evaluation, value: Any) -> Any:
    """`$clone`."""
    return UNDEFINED if value is UNDEFINED else clone(run, value)


def refuse_eval(_: Evaluation, *__: Any) -> NoReturn:
    """`$eval`: what is evaluated stands in the definition, as on AWS."""
    raise JsonataError("D9001")
