"""From tokens to a tree, by binding power (V. Pratt, Top Down Operator Precedence); `processing` makes it runnable."""

from typing import Final

from jackfield.states.jsonata.errors import JsonataError
from jackfield.states.jsonata.nodes import Node, Term, copied, depth_of
from jackfield.states.jsonata.signatures import check_signature
from jackfield.states.jsonata.tokens import POWERS, Lexer, Token

_END: Final = "(end)"
_DEEPEST: Final = 60
"""How deep expressions may be nested: what reads and runs them is recursive."""
_BINARY: Final = frozenset(
    {"+", "-", "*", "/", "%", "=", "<", ">", "!=", "<=", ">=", "&", "and", "or", "in", "~>", "."}
)
_DEEPEST_TREE: Final = 150
"""A chain of operators makes a deep tree without being nested."""
LONGEST: Final = 64_000


def read_tree(text: str) -> Node:
    """The tree of an expression, as it was written.

    Raises:
        JsonataError: It can't be read.
    """
    if len(text) > LONGEST:
        raise JsonataError("S0902", value=LONGEST)
    tree = _Parser(text).whole()
    if depth_of(tree) > _DEEPEST_TREE:
        raise JsonataError("S0901")
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self._lexer = Lexer(text)
        self._length = len(text)
        self._depth = 0
        self._token = Token(_END, _END, 0)
        self._advance()

    def whole(self) -> Node:
        tree = self._expression(0)
        if self._token.type != _END:
            raise JsonataError("S0201", position=self._token.position, token=self._token.value)
        return tree

    @property
    def _id(self) -> str:
        """What the parser compares: an operator's text; the others have none."""
        return self._token.value if self._token.type in {"operator", _END} else ""

    def _advance(self, expected: str | None = None, *, is_infix: bool = False) -> Token:
        token = self._token
        if expected is not None and self._id != expected:
            code = "S0203" if token.type == _END else "S0202"
            raise JsonataError(code, position=token.position, token=token.value, value=expected)
        self._token = self._lexer.next(is_infix=is_infix) or Token(_END, _END, self._length)
        return token

    def _expression(self, power: int) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise JsonataError("S0901", position=self._token.position)
        left = self._prefix(self._advance(is_infix=True))
        while self._token.type == "operator" and power < POWERS[self._id]:
            left = self._infix(self._advance(), left)
        self._depth -= 1
        return left

    # What begins an expression

    def _prefix(self, token: Token) -> Node:  # noqa: C901  # one branch per operator
        node = Node(token.type, token.value, token.position)
        if token.type == _END:
            raise JsonataError("S0207", position=token.position)
        if token.type != "operator":
            return node
        match token.value:
            case "and" | "or" | "in":
                return Node("name", token.value, token.position)
            case "-":
                node.type = "unary"
                node.lhs = self._expression(70)
            case "*":
                node.type = "wildcard"
            case "**":
                node.type = "descendant"
            case "%":
                node.type = "parent"
            case "(":
                node.type = "block"
                node.items = self._block()
            case "[":
                node.type = "unary"
                node.items = self._array()
            case "{":
                node.type = "unary"
                node.pairs = self._object()
            case "|":
                return self._transform(node)
            case _:
                raise JsonataError("S0211", position=token.position, token=token.value)
        return node

    def _block(self) -> list[Node]:
        items: list[Node] = []
        while self._id != ")":
            items.append(self._expression(0))
            if self._id != ";":
                break
            self._advance(";")
        self._advance(")", is_infix=True)
        return items

    def _array(self) -> list[Node]:
        items: list[Node] = []
        if self._id != "]":
            while True:
                item = self._expression(0)
                if self._id == "..":
                    position = self._token.position
                    self._advance("..")
                    item = Node("binary", "..", position, lhs=item, rhs=self._expression(0))
                items.append(item)
                if self._id != ",":
                    break
                self._advance(",")
        self._advance("]", is_infix=True)
        return items

    def _object(self) -> list[tuple[Node, Node]]:
        pairs: list[tuple[Node, Node]] = []
        if self._id != "}":
            while True:
                key = self._expression(0)
                self._advance(":")
                pairs.append((key, self._expression(0)))
                if self._id != ",":
                    break
                self._advance(",")
        self._advance("}", is_infix=True)
        return pairs

    def _transform(self, node: Node) -> Node:
        node.type = "transform"
        node.pattern = self._expression(0)
        self._advance("|")
        node.update = self._expression(0)
        if self._id == ",":
            self._advance(",")
            node.delete = self._expression(0)
        self._advance("|")
        return node

    # What goes on after one

    def _infix(self, token: Token, left: Node) -> Node:  # noqa: C901, PLR0912  # one branch per operator
        operator = token.value
        node = Node("binary", operator, token.position, lhs=left)
        if operator in _BINARY:
            node.rhs = self._expression(POWERS[operator])
            return node
        match operator:
            case "(":
                return self._call(node, left)
            case "[":
                return self._predicate(node, left)
            case "{":
                node.pairs = self._object()
            case "^":
                node.terms = self._order()
            case ":=":
                if left.type != "variable":
                    raise JsonataError("S0212", position=left.position, token=left.value)
                node.rhs = self._expression(POWERS[":="] - 1)
            case "@" | "#":
                node.rhs = self._expression(POWERS[operator])
                if node.rhs.type != "variable":
                    raise JsonataError("S0214", position=node.rhs.position, token=operator)
            case "?":
                node = Node("condition", operator, token.position, condition=left, then=self._expression(0))
                if self._id == ":":
                    self._advance(":")
                    node.otherwise = self._expression(0)
            case "?:":
                # Two trees: what is made of one must not change the other.
                node = Node("condition", operator, token.position, condition=copied(left), then=left)
                node.otherwise = self._expression(0)
            case "??":
                exists = Node("function", "(", token.position, procedure=Node("variable", "exists", token.position))
                exists.items = [copied(left)]
                node = Node("condition", operator, token.position, condition=exists, then=left)
                node.otherwise = self._expression(0)
            case _:
                raise JsonataError("S0201", position=token.position, token=operator)
        return node

    def _call(self, node: Node, left: Node) -> Node:
        node.type, node.procedure, node.lhs = "function", left, None
        if self._id != ")":
            while True:
                if self._id == "?":
                    node.type = "partial"
                    node.items.append(Node("hole", "?", self._token.position))
                    self._advance("?")
                else:
                    node.items.append(self._expression(0))
                if self._id != ",":
                    break
                self._advance(",")
        self._advance(")", is_infix=True)
        if left.type == "name" and left.value in {"function", "λ"}:
            return self._lambda(node)
        return node

    def _lambda(self, node: Node) -> Node:
        for index, one in enumerate(node.items):
            if one.type != "variable":
                raise JsonataError("S0208", position=one.position, token=one.value, value=index + 1)
        node.type = "lambda"
        if self._id == "<":
            position, depth, signature = self._token.position, 1, "<"
            while depth > 0 and self._id not in {"{", _END}:
                self._advance()
                depth += {"<": 1, ">": -1}.get(self._id, 0)
                signature += str(self._token.value)
            self._advance(">")
            try:
                check_signature(signature)
            except JsonataError as error:
                raise error.at(position) from None
            node.signature = signature
        self._advance("{")
        node.body = self._expression(0)
        self._advance("}")
        return node

    def _predicate(self, node: Node, left: Node) -> Node:
        if self._id == "]":
            step = left
            while step.type == "binary" and step.value == "[" and step.lhs is not None:
                step = step.lhs
            step.keeps_array = True
            self._advance("]")
            return left
        node.rhs = self._expression(POWERS["]"])
        self._advance("]", is_infix=True)
        return node

    def _order(self) -> list[Term]:
        self._advance("(")
        terms: list[Term] = []
        while True:
            is_descending = self._id == ">"
            if self._id in {"<", ">"}:
                self._advance()
            terms.append(Term(self._expression(0), is_descending))
            if self._id != ",":
                break
            self._advance(",")
        self._advance(")")
        return terms
