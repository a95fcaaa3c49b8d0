"""What an expression refers to: names at its top, where a state has no data, and members of `$states`."""

from collections.abc import Iterator
from dataclasses import dataclass

from jackfield.states.jsonata.nodes import Node

_ELSEWHERE = frozenset({"transform", "sort"})
"""Their parts look at other data than what is around them."""


@dataclass(frozen=True, slots=True)
class References:
    """In the order in which they occur, each once."""

    top: tuple[str, ...]
    """Names, and `$`, that would be looked up in the data at the top."""
    has_root: bool
    """Whether it has `$$`, wherever that is."""
    states: tuple[str, ...]
    """Members of `$states`, as `input`."""


def references_of(tree: Node) -> References:
    """What a processed tree refers to."""
    nodes = list(_everything(tree))
    return References(
        tuple(dict.fromkeys(_at_top(tree))),
        any(one.type == "variable" and one.value == "$" for one in nodes),
        tuple(dict.fromkeys(_states(nodes))),
    )


def _at_top(node: Node) -> Iterator[str]:
    """What is looked up in the data that the node itself gets; predicates and later steps get other data."""
    match node.type:
        case "path":
            yield from _at_top(node.steps[0])
        case "name":
            yield node.value
        case "variable" if node.value == "":
            yield "$"
        case kind if kind not in _ELSEWHERE:
            for one in _parts(node):
                yield from _at_top(one)
        case _:
            pass


def _states(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.type != "path" or len(node.steps) < 2:
            continue
        first, second = node.steps[:2]
        if first.type == "variable" and first.value == "states" and second.type == "name":
            yield second.value


def _parts(node: Node) -> Iterator[Node]:
    """What it is made of, but for the steps, predicates and groups of paths."""
    yield from node.items
    for pair in node.pairs:
        yield from pair
    inner = (node.lhs, node.rhs, node.procedure, node.body, node.condition, node.then, node.otherwise)
    for one in (*inner, node.pattern, node.update, node.delete):
        if one is not None:
            yield one


def _everything(tree: Node) -> Iterator[Node]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(_parts(node))
        waiting.extend(node.steps)
        waiting.extend(one.expression for one in node.terms)
        waiting.extend(one.expression for one in (*node.stages, *node.predicates) if one.expression is not None)
        if node.group is not None:
            for pair in node.group.pairs:
                waiting.extend(pair)
