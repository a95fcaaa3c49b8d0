"""The functions that the compiler makes for single nodes."""

import math
from collections.abc import Callable
from typing import Any, cast

from jackfield.states.jsonata.data import UNDEFINED, Native, Sequence
from jackfield.states.jsonata.evaluation import Frame
from jackfield.states.jsonata.grouping import run_group
from jackfield.states.jsonata.nodes import Node
from jackfield.states.jsonata.paths import filtered
from jackfield.states.jsonata.sequences import lookup

Code = Callable[[Any, Frame], Any]


def constant(value: Any) -> Code:
    """The same for everything."""
    return lambda _, __: value


def variable(name: str) -> Code:
    """`$name`; `$` alone is the context."""
    if name == "":
        return lambda data, _: data[0] if isinstance(data, Sequence) and data.is_outer else data
    return lambda _, frame: frame.lookup(name)


def name(name: str) -> Code:
    """A member's name."""
    return lambda data, frame: lookup(frame.run, data, name)


def parent(node: Node) -> Code:
    """`%`."""
    # Its label may still change while the rest is read.
    slot = node.slot
    assert slot is not None
    return lambda _, frame: frame.lookup(slot.label)


def name_of(procedure: Node) -> Any:
    """What a function is called by, for messages."""
    return procedure.steps[0].value if procedure.type == "path" else procedure.value


def chained(first: Any, second: Any) -> Native:
    """One function after the other: `$f ~> $g`."""

    def run(evaluation: Any, value: Any = UNDEFINED) -> Any:
        return evaluation.apply(second, [evaluation.apply(first, [value])])

    return Native("chain", run, 1)


def index_of(expression: Node) -> int | None:
    """A predicate that is a number is an index."""
    if expression.type == "number":
        return math.floor(expression.value)
    return None


def simple_names(node: Node) -> list[Any] | None:
    """The names of a path that has nothing but names; before them a variable's, or None."""
    if node.group is not None or node.keeps_singleton or node.keeps_array or node.is_tuple:
        return None
    names: list[Any] = []
    for index, step in enumerate(node.steps):
        if step.stages or step.predicates or step.group is not None or step.is_tuple or step.focus or step.index:
            return None
        if step.type == "variable" and index == 0 and step.value != "":
            names.append(step.value)
        elif step.type == "name":
            if index == 0:
                names.append(None)
            names.append(step.value)
        else:
            return None
    return names


def variable_path(variable: str, names: list[str], general: Code) -> Code:
    """`$variable.a.b`: straight through objects; anything else is for the general way."""

    def run(data: Any, frame: Frame) -> Any:
        value = frame.lookup(variable)
        for name in names:
            if type(value) is not dict:
                # An array on the way, or nothing.
                return UNDEFINED if not isinstance(value, list) else general(data, frame)
            value = cast("dict[str, Any]", value).get(name, UNDEFINED)
        return value if type(value) is not Sequence else general(data, frame)

    return run


def name_path(names: list[str], general: Code) -> Code:
    """`a.b`: straight through objects."""

    def run(data: Any, frame: Frame) -> Any:
        value = data
        for name in names:
            if type(value) is not dict:
                return UNDEFINED if not isinstance(value, list) else general(data, frame)
            value = cast("dict[str, Any]", value).get(name, UNDEFINED)
        return value if type(value) is not Sequence else general(data, frame)

    return run


def settle(value: Any, *, keeps_array: bool) -> Any:
    """A sequence of one value is that value, of none is nothing."""
    if type(value) is Sequence and not value.is_tuples:
        if keeps_array:
            value.keeps_singleton = True
        if not value:
            return UNDEFINED
        if len(value) == 1 and not value.keeps_singleton:
            return value[0]
    return value


def settled(inner: Code, *, keeps_array: bool) -> Code:
    """A node that may give a sequence."""

    def run(data: Any, frame: Frame) -> Any:
        value = inner(data, frame)
        return settle(value, keeps_array=keeps_array) if type(value) is Sequence else value

    return run


def with_filter(inner: Code, expression: Node, predicate: Code) -> Code:
    """A node with a predicate."""
    index = index_of(expression)
    return lambda data, frame: filtered(frame, predicate, index, inner(data, frame))


def with_group(inner: Code, pairs: list[tuple[Code, Code]], position: int) -> Code:
    """A node with a grouping."""

    def run(data: Any, frame: Frame) -> Any:
        found = inner(data, frame)
        return run_group(frame, pairs, found, position, is_reduced=isinstance(found, Sequence) and found.is_tuples)

    return run
