"""What an expression is made of after it was read."""

import copy
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Slot:
    """A parent that `%` looks for."""

    label: str
    level: int
    index: int


@dataclass(slots=True)
class Term:
    """One of the criteria of an order-by."""

    expression: "Node"
    is_descending: bool


@dataclass(slots=True)
class Stage:
    """What is done with the values of a step: a filter, or counting them into a variable."""

    expression: "Node | None" = None
    variable: str = ""


@dataclass(slots=True)
class Group:
    """`{key: value, …}`: an object, or a grouping."""

    pairs: list[tuple["Node", "Node"]]
    position: int


@dataclass(slots=True)
class Node:
    """A part of an expression; which of the fields it has depends on its type."""

    type: str
    value: Any = None
    position: int = 0
    lhs: "Node | None" = None
    rhs: "Node | None" = None
    pairs: list[tuple["Node", "Node"]] = field(default_factory=list[tuple["Node", "Node"]])
    terms: list[Term] = field(default_factory=list[Term])
    items: list["Node"] = field(default_factory=list["Node"])
    """Of an array, a block, or the arguments of a call."""
    procedure: "Node | None" = None
    body: "Node | None" = None
    signature: str | None = None
    condition: "Node | None" = None
    then: "Node | None" = None
    otherwise: "Node | None" = None
    pattern: "Node | None" = None
    update: "Node | None" = None
    delete: "Node | None" = None
    steps: list["Node"] = field(default_factory=list["Node"])
    stages: list[Stage] = field(default_factory=list[Stage])
    predicates: list[Stage] = field(default_factory=list[Stage])
    group: Group | None = None
    focus: str | None = None
    index: str | None = None
    ancestor: Slot | None = None
    slot: Slot | None = None
    seeking: list[Slot] = field(default_factory=list[Slot])
    is_tuple: bool = False
    is_tail: bool = False
    keeps_array: bool = False
    keeps_singleton: bool = False
    is_constructed: bool = False


def copied(node: Node) -> Node:
    """A tree of its own, that can be changed without changing this one."""
    made = copy.copy(node)
    for name in ("lhs", "rhs", "procedure", "body", "condition", "then", "otherwise", "pattern", "update", "delete"):
        inner = getattr(node, name)
        if inner is not None:
            setattr(made, name, copied(inner))
    made.items = [copied(one) for one in node.items]
    made.pairs = [(copied(key), copied(value)) for key, value in node.pairs]
    made.terms = [Term(copied(one.expression), one.is_descending) for one in node.terms]
    made.steps, made.stages, made.predicates, made.seeking = [], [], [], []
    return made


def depth_of(node: Node) -> int:
    """How deep the tree is."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = [one.lhs, one.rhs, one.procedure, one.body, one.condition, one.then, one.otherwise]
        inner += [one.pattern, one.update, one.delete, *one.items, *(term.expression for term in one.terms)]
        inner += [part for pair in one.pairs for part in pair]
        waiting.extend((part, depth + 1) for part in inner if part is not None)
    return deepest
