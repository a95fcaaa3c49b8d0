"""From the tree to functions of Python: `(input, frame) → value`, one for each node. No code is generated."""

from typing import Any, Final, cast

from jackfield.states.jsonata import codes, operators
from jackfield.states.jsonata.codes import Code
from jackfield.states.jsonata.data import (
    UNDEFINED,
    Constructed,
    Lambda,
    Matcher,
    Partial,
    Sequence,
    is_function,
    is_number,
    truth,
)
from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.evaluation import Frame, Jump
from jackfield.states.jsonata.grouping import run_group
from jackfield.states.jsonata.nodes import Group, Node
from jackfield.states.jsonata.paths import Step, StepStage, run_path, run_tuple_path, wildcard
from jackfield.states.jsonata.sequences import descendants
from jackfield.states.jsonata.signatures import validator
from jackfield.states.jsonata.transforms import transform

_SEQUENCES: Final = frozenset({"function", "apply", "name", "wildcard", "descendant", "parent"})
"""Nodes that may give a sequence which isn't settled yet."""


def compile_tree(tree: Node) -> Code:
    """The function that evaluates a tree."""
    return _Compiler().code(tree)


class _Compiler:
    def __init__(self) -> None:
        self._level = 0
        """Frames of Python's stack between the function's body, or the top, and here."""
        self._size = 0
        """Nodes of the function's body so far."""
        self._binds: bool = False

    def code(self, node: Node) -> Code:
        """The function of a node, with its predicates and grouping."""
        gives_sequence = (
            node.type in _SEQUENCES or bool(node.predicates) or node.keeps_array or node.value == ".."
        ) and node.type != "path"
        frames = 1 + gives_sequence + len(node.predicates) + (node.group is not None)
        self._level += frames
        self._size += 1
        made = self._plain(node)
        if node.type != "path":
            for one in node.predicates:
                if one.expression is not None:
                    made = codes.with_filter(made, one.expression, self.code(one.expression))
            if node.group is not None:
                made = codes.with_group(made, self._pairs(node.group), node.group.position)
            if gives_sequence:
                made = codes.settled(made, keeps_array=node.keeps_array)
        self._level -= frames
        return made

    def _plain(self, node: Node) -> Code:  # noqa: C901, PLR0911, PLR0912  # one line for each type of node
        match node.type:
            case "string" | "number" | "value":
                return codes.constant(node.value)
            case "regex":
                return codes.constant(Matcher(node.value))
            case "path":
                return self._path(node)
            case "variable":
                return codes.variable(node.value)
            case "name":
                return codes.name(node.value)
            case "wildcard":
                return wildcard
            case "descendant":
                return lambda data, frame: descendants(frame.run, data)
            case "parent":
                assert node.slot is not None
                return codes.parent(node)
            case "binary":
                return self._binary(node)
            case "unary":
                return self._unary(node)
            case "condition":
                return self._condition(node)
            case "block":
                return self._block(node)
            case "bind":
                return self._bind(node)
            case "function":
                return self._call(node)
            case "partial":
                return self._partial(node)
            case "lambda":
                return self._lambda(node)
            case "apply":
                return self._apply(node)
            case "transform":
                return self._transform(node)
            case _:
                raise JsonataError("S0201", position=node.position, token=node.value)

    def _inner(self, node: Node | None) -> Code:
        assert node is not None
        return self.code(node)

    def _pairs(self, group: Group) -> list[tuple[Code, Code]]:
        return [(self.code(key), self.code(value)) for key, value in group.pairs]

    def _path(self, node: Node) -> Code:
        names = codes.simple_names(node)
        if names is not None and names[0] is not None:
            return codes.variable_path(names[0], names[1:], self._general_path(node))
        if names is not None and not node.steps[0].stages:
            return codes.name_path(names[1:], self._general_path(node))
        return self._general_path(node)

    def _general_path(self, node: Node) -> Code:
        self._level += 3
        steps = [self._step(one) for one in node.steps]
        group = self._pairs(node.group) if node.group else None
        self._level -= 3
        position = node.group.position if node.group else 0
        is_tuple, keeps = node.is_tuple, node.keeps_singleton
        has_tuples = any(one.is_tuple for one in node.steps)
        starts_with_variable = node.steps[0].type == "variable"

        def run(data: Any, frame: Frame) -> Any:
            is_many = isinstance(data, list) and not starts_with_variable
            given = cast("list[Any]", data) if is_many else Sequence([data])
            tuples: list[Any] = []
            if has_tuples:
                tuples, found = run_tuple_path(steps, given, frame, is_kept=is_tuple)
            else:
                found = run_path(steps, given, frame)
            if keeps and isinstance(found, list):
                if type(cast("Any", found)) is Constructed:
                    found = Sequence([found])
                if isinstance(found, Sequence):
                    found.keeps_singleton = True
            if group is not None:
                found = run_group(frame, group, tuples if has_tuples else found, position, is_reduced=has_tuples)
            return codes.settle(found, keeps_array=node.keeps_array)

        return run

    def _step(self, node: Node) -> Step:
        stages: list[StepStage] = []
        for one in node.stages:
            if one.expression is None:
                stages.append(StepStage(None, None, one.variable))
            else:
                stages.append(StepStage(self.code(one.expression), codes.index_of(one.expression), ""))
        step = Step(
            name=node.value if node.type == "name" and not node.predicates and node.group is None else None,
            stages=stages,
            focus=node.focus,
            index=node.index,
            ancestor=node.ancestor,
            is_tuple=node.is_tuple,
            is_constructed=node.is_constructed,
        )
        if node.type == "sort":
            step.terms = [(self.code(one.expression), one.is_descending) for one in node.terms]
            step.position = node.position
        else:
            step.code = self.code(node)
        return step

    def _binary(self, node: Node) -> Code:
        left, right = self._inner(node.lhs), self._inner(node.rhs)
        operator, position = node.value, node.position
        if operator == "and":
            return lambda data, frame: truth(left(data, frame)) and truth(right(data, frame))
        if operator == "or":
            return lambda data, frame: truth(left(data, frame)) or truth(right(data, frame))
        act = operators.OPERATORS[operator]

        def run(data: Any, frame: Frame) -> Any:
            one, other = left(data, frame), right(data, frame)
            try:
                return act(frame.run, one, other)
            except JsonataError as error:
                raise error.at(position, operator) from None

        return run

    def _unary(self, node: Node) -> Code:
        if node.value == "[":
            return self._array(node)
        if node.value == "{":
            pairs = [(self.code(key), self.code(value)) for key, value in node.pairs]
            position = node.position
            return lambda data, frame: run_group(frame, pairs, data, position, is_reduced=False)
        inner, position = self._inner(node.lhs), node.position

        def negate(data: Any, frame: Frame) -> Any:
            value = inner(data, frame)
            if value is UNDEFINED:
                return value
            if not is_number(value):
                raise JsonataError("D1002", position=position, value=value)
            return -value

        return negate

    def _array(self, node: Node) -> Code:
        items = [(one.type == "unary" and one.value == "[", self.code(one)) for one in node.items]
        make = Constructed if node.is_constructed else list[Any]

        def run(data: Any, frame: Frame) -> Any:
            made: list[Any] = []
            for is_array, code in items:
                value = code(data, frame)
                if value is UNDEFINED:
                    continue
                if is_array or not isinstance(value, list):
                    made.append(value)
                else:
                    made.extend(cast("list[Any]", value))
                    frame.run.spend(len(cast("list[Any]", value)))
            frame.run.spend(1)
            return make(made)

        return run

    def _condition(self, node: Node) -> Code:
        test, then = self._inner(node.condition), self._inner(node.then)
        if node.otherwise is None:
            return lambda data, frame: then(data, frame) if truth(test(data, frame)) else UNDEFINED
        otherwise = self.code(node.otherwise)
        return lambda data, frame: then(data, frame) if truth(test(data, frame)) else otherwise(data, frame)

    def _block(self, node: Node) -> Code:
        outer, self._binds = self._binds, False
        items = [self.code(one) for one in node.items]
        needs_frame, self._binds = self._binds, outer
        if not items:
            return codes.constant(UNDEFINED)
        if len(items) == 1 and not needs_frame:
            return items[0]

        def run(data: Any, frame: Frame) -> Any:
            inner = Frame({}, frame, frame.run)
            result: Any = UNDEFINED
            for one in items:
                result = one(data, inner)
            return result

        return run

    def _bind(self, node: Node) -> Code:
        self._binds = True
        assert node.lhs is not None
        name, value = node.lhs.value, self._inner(node.rhs)

        def run(data: Any, frame: Frame) -> Any:
            found = value(data, frame)
            frame.names[name] = found
            return found

        return run

    def _lambda(self, node: Node) -> Code:
        outer = (self._level, self._size, self._binds)
        self._level, self._size = 0, 0
        body = self._inner(node.body)
        cost = self._size
        self._level, self._size, self._binds = outer
        parameters = [one.value for one in node.items]
        validate = validator(node.signature) if node.signature else None
        return lambda data, frame: Lambda(parameters, body, frame, data, validate, cost=cost)

    def _call(self, node: Node) -> Code:
        assert node.procedure is not None
        procedure = self.code(node.procedure)
        arguments = [self.code(one) for one in node.items]
        name, position = codes.name_of(node.procedure), node.position
        first = node.procedure.steps[0].value if node.procedure.type == "path" else None
        if node.is_tail:
            return lambda data, frame: Jump(procedure, arguments, data, frame, name, position)
        frames = self._level

        def run(data: Any, frame: Frame) -> Any:
            function = procedure(data, frame)
            if function is UNDEFINED and first is not None and is_function(frame.lookup(str(first))):
                raise JsonataError("T1005", position=position, token=first)
            values = [one(data, frame) for one in arguments]
            evaluation = frame.run
            evaluation.frames += frames
            try:
                result = evaluation.apply(function, values, data)
            except JsonataError as error:
                raise error.at(position, name) from None
            evaluation.frames -= frames
            return result

        return run

    def _partial(self, node: Node) -> Code:
        assert node.procedure is not None
        procedure = self.code(node.procedure)
        arguments = [None if one.type == "hole" else self.code(one) for one in node.items]
        holes = [index for index, one in enumerate(arguments) if one is None]
        name, position = codes.name_of(node.procedure), node.position
        first = node.procedure.steps[0].value if node.procedure.type == "path" else None

        def run(data: Any, frame: Frame) -> Any:
            values = [UNDEFINED if one is None else one(data, frame) for one in arguments]
            function = procedure(data, frame)
            if function is UNDEFINED and first is not None and is_function(frame.lookup(str(first))):
                raise JsonataError("T1007", position=position, token=first)
            if not is_function(function):
                raise JsonataError("T1008", position=position, token=name)
            return Partial(function, values, holes)

        return run

    def _apply(self, node: Node) -> Code:
        left = self._inner(node.lhs)
        right, position = node.rhs, node.position
        assert right is not None
        if right.type == "function" and not right.predicates and right.group is None:
            return self._call_with(left, right)
        function = self.code(right)
        frames = self._level

        def run(data: Any, frame: Frame) -> Any:
            value, act = left(data, frame), function(data, frame)
            if not is_function(act):
                raise JsonataError("T2006", position=position, value=act)
            if is_function(value):
                return codes.chained(value, act)
            frame.run.frames += frames
            result = frame.run.apply(act, [value], UNDEFINED)
            frame.run.frames -= frames
            return result

        return run

    def _call_with(self, left: Code, node: Node) -> Code:
        assert node.procedure is not None
        procedure = self.code(node.procedure)
        arguments = [self.code(one) for one in node.items]
        name, position, frames = codes.name_of(node.procedure), node.position, self._level

        def run(data: Any, frame: Frame) -> Any:
            first = left(data, frame)
            function = procedure(data, frame)
            values = [first, *(one(data, frame) for one in arguments)]
            frame.run.frames += frames
            try:
                result = frame.run.apply(function, values, data)
            except JsonataError as error:
                raise error.at(position, name) from None
            frame.run.frames -= frames
            return result

        return run

    def _transform(self, node: Node) -> Code:
        pattern, update = self._inner(node.pattern), self._inner(node.update)
        delete = self.code(node.delete) if node.delete else None
        position = node.position
        return lambda _, frame: transform(frame, pattern, update, delete, position)
