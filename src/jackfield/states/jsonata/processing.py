"""Making a tree runnable: paths become lists of steps, calls at the end of functions jump, `%` finds its step."""

from typing import Final

from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.nodes import Group, Node, Slot, Stage, Term

_AS_THEY_ARE: Final = frozenset({"string", "number", "value", "wildcard", "descendant", "variable", "regex", "hole"})


def process(tree: Node) -> Node:
    """The same expression, ready for the compiler.

    Raises:
        JsonataError: It can't mean anything.
    """
    made = _Processor().node(tree)
    if made.type == "parent" or made.seeking:
        raise JsonataError("S0217", position=made.position)
    return made


class _Processor:
    def __init__(self) -> None:
        self._labels = 0
        self._parents: list[Node] = []

    def node(self, tree: Node) -> Node:
        made = self._made(tree)
        if tree.keeps_array:
            made.keeps_array = True
        return made

    def _required(self, tree: Node | None) -> Node:
        assert tree is not None
        return self.node(tree)

    def _made(self, tree: Node) -> Node:  # noqa: C901, PLR0911  # one branch per type of node
        if tree.type in _AS_THEY_ARE:
            return tree
        match tree.type:
            case "binary":
                return self._binary(tree)
            case "unary":
                return self._unary(tree)
            case "name":
                path = Node("path", position=tree.position, steps=[tree])
                path.keeps_singleton = tree.keeps_array
                return path
            case "function" | "partial":
                return self._call(tree)
            case "lambda":
                body = self._required(tree.body)
                made = Node("lambda", position=tree.position, items=tree.items, signature=tree.signature)
                made.body = _jump(body)
                return made
            case "condition":
                return self._condition(tree)
            case "transform":
                made = Node("transform", position=tree.position, pattern=self._required(tree.pattern))
                made.update = self._required(tree.update)
                made.delete = self.node(tree.delete) if tree.delete else None
                return made
            case "block":
                return self._block(tree)
            case "parent":
                made = Node("parent", position=tree.position, slot=Slot(f"!{self._labels}", 1, len(self._parents)))
                self._labels += 1
                self._parents.append(made)
                return made
            case _:
                raise JsonataError("S0201", position=tree.position, token=tree.value)

    def _call(self, tree: Node) -> Node:
        made = Node(tree.type, tree.value, tree.position)
        for one in tree.items:
            argument = self.node(one)
            _hand_up(made, argument)
            made.items.append(argument)
        made.procedure = self._required(tree.procedure)
        return made

    def _condition(self, tree: Node) -> Node:
        made = Node("condition", position=tree.position)
        made.condition = self._required(tree.condition)
        _hand_up(made, made.condition)
        made.then = self._required(tree.then)
        _hand_up(made, made.then)
        if tree.otherwise is not None:
            made.otherwise = self.node(tree.otherwise)
            _hand_up(made, made.otherwise)
        return made

    def _block(self, tree: Node) -> Node:
        made = Node("block", position=tree.position)
        for one in tree.items:
            part = self.node(one)
            _hand_up(made, part)
            if part.is_constructed or (part.type == "path" and part.steps[0].is_constructed):
                made.is_constructed = True
            made.items.append(part)
        return made

    def _unary(self, tree: Node) -> Node:
        made = Node("unary", tree.value, tree.position)
        match tree.value:
            case "[":
                for one in tree.items:
                    item = self.node(one)
                    _hand_up(made, item)
                    made.items.append(item)
            case "{":
                for one, other in tree.pairs:
                    key, value = self.node(one), self.node(other)
                    _hand_up(made, key)
                    _hand_up(made, value)
                    made.pairs.append((key, value))
            case _:
                inner = self._required(tree.lhs)
                if inner.type == "number":
                    inner.value = -inner.value
                    return inner
                made.lhs = inner
                _hand_up(made, inner)
        return made

    def _binary(self, tree: Node) -> Node:  # noqa: PLR0911  # one branch per operator
        match tree.value:
            case ".":
                return self._path(tree)
            case "[":
                return self._predicate(tree)
            case "{":
                return self._group(tree)
            case "^":
                return self._order(tree)
            case ":=":
                made = Node("bind", tree.value, tree.position, lhs=tree.lhs, rhs=self._required(tree.rhs))
                assert made.rhs is not None
                _hand_up(made, made.rhs)
                return made
            case "@":
                return self._focus(tree)
            case "#":
                return self._index(tree)
            case "~>":
                made = Node("apply", tree.value, tree.position)
                made.lhs, made.rhs = self._required(tree.lhs), self._required(tree.rhs)
                made.keeps_array = made.lhs.keeps_array or made.rhs.keeps_array
                return made
            case _:
                made = Node("binary", tree.value, tree.position)
                made.lhs, made.rhs = self._required(tree.lhs), self._required(tree.rhs)
                _hand_up(made, made.lhs)
                _hand_up(made, made.rhs)
                return made

    def _path(self, tree: Node) -> Node:
        left = self._required(tree.lhs)
        made = left if left.type == "path" else Node("path", position=tree.position, steps=[left])
        if left.type == "parent" and left.slot:
            made.seeking = [left.slot]
        rest = self._required(tree.rhs)
        if rest.type == "path":
            made.steps.extend(rest.steps)
        else:
            if rest.predicates:
                rest.stages, rest.predicates = rest.predicates, []
            made.steps.append(rest)
        for step in made.steps:
            if step.type in {"number", "value"}:
                raise JsonataError("S0213", position=step.position, value=step.value)
            if step.type == "string":
                step.type = "name"
        if any(step.keeps_array for step in made.steps):
            made.keeps_singleton = True
        for step in (made.steps[0], made.steps[-1]):
            if step.type == "unary" and step.value == "[":
                step.is_constructed = True
        self._resolve(made)
        return made

    def _predicate(self, tree: Node) -> Node:
        made = self._required(tree.lhs)
        step = made.steps[-1] if made.type == "path" else made
        if step.group is not None:
            raise JsonataError("S0209", position=tree.position)
        predicate = self._required(tree.rhs)
        if predicate.seeking:
            for slot in predicate.seeking:
                if slot.level == 1:
                    self._seek(step, slot)
                else:
                    slot.level -= 1
            _hand_up(step, predicate)
        (step.stages if made.type == "path" else step.predicates).append(Stage(predicate))
        return made

    def _group(self, tree: Node) -> Node:
        made = self._required(tree.lhs)
        if made.group is not None:
            raise JsonataError("S0210", position=tree.position)
        made.group = Group([(self.node(key), self.node(value)) for key, value in tree.pairs], tree.position)
        return made

    def _order(self, tree: Node) -> Node:
        made = self._required(tree.lhs)
        if made.type != "path":
            made = Node("path", position=tree.position, steps=[made])
        step = Node("sort", position=tree.position)
        for one in tree.terms:
            expression = self.node(one.expression)
            _hand_up(step, expression)
            step.terms.append(Term(expression, one.is_descending))
        made.steps.append(step)
        self._resolve(made)
        return made

    def _focus(self, tree: Node) -> Node:
        made = self._required(tree.lhs)
        step = made.steps[-1] if made.type == "path" else made
        if step.stages or step.predicates:
            raise JsonataError("S0215", position=tree.position)
        if step.type == "sort":
            raise JsonataError("S0216", position=tree.position)
        if tree.keeps_array:
            step.keeps_array = True
        assert tree.rhs is not None
        step.focus = tree.rhs.value
        step.is_tuple = True
        return made

    def _index(self, tree: Node) -> Node:
        made = self._required(tree.lhs)
        step = made
        if made.type == "path":
            step = made.steps[-1]
        else:
            made = Node("path", position=tree.position, steps=[made])
            if step.predicates:
                step.stages, step.predicates = step.predicates, []
        assert tree.rhs is not None
        if step.stages:
            step.stages.append(Stage(variable=tree.rhs.value))
        else:
            step.index = tree.rhs.value
        step.is_tuple = True
        return made

    def _seek(self, node: Node, slot: Slot) -> Slot:
        match node.type:
            case "name" | "wildcard":
                slot.level -= 1
                if slot.level == 0:
                    if node.ancestor is not None:
                        # Two that mean the same step share its label.
                        mine = self._parents[slot.index].slot
                        assert mine is not None
                        mine.label = node.ancestor.label
                    node.ancestor = slot
                    node.is_tuple = True
            case "parent":
                slot.level += 1
            case "block":
                if node.items:
                    node.is_tuple = True
                    slot = self._seek(node.items[-1], slot)
            case "path":
                node.is_tuple = True
                index = len(node.steps) - 1
                slot = self._seek(node.steps[index], slot)
                while slot.level > 0 and index > 0:
                    index -= 1
                    slot = self._seek(node.steps[index], slot)
            case _:
                raise JsonataError("S0217", position=node.position)
        return slot

    def _resolve(self, path: Node) -> None:
        last = path.steps[-1]
        slots = last.seeking
        if last.type == "parent" and last.slot:
            slots.append(last.slot)
        for one in slots:
            slot = one
            index = len(path.steps) - 2
            while slot.level > 0:
                if index < 0:
                    path.seeking.append(slot)
                    break
                step = path.steps[index]
                index -= 1
                while index >= 0 and step.focus and path.steps[index].focus:
                    step = path.steps[index]
                    index -= 1
                slot = self._seek(step, slot)


def _hand_up(made: Node, inner: Node) -> None:
    """What is sought inside is sought further out."""
    if inner.seeking or inner.type == "parent":
        slots = inner.seeking
        if inner.type == "parent" and inner.slot:
            slots.append(inner.slot)
        if made.seeking:
            made.seeking.extend(slots)
        else:
            made.seeking = slots


def _jump(body: Node) -> Node:
    """Calls with which a function ends don't need its frame any more."""
    match body.type:
        case "function" if not body.predicates:
            body.is_tail = True
        case "condition":
            if body.then is not None:
                _jump(body.then)
            if body.otherwise is not None:
                _jump(body.otherwise)
        case "block" if body.items:
            _jump(body.items[-1])
        case _:
            pass
    return body
