"""The sentences that Jackfield says, read from its code: f-strings become sentences with numbered gaps."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jackfield
from jackfield.catalog import make_catalogue
from jackfield.connectors import Connector

ROOT = Path(jackfield.__file__).parent
SPOKEN = {
    "api",
    "audit",
    "catalog",
    "connections",
    "connectors",
    "directory",
    "egress",
    "gateway",
    "kernel",
    "notices",
}
"""Packages whose errors people read in pages."""
PROSE = (
    "api/problems.py",
    "connections/access.py",
    "connections/service/features.py",
    "connections/service/outbound.py",
    "connections/viewing.py",
    "directory/access.py",
    "directory/decisions.py",
)
"""Modules of which every sentence is read by people, errors or not."""
FOR_DEVELOPERS = {
    "a secret can't be pickled or copied",
    "a secret can't be written",
    "a secret is no key",
    "the route {1} doesn't declare who may use it",
    "these routes don't declare who may use them: {1}",
    "{1} is no open intent of this process",
}
"""Raised where somebody programs wrongly; nobody else ever reads them."""


NOT_SAID = {'Bearer realm="jackfield"', "Value error, ", "outbound target", "{1} port {2}", " or "}
"""Stand in such a module and are no sentences: of a protocol, of a library, of the record."""


def sentence(node: ast.expr | None) -> str | None:
    """What an expression says, if it is a text; what is filled in is `{1}`, `{2}` and so on."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr():
            found, gaps = "", 0
            for part in node.values:
                if isinstance(part, ast.Constant):
                    found += str(part.value)
                else:
                    gaps += 1
                    found += f"{{{gaps}}}"
            return found
        case _:
            return None


def modules(package: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def errors_of(package: str) -> set[str]:
    """The messages of all errors that are raised in a package."""
    found: set[str] = set()
    for _, module in modules(package):
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and node.args and _name(node.func).endswith(("Error", "__init__")):
                said = sentence(node.args[0])
                if said and " " in said:
                    found.add(said)
    return found - FOR_DEVELOPERS


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def all_texts_of(package: str) -> set[str]:
    """Every text in a package's code; docstrings too, which are the descriptions of forms."""
    found: set[str] = set()
    for _, module in modules(package):
        for node in ast.walk(module):
            if isinstance(node, (ast.Constant, ast.JoinedStr)) and (said := sentence(node)):
                found.add(said)
    return found


def prose_of(path: str) -> set[str]:
    """The sentences of a module, without what is written for readers of the code."""
    module = ast.parse((ROOT / path).read_text("utf-8"))
    for_readers = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    inside = {id(part) for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for part in node.values}
    return {
        said
        for node in ast.walk(module)
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and id(node) not in for_readers | inside
        if (said := sentence(node)) and " " in said and said not in NOT_SAID
    }


def connectors() -> list[Connector[Any]]:
    return list(make_catalogue(()))


def texts_of(connector: Connector[Any]) -> Iterator[str]:
    """What people read of a connector: its forms' labels and help, its ways to sign in, its actions."""
    yield from (connector.title, connector.description)
    yield from _of_schema(connector.details.model_json_schema())
    for scheme in connector.schemes:
        yield scheme.title
        yield from _of_schema(scheme.credentials.model_json_schema())
    for action in connector.actions.values():
        yield from (action.title, action.description)
        yield from _of_schema(action.arguments.model_json_schema())
        yield from _of_schema(action.result.model_json_schema(mode="serialization"))


def _of_schema(node: Any, *, is_model: bool = True) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:  # pyright: ignore[reportUnknownVariableType]  # JSON
            yield from _of_schema(one, is_model=False)
    if not isinstance(node, dict):
        return
    for name, value in node.items():  # pyright: ignore[reportUnknownVariableType]  # JSON
        if name == "description" and isinstance(value, str):
            yield value
        elif name == "title" and isinstance(value, str):
            # The title of a model is the name of its class, which no form shows.
            if not is_model:
                yield value
        elif name in {"properties", "$defs"}:
            for one in value.values():
                yield from _of_schema(one, is_model=name == "$defs")
        else:
            yield from _of_schema(value, is_model=False)
