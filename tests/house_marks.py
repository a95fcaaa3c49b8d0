"""Reads the tests' `requirement` marks from their source."""

import ast
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).parent


def _ids(node: ast.expr) -> list[str]:
    match node:
        case ast.Call(func=ast.Attribute(attr="requirement"), args=args):
            return [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [one for element in elements for one in _ids(element)]
        case _:
            return []


def marked_tests() -> dict[str, list[str]]:
    """Each id with the tests marked with it, as `path::name`, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(TESTS.rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        for_all: list[str] = []
        for node in tree.body:
            match node:
                case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
                    for_all += _ids(value)
                case ast.FunctionDef() | ast.AsyncFunctionDef() if node.name.startswith("test_"):
                    for one in for_all + [one for mark in node.decorator_list for one in _ids(mark)]:
                        found[one].add(f"{path.relative_to(TESTS).as_posix()}::{node.name}")
                case _:
                    pass
    return {key: sorted(tests) for key, tests in found.items()}
